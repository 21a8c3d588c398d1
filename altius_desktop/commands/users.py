"""`user add|lock|unlock|password|list`: accounts from the command line, through the database's own functions.

With --data-dir whoever owns the folder is its server's administrator; with --dsn the company's administrator
logs in, or the server's superuser postgres.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from altius_desktop.commands.company import AskPassword, dsn_of, is_superuser
from altius_desktop.domain.errors import UserError
from altius_desktop.domain.logins import APART_GROUPS, STAFF_GROUPS
from altius_desktop.i18n import _, ngettext
from altius_desktop.settings import Settings

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from uuid import UUID

    from sqlalchemy.orm import Session

    Begin = Callable[[], AbstractContextManager[Session]]


def add_verbs(verbs: Any, add_access: Callable[..., None], ask_password: AskPassword) -> None:
    """Add `user` with its verbs."""
    user = verbs.add_parser("user", help=_("the logins of a company")).add_subparsers(
        title=_("verbs"), metavar="", required=True
    )
    add = user.add_parser("add", help=_("make a login"))
    add.add_argument("user", metavar="LOGIN")
    whose = add.add_mutually_exclusive_group(required=True)
    whose.add_argument(
        "--employee", metavar="FULL_NAME", help=_("whose login it is, as the company card has it")
    )
    whose.add_argument("--apart", choices=sorted(APART_GROUPS), help=_("a login that belongs to no employee"))
    add.add_argument(
        "--groups",
        default="",
        metavar="GROUP,…",
        help=_("what the employee is: {groups}").format(groups=", ".join(sorted(STAFF_GROUPS))),
    )
    add.add_argument(
        "--department",
        metavar="NAME",
        help=_("enter the employee anew, in this department; a department that is not there is made"),
    )
    add.add_argument("--position", default="", metavar="TEXT", help=_("what a new employee's post is"))
    password = user.add_parser("password", help=_("give a login a new password"))
    lock = user.add_parser("lock", help=_("lock a login and end its sessions at once"))
    unlock = user.add_parser("unlock", help=_("let a locked login in again"))
    for verb in (password, lock, unlock):
        verb.add_argument("user", metavar="LOGIN")
    listing = user.add_parser("list", help=_("print the logins and what they may"))
    for verb, run in (
        (add, _run_add),
        (password, _run_password),
        (lock, _run_lock),
        (unlock, _run_unlock),
        (listing, _run_list),
    ):
        add_access(verb)
        verb.set_defaults(run=partial(run, ask_password=ask_password))


@contextmanager
def _company(arguments: argparse.Namespace, ask_password: AskPassword) -> "Iterator[Begin]":
    """How to begin a transaction as somebody who manages accounts."""
    from altius_desktop.database.access import (
        EMBEDDED_DATABASE,
        administrator_from_dsn,
        from_dsn,
        running_server,
    )
    from altius_desktop.database.connection import Database
    from altius_desktop.database.shared_server import administrator_transactions

    dsn = dsn_of(arguments)
    if not dsn:
        with running_server(arguments.data_dir) as admin:
            yield administrator_transactions(admin, EMBEDDED_DATABASE)
        return
    if is_superuser(arguments, dsn):
        yield administrator_transactions(*administrator_from_dsn(dsn, ask_password=ask_password))
        return
    access = from_dsn(dsn, login=arguments.login, ask_password=ask_password)
    database = Database(access.address, access.credentials)
    try:
        database.check()
        yield database.transaction
    finally:
        database.close()


def _new_password(login: str, ask_password: AskPassword) -> str:
    """The password that a login is to have; PGPASSWORD is whose who connects."""
    given = os.environ.get("ALTIUS_USER_PASSWORD")
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise UserError(
            _("The password of {login} is missing.").format(login=login),
            _("Give it in ALTIUS_USER_PASSWORD."),
        )
    first = ask_password(login)
    if ask_password(login) != first:
        raise UserError(_("The two passwords differ."), _("Try again."))
    return first


def _run_add(arguments: argparse.Namespace, _settings: Settings, *, ask_password: AskPassword) -> int:
    from altius_desktop.services.accounts import create_account

    groups = [group for group in arguments.groups.replace(" ", "").split(",") if group]
    unknown = sorted(set(groups) - STAFF_GROUPS)
    if unknown:
        raise UserError(
            _("There is no group {group}.").format(group=unknown[0]),
            _("Choose among: {groups}.").format(groups=", ".join(sorted(STAFF_GROUPS))),
        )
    with _company(arguments, ask_password) as begin:
        password = _new_password(arguments.user, ask_password)
        with begin() as session:
            employee_id = _whose(session, arguments) if arguments.employee else None
            create_account(
                session,
                login=arguments.user,
                password=password,
                groups=[arguments.apart] if arguments.apart else [*groups, "employee"],
                employee_id=employee_id,
            )
    print(_("The login {login} is made.").format(login=arguments.user))
    return 0


def _whose(session: "Session", arguments: argparse.Namespace) -> "UUID":
    """The employee whom a new login is for: one that is there, or one entered now in a department."""
    from altius_desktop.domain.ids import new_id
    from altius_desktop.services.accounts import find_employee
    from altius_desktop.services.employees import create_employee, find_or_create_department

    if not arguments.department:
        return find_employee(session, arguments.employee)
    employee_id = new_id()
    create_employee(
        session,
        act_id=new_id(),
        employee_id=employee_id,
        full_name=arguments.employee,
        position=arguments.position,
        department_id=find_or_create_department(session, arguments.department),
    )
    return employee_id


def _run_password(arguments: argparse.Namespace, _settings: Settings, *, ask_password: AskPassword) -> int:
    from altius_desktop.services.accounts import list_accounts, set_account_password

    with _company(arguments, ask_password) as begin:
        password = _new_password(arguments.user, ask_password)
        with begin() as session:
            set_account_password(session, login=arguments.user, password=password)
            locked = any(row.login == arguments.user and not row.can_login for row in list_accounts(session))
    print(_("The login {login} has a new password.").format(login=arguments.user))
    if locked:
        print(
            _("It is locked: let it in with: altius-desktop user unlock {login}").format(login=arguments.user)
        )
    return 0


def _run_lock(arguments: argparse.Namespace, _settings: Settings, *, ask_password: AskPassword) -> int:
    from altius_desktop.services.accounts import lock_account

    with _company(arguments, ask_password) as begin:
        with begin() as session:
            ended = lock_account(session, login=arguments.user)
        # Once more: somebody may have got in between the end of his session and the commit.
        with begin() as session:
            ended += lock_account(session, login=arguments.user)
    print(
        ngettext(
            "The login {login} is locked; {count} session was ended.",
            "The login {login} is locked; {count} sessions were ended.",
            ended,
        ).format(login=arguments.user, count=ended)
    )
    return 0


def _run_unlock(arguments: argparse.Namespace, _settings: Settings, *, ask_password: AskPassword) -> int:
    from altius_desktop.services.accounts import unlock_account

    with _company(arguments, ask_password) as begin, begin() as session:
        unlock_account(session, login=arguments.user)
    print(_("The login {login} can log in again.").format(login=arguments.user))
    return 0


def _run_list(arguments: argparse.Namespace, _settings: Settings, *, ask_password: AskPassword) -> int:
    from altius_desktop.services.accounts import list_accounts

    with _company(arguments, ask_password) as begin, begin() as session:
        rows = list_accounts(session)
    for row in rows:
        state = _("may log in") if row.can_login else _("locked")
        print("\t".join((row.login, state, ",".join(row.groups), str(row.sessions), row.full_name)))
    return 0
