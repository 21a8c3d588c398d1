"""Logins of the company and what they may: asked of the database's own functions, which check who asks.

A password never leaves this program: what travels is a verifier made from it here.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from psycopg2.extensions import encrypt_password
from sqlalchemy.orm import Session

from altius_desktop.domain.errors import FieldError
from altius_desktop.domain.logins import STAFF_GROUPS, password_complaint
from altius_desktop.i18n import _
from altius_desktop.models import AccountEvent, Employee


@dataclass(frozen=True)
class AccountRow:
    """One login; without an employee it is an administrator's or the backup's. Instants in the office's zone."""

    login: str
    employee_id: UUID | None
    full_name: str
    active: bool
    groups: tuple[str, ...]
    can_login: bool
    sessions: int
    last_act_at: datetime | None


@dataclass(frozen=True)
class AccountEventRow:
    """Who did what to whose account; `detail` has the groups given, or who took over."""

    at: datetime
    login: str
    what: str
    whom: str
    detail: str


@dataclass(frozen=True)
class Dismissal:
    """What an employee's successor was given."""

    activities: int
    counterparties: int


def list_accounts(session: Session) -> list[AccountRow]:
    """All logins of the company by name; for the administrator and the director."""
    rows = session.execute(
        sa.text("""SELECT login, employee_id, coalesce(full_name, ''), coalesce(active, true), groups, can_login,
                          sessions, last_act_at AT TIME ZONE office_zone() FROM list_accounts()""")
    )
    return [AccountRow(row[0], row[1], row[2], row[3], tuple(row[4]), row[5], row[6], row[7]) for row in rows]


def list_account_events(
    session: Session, *, login: str | None = None, limit: int = 500
) -> list[AccountEventRow]:
    """What was done to accounts, the latest first; to one account alone if a login is given."""
    query = sa.select(
        sa.func.timezone(sa.func.office_zone(), AccountEvent.at),
        AccountEvent.login,
        AccountEvent.what,
        AccountEvent.whom,
        AccountEvent.detail,
    )
    if login is not None:
        query = query.where(AccountEvent.whom == login)
    rows = session.execute(query.order_by(AccountEvent.id.desc()).limit(limit))
    return [AccountEventRow(*row) for row in rows]


def find_employee(session: Session, full_name: str) -> UUID:
    """The employee of this name who is with the company; UserError if there is none or more than one."""
    found = session.scalars(
        sa.select(Employee.id).where(
            Employee.active, sa.func.lower(Employee.full_name) == " ".join(full_name.split()).lower()
        )
    ).all()
    if len(found) != 1:
        raise FieldError(
            "employee_id",
            _("There is no employee {name}.").format(name=full_name)
            if not found
            else _("There are several employees {name}.").format(name=full_name),
            _("Add --department to enter him now.") if not found else "",
        )
    return found[0]


def create_account(
    session: Session, *, login: str, password: str, groups: Collection[str], employee_id: UUID | None
) -> None:
    """Make a login with these groups for an employee who has none; administrator and backup have no employee."""
    session.execute(
        sa.text("SELECT create_account(:login, :verifier, CAST(:groups AS text[]), :employee_id)"),
        {
            "login": login,
            "verifier": _verifier(session, login, password),
            "groups": _with_employee(groups),
            "employee_id": employee_id,
        },
    )


def set_account_groups(session: Session, *, login: str, groups: Collection[str]) -> None:
    """Give a login exactly these groups; what it may changes at once, also in its open windows."""
    session.execute(
        sa.text("SELECT set_account_groups(:login, CAST(:groups AS text[]))"),
        {"login": login, "groups": _with_employee(groups)},
    )


def set_account_password(session: Session, *, login: str, password: str) -> None:
    """Give a login a new password; open sessions stay."""
    session.execute(
        sa.text("SELECT set_account_password(:login, :verifier)"),
        {"login": login, "verifier": _verifier(session, login, password)},
    )


def set_own_password(session: Session, *, password: str) -> None:
    """Everybody's own new password; his open sessions stay."""
    login = session.scalar(sa.text("SELECT current_login()"))
    verifier = _verifier(session, login, password)
    # ALTER ROLE takes no parameters; format() quotes.
    statement = session.scalar(
        sa.text("SELECT format('ALTER ROLE %I PASSWORD %L', session_user, CAST(:verifier AS text))"),
        {"verifier": verifier},
    )
    session.connection().exec_driver_sql(statement)


def lock_account(session: Session, *, login: str) -> int:
    """Lock a login and end its sessions; how many were ended.

    Asked again in a transaction of its own it also ends what got in before the first one was committed.
    """
    ended: int = session.scalar(sa.text("SELECT lock_account(:login)"), {"login": login})
    return ended


def unlock_account(session: Session, *, login: str) -> None:
    session.execute(sa.text("SELECT unlock_account(:login)"), {"login": login})


def reinstate_employee(session: Session, *, employee_id: UUID) -> None:
    """An employee who had left is with the company again; his login stays locked until it is let in."""
    session.execute(sa.text("SELECT reinstate_employee(:employee_id)"), {"employee_id": employee_id})


def dismiss_employee(session: Session, *, employee_id: UUID, successor_id: UUID) -> Dismissal:
    """Hand over what is planned and who is responsible, mark as left and lock: all or nothing.

    As with lock_account, ask lock_account once more when this is committed.
    """
    row = session.execute(
        sa.text("SELECT activities, counterparties FROM dismiss_employee(:employee_id, :successor_id)"),
        {"employee_id": employee_id, "successor_id": successor_id},
    ).one()
    return Dismissal(*row)


def _with_employee(groups: Collection[str]) -> list[str]:
    # Each of the staff's groups is a member of `employee`; to say so once more harms nobody.
    return sorted({*groups, *(["employee"] if STAFF_GROUPS & set(groups) else [])})


def _verifier(session: Session, login: str, password: str) -> str:
    """What the server keeps in the password's place; FieldError if the password will not do."""
    complaint = password_complaint(login, password)
    if complaint:
        raise FieldError("password", complaint)
    role = f"{session.scalar(sa.text('SELECT role_prefix()'))}_{login}"
    connection = session.connection().connection.driver_connection
    try:
        verifier: str = encrypt_password(password, role, scope=connection, algorithm="scram-sha-256")
    except (ValueError, UnicodeError) as error:
        raise FieldError("password", _("The password contains characters that cannot be used.")) from error
    return verifier
