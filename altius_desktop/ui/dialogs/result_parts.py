"""The parts of the Result dialog: tiles to choose the kind of result from, and the steppers of the attempts."""

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QVBoxLayout,
)

from altius_desktop.i18n import _
from altius_desktop.services.directories import ResultKindRow
from altius_desktop.ui import icons, theme
from altius_desktop.ui.controls import Button, IconLabel, label, set_tone
from altius_desktop.ui.theme import Font

TILES = 8
_COLUMNS = 4
_PADDING = 12
_ICON = 20

_ICON_ROLES = {"result_contract": "ok", "done": "ok", "result_refused": "danger"}


def result_icon(name: str) -> str:
    """The icon of a kind of result; one for all where the directory names none of ours."""
    return icons.known(name, "result")


class ResultTiles(QFrame):
    """Tiles of which one is chosen; where there are more kinds than tiles the last one opens the whole list.

    One tile takes the focus by Tab; arrows move it, Space or Enter chooses.
    """

    chosen = Signal()

    def __init__(self, kinds: Sequence[ResultKindRow]) -> None:
        super().__init__()
        self.setObjectName("resultKindList")
        self.setAccessibleName(_("Kind of result"))
        self._kinds: tuple[ResultKindRow, ...] = ()
        self._kind: ResultKindRow | None = None
        self._tiles: list[_Tile] = []
        self._grid = QGridLayout()
        self._grid.setSpacing(10)
        self._frame = QVBoxLayout(self)
        self._frame.setContentsMargins(0, 0, 0, 0)
        self._frame.addLayout(self._grid)
        self.show_kinds(kinds)

    @property
    def kind(self) -> ResultKindRow | None:
        """The chosen kind; None as long as nothing is chosen."""
        return self._kind

    def show_kinds(self, kinds: Sequence[ResultKindRow]) -> None:
        """Offer these kinds; what was chosen stays chosen even if it was just archived."""
        had_focus = next((place for place, tile in enumerate(self._tiles) if tile.hasFocus()), None)
        self._kinds = tuple(kinds)
        for tile in self._tiles:
            self._grid.removeWidget(tile)
            tile.hide()
            tile.deleteLater()
        self._tiles = []
        shown = min(len(self._kinds), TILES)
        for place in range(shown):
            tile = _Tile(place, self)
            tile.clicked.connect(lambda _checked, place=place: self.choose_place(place))
            self._grid.addWidget(tile, place // _COLUMNS, place % _COLUMNS)
            self._tiles.append(tile)
        if self._kind is not None:
            self._kind = next((kind for kind in self._kinds if kind.id == self._kind.id), self._kind)
        self._mark()
        if had_focus is not None and self._tiles:
            self._tiles[min(had_focus, shown - 1)].setFocus()

    def choose(self, kind_id: UUID) -> None:
        """Choose a kind by its id; KeyError if it is not offered."""
        self._kind = {kind.id: kind for kind in self._kinds}[kind_id]
        self._mark()
        self.chosen.emit()

    def choose_place(self, place: int) -> None:
        """What a click on the tile at `place` (from 0) does; without effect where there is no such tile."""
        if not (place < len(self._tiles) and self.isEnabled()):
            return
        self._tiles[place].setFocus(Qt.FocusReason.ShortcutFocusReason)
        if place == TILES - 1 and self._has_more:
            self._open_list(self._tiles[place])
        else:
            self.choose(self._kinds[place].id)

    def focus_first(self) -> None:
        """Give the focus to the first tile."""
        if self._tiles:
            self._tiles[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def set_wrong(self, wrong: bool) -> None:
        """Put a red frame around the tiles, or take it away."""
        set_tone(self, "wrong", wrong)
        self._frame.setContentsMargins(*(4 * [5 if wrong else 0]))

    @property
    def _has_more(self) -> bool:
        return len(self._kinds) > TILES

    def _open_list(self, tile: "_Tile") -> None:
        menu = QMenu(self)
        menu.setObjectName("resultKindMenu")
        menu.setAccessibleName(_("Kind of result"))
        for kind in self._kinds:
            action = menu.addAction(icons.icon(result_icon(kind.icon)), kind.name.replace("&", "&&"))
            action.setData(kind.id)
            if self._kind is not None and kind.id == self._kind.id:
                menu.setDefaultAction(action)
            action.triggered.connect(lambda _checked, kind_id=kind.id: self.choose(kind_id))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(tile.mapToGlobal(tile.rect().bottomLeft()))
        if menu.defaultAction() is not None:
            menu.setActiveAction(menu.defaultAction())
        elif menu.actions():
            menu.setActiveAction(menu.actions()[min(TILES - 1, len(menu.actions()) - 1)])

    def _mark(self) -> None:
        first = self._kinds[: len(self._tiles)]
        on_a_tile = False
        for place, (tile, kind) in enumerate(zip(self._tiles, first, strict=True)):
            if place == TILES - 1 and self._has_more:
                # The last tile shows what was chosen from the list, if that has no tile of its own.
                chosen = self._kind if not on_a_tile else None
                tile.show_kind(chosen, chosen is not None)
            else:
                checked = self._kind is not None and kind.id == self._kind.id
                on_a_tile = on_a_tile or checked
                tile.show_kind(kind, checked)
        reachable = next((tile for tile in self._tiles if tile.isChecked()), None)
        self.let_tab_reach(reachable or (self._tiles[0] if self._tiles else None))

    def let_tab_reach(self, wanted: "_Tile | None") -> None:
        for tile in self._tiles:
            strong = tile is wanted
            tile.setFocusPolicy(Qt.FocusPolicy.StrongFocus if strong else Qt.FocusPolicy.ClickFocus)

    def move_focus(self, tile: "_Tile", step: int) -> None:
        place = self._tiles.index(tile) + step
        if 0 <= place < len(self._tiles):
            self._tiles[place].setFocus(Qt.FocusReason.TabFocusReason)


class _Tile(QAbstractButton):
    """One kind of result: icon, number of its key, name of up to two lines (the whole in the tool tip)."""

    def __init__(self, place: int, tiles: ResultTiles) -> None:
        super().__init__(tiles)
        self._place = place
        self._tiles = tiles
        self._icon_name = "more"
        self._role = "text2"
        self.setObjectName(f"resultTile{place + 1}")
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def show_kind(self, kind: ResultKindRow | None, checked: bool) -> None:
        """Show this kind, or the way to the whole list (None)."""
        text = kind.name if kind is not None else _("Other — from the directory…")
        self._icon_name = result_icon(kind.icon) if kind is not None else "more"
        self._role = _ICON_ROLES.get(kind.icon, "text2") if kind is not None else "text2"
        self.setText(text)
        self.setChecked(checked)
        self.setToolTip(f"{text} (Alt+{self._place + 1})")
        spoken = _("{name}, chosen").format(name=text) if checked else text
        self.setAccessibleName(spoken)
        self.update()

    def nextCheckState(self) -> None:
        """The tiles say what is checked: a click on the chosen one does not take it away."""

    def sizeHint(self) -> QSize:
        line = theme.metrics(Font.BASE).lineSpacing()
        return QSize(theme.metrics(Font.BASE).averageCharWidth() * 20 + 2 * _PADDING, _ICON + 2 * line + 23)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -_COLUMNS,
            Qt.Key.Key_Down: _COLUMNS,
        }
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == Qt.KeyboardModifier.NoModifier
        key = Qt.Key(event.key())
        if plain and key in steps:
            self._tiles.move_focus(self, steps[key])
        elif plain and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.click()
        else:
            # An arrow would move to a neighbour and choose it: QAbstractButton's own way is not wanted.
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._tiles.let_tab_reach(self)
        super().focusInEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colors = theme.palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        edge = 2.0 if on or self.hasFocus() else 1.0
        ground = "soft" if on else "hover" if self.underMouse() and self.isEnabled() else "surface"
        line = "text" if on and self.hasFocus() else "accent" if on or self.hasFocus() else "border"
        painter.setPen(QPen(colors.color(line), edge))
        painter.setBrush(colors.color(ground if self.isEnabled() else "bg"))
        half = edge / 2
        painter.drawRoundedRect(self.rect().toRectF().adjusted(half, half, -half, -half), 8, 8)
        if not self.isEnabled():
            text_role, icon_role = "disabled", "disabled"
        else:
            text_role, icon_role = ("on_soft", "on_soft") if on else ("text", self._role)
        icons.draw(painter, self._icon_name, _PADDING, 11, role=icon_role, size=_ICON)
        painter.setPen(colors.color("disabled" if not self.isEnabled() else "text2"))
        painter.setFont(theme.font(Font.CAPTION))
        number = QRect(0, 10, self.width() - _PADDING, _ICON)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(number, right, str(self._place + 1))
        painter.setPen(colors.color(text_role))
        painter.setFont(theme.font(Font.STRONG if on else Font.BASE))
        top = 11 + _ICON + 4
        room = QRect(_PADDING, top, self.width() - 2 * _PADDING + 2, self.height() - top - 4)
        self._paint_name(painter, room, Font.STRONG if on else Font.BASE)

    def _paint_name(self, painter: QPainter, room: QRect, role: Font) -> None:
        metrics = theme.metrics(role)
        first, rest = _first_line(self.text(), metrics.horizontalAdvance, room.width())
        lines = (
            [first, metrics.elidedText(rest, Qt.TextElideMode.ElideRight, room.width())] if rest else [first]
        )
        for number, line in enumerate(lines):
            shown = metrics.elidedText(line, Qt.TextElideMode.ElideRight, room.width())
            place = QRect(room.x(), room.y() + number * metrics.lineSpacing(), room.width(), metrics.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)


def _first_line(text: str, width_of, room: int) -> tuple[str, str]:
    """As many words as fit, and the rest; a word that is wider than the room stands alone."""
    words = text.split()
    taken = 1
    while taken < len(words) and width_of(" ".join(words[: taken + 1])) <= room:
        taken += 1
    return " ".join(words[:taken]), " ".join(words[taken:])


class AttemptStepper(QFrame):
    """One counter of the day's attempts: minus, number, plus. It only asks; the dialog saves and shows."""

    stepped = Signal(str, int)  # outcome, +1 or -1

    def __init__(self, outcome: str, text: str, *, role: str) -> None:
        super().__init__()
        self.setProperty("surface", "card")
        self.setObjectName(f"{outcome}Stepper")
        self._text = text
        self._count = label("0", role=Font.SECTION, name=f"{outcome}Count")
        self._count.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._count.setMinimumWidth(theme.metrics(Font.SECTION).horizontalAdvance("00"))
        self._less = Button(icon="minus", small=True, tip=_("{name}: one less").format(name=text))
        self._more = Button(icon="add", small=True, tip=_("{name}: one more").format(name=text))
        self._less.setObjectName(f"{outcome}LessButton")
        self._more.setObjectName(f"{outcome}MoreButton")
        self._less.clicked.connect(lambda: self.stepped.emit(outcome, -1))
        self._more.clicked.connect(lambda: self.stepped.emit(outcome, 1))
        name = label(text, role=Font.TABLE, wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.setSpacing(8)
        row.addWidget(IconLabel(f"attempt_{outcome}", role=role))
        row.addWidget(name, 1)
        row.addWidget(self._less)
        row.addWidget(self._count)
        row.addWidget(self._more)
        self.show_count(0)

    def show_count(self, count: int) -> None:
        self._count.setText(str(count))
        self._less.setEnabled(count > 0)
        self.setAccessibleName(f"{self._text}: {count}")
