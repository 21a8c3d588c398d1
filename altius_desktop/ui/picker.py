"""Fields that choose from a list under them as one types: counterparties (asked of the server) and short lists."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontMetrics,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from altius_desktop.domain.errors import UserError
from altius_desktop.domain.phones import digits_of_query
from altius_desktop.domain.search_text import query_words, search_text, wrong_layout
from altius_desktop.domain.texts import clean_line
from altius_desktop.i18n import _
from altius_desktop.services.search import PICK_LIMIT, CounterpartyHit, find_counterparties
from altius_desktop.ui import icons, theme
from altius_desktop.ui.controls import label, set_tone
from altius_desktop.ui.theme import Font
from altius_desktop.ui.workplace import Workplace

_DEBOUNCE_MS = 80
_SLOW_AFTER_MS = 300
_ROWS_AT_ONCE = 9
_PADDING = 10
_ICON = 16
_GAP = 8

Span = tuple[int, int]


@dataclass(frozen=True)
class Choice:
    """A line of the list: its text, a muted second column, an icon; a heading cannot be chosen."""

    key: Hashable
    text: str
    detail: str = ""
    icon: str = ""
    heading: bool = False
    bold: tuple[Span, ...] = ()
    bold_detail: tuple[Span, ...] = ()


def matched_spans(text: str, query: str) -> tuple[Span, ...]:
    """Where `text` holds what was typed, as (start, length): words, then words of the other layout, then digits."""
    folded = "".join(_folded(letter) for letter in text)
    for words in (query_words(query), query_words(wrong_layout(query))):
        spans = [(at, len(word)) for word in words if (at := folded.find(word)) >= 0]
        if spans:
            return _merged(spans)
    digits = digits_of_query(query)
    places = [at for at, letter in enumerate(text) if letter.isdecimal()]
    at = "".join(text[place] for place in places).find(digits) if digits else -1
    if digits and at >= 0:
        first, last = places[at], places[at + len(digits) - 1]
        return ((first, last - first + 1),)
    return ()


def _folded(letter: str) -> str:
    low = letter.lower().replace("ё", "е")
    return low if len(low) == 1 else letter


def _merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for start, length in sorted(spans):
        if merged and start <= sum(merged[-1]):
            before = merged[-1][0]
            merged[-1] = (before, max(sum(merged[-1]), start + length) - before)
        else:
            merged.append((start, length))
    return tuple(merged)


class PickerEdit(QLineEdit):
    """A line with a list under it. Down, F4 or a click opens the list, Enter takes the marked line, Esc closes it."""

    def __init__(self, *, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self._title = title
        self._list: _PopupList | None = None
        self.textEdited.connect(self._on_typed)

    @property
    def list_open(self) -> bool:
        return self._list is not None and self._list.isVisible()

    def open_list(self) -> None:
        """Show the list under the field."""
        raise NotImplementedError

    def clear_choice(self) -> None:
        """Choose nothing, as Shift+F4 does."""
        raise NotImplementedError

    def take_marked(self) -> bool:
        """Choose the line marked in the open list; False if none is."""
        choice = self._list.marked() if self._list is not None and self.list_open else None
        if choice is None:
            return False
        self.close_list()
        self._take(choice)
        return True

    def take_on_leaving(self) -> None:
        """What Tab does: nothing typed is lost, and nothing is chosen that was not meant."""
        self.close_list()

    def close_list(self) -> None:
        if self._list is not None:
            self._list.hide()

    def _take(self, choice: Choice) -> None:
        raise NotImplementedError

    def _on_typed(self, text: str) -> None:
        raise NotImplementedError

    def _popup(self) -> "_PopupList":
        if self._list is None or self._list.parent() is not self.window():
            if self._list is not None:
                self._list.deleteLater()
            self._list = _PopupList(self, self._title)
            self._list.clicked.connect(self._on_clicked)
            # The list is a child of the window, so that it may be larger than what holds the field.
            self.destroyed.connect(self._list.deleteLater)
        return self._list

    def _on_clicked(self, choice: Choice) -> None:
        self.close_list()
        self._take(choice)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            closing = event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if event.key() == Qt.Key.Key_F4 or (self.list_open and closing):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, modifiers = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        plain = modifiers == Qt.KeyboardModifier.NoModifier
        enter = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if key == Qt.Key.Key_F4 and modifiers == Qt.KeyboardModifier.ShiftModifier:
            self.close_list()
            self.clear_choice()
        elif (key == Qt.Key.Key_F4 and plain) or (
            key == Qt.Key.Key_Down and modifiers == Qt.KeyboardModifier.AltModifier
        ):
            if self.list_open:
                self.close_list()
            else:
                self.open_list()
        elif plain and key == Qt.Key.Key_Down and not self.list_open:
            self.open_list()
        elif self.list_open and self._list is not None and plain and key in _STEPS:
            self._list.step(_STEPS[Qt.Key(key)])
        elif self.list_open and key == Qt.Key.Key_Escape:
            self.close_list()
        elif self.list_open and enter and plain:
            self.take_marked()
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and not self.list_open:
            self.open_list()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.close_list()

    def hideEvent(self, event: QHideEvent) -> None:
        self.close_list()
        super().hideEvent(event)


_STEPS = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: _ROWS_AT_ONCE - 1,
    Qt.Key.Key_PageUp: 1 - _ROWS_AT_ONCE,
}


class CounterpartyPicker(PickerEdit):
    """Finds a counterparty by parts of its name, digits of a phone or INN, in either keyboard layout.

    What is typed and not chosen stays, muted, with a word that says so; `hit` is None then.
    """

    chosen = Signal(object)  # CounterpartyHit or None: the user's doing only

    def __init__(
        self,
        workplace: Workplace,
        *,
        name: str = "counterpartyPicker",
        title: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(name=name, title=title or _("Counterparty"), parent=parent)
        self._workplace = workplace
        self._hit: CounterpartyHit | None = None
        self._hits: dict[Hashable, CounterpartyHit] = {}
        self._asked = ""
        self.setPlaceholderText(_("Name, phone or INN"))
        self._debounce = QTimer(self, singleShot=True, interval=_DEBOUNCE_MS)
        self._debounce.timeout.connect(self._search)
        self._slow = QTimer(self, singleShot=True, interval=_SLOW_AFTER_MS)
        self._slow.timeout.connect(lambda: self._popup().show_note(_("Searching…")))
        theme.changed.connect(self._show_state)

    @property
    def hit(self) -> CounterpartyHit | None:
        """The chosen counterparty; None while there is only text."""
        return self._hit

    def set_hit(self, hit: CounterpartyHit | None) -> None:
        """Show a counterparty as chosen, or an empty field; says nothing."""
        self._hit = hit
        self.setText(hit.name if hit is not None else "")
        self.setCursorPosition(0)
        self._show_state()

    def set_counterparty(self, counterparty_id: UUID, name: str) -> None:
        """Show a counterparty of which only the name is at hand as chosen."""
        self.set_hit(CounterpartyHit(counterparty_id, name, "", "", ""))

    def set_typed(self, text: str) -> None:
        """Show a text for which nothing is chosen."""
        self._hit = None
        self.setText(text)
        self._show_state()

    def clear_choice(self) -> None:
        had = self._hit is not None
        self._stop()
        self.set_hit(None)
        if had:
            self.chosen.emit(None)

    def open_list(self) -> None:
        self._search()

    def take_on_leaving(self) -> None:
        """The only firm found is the one meant; of several none is taken."""
        if self._hit is None and len(self._hits) == 1 and self.list_open and self._asked == self.text():
            self.take_marked()
        super().take_on_leaving()

    def close_list(self) -> None:
        self._stop()
        super().close_list()

    def _take(self, choice: Choice) -> None:
        hit = self._hits.get(choice.key)
        if hit is not None:
            self.set_hit(hit)
            self.chosen.emit(hit)

    def _stop(self) -> None:
        self._debounce.stop()
        self._slow.stop()
        self._asked = ""

    def _on_typed(self, text: str) -> None:
        if self._hit is not None and text != self._hit.name:
            self._hit = None
            self.chosen.emit(None)
        self._show_state()
        if text.strip():
            self._debounce.start()
        else:
            self.close_list()

    def _search(self) -> None:
        # The name of what is chosen would find that alone: the list is opened to choose another.
        asked = self.text()
        query = "" if self._hit is not None else clean_line(asked)
        self._asked = asked
        self._slow.start()
        self._workplace.read(
            lambda session: find_counterparties(session, query),
            parent=self,
            done=lambda hits: self._show_hits(asked, query, hits),
            failed=lambda error: self._show_error(asked, error),
            key="find",
        )

    def _show_hits(self, asked: str, query: str, hits: tuple[CounterpartyHit, ...]) -> None:
        if self._asked != asked or self.text() != asked or not self.hasFocus():
            return
        self._slow.stop()
        self._hits = {hit.id: hit for hit in hits}
        popup = self._popup()
        if not hits:
            popup.show_note(_("Nothing found. Part of the name, of the phone or of the INN is enough."))
            return
        note = _("The first {count} are shown: type more.").format(count=PICK_LIMIT)
        popup.show_choices(
            [_choice_of(hit, query) for hit in hits],
            marked=self._hit.id if self._hit is not None else hits[0].id if query else None,
            note=note if len(hits) >= PICK_LIMIT else "",
        )

    def _show_error(self, asked: str, error: UserError) -> None:
        if self._asked == asked:
            self._slow.stop()
            self._hits = {}
            self._popup().show_note(error.text, wrong=True)

    def _show_state(self) -> None:
        loose = bool(self.text()) and self._hit is None and not self.hasFocus()
        words = theme.metrics(Font.CAPTION).horizontalAdvance(_("not chosen"))
        self.setTextMargins(0, 0, words + _GAP if loose else 0, 0)
        # The style sheet's colour goes before the palette's.
        self.setStyleSheet(f"color: {theme.palette().muted};" if loose else "")
        self.setAccessibleDescription(_("not chosen") if self.text() and self._hit is None else "")

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._show_state()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._show_state()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.text() and self._hit is None and not self.hasFocus():
            painter = QPainter(self)
            painter.setFont(theme.font(Font.CAPTION))
            painter.setPen(theme.palette().color("warn"))
            room = self.rect().adjusted(0, 0, -_PADDING, 0)
            painter.drawText(
                room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, _("not chosen")
            )


def _choice_of(hit: CounterpartyHit, query: str) -> Choice:
    digits = digits_of_query(query)
    by_inn = digits is not None and hit.inn.startswith(digits) and not matched_spans(hit.phone, query)
    inn = _("INN {inn}").format(inn=hit.inn) if hit.inn else ""
    detail = inn if by_inn or not hit.phone else hit.phone
    return Choice(
        hit.id,
        hit.name,
        detail,
        bold=() if digits is not None else matched_spans(hit.name, query),
        bold_detail=matched_spans(detail, query) if digits is not None else (),
    )


class ChoicePicker(PickerEdit):
    """Chooses from a short list that is at hand; what is typed narrows it, in either layout."""

    chosen = Signal(object)  # the key, None for nothing: the user's doing only

    def __init__(
        self,
        choices: Sequence[Choice],
        *,
        current: Hashable = None,
        name: str,
        title: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(name=name, title=title, parent=parent)
        self._choices = tuple(choices)
        self._current = current
        self._note = ""
        self._show_current()

    @property
    def current(self) -> Any:
        """The chosen key."""
        return self._current

    def set_choices(self, choices: Sequence[Choice], note: str = "") -> None:
        """Offer other lines, keeping what is chosen; `note` is said where there are none."""
        self._choices = tuple(choices)
        self._note = note
        if not self.isModified():
            self._show_current()
        if self.list_open:
            self._show_list()

    def clear_choice(self) -> None:
        self._choose(None)

    def open_list(self) -> None:
        self._show_list()

    def take_on_leaving(self) -> None:
        """What was typed takes the first line that fits; what fits none leaves the former choice."""
        if not (self.isModified() and self.text().strip() and self.take_marked()):
            if self.isModified() and not self.text().strip():
                self._choose(None)
            self._show_current()
        super().take_on_leaving()

    def _take(self, choice: Choice) -> None:
        self._choose(choice.key)

    def _choose(self, key: Hashable) -> None:
        self._current = key
        self._show_current()
        self.chosen.emit(key)

    def _show_current(self) -> None:
        found = next((c for c in self._choices if c.key == self._current and not c.heading), None)
        self.setText(found.text if found is not None and self._current is not None else "")
        self.setModified(False)

    def _on_typed(self, _text: str) -> None:
        self.setModified(True)
        self._show_list()

    def _show_list(self) -> None:
        query = self.text().strip() if self.isModified() else ""
        shown = _narrowed(self._choices, query)
        popup = self._popup()
        if not shown:
            popup.show_note((self._note if not query else "") or _("Nothing found."))
            return
        first = next((c.key for c in shown if not c.heading), None)
        popup.show_choices(shown, marked=first if query else self._current, note="")


def _narrowed(choices: Sequence[Choice], query: str) -> list[Choice]:
    """The lines that hold every word typed, with the headings that still have lines below them."""
    if not query:
        return list(choices)
    for words in (query_words(query), query_words(wrong_layout(query))):
        kept: list[Choice] = []
        for choice in choices:
            if choice.heading:
                if kept and kept[-1].heading:
                    kept.pop()
                kept.append(choice)
            elif words and all(word in search_text(choice.text, choice.detail) for word in words):
                spans = matched_spans(choice.text, query)
                kept.append(Choice(choice.key, choice.text, choice.detail, choice.icon, bold=spans))
        if kept and kept[-1].heading:
            kept.pop()
        if kept:
            return kept
    return []


class _PopupList(QFrame):
    """The list of a field, laid over the window; the focus stays in the field."""

    clicked = Signal(object)  # Choice

    def __init__(self, field: PickerEdit, title: str) -> None:
        super().__init__(field.window())
        self._field = field
        self.setObjectName("pickerPopup")
        self.setProperty("surface", "card")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._model = _Choices(self)
        self._view = QListView()
        self._view.setObjectName("pickerList")
        self._view.setAccessibleName(title)
        self._view.setFrameShape(QFrame.Shape.NoFrame)
        self._view.setStyleSheet("QListView { border: none; background: transparent; }")
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view.setMouseTracking(True)
        self._view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._view.setUniformItemSizes(True)
        self._view.setModel(self._model)
        self._view.setItemDelegate(_ChoiceDelegate(self))
        self._view.entered.connect(self._on_entered)
        self._view.clicked.connect(self._on_clicked)
        self._note = label(role=Font.CAPTION, tone="muted", name="pickerNote", wrap=True)
        self._note.setContentsMargins(_PADDING - 4, 5, _PADDING - 4, 5)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(4, 4, 4, 4)
        whole.setSpacing(0)
        whole.addWidget(self._view)
        whole.addWidget(self._note)
        self.hide()
        field.window().installEventFilter(self)

    def show_choices(self, choices: Sequence[Choice], *, marked: Hashable, note: str) -> None:
        self._model.show_choices(choices)
        self._view.show()
        self._say(note, wrong=False)
        rows = min(len(choices), _ROWS_AT_ONCE)
        self._view.setFixedHeight(rows * row_height() + 2)
        self._place()
        row = next((n for n, c in enumerate(choices) if c.key == marked and not c.heading), -1)
        if row >= 0 and marked is not None:
            self._mark(row)
        else:
            self._view.setCurrentIndex(QModelIndex())
            self._view.scrollToTop()

    def show_note(self, text: str, *, wrong: bool = False) -> None:
        self._model.show_choices(())
        self._view.hide()
        self._say(text, wrong=wrong)
        self._place()

    def marked(self) -> Choice | None:
        index = self._view.currentIndex()
        return self._model.choices[index.row()] if index.isValid() else None

    def step(self, by: int) -> None:
        """Mark another line, over the headings; stays at the ends."""
        choices = self._model.choices
        free = [row for row, choice in enumerate(choices) if not choice.heading]
        if not free:
            return
        index = self._view.currentIndex()
        if not index.isValid():
            self._mark(free[0] if by > 0 else free[-1])
            return
        at = free.index(index.row()) + by
        self._mark(free[max(0, min(len(free) - 1, at))])

    def _mark(self, row: int) -> None:
        index = self._model.index(row)
        self._view.setCurrentIndex(index)
        self._view.scrollTo(index)

    def _say(self, text: str, *, wrong: bool) -> None:
        self._note.setText(text)
        self._note.setVisible(bool(text))
        set_tone(self._note, "tone", "danger" if wrong else "muted")

    def _place(self) -> None:
        window = self._field.window()
        chars = theme.metrics(Font.TABLE).averageCharWidth()
        widest = self._model.width_hint() + 2 * _PADDING + 24
        width = min(max(self._field.width(), widest, chars * 34), chars * 84, window.width() - 16)
        self.setFixedWidth(width)
        self._note.setFixedWidth(width - 8)
        self.layout().activate()
        height = self.sizeHint().height()
        top = self._field.mapTo(window, QPoint(0, 0))
        below = top.y() + self._field.height() + 3
        y = below if below + height <= window.height() else max(4, top.y() - height - 3)
        x = max(8, min(top.x(), window.width() - width - 8))
        self.setGeometry(QRect(x, y, width, height))
        self.show()
        self.raise_()

    def _on_entered(self, index: QModelIndex) -> None:
        if not self._model.choices[index.row()].heading:
            self._view.setCurrentIndex(index)

    def _on_clicked(self, index: QModelIndex) -> None:
        choice = self._model.choices[index.row()]
        if not choice.heading:
            self.clicked.emit(choice)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.WindowDeactivate) and self.isVisible():
            self._field.close_list()
        return False


def row_height() -> int:
    return theme.metrics(Font.TABLE).height() + 12


class _Choices(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.choices: tuple[Choice, ...] = ()

    def show_choices(self, choices: Sequence[Choice]) -> None:
        self.beginResetModel()
        self.choices = tuple(choices)
        self.endResetModel()

    def width_hint(self) -> int:
        strong, plain = theme.metrics(Font.TABLE_STRONG), theme.metrics(Font.CAPTION)
        return max(
            (
                strong.horizontalAdvance(c.text[:120])
                + (plain.horizontalAdvance(c.detail) + 3 * _GAP if c.detail else 0)
                + (_ICON + _GAP if c.icon else 0)
                for c in self.choices
            ),
            default=0,
        )

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008 # Qt's own default
        return 0 if parent.isValid() else len(self.choices)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        choice = self.choices[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return choice.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{choice.text}, {choice.detail}" if choice.detail else choice.text
        if role == Qt.ItemDataRole.ToolTipRole:
            return "" if choice.heading else choice.text
        return None

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        if index.isValid() and self.choices[index.row()].heading:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class _ChoiceDelegate(QStyledItemDelegate):
    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex) -> QSize:
        return QSize(0, row_height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        model = index.model()
        assert isinstance(model, _Choices)
        choice = model.choices[index.row()]
        colors = theme.palette()
        rect: QRect = option.rect
        marked = bool(option.state & QStyle.StateFlag.State_Selected)
        if marked:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors.color("soft"))
            painter.drawRoundedRect(rect, 5, 5)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        left, right = rect.left() + _PADDING, rect.right() - _PADDING
        if choice.heading:
            painter.setFont(theme.font(Font.CAPTION))
            painter.setPen(colors.color("muted"))
            painter.drawText(
                QRect(left, rect.y(), right - left, rect.height()), Qt.AlignmentFlag.AlignVCenter, choice.text
            )
            return
        if choice.icon:
            y = rect.y() + (rect.height() - _ICON) / 2
            icons.draw(painter, choice.icon, left, y, role="on_soft" if marked else "text2")
            left += _ICON + _GAP
        if choice.detail:
            room = (right - left) // 2
            width = min(room, theme.metrics(Font.CAPTION).horizontalAdvance(choice.detail) + 8)
            box = QRect(right - width + 1, rect.y(), width, rect.height())
            fonts = (Font.CAPTION, Font.CAPTION_STRONG)
            _draw_spans(painter, box, choice.detail, choice.bold_detail, fonts, colors.color("muted"))
            right -= width + 2 * _GAP
        box = QRect(left, rect.y(), right - left, rect.height())
        color = colors.color("on_soft" if marked else "text")
        _draw_spans(painter, box, choice.text, choice.bold, (Font.TABLE, Font.BADGE), color)


def _draw_spans(
    painter: QPainter, box: QRect, text: str, bold: Sequence[Span], fonts: tuple[Font, Font], color: QColor
) -> None:
    """Draw one line with some parts in the second font, shortened to the box."""
    painter.setPen(color)
    plain = theme.font(fonts[0])
    strong = QFont(theme.font(fonts[1]))
    strong.setPointSizeF(plain.pointSizeF())
    strong.setWeight(QFont.Weight.Bold)
    x, at = box.left(), 0
    parts: list[tuple[str, QFont]] = []
    for start, length in bold:
        parts += [(text[at:start], plain), (text[start : start + length], strong)]
        at = start + length
    parts.append((text[at:], plain))
    for part, font in parts:
        room = box.right() - x + 1
        if not part or room <= 0:
            continue
        metrics = QFontMetrics(font)
        shown = metrics.elidedText(part, Qt.TextElideMode.ElideRight, room)
        painter.setFont(font)
        painter.drawText(QRect(x, box.y(), room, box.height()), Qt.AlignmentFlag.AlignVCenter, shown)
        x += metrics.horizontalAdvance(shown)
        if shown != part:
            return
