"""Everybody's own password: the old one, a new one, and the new one once more."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from altius_desktop.database.connection import Credentials, Database, open_connection
from altius_desktop.domain.errors import ConnectionLost, FieldError, LoginRefused, UserError
from altius_desktop.domain.logins import SHORTEST_PASSWORD, password_complaint
from altius_desktop.i18n import _
from altius_desktop.services.accounts import set_own_password
from altius_desktop.ui import theme
from altius_desktop.ui.controls import label, set_tone
from altius_desktop.ui.dialogs.password_edit import PasswordEdit
from altius_desktop.ui.form import DialogFrame
from altius_desktop.ui.theme import Font
from altius_desktop.ui.workplace import Workplace


def change_password(database: Database, *, old: str, new: str) -> Credentials:
    """Give the logged-in login a new password and let this database go on with it; on any thread.

    FieldError "old" if the old one is wrong. Asked again after an answer that was lost it finds the new one.
    """
    address, login = database.address, database.credentials.login
    fresh = Credentials(login, new)
    try:
        open_connection(address, Credentials(login, old)).close()
    except LoginRefused:
        if not _gets_in(database, fresh):
            raise FieldError("old", _("This is not your present password.")) from None
    else:
        try:
            with database.transaction() as session:
                set_own_password(session, password=new)
        except ConnectionLost:
            if not _gets_in(database, fresh):
                raise
    database.use_password(new)
    return fresh


def _gets_in(database: Database, credentials: Credentials) -> bool:
    try:
        open_connection(database.address, credentials).close()
    except UserError:
        return False
    return True


class PasswordDialog(DialogFrame):
    """Accepted once the password is changed: `changed` brings the new credentials, and the workplace goes on."""

    changed = Signal(object)  # Credentials

    def __init__(self, workplace: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(
            parent,
            name="passwordDialog",
            icon="key",
            title=_("Change the password"),
            details=_("Login: {login}").format(login=workplace.identity.login),
            save_text=_("Change"),
        )
        self._workplace = workplace
        self._errors: dict[str, QLabel] = {}
        self.edits = {
            "old": PasswordEdit("oldPassword", _("Present password")),
            "new": PasswordEdit("newPassword", _("New password")),
            "again": PasswordEdit("newPasswordAgain", _("New password once more")),
        }
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for number, (key, edit) in enumerate(self.edits.items()):
            words = label(edit.accessibleName(), role=Font.TABLE, tone="text2")
            words.setBuddy(edit)
            error = label(role=Font.CAPTION, tone="danger", wrap=True, name=f"{key}Error")
            error.hide()
            self._errors[key] = error
            edit.textEdited.connect(lambda _text, key=key: self._mark(key, ""))
            grid.addWidget(words, number * 2, 0)
            grid.addWidget(edit, number * 2, 1)
            grid.addWidget(edit.show_button, number * 2, 2)
            grid.addWidget(error, number * 2 + 1, 1, 1, 2)
        self.body.addLayout(grid)
        hint = label(role=Font.CAPTION, tone="warn", name="keyboardHint")
        for edit in self.edits.values():
            edit.hinted.connect(hint.setText)
        self.body.addWidget(hint)
        self.body.addWidget(
            label(
                _("At least {count} characters. Several words are easier to keep in mind than signs.").format(
                    count=SHORTEST_PASSWORD
                ),
                role=Font.CAPTION,
                tone="muted",
                wrap=True,
                name="passwordAdvice",
            )
        )
        self.body.addStretch()
        self.setMinimumWidth(theme.metrics(Font.BASE).averageCharWidth() * 76)
        self.edits["old"].setFocus()

    def _mark(self, key: str, text: str) -> None:
        self._errors[key].setText(text)
        self._errors[key].setVisible(bool(text))
        set_tone(self.edits[key], "wrong", bool(text))
        self.edits[key].setAccessibleDescription(text)

    def has_changes(self) -> bool:
        return any(edit.text() for edit in self.edits.values())

    def save(self) -> None:
        old, new, again = (edit.text() for edit in self.edits.values())
        complaint = password_complaint(self._workplace.identity.login, new)
        if not complaint and new == old:
            complaint = _("The new password is the present one.")
        problems = {
            "old": "" if old else _("Fill this in"),
            "new": complaint,
            "again": "" if again == new else _("The two passwords differ."),
        }
        for key, text in problems.items():
            self._mark(key, text)
        first = next((key for key, text in problems.items() if text), None)
        if first is not None:
            self.edits[first].setFocus()
            return
        self.set_busy(True)
        database = self._workplace.database
        self._workplace.worker.run(
            lambda: change_password(database, old=old, new=new),
            parent=self,
            done=self._on_changed,
            failed=self.show_error,
            lane="write",
        )

    def _on_changed(self, credentials: Credentials) -> None:
        self._workplace.live.use_credentials(credentials)
        self.changed.emit(credentials)
        self.close_saved()

    def show_error(self, error: UserError) -> None:
        if isinstance(error, FieldError):
            self.set_busy(False)
            key = "old" if error.field == "old" else "new"
            self._mark(key, str(error))
            self.edits[key].setFocus()
            self.edits[key].selectAll()
        else:
            super().show_error(error)
