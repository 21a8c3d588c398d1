"""One of the day's three parts: an icon, a title with counts, and a table."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QSplitterHandle, QVBoxLayout, QWidget

from altius_desktop.i18n import _
from altius_desktop.services.day import ActivityRow
from altius_desktop.ui import theme
from altius_desktop.ui.controls import IconLabel, label
from altius_desktop.ui.formats import number
from altius_desktop.ui.table import Column, DataTable, RowTableModel
from altius_desktop.ui.theme import Font


class Section(QWidget):
    """A titled table of the day; it counts its rows by itself."""

    def __init__(
        self,
        model: RowTableModel,
        *,
        title: str,
        icon: str,
        table_name: str,
        legend: Sequence[Column] = (),
    ) -> None:
        super().__init__()
        self.model = model
        self.table = DataTable(model, name=table_name, title=title)
        self._today = date.min
        self._counts = label(role=Font.CAPTION, tone="muted", name=f"{table_name}Counts")
        head = QHBoxLayout()
        head.setContentsMargins(3, 0, 2, 0)
        head.setSpacing(8)
        head.addWidget(IconLabel(icon))
        head.addWidget(label(title, role=Font.SECTION))
        head.addWidget(self._counts)
        head.addStretch()
        for column in legend:
            head.addSpacing(4)
            head.addWidget(IconLabel(column.icon, role="muted", size=14))
            head.addWidget(label(column.title, role=Font.CAPTION, tone="muted"))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(7)
        whole.addLayout(head)
        whole.addWidget(self.table, 1)
        model.dataChanged.connect(self._count)
        model.rowsInserted.connect(self._count)
        model.rowsRemoved.connect(self._count)

    def set_today(self, today: date) -> None:
        self._today = today
        self._count()

    def rows(self) -> tuple[ActivityRow, ...]:
        return self.model.rows()

    def take_focus(self, row_id: object = None) -> None:
        """Give the table the focus, on this row if it is there."""
        if row_id is not None:
            self.table.select_id(row_id)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _count(self) -> None:
        rows = self.rows()
        parts = [number(len(rows))]
        if done := sum(row.is_done for row in rows):
            parts.append(_("done {count}").format(count=number(done)))
        if late := sum(row.is_overdue(self._today) for row in rows):
            parts.append(_("overdue {count}").format(count=number(late)))
        self._counts.setText(" · ".join(parts))


class DaySplitter(QSplitter):
    """Divides the height among the three parts; a grip between them shows that it can be moved."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.setObjectName("daySplitter")
        self.setHandleWidth(12)
        self.setChildrenCollapsible(False)

    def createHandle(self) -> QSplitterHandle:
        return _Grip(self.orientation(), self)


class _Grip(QSplitterHandle):
    _WIDTH, _HEIGHT = 36, 3

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.palette().color("scroll"))
        grip = QRectF(0, 0, self._WIDTH, self._HEIGHT)
        grip.moveCenter(QRectF(self.rect()).center())
        painter.drawRoundedRect(grip, 1.5, 1.5)
