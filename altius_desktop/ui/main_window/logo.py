"""The program's mark, in the window and for the system."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QIcon, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from altius_desktop.ui import theme


class Logo(QWidget):
    """The program's mark."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(32, 32)
        self.setAccessibleName("Altius")

    def paintEvent(self, _event: QPaintEvent) -> None:
        draw_logo(QPainter(self), 32)


def draw_logo(painter: QPainter, side: int) -> None:
    """A white A, its bar rising, on a blue tile."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.palette().color("accent"))
    painter.drawRoundedRect(0, 0, side, side, side * 0.22, side * 0.22)
    pen = QPen(theme.palette().color("on_accent"), side * 0.1)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.drawPolyline(
        [QPoint(int(side * x), int(side * y)) for x, y in ((0.27, 0.74), (0.5, 0.25), (0.73, 0.74))]
    )
    painter.drawLine(QPoint(int(side * 0.38), int(side * 0.62)), QPoint(int(side * 0.62), int(side * 0.54)))


def window_icon() -> QIcon:
    """The program's mark for title bar and task list."""
    pixmap = QPixmap(64, 64)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    draw_logo(painter, 64)
    painter.end()
    return QIcon(pixmap)
