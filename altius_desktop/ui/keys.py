"""Keys that mean the same in the Latin and in the Russian layout."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

# The letters of both layouts by their place on the keyboard.
_LATIN, _RUSSIAN = "QWERTYUIOPASDFGHJKLZXCVBNM", "ЙЦУКЕНГШЩЗФЫВАПРОЛДЯЧСМИТЬ"
_LATIN_OF = dict(zip(_RUSSIAN, _LATIN, strict=True))


def latin_key(key: int) -> int:
    """Qt's number of what this key gives in the Latin layout; a key without a Russian letter stays as it is."""
    letter = _LATIN_OF.get(chr(key)) if 0x400 <= key < 0x500 else None
    return key if letter is None else ord(letter)


def _key_sequences(keys: str) -> list[QKeySequence]:
    """The sequence and, if it ends in a letter, the one that the same keys give in the Russian layout."""
    result = [QKeySequence(keys)]
    start, letter = keys[:-1], keys[-1].upper()
    if letter in _LATIN and (not start or start.endswith("+")):
        result.append(QKeySequence(start + _RUSSIAN[_LATIN.index(letter)]))
    return result


def shortcut(
    widget: QWidget,
    keys: str,
    slot: Callable[[], object],
    *,
    context: Qt.ShortcutContext = Qt.ShortcutContext.WindowShortcut,
) -> QShortcut:
    """Do `slot` at these keys in either layout; the key may be held down without doing it again.

    Qt finds the Latin letter by itself only where a Latin layout is installed beside the Russian one.
    """
    result = QShortcut(widget)
    result.setKeys(_key_sequences(keys))
    result.setContext(context)
    result.setAutoRepeat(False)
    result.activated.connect(lambda: slot())
    # With both layouts installed the two sequences match one key press: ambiguous with itself.
    result.activatedAmbiguously.connect(lambda: slot())
    return result


class EditingKeys(QObject):
    """Copy, paste, undo and the like in text fields where Russian is the only layout.

    Qt finds the Latin letter of a key only in an installed Latin layout. Without this Ctrl+Z in a text field
    would even take back the last act of the day.
    """

    _KEYS = (
        QKeySequence.StandardKey.Undo,
        QKeySequence.StandardKey.Redo,
        QKeySequence.StandardKey.Cut,
        QKeySequence.StandardKey.Copy,
        QKeySequence.StandardKey.Paste,
        QKeySequence.StandardKey.SelectAll,
    )

    def __init__(self, qapp: QApplication) -> None:
        super().__init__(qapp)
        qapp.focusChanged.connect(self._on_focus_changed)

    def _on_focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        # Only where text is typed: a filter of the whole program would see every event of every widget.
        if isinstance(new, QLineEdit | QPlainTextEdit):
            new.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() not in (
            QEvent.Type.ShortcutOverride,
            QEvent.Type.KeyPress,
        ):
            return False
        key = latin_key(event.key())
        if key == event.key():
            return False
        latin = QKeyEvent(event.type(), key, event.modifiers(), "", event.isAutoRepeat())
        if not any(latin.matches(known) for known in self._KEYS):
            return False
        QApplication.sendEvent(watched, latin)
        event.setAccepted(latin.isAccepted())
        return True
