"""`server init|upgrade` of a shared PostgreSQL or one on this PC: the server's administrator's verbs."""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from altius_desktop.commands.company import AskPassword, dsn_of
from altius_desktop.domain.errors import UserError
from altius_desktop.i18n import _
from altius_desktop.settings import Settings

if TYPE_CHECKING:
    from altius_desktop.database.admin import AdminAddress


def add_verbs(server: Any, add_access: Callable[..., None], ask_password: AskPassword) -> None:
    """Add `init` and `upgrade` to the verbs of `server`."""
    init = server.add_parser("init", help=_("make a company"))
    add_access(init, login=False)
    init.add_argument("--embedded", action="store_true", help=_("on a server on this PC"))
    init.add_argument("--company", required=True, metavar="NAME", help=_("the company's name"))
    init.add_argument("--login", required=True, help=_("the login of its director"))
    init.add_argument("--name", required=True, metavar="FULL_NAME", help=_("the director's full name"))
    init.add_argument(
        "--admin", default="admin", metavar="LOGIN", help=_("the login of its administrator (admin)")
    )
    init.set_defaults(run=partial(_run_init, ask_password=ask_password, refuse=init.error))

    upgrade = server.add_parser("upgrade", help=_("bring a company's database to this program's version"))
    add_access(upgrade, login=False)
    upgrade.add_argument(
        "--backup-dir", type=Path, metavar="DIR", help=_("where the backup goes that is made first")
    )
    upgrade.set_defaults(run=partial(_run_upgrade, ask_password=ask_password))


def _run_init(
    arguments: argparse.Namespace,
    _settings: Settings,
    *,
    ask_password: AskPassword,
    refuse: Callable[[str], None],
) -> int:
    dsn = arguments.dsn or (None if arguments.embedded else os.environ.get("ALTIUS_DSN"))
    if bool(dsn) == arguments.embedded:
        refuse(_("Say where: --embedded for a server on this PC, or --dsn for a shared one."))
    return _init_shared(arguments, dsn, ask_password) if dsn else _init_embedded(arguments, ask_password)


def _init_embedded(arguments: argparse.Namespace, ask_password: AskPassword) -> int:
    from altius_desktop.database.access import has_company
    from altius_desktop.database.embedded import EmbeddedServer, default_data_dir
    from altius_desktop.services.founding import found_company

    data_dir = arguments.data_dir or default_data_dir()
    server = EmbeddedServer(data_dir)
    try:
        admin = server.start()
        # A founding that was refused or broken off leaves a server without a company: it goes on here.
        if has_company(admin):
            raise UserError(
                _("There is a company in {folder} already.").format(folder=data_dir),
                _("Choose another folder with --data-dir."),
            )
        wanted = _wanted(arguments, ask_password, os.environ.get("PGPASSWORD"))
        found_company(admin, **wanted)
        _tell_of_one_password(wanted)
    finally:
        server.leave()
    print(_("The company is made. Open it with: altius-desktop --data-dir {folder}").format(folder=data_dir))
    print(_("This server serves this PC alone: for an office set up PostgreSQL on a computer of its own."))
    return 0


def _init_shared(arguments: argparse.Namespace, dsn: str, ask_password: AskPassword) -> int:
    from altius_desktop.database.access import administrator_from_dsn, names_password
    from altius_desktop.database.shared_server import check_place, in_plain_words
    from altius_desktop.services.founding import found_shared_company

    admin, database = administrator_from_dsn(dsn, ask_password=ask_password)
    # Where the address has no password PGPASSWORD is the superuser's, and must not become an employee's.
    given = os.environ.get("PGPASSWORD") if names_password(dsn) else None
    with in_plain_words(admin):
        # Before anybody is asked for passwords.
        check_place(admin, database)
        wanted = _wanted(arguments, ask_password, given)
        closed = found_shared_company(admin, database=database, **wanted)
    _tell_of_one_password(wanted)
    where = admin.url_of(arguments.login, database)
    print(_("The company is made. Open it with: altius-desktop --dsn {address}").format(address=f'"{where}"'))
    if not closed:
        print(
            _(
                "Others use this server too: whether the company's people may connect to its databases postgres "
                "and template1 is left as it was."
            ),
            file=sys.stderr,
        )
    if admin.sslmode not in ("verify-ca", "verify-full") and not _is_here(admin):
        print(
            _("The way to the server is not proved to be safe: give sslmode=verify-full in the address."),
            file=sys.stderr,
        )
    return 0


def _is_here(admin: "AdminAddress") -> bool:
    return admin.host.startswith("/") or admin.host in ("localhost", "127.0.0.1", "::1")


def _tell_of_one_password(wanted: dict[str, Any]) -> None:
    if wanted["administrator_password"] is None:
        print(
            _("The administrator {login} has the director's password for now; change it.").format(
                login=wanted["administrator"]
            )
        )


def _wanted(arguments: argparse.Namespace, ask_password: AskPassword, given: str | None) -> dict[str, Any]:
    """What the company is founded with; asks for the passwords that nothing gives."""
    given = os.environ.get("ALTIUS_DIRECTOR_PASSWORD") or given
    own = os.environ.get("ALTIUS_ADMIN_PASSWORD")
    password = given or ask_password(arguments.login)
    # Whoever typed the one can type the other; a script that gave one alone means both.
    if own is None and not given:
        own = ask_password(arguments.admin)
    return {
        "company": arguments.company,
        "login": arguments.login,
        "full_name": arguments.name,
        "password": password,
        "administrator": arguments.admin,
        "administrator_password": own,
    }


def _run_upgrade(arguments: argparse.Namespace, _settings: Settings, *, ask_password: AskPassword) -> int:
    from altius_desktop.database.backups.making import before_upgrade
    from altius_desktop.database.provisioning import upgrade_schema
    from altius_desktop.database.schema import SCHEMA_REVISION
    from altius_desktop.database.shared_server import (
        check_nobody_is_left_behind,
        in_plain_words,
        revision_of,
    )

    with _administrator(arguments, ask_password) as (admin, database, folder), in_plain_words(admin):
        if revision_of(admin, database) == SCHEMA_REVISION:
            print(_("The company's database is up to date."))
            return 0
        check_nobody_is_left_behind(admin, database)
        made = before_upgrade(
            admin, database=database, folder=arguments.backup_dir or folder, progress=lambda *_step: None
        )
        print(_("Saved before the upgrade: {file}").format(file=made.file))
        # A workplace may have been opened while the backup was made.
        check_nobody_is_left_behind(admin, database)
        upgrade_schema(admin, database=database)
    print(_("The company's database is up to date."))
    return 0


@contextmanager
def _administrator(
    arguments: argparse.Namespace, ask_password: AskPassword
) -> "Iterator[tuple[AdminAddress, str, Path]]":
    """The server's superuser, the company's database, and where its backups lie unless somebody says otherwise."""
    import platformdirs

    from altius_desktop.database.access import EMBEDDED_DATABASE, administrator_from_dsn, running_server

    dsn = dsn_of(arguments)
    if dsn:
        admin, database = administrator_from_dsn(dsn, ask_password=ask_password)
        yield admin, database, platformdirs.user_data_path("altius-desktop", appauthor=False) / "backups"
    else:
        with running_server(arguments.data_dir) as admin:
            yield admin, EMBEDDED_DATABASE, arguments.data_dir / "backups"
