"""Who is logged in, and whose days he answers for."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from altius_desktop.domain.errors import UserError
from altius_desktop.i18n import _

NOBODY = UUID(int=0)
"""In place of an employee's or a department's id: no row has it."""


@dataclass(frozen=True)
class Identity:
    """The logged-in employee; `zone` is the office's time zone, `groups` the names of his group roles.

    An administrator is no employee: his ids are NOBODY, and he has his login for a name.
    """

    employee_id: UUID
    login: str
    full_name: str
    position: str
    department_id: UUID
    department_name: str
    groups: frozenset[str]
    zone: str
    company_name: str
    is_demo: bool

    @property
    def is_employee(self) -> bool:
        return self.employee_id != NOBODY


@dataclass(frozen=True)
class Cover:
    """Whose activities make up a day: employees, and departments whose untaken ones are shown with them."""

    employees: frozenset[UUID]
    departments: frozenset[UUID]


# A login of the group `backup` reads tables and may call nothing.
_MAY_ASK = sa.text("SELECT has_function_privilege('current_login()', 'EXECUTE')")
_LOGIN = sa.text("""
    SELECT current_login(), office_zone(), (SELECT name FROM company), (SELECT is_demo FROM company),
           ARRAY(SELECT substr(r.rolname, length(role_prefix()) + 3) FROM pg_roles AS r
                 WHERE starts_with(r.rolname, role_prefix() || '__')
                   AND pg_has_role(session_user, r.oid, 'member'))
""")
_EMPLOYEE = sa.text("""
    SELECT e.id, e.full_name, e.position, d.id, d.name, e.active
    FROM employee AS e JOIN department AS d ON d.id = e.department_id WHERE e.login = :login
""")


def get_identity(session: Session) -> Identity:
    """Who this session's login is: an employee or the administrator; UserError if it is nobody here."""
    nobody = UserError(
        _("This login belongs to no employee."),
        _("Log in as an employee, or ask your administrator to enter you in the company card."),
    )
    if not session.scalar(_MAY_ASK):
        raise nobody
    login, zone, company_name, is_demo, groups = session.execute(_LOGIN).one()
    row = session.execute(_EMPLOYEE, {"login": login}).first()
    if row is not None and not row[5]:
        raise UserError(_("This employee has left the company."), _("Ask your administrator."))
    if row is None and "administrator" not in groups:
        raise nobody
    who = row or (NOBODY, login, _("Administrator"), NOBODY, "")
    return Identity(
        employee_id=who[0],
        login=login,
        full_name=who[1],
        position=who[2],
        department_id=who[3],
        department_name=who[4],
        zone=zone,
        company_name=company_name or "",
        is_demo=bool(is_demo),
        groups=frozenset(groups),
    )


def get_cover(session: Session, employee_id: UUID) -> Cover:
    """The days that this employee answers for today: his own, those of whom he stands in for, and what his
    department has not yet taken."""
    department_id = session.scalar(
        sa.text("SELECT department_id FROM employee WHERE id = :id"), {"id": employee_id}
    )
    others = session.scalars(
        sa.text("SELECT employee_id FROM covers(office_today()) WHERE receiver_id = :id"), {"id": employee_id}
    )
    return Cover(frozenset({employee_id, *others}), frozenset({department_id} if department_id else ()))


def get_today(session: Session) -> date:
    """The office's day, by the server's clock."""
    today: date = session.execute(sa.text("SELECT office_today()")).scalar_one()
    return today
