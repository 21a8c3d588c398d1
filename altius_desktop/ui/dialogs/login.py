"""Who works here: server, login and password before there is a workplace; a demo offers its employees."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from altius_desktop.database.connection import Credentials, ServerAddress
from altius_desktop.database.kept_passwords import KeptPasswords
from altius_desktop.domain.errors import ConnectionLost, FieldError, LoginRefused, UserError
from altius_desktop.domain.texts import clean_line
from altius_desktop.i18n import _, current_language
from altius_desktop.settings import Settings
from altius_desktop.ui import theme
from altius_desktop.ui.controls import Avatar, Button, IconLabel, card, label, rule, set_tone
from altius_desktop.ui.dialogs.login_keyring import RememberBox
from altius_desktop.ui.dialogs.login_people import OfferedLogin, PersonButton
from altius_desktop.ui.dialogs.login_server import ServerDialog, parse_server, server_text
from altius_desktop.ui.dialogs.new_company import NewCompany
from altius_desktop.ui.dialogs.password_edit import PasswordEdit
from altius_desktop.ui.theme import Font
from altius_desktop.ui.worker import Worker


class LoginDialog(QDialog):
    """Logs in on the worker's write lane; accepted with what `connect` returned in `result_value`.

    `connect` runs on the lane's thread and raises UserError if nobody gets in: the window stays as it is
    and says why. A `fixed_address` is not asked for. The language chosen here is kept in the settings.
    With `passwords` the system's keyring is offered; `to_keep` says afterwards what belongs into it.
    """

    language_changed = Signal()

    def __init__(
        self,
        settings: Settings,
        *,
        offered: tuple[OfferedLogin, ...] = (),
        connect: Callable[[ServerAddress, Credentials], Any],
        worker: Worker,
        fixed_address: ServerAddress | None = None,
        passwords: KeptPasswords | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.result_value: Any = None
        self.to_keep: tuple[ServerAddress, Credentials] | None = None
        self._passwords = passwords
        self._remember: RememberBox | None = None
        self._tried: tuple[ServerAddress, Credentials] | None = None
        self._protection = (settings.sslmode, settings.sslrootcert)
        self._settings = settings
        self._connect = connect
        self._worker = worker
        self._fixed = fixed_address
        self._busy = False
        self.setObjectName("loginDialog")
        self.setAccessibleName(_("Log in"))
        self.setWindowTitle(f"{_('Log in')} — Altius")
        self._errors: dict[str, QLabel] = {}
        self._people: list[PersonButton] = []
        self._make_fields()
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._form(), 1)
        if offered:
            whole.addWidget(rule(vertical=True, strong=True))
            whole.addWidget(self._offer(offered))
        self._fill(offered)

    def _make_fields(self) -> None:
        wide = theme.metrics(Font.BASE).averageCharWidth() * 46
        self._server = QLineEdit()
        self._login = QLineEdit()
        self._password = PasswordEdit("password", _("Password"))
        for edit, name, title in (
            (self._server, "serverEdit", _("Server")),
            (self._login, "loginEdit", _("Login")),
            (self._password, "passwordEdit", _("Password")),
        ):
            edit.setObjectName(name)
            edit.setAccessibleName(title)
            edit.setMinimumWidth(wide if edit is not self._password else 0)
            edit.textEdited.connect(partial(self._clear_error, edit))
            edit.returnPressed.connect(self.log_in)
        self._server.setPlaceholderText("crm-srv01")
        self._server.setToolTip(_("Server, server:port or server/database"))
        self._server_button = Button(
            _("Server…"),
            small=True,
            kind="flat",
            name="serverButton",
            tip=_("Port, database and protection of the connection"),
            on_click=self.choose_server,
        )
        self._hint = label(role=Font.CAPTION, tone="warn", name="keyboardHint")
        self._password.hinted.connect(self._hint.setText)
        self._told = label(wrap=True, name="loginFailure")
        self._told_frame = card("danger")
        inside = QHBoxLayout(self._told_frame)
        inside.setContentsMargins(12, 8, 12, 8)
        inside.setSpacing(10)
        inside.addWidget(IconLabel("danger", role="danger"), 0, Qt.AlignmentFlag.AlignTop)
        inside.addWidget(self._told, 1)
        self._told_frame.hide()
        self._enter = Button(
            _("Log in"), kind="primary", name="loginButton", hint="Enter", on_click=self.log_in
        )
        self._enter.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._cancel = Button(_("Cancel"), hint="Esc", name="cancelButton", on_click=self.reject)

    def _form(self) -> QWidget:
        form = QWidget()
        column = QVBoxLayout(form)
        column.setContentsMargins(28, 24, 28, 20)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(Avatar("A", size=40, fill="accent", role="on_accent"))
        titles = QVBoxLayout()
        titles.setSpacing(1)
        titles.addWidget(label("Altius", role=Font.TITLE))
        where = _("The company on this computer") if self._fixed is not None else _("Contacts of the office")
        titles.addWidget(label(where, role=Font.TABLE, tone="text2", name="companyLabel"))
        head.addLayout(titles, 1)
        column.addLayout(head)
        column.addSpacing(14)
        column.addWidget(self._told_frame)
        if self._fixed is None:
            self._add_field(column, _("Server"), self._server, "server", beside=self._server_button)
        self._add_field(column, _("Login"), self._login, "login")
        self._add_field(column, _("Password"), self._password, "password", beside=self._password.show_button)
        column.addWidget(self._hint)
        if self._passwords is not None:
            box = RememberBox(self._settings, self._passwords, self._worker, self._entered)
            box.kept_changed.connect(self._on_kept)
            box.hinted.connect(lambda error: self._hint.setText(str(error)))
            box.failed.connect(self._tell_failure)
            for edit in (self._server, self._login):
                edit.editingFinished.connect(box.look)
            self._remember = box
            column.addWidget(box)
        column.addStretch(1)
        column.addSpacing(10)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        for code, text in (("ru", "Русский"), ("en", "English")):
            button = Button(text, small=True, name=f"{code}Button")
            button.setCheckable(True)
            button.setChecked(code == current_language())
            button.clicked.connect(partial(self._choose_language, code))
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addSpacing(16)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._enter)
        column.addLayout(buttons)
        return form

    def _add_field(
        self,
        column: QVBoxLayout,
        text: str,
        edit: QLineEdit,
        name: str,
        *,
        beside: QWidget | None = None,
    ) -> None:
        words = label(text, role=Font.TABLE, tone="text2")
        words.setBuddy(edit)
        error = label(role=Font.CAPTION, tone="danger", wrap=True, name=f"{name}Error")
        error.hide()
        self._errors[edit.objectName()] = error
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(edit, 1)
        if beside is not None:
            line.addWidget(beside)
        column.addWidget(words)
        column.addLayout(line)
        column.addWidget(error)
        column.addSpacing(6)

    def _offer(self, offered: tuple[OfferedLogin, ...]) -> QWidget:
        inside = QFrame()
        inside.setProperty("surface", "panel")
        column = QVBoxLayout(inside)
        column.setContentsMargins(14, 20, 14, 14)
        column.setSpacing(2)
        column.addWidget(label(_("Employees of the demo"), role=Font.SECTION))
        column.addWidget(label(_("Choose whose day to open"), role=Font.CAPTION, tone="muted"))
        column.addSpacing(8)
        for person in offered:
            row = PersonButton(person)
            row.clicked.connect(partial(self._choose_person, person))
            row.entered.connect(self.log_in)
            self._people.append(row)
            column.addWidget(row)
        column.addStretch(1)
        area = QScrollArea()
        area.setObjectName("offeredLogins")
        area.setAccessibleName(_("Employees of the demo"))
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidgetResizable(True)
        area.setWidget(inside)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setMinimumWidth(inside.sizeHint().width() + 12)
        area.setMinimumHeight(min(inside.sizeHint().height(), 640))
        return area

    def _fill(self, offered: tuple[OfferedLogin, ...]) -> None:
        settings = self._settings
        if settings.host:
            self._server.setText(server_text(settings.host, settings.port, settings.database))
        self._login.setText(settings.login)
        known = next((person for person in offered if person.login == settings.login), None)
        if offered:
            self._choose_person(known or offered[0])
        elif self._fixed is None and not settings.host:
            self._server.setFocus()
        elif not settings.login:
            self._login.setFocus()
        else:
            self._password.setFocus()

    def _choose_person(self, person: OfferedLogin) -> None:
        for row in self._people:
            row.setChecked(row.person == person)
        self._login.setText(person.login)
        self._password.setText(person.password)
        self._told_frame.hide()
        self._enter.setFocus()

    def _choose_language(self, code: str) -> None:
        self._remember_typed()
        self._settings.language = code
        self._settings.save()
        self.language_changed.emit()

    def _remember_typed(self) -> None:
        self._settings.login = clean_line(self._login.text())
        if self._fixed is None:
            try:
                address = self._address()
            except FieldError:
                return
            settings = self._settings
            settings.host, settings.port, settings.database = address.host, address.port, address.database
            settings.sslmode, settings.sslrootcert = address.sslmode, address.sslrootcert

    def _address(self) -> ServerAddress:
        """Where the typed server is; FieldError "server" if it is none."""
        if self._fixed is not None:
            return self._fixed
        mode, certificate = self._protection
        return replace(
            parse_server(self._wanted(self._server, _("Enter the server"))),
            sslmode=mode,
            sslrootcert=certificate,
        )

    def choose_server(self) -> None:
        """Ask for the parts of the server's address one by one."""
        try:
            address = self._address()
        except FieldError:
            mode, certificate = self._protection
            address = ServerAddress("", sslmode=mode, sslrootcert=certificate)
        dialog = ServerDialog(self, address, new_company=lambda: self._begin_company(dialog.address))
        dialog.accepted.connect(lambda: self._use_address(dialog.address))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _use_address(self, address: ServerAddress) -> None:
        self._server.setText(server_text(address.host, address.port, address.database))
        self._protection = (address.sslmode, address.sslrootcert)
        self._clear_error(self._server, "")
        if self._remember is not None:
            self._remember.look()

    def _begin_company(self, address: ServerAddress) -> None:
        """An administrator makes a company on a server; its director logs in then."""

        def founded(where: ServerAddress, login: str) -> None:
            self._use_address(where)
            self._login.setText(login)
            self._password.clear()
            self._password.setFocus()

        founding = NewCompany(self._worker, self, address)
        founding.founded.connect(founded)
        founding.start()

    def _entered(self) -> tuple[ServerAddress, str] | None:
        """Whose password the keyring may have; None while that is not clear."""
        login = clean_line(self._login.text())
        try:
            return (self._address(), login) if login else None
        except FieldError:
            return None

    def _on_kept(self, kept: bool) -> None:
        # It is never put into the line, where it could be shown.
        self._password.setPlaceholderText(_("kept in the keyring") if kept else "")

    def log_in(self) -> None:
        """Try what is entered; what is missing is told in place."""
        if self._busy:
            return
        self._told_frame.hide()
        try:
            address = self._address()
            login = self._wanted(self._login, _("Enter the login"))
        except FieldError as error:
            edit = self._server if error.field == "server" else self._login
            self._tell(edit, str(error))
            return
        password = self._password.text()
        kept = self._remember.kept if self._remember is not None else None
        if not password and kept is not None and (kept[0], kept[1].login) == (address, login):
            password = kept[1].password
        credentials = Credentials(login, password)
        self._tried = (address, credentials)
        self._set_busy(True)
        self._worker.run(
            lambda: self._connect(address, credentials),
            parent=self,
            done=self._on_connected,
            failed=self._on_failed,
            lane="write",
        )

    def _wanted(self, edit: QLineEdit, told: str) -> str:
        text = clean_line(edit.text())
        if not text:
            raise FieldError("server" if edit is self._server else "login", told)
        return text

    def _tell(self, edit: QLineEdit, text: str) -> None:
        error = self._errors[edit.objectName()]
        error.setText(text)
        error.show()
        set_tone(edit, "wrong", True)
        edit.setFocus()
        edit.selectAll()

    def _clear_error(self, edit: QLineEdit, _text: str) -> None:
        self._errors[edit.objectName()].hide()
        set_tone(edit, "wrong", False)

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        for widget in (
            self._server,
            self._server_button,
            self._login,
            self._password,
            self._enter,
            *self._people,
        ):
            widget.setEnabled(not busy)
        self._enter.setText(_("Connecting…") if busy else _("Log in"))

    def _on_connected(self, value: Any) -> None:
        self._remember_typed()
        self._settings.save()
        box = self._remember
        if box is not None and box.remembers() and self._tried != box.kept:
            self.to_keep = self._tried
        self.result_value = value
        self.accept()

    def _on_failed(self, error: UserError) -> None:
        self._set_busy(False)
        box = self._remember
        if box is not None and isinstance(error, LoginRefused) and self._tried == box.kept:
            box.forget()
        self._tell_failure(error)
        if isinstance(error, ConnectionLost) and self._fixed is None:
            self._server.setFocus()
        else:
            self._password.setFocus()
            self._password.selectAll()

    def _tell_failure(self, error: UserError) -> None:
        self._told.setText(str(error))
        self._told_frame.show()
        layout = self.layout()
        if layout is not None:
            # A text that wraps needs height that the minimum of the layout does not know.
            layout.activate()
            self.resize(self.width(), max(self.height(), layout.totalMinimumHeightForWidth(self.width())))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.focusWidget() is self._enter:
                self.log_in()
            return
        super().keyPressEvent(event)
