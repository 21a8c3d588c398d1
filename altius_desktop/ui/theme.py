"""Colours, fonts and style of the window, light and dark; nothing here knows what is shown.

The palette is switched by the program itself: asking Qt for the dark scheme does nothing on a
desktop without a portal. What paints by itself asks `palette()` at paint time and repaints on `changed`.
"""

from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetrics, QPalette
from PySide6.QtWidgets import QApplication

from altius_desktop.i18n import N_, _

THEMES = ("system", "light", "dark")


@dataclass(frozen=True)
class Palette:
    """The tokens of one theme, as #RRGGBB; `tints` are the row colours by highlight key 1 to 6."""

    name: str
    bg: str
    surface: str
    surface2: str
    border: str
    line: str
    text: str
    text2: str
    muted: str
    disabled: str
    hover: str
    accent: str
    accent_hover: str
    primary_hover: str
    soft: str
    on_soft: str
    sel: str
    danger: str
    danger_soft: str
    warn: str
    warn_soft: str
    ok: str
    ok_soft: str
    scroll: str
    bar2: str
    tints: tuple[str, str, str, str, str, str]
    on_accent: str = "#FFFFFF"
    badge: str = "#D92D2D"
    overload: str = "#E08A1E"
    outline: str = "#D9861A"

    def tint(self, key: int | None) -> str | None:
        """The row colour of a highlight key; None for no colour and for a key that is not known."""
        return self.tints[key - 1] if key and 1 <= key <= len(self.tints) else None

    def color(self, token: str) -> QColor:
        return _color(getattr(self, token))


LIGHT = Palette(
    name="light",
    bg="#F4F5F7",
    surface="#FFFFFF",
    surface2="#F8F9FB",
    border="#D9DDE3",
    line="#ECEEF2",
    text="#1F2328",
    text2="#4B535D",
    muted="#5F6873",
    disabled="#8A929D",
    hover="#EDEFF3",
    accent="#2563EB",
    accent_hover="#1D4FD7",
    primary_hover="#1D4FD7",
    soft="#E8F0FE",
    on_soft="#1D4ED8",
    sel="#E3EDFF",
    danger="#C62828",
    danger_soft="#FDECEC",
    warn="#9C4D08",
    warn_soft="#FEF3D6",
    ok="#15703B",
    ok_soft="#E3F5E9",
    scroll="#CBD1D9",
    bar2="#A9C4F8",
    tints=("#FFF3C9", "#DFF4E4", "#DBEEFA", "#EBE4FA", "#FBE2EA", "#FCE7D6"),
)

DARK = Palette(
    name="dark",
    bg="#191C21",
    surface="#21252C",
    surface2="#262A32",
    border="#3A404A",
    line="#2D323A",
    text="#E6E8EC",
    text2="#B9C0CA",
    muted="#9AA3AF",
    disabled="#6F7783",
    hover="#2E333C",
    accent="#2F6FED",
    accent_hover="#4A86F7",
    # White on accent_hover is 3.5:1, too little for a button's text.
    primary_hover="#2A63DB",
    soft="#1F3152",
    on_soft="#8DB6FF",
    sel="#22375C",
    danger="#FF8F8F",
    danger_soft="#43272B",
    warn="#F0BA55",
    warn_soft="#40351D",
    ok="#66CC8D",
    ok_soft="#1E3A2B",
    scroll="#4A515D",
    bar2="#3D5C94",
    tints=("#453C1A", "#20402E", "#1B3D4F", "#382D52", "#4B2738", "#4A3222"),
)

HIGHLIGHT_NAMES = {
    1: N_("Yellow"),
    2: N_("Green"),
    3: N_("Blue"),
    4: N_("Lilac"),
    5: N_("Pink"),
    6: N_("Peach"),
}


def highlight_name(key: int | None) -> str:
    """The colour's own name in the user's language, "" for none; an office's legend may say more."""
    return _(HIGHLIGHT_NAMES[key]) if key in HIGHLIGHT_NAMES else ""


class Font(Enum):
    """The sizes (pt) and weights of the window's texts."""

    BASE = (9.5, 400)
    STRONG = (9.5, 500)
    TABLE = (9.2, 400)
    TABLE_STRONG = (9.2, 500)
    HEADER = (8.8, 500)
    CAPTION = (8.6, 400)
    CAPTION_STRONG = (8.6, 500)
    SMALL = (8.0, 400)
    SECTION = (10.8, 700)
    TITLE = (13.2, 700)
    KPI = (17.0, 700)
    NAV = (7.6, 400)
    NAV_STRONG = (7.6, 500)
    BADGE = (8.6, 700)


class _Follower(QObject):
    """Tells who paints, and hears from the system."""

    changed = Signal()

    @Slot(Qt.ColorScheme)
    def follow_system(self, _scheme: Qt.ColorScheme) -> None:
        app = QApplication.instance()
        if _wanted == "system" and isinstance(app, QApplication):
            _dress(app)


_follower = _Follower()
changed = _follower.changed
_current = LIGHT
_wanted = "light"


def palette() -> Palette:
    """The tokens now in force; ask at paint time and do not keep them."""
    return _current


@cache
def _color(value: str) -> QColor:
    return QColor(value)


@cache
def font(role: Font) -> QFont:
    """The font of a role; shared, so copy before changing it."""
    size, weight = role.value
    result = QFont(_family())
    result.setPointSizeF(size)
    result.setWeight(QFont.Weight(weight))
    # Without hinting the letters keep their widths at every scale, and 500 stays apart from 700.
    result.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return result


@cache
def metrics(role: Font) -> QFontMetrics:
    return QFontMetrics(font(role))


@cache
def _family() -> str:
    """Roboto, loaded once per process; the system's font where the files are missing."""
    # The files are found without importing the package, which would list its whole folder.
    spec = find_spec("font_roboto")
    folders = list(spec.submodule_search_locations or []) if spec else []
    family = ""
    for weight in ("Regular", "Medium", "Bold", "Italic"):
        for folder in folders:
            loaded = QFontDatabase.addApplicationFont(str(Path(folder, "files", f"Roboto-{weight}.ttf")))
            if loaded >= 0 and not family:
                family = QFontDatabase.applicationFontFamilies(loaded)[0]
    return family or QApplication.font().family()


def apply_theme(app: QApplication, name: str) -> None:
    """Dress the whole program in "light", "dark" or "system"; the system's scheme is followed while it runs."""
    global _wanted
    _wanted = name if name in THEMES else "system"
    app.setStyle("Fusion")
    app.setFont(font(Font.BASE))
    app.styleHints().colorSchemeChanged.connect(_follower.follow_system, Qt.ConnectionType.UniqueConnection)
    _dress(app)


def _dress(app: QApplication) -> None:
    global _current
    dark = _wanted == "dark" or (
        _wanted == "system" and app.styleHints().colorScheme() == Qt.ColorScheme.Dark
    )
    _current = DARK if dark else LIGHT
    app.setPalette(_qt_palette(_current))
    app.setStyleSheet(_style_sheet(_current))
    changed.emit()


def _qt_palette(p: Palette) -> QPalette:
    roles = QPalette.ColorRole
    result = QPalette()
    for role, token in (
        (roles.Window, p.bg),
        (roles.WindowText, p.text),
        (roles.Base, p.surface),
        (roles.AlternateBase, p.surface2),
        (roles.Text, p.text),
        (roles.Button, p.surface),
        (roles.ButtonText, p.text),
        (roles.BrightText, p.on_accent),
        (roles.Highlight, p.accent),
        (roles.HighlightedText, p.on_accent),
        (roles.Accent, p.accent),
        (roles.ToolTipBase, p.surface),
        (roles.ToolTipText, p.text),
        (roles.PlaceholderText, p.muted),
        (roles.Link, p.on_soft),
        (roles.LinkVisited, p.on_soft),
        (roles.Light, p.surface),
        (roles.Midlight, p.line),
        (roles.Mid, p.border),
        (roles.Dark, p.border),
        (roles.Shadow, p.border),
    ):
        result.setColor(role, _color(token))
    for role in (
        roles.WindowText,
        roles.Text,
        roles.ButtonText,
        roles.HighlightedText,
        roles.PlaceholderText,
    ):
        result.setColor(QPalette.ColorGroup.Disabled, role, _color(p.disabled))
    for role in (roles.Highlight, roles.Accent):
        result.setColor(QPalette.ColorGroup.Disabled, role, _color(p.border))
    for role in (roles.Base, roles.Button):
        result.setColor(QPalette.ColorGroup.Disabled, role, _color(p.bg))
    return result


def _style_sheet(p: Palette) -> str:
    """What a palette cannot say; heights come from the font, so a larger font needs no other numbers."""
    line = metrics(Font.BASE).height()
    field, small, form = line + 14, line + 10, line + 12
    caption = Font.CAPTION.value[0]
    return f"""
    QToolTip {{ background: {p.surface}; color: {p.text}; border: 1px solid {p.border}; padding: 4px 7px; }}
    QPushButton, QToolButton[kind] {{ background: {p.surface}; color: {p.text}; border: 1px solid {p.border};
        border-radius: 6px; padding: 0 11px; min-height: {field}px; }}
    QPushButton[small="true"] {{ min-height: {small}px; padding: 0 9px; }}
    QPushButton:hover, QToolButton[kind]:hover {{ background: {p.hover}; }}
    QPushButton:pressed, QToolButton[kind]:pressed {{ background: {p.line}; }}
    QPushButton:checked, QToolButton[kind]:checked {{ background: {p.soft}; border-color: {p.accent}; color: {p.on_soft}; }}
    QPushButton:focus, QToolButton[kind]:focus {{ border: 2px solid {p.accent}; padding: 0 10px;
        min-height: {field - 2}px; }}
    QPushButton[small="true"]:focus {{ min-height: {small - 2}px; padding: 0 8px; }}
    QPushButton:disabled, QToolButton[kind]:disabled {{ background: {p.bg}; color: {p.disabled}; border-color: {p.border}; }}
    QPushButton[kind="primary"] {{ background: {p.accent}; color: {p.on_accent}; border-color: {p.accent}; }}
    QPushButton[kind="primary"]:hover, QPushButton[kind="primary"]:pressed {{ background: {p.primary_hover}; border-color: {p.primary_hover}; }}
    QPushButton[kind="primary"]:focus {{ border-color: {p.text}; }}
    QPushButton[kind="primary"]:disabled {{ background: {p.bg}; color: {p.disabled}; border-color: {p.border}; }}
    QPushButton[kind="danger"] {{ color: {p.danger}; }}
    QPushButton[kind="danger"]:hover {{ background: {p.danger_soft}; border-color: {p.danger}; }}
    QPushButton[kind="flat"], QToolButton[kind="flat"] {{ background: transparent; border-color: transparent; color: {p.on_soft}; }}
    QPushButton[kind="flat"]:hover, QToolButton[kind="flat"]:hover {{ background: {p.hover}; }}
    QPushButton[kind="flat"]:focus, QToolButton[kind="flat"]:focus {{ border-color: {p.accent}; }}
    QPushButton[kind="flat"]:disabled, QToolButton[kind="flat"]:disabled {{ color: {p.disabled}; background: transparent; }}
    QPushButton::menu-indicator, QToolButton[kind]::menu-indicator {{ image: none; width: 0; }}
    QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QAbstractSpinBox {{ background: {p.surface}; color: {p.text};
        border: 1px solid {p.border}; border-radius: 6px; selection-background-color: {p.accent};
        selection-color: {p.on_accent}; }}
    QLineEdit, QComboBox, QAbstractSpinBox {{ min-height: {form}px; padding: 0 8px; }}
    QPlainTextEdit, QTextEdit {{ padding: 4px 5px; }}
    QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QComboBox:focus, QAbstractSpinBox:focus {{ border-color: {p.accent}; }}
    QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled {{ background: {p.bg}; color: {p.disabled}; }}
    QLineEdit[wrong="true"], QPlainTextEdit[wrong="true"], QComboBox[wrong="true"], QFrame[wrong="true"] {{ border: 1px solid {p.danger}; }}
    QComboBox::drop-down {{ border: none; width: 22px; }}
    QComboBox QAbstractItemView, QListView[popup="true"] {{ background: {p.surface}; border: 1px solid {p.border};
        selection-background-color: {p.soft}; selection-color: {p.on_soft}; outline: none; padding: 3px; }}
    QMenu {{ background: {p.surface}; color: {p.text}; border: 1px solid {p.border}; padding: 5px; }}
    QMenu::item {{ padding: 6px 26px 6px 10px; border-radius: 5px; }}
    QMenu::item:selected {{ background: {p.hover}; }}
    QMenu::item:disabled {{ color: {p.disabled}; }}
    QMenu::icon {{ padding-left: 8px; }}
    QMenu::separator {{ height: 1px; background: {p.line}; margin: 5px 8px; }}
    QFrame[surface="card"] {{ background: {p.surface}; border: 1px solid {p.border}; border-radius: 8px; }}
    QFrame[surface="panel"], QDialog QWidget[surface="head"], QWidget[surface="head"] {{ background: {p.surface}; }}
    QFrame[surface="quiet"] {{ background: {p.hover}; border-radius: 6px; }}
    QFrame[surface="danger"] {{ background: {p.danger_soft}; border-radius: 8px; }}
    QFrame[surface="warn"] {{ background: {p.warn_soft}; border-radius: 8px; }}
    QFrame[surface="info"] {{ background: {p.soft}; border-radius: 8px; }}
    QFrame[surface="ok"] {{ background: {p.ok_soft}; border-radius: 8px; }}
    QFrame[surface="rail"] {{ background: {p.surface}; border: none; border-right: 1px solid {p.border}; }}
    QFrame[rule="true"] {{ background: {p.line}; border: none; }}
    QFrame[rule="strong"] {{ background: {p.border}; border: none; }}
    QLabel[tone="text2"] {{ color: {p.text2}; }}
    QLabel[tone="muted"] {{ color: {p.muted}; }}
    QLabel[tone="danger"] {{ color: {p.danger}; }}
    QLabel[tone="warn"] {{ color: {p.warn}; }}
    QLabel[tone="ok"] {{ color: {p.ok}; }}
    QLabel[tone="link"] {{ color: {p.on_soft}; }}
    QLabel[chip="plain"] {{ background: {p.hover}; color: {p.text2}; border-radius: 10px; padding: 2px 9px; font-size: {caption}pt; }}
    QLabel[chip="danger"] {{ background: {p.danger_soft}; color: {p.danger}; border-radius: 9px; padding: 2px 6px; font-size: {caption}pt; }}
    QLabel[chip="key"] {{ background: {p.hover}; color: {p.muted}; border: 1px solid {p.border}; border-radius: 4px; padding: 0 6px; font-size: {caption}pt; }}
    QTableView, QTreeView, QListView {{ background: {p.surface}; border: 1px solid {p.border}; border-radius: 8px;
        selection-background-color: {p.sel}; selection-color: {p.text}; outline: none; }}
    QTableView[keyboard="true"], QListView:focus, QTreeView:focus {{ border-color: {p.accent}; }}
    QHeaderView {{ background: {p.surface2}; border: none; border-top-left-radius: 7px; border-top-right-radius: 7px; }}
    QScrollArea {{ background: transparent; border: none; }}
    QRadioButton {{ spacing: 7px; }}
    QRadioButton::indicator {{ width: 14px; height: 14px; border: 1px solid {p.muted}; border-radius: 8px; background: {p.surface}; }}
    QRadioButton::indicator:checked {{ width: 8px; height: 8px; border: 4px solid {p.accent}; border-radius: 8px; }}
    QRadioButton::indicator:focus {{ border-color: {p.accent}; }}
    QScrollBar:vertical {{ background: transparent; width: 11px; margin: 1px; }}
    QScrollBar:horizontal {{ background: transparent; height: 11px; margin: 1px; }}
    QScrollBar::handle {{ background: {p.scroll}; border-radius: 4px; margin: 1px; }}
    QScrollBar::handle:vertical {{ min-height: 28px; }}
    QScrollBar::handle:horizontal {{ min-width: 28px; }}
    QScrollBar::handle:hover {{ background: {p.disabled}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    QSplitter::handle {{ background: transparent; }}
    """
