"""The rounded corners of a table, over its square cells."""

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from altius_desktop.ui import theme

_RADIUS = 8


class Corner(QWidget):
    """Rounds one corner of the table: the cells under it are square."""

    def __init__(self, table: QWidget, place: int) -> None:
        super().__init__(table)
        self._table = table
        self._right, self._low = bool(place & 1), bool(place & 2)
        self.setFixedSize(_RADIUS, _RADIUS)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def place(self) -> None:
        x = self._table.width() - _RADIUS if self._right else 0
        y = self._table.height() - _RADIUS if self._low else 0
        self.move(QPoint(x, y))
        self.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        colors = theme.palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x = -_RADIUS if self._right else 0
        y = -_RADIUS if self._low else 0
        whole = QRectF(x + 0.5, y + 0.5, 2 * _RADIUS - 1, 2 * _RADIUS - 1)
        inside = QPainterPath()
        inside.addRoundedRect(whole, _RADIUS - 0.5, _RADIUS - 0.5)
        outside = QPainterPath()
        outside.addRect(QRectF(self.rect()))
        painter.fillPath(outside.subtracted(inside), colors.color("bg"))
        painter.setPen(QPen(colors.color("accent" if self._table.property("keyboard") else "border"), 1))
        painter.drawPath(inside)
