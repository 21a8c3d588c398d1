"""The window's icons: our names for tabler's, drawn in a colour of the theme at the moment of painting."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QByteArray, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from altius_desktop.ui import theme

ICONS = {
    "absence": "beach",
    "add": "plus",
    "administration": "shield-lock",
    "alert": "alert-circle",
    "appearance": "sun",
    "archive": "archive",
    "attempt_no_answer": "phone-x",
    "attempt_not_reached": "user-x",
    "attempt_talked": "messages",
    "attribute": "tag",
    "birthday": "cake",
    "bell": "bell",
    "business_line": "briefcase",
    "calendar": "calendar",
    "calls": "phone",
    "calls_empty": "phone-off",
    "card": "id",
    "category": "star",
    "check": "check",
    "chevron_down": "chevron-down",
    "chevron_left": "chevron-left",
    "chevron_right": "chevron-right",
    "chevron_up": "chevron-up",
    "clock": "clock",
    "close": "x",
    "color": "palette",
    "columns": "columns",
    "company": "building",
    "contact": "user",
    "contacts": "calendar-check",
    "copy": "copy",
    "counterparties": "users",
    "daily": "list-check",
    "danger": "circle-x",
    "database": "database",
    "day_empty": "calendar-x",
    "delete": "trash",
    "department": "sitemap",
    "document": "file-text",
    "done": "circle-check",
    "edit": "pencil",
    "events": "calendar-month",
    "excel": "file-spreadsheet",
    "external": "external-link",
    "fax": "printer",
    "filter": "filter",
    "flag": "flag",
    "group": "users-group",
    "help": "help-circle",
    "history": "history",
    "hourglass": "hourglass",
    "import": "upload",
    "export": "download",
    "info": "info-circle",
    "key": "key",
    "language": "language",
    "letter": "mail",
    "list": "clipboard-list",
    "lock": "lock",
    "logout": "logout",
    "mail": "mail",
    "manager": "user-check",
    "meeting": "heart-handshake",
    "message": "message",
    "minus": "minus",
    "more": "dots",
    "no_workplace": "device-desktop-off",
    "nothing_found": "search-off",
    "nothing_selected": "click",
    "offline": "wifi-off",
    "panel": "layout-sidebar-right-collapse",
    "panel_open": "layout-sidebar-right-expand",
    "passes_on": "corner-down-right",
    "phone": "phone",
    "plan": "calendar-plus",
    "priority_high": "chevrons-up",
    "priority_low": "chevron-down",
    "priority_normal": "equal",
    "print": "printer",
    "refresh": "refresh",
    "region": "map-pin",
    "reports": "chart-bar",
    "reschedule": "calendar-up",
    "result": "clipboard-check",
    "result_call_back": "phone-incoming",
    "result_contract": "file-check",
    "result_interested": "thumb-up",
    "result_invoice": "receipt-2",
    "result_offer": "file-description",
    "result_postponed": "clock",
    "result_refused": "circle-x",
    "save": "device-floppy",
    "search": "search",
    "server": "server",
    "settings": "settings",
    "source": "speakerphone",
    "stands_in": "arrows-exchange",
    "take": "hand-grab",
    "template": "list-tree",
    "truck": "truck",
    "undo": "arrow-back-up",
    "unlocked": "lock-open",
    "user_add": "user-plus",
    "user_left": "user-x",
    "warn": "alert-triangle",
    "web": "world",
    "workplace": "device-desktop",
}


@cache
def _folder() -> Path:
    # Found without importing the package: its own import would load PIL and pygame.
    spec = find_spec("pytablericons")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("pytablericons")
    return Path(spec.submodule_search_locations[0], "icons", "outline")


@cache
def _svg(name: str) -> str:
    return (_folder() / f"{ICONS[name]}.svg").read_text("utf-8")


def pixmap(name: str, *, role: str = "text2", size: int = 16, dpr: float = 1.0) -> QPixmap:
    """The icon in a token of the palette now in force; `size` in logical pixels. KeyError for an unknown name."""
    return _pixmap(name, getattr(theme.palette(), role), size, dpr)


def _pixmap(name: str, color: str, size: int, dpr: float) -> QPixmap:
    key = f"altius/{name}/{color}/{size}/{dpr}"
    result = QPixmap()
    if QPixmapCache.find(key, result):
        return result
    side = max(1, round(size * dpr))
    result = QPixmap(side, side)
    result.fill(Qt.GlobalColor.transparent)
    renderer = QSvgRenderer(QByteArray(_svg(name).replace("currentColor", color).encode()))
    painter = QPainter(result)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(0, 0, side, side))
    painter.end()
    result.setDevicePixelRatio(dpr)
    QPixmapCache.insert(key, result)
    return result


def draw(painter: QPainter, name: str, x: float, y: float, *, role: str = "text2", size: int = 16) -> None:
    """Paint the icon with its top left corner at (x, y)."""
    device = painter.device()
    dpr = device.devicePixelRatioF() if device is not None else 1.0
    painter.drawPixmap(QPointF(round(x), round(y)), pixmap(name, role=role, size=size, dpr=dpr))


class _Engine(QIconEngine):
    def __init__(self, name: str, role: str, on_role: str) -> None:
        super().__init__()
        self._parts = (name, role, on_role)

    def clone(self) -> QIconEngine:
        return _keep(_Engine(*self._parts))

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        size = min(rect.width(), rect.height())
        x, y = rect.x() + (rect.width() - size) / 2, rect.y() + (rect.height() - size) / 2
        draw(painter, self._parts[0], x, y, role=self._role(mode, state), size=size)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        side = min(size.width(), size.height())
        return _pixmap(self._parts[0], getattr(theme.palette(), self._role(mode, state)), side, scale)

    def _role(self, mode: QIcon.Mode, state: QIcon.State) -> str:
        if mode == QIcon.Mode.Disabled:
            return "disabled"
        return self._parts[2] if state == QIcon.State.On else self._parts[1]


def known(name: str, otherwise: str = "document") -> str:
    """`name` if it is one of ours, else `otherwise`: for names that come from the database."""
    return name if name in ICONS else otherwise


_kept: list[QIconEngine] = []


def _keep(engine: QIconEngine) -> QIconEngine:
    # Qt owns the engine but calls back into Python: the Python half must live as long.
    _kept.append(engine)
    return engine


@cache
def icon(name: str, role: str = "text2", on_role: str = "on_soft") -> QIcon:
    """An icon for buttons and menus that follows the theme; `on_role` is its colour while checked."""
    if name not in ICONS:
        raise KeyError(name)
    return QIcon(_keep(_Engine(name, role, on_role)))
