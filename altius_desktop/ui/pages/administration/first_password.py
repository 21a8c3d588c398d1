"""A password that the program has made up: shown once, to be handed to whoever logs in with it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from altius_desktop.i18n import _
from altius_desktop.ui import theme
from altius_desktop.ui.controls import Button, card, label
from altius_desktop.ui.form import DialogFrame
from altius_desktop.ui.theme import Font


class FirstPasswordDialog(DialogFrame):
    """Nothing keeps the password but this window."""

    def __init__(self, login: str, password: str, parent: QWidget | None) -> None:
        super().__init__(
            parent,
            name="firstPasswordDialog",
            icon="key",
            title=_("Password of the login"),
            subtitle=login,
            save_text=_("Close"),
        )
        self._password = password
        frame = card("quiet")
        row = QHBoxLayout(frame)
        row.setContentsMargins(16, 12, 12, 12)
        words = label(password, role=Font.TITLE, name="firstPassword")
        words.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        words.setAccessibleName(_("Password"))
        row.addWidget(words, 1)
        self.copy = Button(_("Copy"), icon="copy", name="copyPasswordButton", on_click=self._copy)
        row.addWidget(self.copy)
        self.body.addWidget(frame)
        self.body.addWidget(
            label(
                _("It is shown this once and kept nowhere. Hand it over in person or by telephone."),
                wrap=True,
            )
        )
        self.body.addWidget(
            label(
                _("The employee changes it in his menu: “Change the password…”."),
                role=Font.CAPTION,
                tone="muted",
                wrap=True,
            )
        )
        self.body.addStretch()
        self.cancel_button.hide()
        self.setMinimumWidth(theme.metrics(Font.BASE).averageCharWidth() * 64)
        self.copy.setFocus()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._password)
        self.copy.setText(_("Copied"))
        self.copy.set_icon_name("check")
