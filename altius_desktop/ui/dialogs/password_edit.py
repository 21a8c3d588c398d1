"""The line for a password, with a button that shows it and a word about the keyboard while it is typed."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from altius_desktop.i18n import _
from altius_desktop.ui.controls import Button


class PasswordEdit(QLineEdit):
    """`nameEdit` with its `showNameButton`; `hinted` says what is odd about the keyboard, "" nothing."""

    hinted = Signal(str)

    def __init__(self, name: str, title: str) -> None:
        super().__init__()
        self.setObjectName(f"{name}Edit")
        self.setAccessibleName(title)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setMaxLength(1000)
        button_name = f"show{name[0].upper()}{name[1:]}Button"
        self.show_button = Button(_("Show"), small=True, kind="flat", name=button_name)
        self.show_button.setCheckable(True)
        self.show_button.setToolTip(_("Show the password"))
        self.show_button.toggled.connect(self._show)

    def _show(self, shown: bool) -> None:
        self.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        self.show_button.setText(_("Hide") if shown else _("Show"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.hinted.emit(keyboard_hint(event))
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.hinted.emit("")
        super().focusOutEvent(event)


def keyboard_hint(event: QKeyEvent) -> str:
    """What is odd about a typed letter; no platform tells of Caps Lock in another way."""
    text = event.text()
    if len(text) != 1 or not text.isalpha():
        return ""
    shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
    if text.isupper() != shift:
        return _("Caps Lock is on")
    return _("The Russian keyboard layout is on") if "\u0400" <= text <= "\u04ff" else ""
