"""The editor that chooses a row of somewhere else: searched while typing, from a list, or newly made."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QStringListModel, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView, QWidget

from altius_desktop.domain.texts import clean_line
from altius_desktop.i18n import _
from altius_desktop.ui import theme
from altius_desktop.ui.controls import Button
from altius_desktop.ui.form.editors import Editor
from altius_desktop.ui.messages import show_toast
from altius_desktop.ui.theme import Font

_FIND_AFTER_MS = 120


@dataclass(frozen=True)
class LookupItem:
    """A row to choose in a lookup: what is stored, what is shown, and what tells it from its namesakes."""

    id: Hashable
    text: str
    detail: str = ""


Find = Callable[[str, Callable[[Sequence[LookupItem]], None]], None]
Deliver = Callable[[LookupItem], None]


class LookupDirectory(Protocol):
    """The directory behind a lookup: its values, a new one (F8), and the window that edits it."""

    def find(self, text: str, deliver: Callable[[Sequence[LookupItem]], None]) -> None: ...

    def why_not(self) -> str:
        """Why this employee may add nothing; "" if he may."""

    def ask_new(self, parent: QWidget, text: str, deliver: Deliver) -> None:
        """Ask for the name of a new value, save it at once and give it back."""

    def open(self, parent: QWidget, deliver: Deliver) -> None:
        """Show the whole directory; what is chosen there is given back."""


class LookupEdit(Editor):
    """Search while typing and choose: `find(text, deliver)` asks for rows, which may come later.

    F4 or Down opens the list, Shift+F4 clears; with a `directory` F8 adds a value and the list ends in the
    way to its window. A text that was typed but not chosen cannot be saved.
    """

    chosen = Signal(object)  # LookupItem or None

    def __init__(
        self,
        *,
        find: Find | None = None,
        directory: LookupDirectory | None = None,
        placeholder: str = "",
    ) -> None:
        self.line = _LookupLine()
        super().__init__(self.line)
        if find is None and directory is None:
            raise ValueError("a lookup needs find or a directory")
        self._find = find or directory.find  # type: ignore[union-attr] # one of the two is there
        self._directory = directory
        self._extras: list[Callable[[], None]] = []
        self._item: LookupItem | None = None
        self._items: list[LookupItem] = []
        self._asked = 0
        self.line.setPlaceholderText(placeholder)
        if directory is not None:
            self.line.setToolTip(_("F4 list, F8 new value, Shift+F4 clear"))
        self._model = QStringListModel(self)
        self._completer = QCompleter(self._model, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setMaxVisibleItems(12)
        self._completer.setWidget(self.line)
        self._list = QListView()
        self._list.setProperty("popup", "true")
        self._list.setObjectName("lookupList")
        self._list.setAccessibleName(_("Found"))
        self._list.setFont(theme.font(Font.BASE))
        self._completer.setPopup(self._list)
        self._completer.activated.connect(self._on_activated)
        self._timer = QTimer(self, singleShot=True, interval=_FIND_AFTER_MS)
        self._timer.timeout.connect(self.search)
        self.line.textEdited.connect(self._on_edited)
        self.line.opened.connect(self.search)
        self.line.cleared.connect(lambda: self._choose(None))
        self.line.new_asked.connect(self.ask_new)
        self._button = Button(
            icon="search", kind="flat", small=True, name="chooseButton", tip=_("Choose"), hint="F4"
        )
        self._button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._button.clicked.connect(self._on_button)
        self.row.addWidget(self._button)

    def value(self) -> Hashable:
        """The id of what was chosen, or None."""
        return self._item.id if self._item is not None else None

    @property
    def item(self) -> LookupItem | None:
        return self._item

    def set_value(self, value: LookupItem | None) -> None:
        self._item = value
        self._timer.stop()
        self._asked += 1
        self.line.setText(value.text if value is not None else "")
        self.line.setCursorPosition(0)
        self.changed.emit()

    def is_blank(self) -> bool:
        return self._item is None and not self.line.text().strip()

    def problem(self) -> str:
        if self._item is None and self.line.text().strip():
            return _("Choose from the list what you mean")
        return ""

    def search(self) -> None:
        """Ask for the rows that fit what is typed and show them when they come."""
        self._asked += 1
        number = self._asked
        # What was chosen is no search text: F4 on it shows the whole list.
        text = "" if self._item is not None else clean_line(self.line.text())
        self._find(text, lambda items: self._show(number, items))

    def _show(self, number: int, items: Sequence[LookupItem]) -> None:
        if number != self._asked or not self.line.hasFocus():
            return
        self._items = list(items)
        shown = [f"{item.text}  ·  {item.detail}" if item.detail else item.text for item in self._items]
        self._model.setStringList([*(shown or [_("Nothing found")]), *self._offer_extras()])
        self._completer.complete()

    def _offer_extras(self) -> list[str]:
        """The last lines of the list: a new value, and the directory itself."""
        self._extras = []
        if self._directory is None:
            return []
        texts = []
        if not self._directory.why_not():
            self._extras.append(self.ask_new)
            texts.append(_("New value… (F8)"))
        self._extras.append(self.open_directory)
        texts.append(_("Directory…"))
        return texts

    def ask_new(self) -> None:
        """Add to the directory what is typed, or something else, and choose it; without a directory nothing."""
        if self._directory is None:
            return
        self._quieten()
        if reason := self._directory.why_not():
            show_toast(self.window(), reason, kind="warn")
            return
        typed = "" if self._item is not None else clean_line(self.line.text())
        self._directory.ask_new(self, typed, self._take)

    def open_directory(self) -> None:
        """Show the whole directory and choose there."""
        if self._directory is not None:
            self._quieten()
            self._directory.open(self, self._take)

    def _quieten(self) -> None:
        # A list that comes now would cover the dialog.
        self._timer.stop()
        self._asked += 1
        self._list.hide()

    def _take(self, item: LookupItem) -> None:
        self._choose(item)
        self.line.setFocus()

    def _on_edited(self) -> None:
        if self._item is not None:
            self._item = None
            self.chosen.emit(None)
        self.changed.emit()
        self._timer.start()

    def _on_button(self) -> None:
        self.line.setFocus()
        self.search()

    def _on_activated(self, _text: str) -> None:
        row = self._list.currentIndex().row()
        extra = row - max(1, len(self._items))
        if 0 <= row < len(self._items):
            self._choose(self._items[row])
        elif 0 <= extra < len(self._extras):
            self._extras[extra]()

    def _choose(self, item: LookupItem | None) -> None:
        self.set_value(item)
        self.chosen.emit(item)


class _LookupLine(QLineEdit):
    opened = Signal()
    cleared = Signal()
    new_asked = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, modifiers = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key == Qt.Key.Key_F4 and modifiers == Qt.KeyboardModifier.ShiftModifier:
            self.cleared.emit()
        elif key in (Qt.Key.Key_F4, Qt.Key.Key_Down) and modifiers == Qt.KeyboardModifier.NoModifier:
            self.opened.emit()
        elif key == Qt.Key.Key_F8 and modifiers == Qt.KeyboardModifier.NoModifier:
            self.new_asked.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.selectAll()
