"""A new company on a PostgreSQL of the office's own, step by step: the server, who administers it, whose company."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from altius_desktop.database.admin import AdminAddress
from altius_desktop.database.connection import ServerAddress
from altius_desktop.database.shared_server import check_place, in_plain_words
from altius_desktop.domain.logins import password_complaint
from altius_desktop.i18n import _
from altius_desktop.services.founding import found_shared_company
from altius_desktop.ui.controls import Button, label
from altius_desktop.ui.dialogs.login_server import ServerDialog
from altius_desktop.ui.form import Field, FormDialog
from altius_desktop.ui.messages import MessageDialog
from altius_desktop.ui.worker import Worker

_STEPS = 4


class NewCompany(QObject):
    """Opens one dialog after another over `parent`; `founded` brings the address and the director's login.

    What was entered stays while one goes back and forth. The work is done on the worker's write lane.
    """

    founded = Signal(object, str)  # ServerAddress, login

    def __init__(self, worker: Worker, parent: QWidget, address: ServerAddress) -> None:
        super().__init__(parent)
        self._worker = worker
        self._window = parent
        self._address = address
        self._admin: AdminAddress | None = None
        self._entered: dict[int, dict[str, Any]] = {}
        self._passwords: dict[int, str] = {}

    def start(self) -> None:
        """Ask for the server."""
        dialog = ServerDialog(
            self._window,
            self._address,
            title=_("New company on a server"),
            details=_step(1, _("Where PostgreSQL runs")),
            save_text=_("Next"),
        )

        def chosen() -> None:
            self._address = dialog.address
            self._ask_administrator()

        dialog.accepted.connect(chosen)
        _open(dialog)

    def _ask_administrator(self) -> None:
        dialog = _Step(
            self._window,
            number=2,
            details=_("Who administers PostgreSQL"),
            fields=(
                Field("superuser", _("Login on the server"), required=True, max_length=63),
                Field("password", _("Password"), max_length=1000),
            ),
            values=self._entered.get(2, {"superuser": "postgres"}),
            words=(
                _(
                    "The superuser of the server, needed this once: on Debian it is postgres, who gets a password by"
                ),
                "sudo -u postgres psql -c '\\password'",
            ),
            on_next=self._check_server,
            back=self.start,
        )
        _open(dialog)

    def _check_server(self, dialog: "_Step", values: dict[str, Any]) -> None:
        address = self._address
        admin = AdminAddress(
            address.host,
            address.port,
            values["superuser"],
            dialog.password,
            sslmode=address.sslmode,
            sslrootcert=address.sslrootcert,
        )

        def check() -> None:
            with in_plain_words(admin):
                check_place(admin, address.database)

        def checked(_none: None) -> None:
            self._admin = admin
            self._entered[2] = {"superuser": values["superuser"]}
            dialog.close_saved()
            self._ask_company()

        self._run(dialog, check, checked)

    def _ask_company(self) -> None:
        dialog = _Step(
            self._window,
            number=3,
            details=_("The company and its director"),
            fields=(
                Field("company", _("Company"), required=True, max_length=200),
                Field("full_name", _("Director's full name"), required=True, max_length=200),
                Field("login", _("Login"), required=True, max_length=31),
                Field("password", _("Password"), required=True, max_length=1000),
                Field("again", _("Password once more"), required=True, max_length=1000),
            ),
            values=self._entered.get(3, {}),
            words=(
                _("The director is the first employee; he enters the others, or the administrator does."),
            ),
            on_next=self._on_company,
            back=self._ask_administrator,
        )
        _open(dialog)

    def _on_company(self, dialog: "_Step", values: dict[str, Any]) -> None:
        if not dialog.check_password(values["login"]):
            return
        self._entered[3] = {key: values[key] for key in ("company", "full_name", "login")}
        self._passwords[3] = dialog.password
        dialog.close_saved()
        self._ask_keeper()

    def _ask_keeper(self) -> None:
        dialog = _Step(
            self._window,
            number=_STEPS,
            details=_("The administrator of the program"),
            fields=(
                Field("login", _("Login"), required=True, max_length=31),
                Field("password", _("Password"), required=True, max_length=1000),
                Field("again", _("Password once more"), required=True, max_length=1000),
            ),
            values=self._entered.get(_STEPS, {"login": "admin"}),
            words=(_("He makes and locks logins and sees nothing of the business."),),
            on_next=self._found,
            back=self._ask_company,
            save_text=_("Make the company"),
        )
        _open(dialog)

    def _found(self, dialog: "_Step", values: dict[str, Any]) -> None:
        if not dialog.check_password(values["login"]):
            return
        director = self._entered[3]
        if values["login"] == director["login"]:
            dialog.show_field_error("login", _("The director and the administrator need a login each."))
            return
        admin, address, keepers_password = self._admin, self._address, dialog.password
        assert admin is not None

        def found() -> bool:
            with in_plain_words(admin):
                return found_shared_company(
                    admin,
                    company=director["company"],
                    login=director["login"],
                    full_name=director["full_name"],
                    password=self._passwords[3],
                    database=address.database,
                    administrator=values["login"],
                    administrator_password=keepers_password,
                )

        def made(closed: bool) -> None:
            dialog.close_saved()
            self._tell(director["company"], closed)
            self.founded.emit(address, director["login"])

        self._run(dialog, found, made)

    def _run(self, dialog: "_Step", work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        dialog.set_busy(True)
        self._worker.run(work, parent=dialog, done=done, failed=dialog.show_error, lane="write")

    def _tell(self, company: str, closed: bool) -> None:
        text = _("Log in now as its director. The employees find it under this server's address.")
        if not closed:
            text += "\n" + _(
                "Others use this server too: whether the company's people may connect to its databases postgres "
                "and template1 is left as it was."
            )
        told = MessageDialog(
            self._window,
            kind="info",
            title=_("The company “{name}” is made").format(name=company),
            text=text,
            name="companyMadeDialog",
        )
        told.add_button("ok", _("Close"), kind="primary", default=True)
        told.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        told.open()


class _Step(FormDialog):
    """One step with a way back; a password is taken as it is typed."""

    def __init__(
        self,
        parent: QWidget,
        *,
        number: int,
        details: str,
        fields: Sequence[Field],
        values: Mapping[str, Any],
        words: Sequence[str],
        on_next: Callable[["_Step", dict[str, Any]], None],
        back: Callable[[], None],
        save_text: str = "",
    ) -> None:
        super().__init__(
            parent,
            name="newCompanyDialog",
            icon="server",
            title=_("New company on a server"),
            details=_step(number, details),
            save_text=save_text or _("Next"),
            fields=fields,
            today=date.min,
            on_save=lambda entered: on_next(self, entered),
            values=values,
        )
        for key in {"password", "again"} & {field.key for field in fields}:
            self._line(key).setEchoMode(QLineEdit.EchoMode.Password)
        for text in words:
            told = label(text, tone="text2", wrap=True)
            told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.body.insertWidget(self.body.count() - 1, told)

        def go_back() -> None:
            if not self.busy:
                self.close_dropped()
                back()

        self.setMinimumHeight(430)
        self.footer.insertWidget(1, Button(_("Back"), name="backButton", on_click=go_back))

    def _line(self, key: str) -> QLineEdit:
        line = self.editor(key).inner
        assert isinstance(line, QLineEdit)
        return line

    @property
    def password(self) -> str:
        return self._line("password").text()

    def check_password(self, login: str) -> bool:
        """Whether the password will do and was typed twice alike; if not, that is told in place."""
        if complaint := password_complaint(login, self.password):
            self.show_field_error("password", complaint)
            return False
        if self.password != self._line("again").text():
            self.show_field_error("again", _("The two passwords differ."))
            return False
        return True


def _step(number: int, text: str) -> str:
    return _("Step {number} of {count}: {text}").format(number=number, count=_STEPS, text=text)


def _open(dialog: FormDialog) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
