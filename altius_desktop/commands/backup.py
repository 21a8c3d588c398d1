"""`backup FILE`, `restore FILE` and `doctor`: what an administrator, cron and monitoring run."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from altius_desktop.commands.company import AskPassword, dsn_of, is_superuser
from altius_desktop.domain.errors import UserError
from altius_desktop.i18n import _, ngettext
from altius_desktop.settings import Settings

if TYPE_CHECKING:
    from altius_desktop.database.admin import AdminAddress
    from altius_desktop.database.backups.clients import Reach
    from altius_desktop.database.backups.restoring import Restored

_SHOWN_DETAILS = 20


def add_verbs(verbs: Any, add_access: Callable[..., None], ask_password: AskPassword) -> None:
    """Add the three verbs; `add_access` gives a parser the options that say which company is meant."""
    backup = verbs.add_parser(
        "backup",
        help=_("save the whole company into one file"),
        description=_(
            "Saves the whole company into one file and tries it out. On a shared server the login must be one of "
            "the group backup; on this PC it is enough to own the folder."
        ),
    )
    backup.add_argument("file", type=Path, metavar="FILE")
    add_access(backup)
    backup.set_defaults(run=partial(_run_backup, ask_password=ask_password))

    restore = verbs.add_parser(
        "restore",
        help=_("bring a company back from a backup"),
        description=_(
            "Brings a company back where there is none: into a folder of this PC, or with --dsn as the administrator "
            "of a PostgreSQL server. All logins come back locked. Restore only backups that you trust."
        ),
    )
    restore.add_argument("file", type=Path, metavar="FILE")
    restore.add_argument("--check", action="store_true", help=_("only try the file out, change nothing"))
    restore.add_argument(
        "--admin-password",
        action="store_true",
        help=_("give the administrator a password and let him in (ALTIUS_ADMIN_PASSWORD or a prompt)"),
    )
    add_access(restore, login=False)
    restore.set_defaults(run=partial(_run_restore, ask_password=ask_password))

    doctor = verbs.add_parser(
        "doctor",
        help=_("is the company in good health"),
        description=_("The status is 0 when all is well, warnings included, and 1 where there is a fault."),
    )
    doctor.add_argument("--json", action="store_true", help=_("print what was found as JSON"))
    add_access(doctor)
    doctor.set_defaults(run=partial(_run_doctor, ask_password=ask_password))


@contextmanager
def _reach(arguments: argparse.Namespace, ask_password: AskPassword) -> "Iterator[Reach]":
    """A login of a shared server or its superuser postgres, or the administrator of a server on this PC."""
    from altius_desktop.database.access import (
        EMBEDDED_DATABASE,
        administrator_from_dsn,
        from_dsn,
        running_server,
    )
    from altius_desktop.database.backups.clients import Reach

    dsn = dsn_of(arguments)
    if dsn and is_superuser(arguments, dsn):
        yield Reach.of_administrator(*administrator_from_dsn(dsn, ask_password=ask_password))
    elif dsn:
        access = from_dsn(dsn, login=arguments.login, ask_password=ask_password)
        yield Reach.of_login(access.address, access.credentials)
    else:
        with running_server(arguments.data_dir) as admin:
            yield Reach.of_administrator(admin, EMBEDDED_DATABASE)


def _tell(step: str, done: int, total: int) -> None:
    """Progress for a person; cron's mail stays empty."""
    if sys.stderr.isatty():
        count = f": {done * 100 // total} %" if total else ""
        print(f"\r{step}{count}\033[K", end="", file=sys.stderr, flush=True)


def _end_of_progress() -> None:
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)


def _run_backup(arguments: argparse.Namespace, _settings: Settings, *, ask_password: AskPassword) -> int:
    from altius_desktop.database.backups.making import back_up

    try:
        with _reach(arguments, ask_password) as reach:
            made = back_up(reach, arguments.file, _tell)
    finally:
        _end_of_progress()
    told = (
        _("The backup {file} is made and was tried out: {rows} rows, {size:.1f} MB.")
        if made.proof.proved
        else _("The backup {file} is made but was not tried out: {rows} rows, {size:.1f} MB.")
    )
    rows = sum(made.proof.manifest.tables.values())
    print(told.format(file=made.file, rows=rows, size=made.size / 1e6))
    if not made.proof.proved:
        print(made.proof.why_not, file=sys.stderr)
    return 0


def _run_restore(arguments: argparse.Namespace, _settings: Settings, *, ask_password: AskPassword) -> int:
    if arguments.check:
        return _check(arguments.file)
    from altius_desktop.database.backups.restoring import USUAL_ADMINISTRATOR, restore, unlock_administrator
    from altius_desktop.domain.logins import password_complaint

    password = os.environ.get("ALTIUS_ADMIN_PASSWORD")
    if password is None and arguments.admin_password:
        password = ask_password(USUAL_ADMINISTRATOR)
    # Told before anything is done: a company that is back is not restored once more.
    if password is not None and (complaint := password_complaint("", password)):
        raise UserError(complaint)
    try:
        with _place(arguments, ask_password) as (admin, database):
            back = restore(arguments.file, admin, database=database, prefix=database, progress=_tell)
            _end_of_progress()
            let_in = None
            if back.administrator and password is not None:
                let_in = back.administrator
                unlock_administrator(admin, prefix=database, login=let_in, password=password)
    finally:
        _end_of_progress()
    where = _address(admin, database, back) if dsn_of(arguments) else f"--data-dir {arguments.data_dir}"
    _print_restored(back, let_in, where)
    return 0


def _check(file: Path) -> int:
    from altius_desktop.database.backups.restoring import prove

    try:
        proof = prove(file, _tell)
    finally:
        _end_of_progress()
    if not proof.proved:
        raise UserError(
            _("The file {file} is undamaged but was not tried out.").format(file=file), proof.why_not
        )
    print(
        _("The backup {file} is good: {company}, {moment:%Y-%m-%d %H:%M} UTC, {rows} rows.").format(
            file=file,
            company=proof.manifest.company,
            moment=proof.manifest.made_at,
            rows=sum(proof.manifest.tables.values()),
        )
    )
    return 0


@contextmanager
def _place(arguments: argparse.Namespace, ask_password: AskPassword) -> "Iterator[tuple[AdminAddress, str]]":
    """The administrator of the server that the company comes to, and the name of its database."""
    from altius_desktop.database.access import EMBEDDED_DATABASE, administrator_from_dsn, has_company
    from altius_desktop.database.embedded import EmbeddedServer

    dsn = dsn_of(arguments)
    if dsn:
        yield administrator_from_dsn(dsn, ask_password=ask_password)
        return
    server = EmbeddedServer(arguments.data_dir)
    try:
        admin = server.start()
        if has_company(admin):
            raise UserError(
                _("There is a company in {folder} already.").format(folder=arguments.data_dir),
                _("Choose another folder with --data-dir."),
            )
        yield admin, EMBEDDED_DATABASE
    finally:
        server.leave()


def _address(admin: "AdminAddress", database: str, back: "Restored") -> str:
    """The way in for who manages the accounts, without the password that the given address may have held."""
    return f'--dsn "{admin.url_of(back.administrator or admin.superuser, database)}"'


def _print_restored(back: "Restored", let_in: str | None, where: str) -> None:
    manifest = back.manifest
    print(
        _("The company {company} is back as it was on {moment:%Y-%m-%d %H:%M} UTC.").format(
            company=manifest.company, moment=manifest.made_at
        )
    )
    if let_in:
        print(_("The administrator {login} can log in.").format(login=let_in))
    waiting = [login for login in (back.administrator, *back.logins) if login and login != let_in]
    if waiting:
        print(
            ngettext(
                "{count} login is locked until it has a new password and is let in:",
                "{count} logins are locked until they have a new password and are let in:",
                len(set(waiting)),
            ).format(count=len(set(waiting)))
        )
        for login in dict.fromkeys(waiting):
            print(f"  altius-desktop user password {login} {where}")
            print(f"  altius-desktop user unlock {login} {where}")
    if back.locked_before:
        print(
            _("Locked when the backup was made, and still so: {logins}.").format(
                logins=", ".join(back.locked_before)
            )
        )


def _run_doctor(arguments: argparse.Namespace, _settings: Settings, *, ask_password: AskPassword) -> int:
    from altius_desktop.database.doctor import examine

    with _reach(arguments, ask_password) as reach:
        checks = examine(reach)
    if arguments.json:
        print(json.dumps([asdict(check) for check in checks], ensure_ascii=False))
    else:
        words = {"ok": _("well"), "warning": _("WARNING"), "fault": _("FAULT")}
        for check in checks:
            print(f"{words[check.state]}: {check.text}")
            for detail in check.details[:_SHOWN_DETAILS]:
                print(f"    {detail}")
            if len(check.details) > _SHOWN_DETAILS:
                print("    …")
    return 1 if any(check.state == "fault" for check in checks) else 0
