"""The server's address as people type it at the login, in one line or part by part."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from altius_desktop.database.connection import ServerAddress
from altius_desktop.domain.errors import FieldError
from altius_desktop.domain.texts import clean_line
from altius_desktop.i18n import _
from altius_desktop.ui.controls import Button
from altius_desktop.ui.form import Field, FormDialog

DEFAULT_PORT = 5432
DEFAULT_DATABASE = "altius"
_SERVER = re.compile(r"^(\[[0-9a-fA-F:.]+\]|[^\s/:\[\]]+)(?::(\d{1,5}))?(?:/([^\s/]+))?$")


def parse_server(text: str) -> ServerAddress:
    """The address typed as host[:port][/database]; FieldError "server" if it is none."""
    found = _SERVER.match(clean_line(text))
    port = int(found[2]) if found is not None and found[2] else DEFAULT_PORT
    if found is None or not 0 < port < 65536:
        raise FieldError(
            "server", _("The server's address cannot be read."), _("Write it as: server:port/database")
        )
    return ServerAddress(found[1].strip("[]"), port, found[3] or DEFAULT_DATABASE)


def server_text(host: str, port: int, database: str) -> str:
    """An address as it is typed: without what goes without saying."""
    text = f"[{host}]" if ":" in host else host
    text += f":{port}" if port != DEFAULT_PORT else ""
    return text + (f"/{database}" if database != DEFAULT_DATABASE else "")


def protections() -> tuple[tuple[str, str], ...]:
    """How a connection may be protected, the best first, by libpq's names."""
    return (
        ("verify-full", _("Encrypted, and the server proves its name by a certificate")),
        ("require", _("Encrypted, whoever the server is")),
        ("prefer", _("Encrypted where the server can")),
        ("disable", _("Not encrypted: only on this computer")),
    )


class ServerDialog(FormDialog):
    """Asks for host, port, database and protection; accepted with what was chosen in `address`.

    With `new_company` there is a button for whoever sets a server up.
    """

    def __init__(
        self,
        parent: QWidget | None,
        address: ServerAddress,
        *,
        title: str = "",
        details: str = "",
        save_text: str = "",
        new_company: Callable[[], None] | None = None,
    ) -> None:
        self.address = address
        super().__init__(
            parent,
            name="serverDialog",
            icon="server",
            title=title or _("Server of the company"),
            details=details or _("Your administrator knows what belongs here"),
            save_text=save_text or _("Apply"),
            fields=(
                Field("host", _("Server"), required=True, max_length=253, placeholder="crm-srv01"),
                Field("port", _("Port"), "number", bounds=(1, 65535)),
                Field("database", _("Database"), required=True, max_length=63),
                Field("sslmode", _("Protection"), "choice", required=True, choices=protections()),
                Field("sslrootcert", _("Certificate file")),
            ),
            today=date.min,
            on_save=self._on_values,
            values={
                "host": address.host,
                "port": address.port,
                "database": address.database,
                "sslmode": address.sslmode,
                "sslrootcert": address.sslrootcert,
            },
        )
        certificate = self.editor("sslrootcert")
        self._browse = Button(_("Choose…"), small=True, name="certificateButton", on_click=self._choose_file)
        certificate.row.addWidget(self._browse)
        self.editor("sslmode").changed.connect(self._show_certificate)
        self._show_certificate()
        self.setMinimumHeight(430)
        if new_company is not None:
            self._add_founding(new_company)

    def _add_founding(self, new_company: Callable[[], None]) -> None:
        def begin() -> None:
            self.close_dropped()
            new_company()

        button = Button(
            _("New company…"),
            kind="flat",
            name="newCompanyButton",
            tip=_("For the administrator: makes a company on a PostgreSQL of your own"),
            on_click=begin,
        )
        self.footer.insertWidget(1, button)

    def _show_certificate(self) -> None:
        """The file is of use only where the server has to prove its name."""
        wanted = self.editor("sslmode").value() == "verify-full"
        tip = "" if wanted else _("Needed where the server proves its name by a certificate")
        for widget in (self.editor("sslrootcert").inner, self._browse):
            widget.setEnabled(wanted)
            widget.setToolTip(tip)

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, _("Certificate file"), self.editor("sslrootcert").value())
        dialog.setObjectName("certificateFileDialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([_("Certificates") + " (*.crt *.pem *.cer)", _("All files") + " (*)"])
        dialog.fileSelected.connect(self.editor("sslrootcert").set_value)
        dialog.open()

    def _on_values(self, values: dict[str, Any]) -> None:
        host = values["host"].strip("[]")
        port = values["port"] or DEFAULT_PORT
        try:
            parse_server(server_text(host, port, values["database"]))
        except FieldError as error:
            self.show_field_error("host", error.text)
            return
        certificate = values["sslrootcert"] if values["sslmode"] == "verify-full" else ""
        if certificate and not Path(certificate).is_file():
            self.show_field_error("sslrootcert", _("There is no such file."))
            return
        self.address = ServerAddress(
            host, port, values["database"], sslmode=values["sslmode"], sslrootcert=certificate
        )
        self.close_saved()
