"""Who is logged in, and whose days he answers for."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from altius_desktop.domain.errors import UserError
from altius_desktop.i18n import _


@dataclass(frozen=True)
class Identity:
    """The logged-in employee; `zone` is the office's time zone, `groups` the names of his group roles."""

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


@dataclass(frozen=True)
class Cover:
    """Whose activities make up a day: employees, and departments whose untaken ones are shown with them."""

    employees: frozenset[UUID]
    departments: frozenset[UUID]


_IDENTITY = sa.text("""
    SELECT e.id, e.login, e.full_name, e.position, d.id, d.name, e.active,
           office_zone(), c.name, c.is_demo,
           ARRAY(SELECT substr(r.rolname, length(role_prefix()) + 3) FROM pg_roles AS r
                 WHERE starts_with(r.rolname, role_prefix() || '__')
                   AND pg_has_role(session_user, r.oid, 'member'))
    FROM employee AS e JOIN department AS d ON d.id = e.department_id LEFT JOIN company AS c ON true
    WHERE e.login = current_login()
""")


def get_identity(session: Session) -> Identity:
    """The employee behind this session's login; UserError if the login belongs to nobody here."""
    row = session.execute(_IDENTITY).first()
    if row is None:
        raise UserError(
            _("This login belongs to no employee."),
            _("Log in as an employee, or ask your administrator to enter you in the company card."),
        )
    if not row[6]:
        raise UserError(_("This employee has left the company."), _("Ask your administrator."))
    return Identity(
        employee_id=row[0],
        login=row[1],
        full_name=row[2],
        position=row[3],
        department_id=row[4],
        department_name=row[5],
        zone=row[7],
        company_name=row[8] or "",
        is_demo=bool(row[9]),
        groups=frozenset(row[10]),
    )


def get_cover(session: Session, employee_id: UUID) -> Cover:
    """The days that this employee answers for: his own, and what his department has not yet taken."""
    department_id = session.scalar(
        sa.text("SELECT department_id FROM employee WHERE id = :id"), {"id": employee_id}
    )
    return Cover(frozenset({employee_id}), frozenset({department_id} if department_id else ()))


def get_today(session: Session) -> date:
    """The office's day, by the server's clock."""
    today: date = session.execute(sa.text("SELECT office_today()")).scalar_one()
    return today
