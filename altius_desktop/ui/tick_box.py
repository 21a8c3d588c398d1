"""A check box as it is everywhere in the program: in forms, in lists, and in the rows of a table."""

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QWidget

from altius_desktop.ui import icons, theme
from altius_desktop.ui.theme import Font

CHECK = 16
_GAP = 9


class TickBox(QCheckBox):
    """On or off, with its words beside it; Space toggles it. Words that do not fit are shortened."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        metrics = theme.metrics(Font.BASE)
        return QSize(CHECK + _GAP + metrics.horizontalAdvance(self.text()) + 4, metrics.height() + 9)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, self.sizeHint().height())

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colors = theme.palette()
        painter = QPainter(self)
        draw_box(painter, colors, 1, self.rect(), checked=self.isChecked(), enabled=self.isEnabled())
        if self.hasFocus():
            painter.setPen(colors.color("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.rect().adjusted(CHECK + 4, 1, -1, -2), 4, 4)
        room = QRect(1 + CHECK + _GAP, 0, self.width() - CHECK - _GAP - 2, self.height())
        painter.setFont(theme.font(Font.BASE))
        painter.setPen(colors.color("text" if self.isEnabled() else "disabled"))
        shown = theme.metrics(Font.BASE).elidedText(
            self.text(), Qt.TextElideMode.ElideRight, room.width() + 2
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)


def draw_box(
    painter: QPainter,
    colors: theme.Palette,
    left: int,
    rect: QRect,
    *,
    checked: bool,
    enabled: bool = True,
    partly: bool = False,
) -> None:
    """A check box at `left`, in the middle of the row's height; `partly` shows a dash: some are ticked."""
    box = QRectF(left + 0.5, rect.y() + (rect.height() - CHECK) // 2 + 0.5, CHECK - 1, CHECK - 1)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if checked or partly:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.color("accent" if enabled else "disabled"))
    else:
        painter.setPen(QPen(colors.color("muted"), 1.2) if enabled else QPen(colors.color("border"), 1))
        painter.setBrush(colors.color("surface"))
    painter.drawRoundedRect(box, 4, 4)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    if checked or partly:
        name = "check" if checked else "minus"
        icons.draw(painter, name, box.x() + 1, box.y() + 1, role="on_accent", size=13)
