"""The six row colours of the office in menus."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu

from altius_desktop.i18n import _
from altius_desktop.services.directories import Directories
from altius_desktop.ui import theme


def swatch(highlight: int) -> QIcon:
    """A menu icon in the colour of a highlight; 0 is an empty one."""
    colors = theme.palette()
    pixmap = QPixmap(26, 16)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(colors.color("scroll"))
    painter.setBrush(QColor(colors.tint(highlight) or colors.surface))
    painter.drawRoundedRect(QRectF(0.5, 0.5, 25, 15), 4, 4)
    painter.end()
    return QIcon(pixmap)


def fill_colour_menu(
    menu: QMenu, directories: Directories, present: int | None, choose: Callable[[int | None], object]
) -> None:
    """Offer the colours by the office's names, the present one ticked, and no colour (None)."""
    menu.clear()
    for key, name in (*directories.legend, (0, _("No colour"))):
        if not key:
            menu.addSeparator()
        mark = "  ✓" if (present or 0) == key else ""
        action = QAction(swatch(key), f"{name}{mark}\tAlt+{key}".replace("&", "&&"), menu)
        action.triggered.connect(lambda _on=False, key=key: choose(key or None))
        menu.addAction(action)
