"""A line with a list under it, and the one that chooses from a short list at hand."""

from collections.abc import Hashable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from altius_desktop.domain.search_text import query_words, search_text, wrong_layout
from altius_desktop.i18n import _
from altius_desktop.ui.picker.popup import ROWS_AT_ONCE, Choice, PopupList, matched_spans

_STEPS = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: ROWS_AT_ONCE - 1,
    Qt.Key.Key_PageUp: 1 - ROWS_AT_ONCE,
}


class PickerEdit(QLineEdit):
    """A line with a list under it. Down, F4 or a click opens the list, Enter takes the marked line, Esc closes it.

    Qt's own metaclass leaves no room for abc.ABC: what every child must have raises here.
    """

    def __init__(self, *, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self._title = title
        self._list: PopupList | None = None
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

    def _popup(self) -> PopupList:
        if self._list is None or self._list.parent() is not self.window():
            if self._list is not None:
                self._list.deleteLater()
            self._list = PopupList(self, self._title)
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
