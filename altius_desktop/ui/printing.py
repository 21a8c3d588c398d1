"""What goes on paper is seen in a preview first; tables are painted page by page with the heads repeated."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QMarginsF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPageLayout, QPageSize, QPainter, QPen
from PySide6.QtPrintSupport import QPrinter, QPrintPreviewDialog
from PySide6.QtWidgets import QWidget

from altius_desktop.i18n import _
from altius_desktop.ui import theme
from altius_desktop.ui.theme import LIGHT, Font


@dataclass(frozen=True)
class PrintColumn:
    """A column of a sheet: its head and its share of the width."""

    title: str
    width: int


@dataclass(frozen=True)
class PrintRow:
    """The texts of a row; `highlight` is the key of its colour."""

    texts: tuple[str, ...]
    highlight: int | None = None


@dataclass(frozen=True)
class Sheet:
    """What is printed: a title, what was selected, the table."""

    title: str
    subtitle: str
    columns: tuple[PrintColumn, ...]
    rows: Sequence[PrintRow]


class PrintPreview(QPrintPreviewDialog):
    """The preview of what `paint` paints on a printer's pages, with the printer; printing starts from there."""

    def __init__(
        self, parent: QWidget, *, title: str, page: QPageLayout, paint: Callable[[QPrinter], object]
    ) -> None:
        # The dialog does not own its printer: it is kept here.
        self._printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        self._printer.setPageLayout(page)
        super().__init__(self._printer, parent)
        self.setObjectName("printPreviewDialog")
        self.setWindowTitle(_("Print: {title}").format(title=title))
        self.paintRequested.connect(paint)
        self.resize(parent.window().size() * 0.9)


def a4(orientation: QPageLayout.Orientation, *, left: float = 12) -> QPageLayout:
    """A page of A4 with margins that any printer has; `left`, in millimetres, is where it is filed."""
    margins = QMarginsF(left, 12, 12, 12)
    return QPageLayout(QPageSize(QPageSize.PageSizeId.A4), orientation, margins, QPageLayout.Unit.Millimeter)


SHEET_PAGE = a4(QPageLayout.Orientation.Landscape)


def preview_sheet(parent: QWidget, sheet: Sheet) -> PrintPreview:
    """The preview of a sheet, which lies across the page."""
    return PrintPreview(
        parent, title=sheet.title, page=SHEET_PAGE, paint=lambda printer: paint_sheet(printer, sheet)
    )


def paint_sheet(printer: QPrinter, sheet: Sheet) -> int:
    """Paint all pages of the sheet; gives their number."""
    painter = QPainter()
    if not painter.begin(printer):
        return 0
    try:
        return _Painting(painter, printer, sheet).paint()
    finally:
        painter.end()


class _Painting:
    """Measures in the printer's dots, and the pages painted with them."""

    def __init__(self, painter: QPainter, printer: QPrinter, sheet: Sheet) -> None:
        self._painter, self._printer, self._sheet = painter, printer, sheet
        page = printer.pageLayout().paintRectPixels(printer.resolution())
        self._width, self._height = float(page.width()), float(page.height())
        self._fonts = {
            role: QFont(theme.font(role)) for role in (Font.TABLE, Font.HEADER, Font.SECTION, Font.SMALL)
        }
        for role, font in self._fonts.items():
            font.setPointSizeF(role.value[0] * 0.9)
        self._metrics = {role: QFontMetricsF(font, printer) for role, font in self._fonts.items()}
        self._row = self._metrics[Font.TABLE].height() * 1.5
        self._pad = self._metrics[Font.TABLE].averageCharWidth()
        self._head = self._metrics[Font.SECTION].height() * 1.3 + self._metrics[Font.SMALL].height() * 1.6
        self._foot = self._metrics[Font.SMALL].height() * 1.8
        whole = sum(column.width for column in sheet.columns) or 1
        self._widths = [self._width * column.width / whole for column in sheet.columns]

    def paint(self) -> int:
        first = max(1, int((self._height - self._head - self._foot) // self._row) - 1)
        later = max(1, int((self._height - self._foot) // self._row) - 1)
        rows = list(self._sheet.rows)
        pages = [rows[:first]]
        pages += [rows[at : at + later] for at in range(first, len(rows), later)]
        for number, page in enumerate(pages, 1):
            if number > 1:
                self._printer.newPage()
            y = self._title() if number == 1 else 0.0
            y = self._heads(y)
            for row in page:
                y = self._line(y, row)
            self._footer(_("Page {number} of {count}").format(number=number, count=len(pages)))
        return len(pages)

    def _title(self) -> float:
        y = self._metrics[Font.SECTION].height() * 1.3
        self._text(Font.SECTION, QRectF(0, 0, self._width, y), self._sheet.title, LIGHT.text)
        line = QRectF(0, y, self._width, self._metrics[Font.SMALL].height())
        self._text(Font.SMALL, line, self._sheet.subtitle, LIGHT.muted)
        return self._head

    def _heads(self, y: float) -> float:
        painter = self._painter
        painter.fillRect(QRectF(0, y, self._width, self._row), QColor(LIGHT.hover))
        x = 0.0
        for column, width in zip(self._sheet.columns, self._widths, strict=True):
            self._text(
                Font.HEADER,
                QRectF(x + self._pad, y, width - 2 * self._pad, self._row),
                column.title,
                LIGHT.text,
            )
            x += width
        self._rule(y + self._row, LIGHT.muted)
        return y + self._row

    def _line(self, y: float, row: PrintRow) -> float:
        tint = LIGHT.tint(row.highlight)
        if tint is not None:
            self._painter.fillRect(QRectF(0, y, self._width, self._row), QColor(tint))
        x = 0.0
        for text, width in zip(row.texts, self._widths, strict=True):
            self._text(
                Font.TABLE, QRectF(x + self._pad, y, width - 2 * self._pad, self._row), text, LIGHT.text
            )
            x += width
        self._rule(y + self._row, LIGHT.border)
        return y + self._row

    def _footer(self, text: str) -> None:
        height = self._metrics[Font.SMALL].height()
        self._text(Font.SMALL, QRectF(0, self._height - height, self._width, height), text, LIGHT.muted)

    def _text(self, role: Font, box: QRectF, text: str, color: str) -> None:
        self._painter.setFont(self._fonts[role])
        self._painter.setPen(QColor(color))
        line = " ".join(text[:500].split())
        shown = self._metrics[role].elidedText(line, Qt.TextElideMode.ElideRight, box.width())
        self._painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)

    def _rule(self, y: float, color: str) -> None:
        self._painter.setPen(QPen(QColor(color), 0))
        self._painter.drawLine(
            QRectF(0, y, self._width, 0).topLeft(), QRectF(0, y, self._width, 0).topRight()
        )
