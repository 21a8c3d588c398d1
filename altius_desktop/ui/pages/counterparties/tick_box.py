"""A check box in the look of the table's ticks."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from altius_desktop.ui import theme
from altius_desktop.ui.table.delegate import CHECK, draw_box
from altius_desktop.ui.theme import Font

_GAP = 9


class TickBox(QAbstractButton):
    """On or off, with its words beside it; Space toggles it. Words that do not fit are shortened."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
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
