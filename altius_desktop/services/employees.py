"""Employees as the company card has them; their logins are accounts.py's matter."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from altius_desktop.domain.errors import FieldError
from altius_desktop.domain.ids import new_id
from altius_desktop.domain.texts import clean_line
from altius_desktop.i18n import _
from altius_desktop.models import Department, Employee
from altius_desktop.services.acts import begin_act


def find_or_create_department(session: Session, name: str) -> UUID:
    """The department of this name, whatever its case; made if it is not there."""
    name = clean_line(name)
    if not name or len(name) > 100:
        raise FieldError("department", _("The department's name must have 1 to 100 characters."))
    found = session.scalar(sa.select(Department.id).where(sa.func.lower(Department.name) == name.lower()))
    if found is None:
        found = new_id()
        session.execute(sa.insert(Department).values(id=found, name=name))
    return found


def create_employee(
    session: Session, *, act_id: UUID, employee_id: UUID, full_name: str, position: str, department_id: UUID
) -> None:
    """Enter somebody who has come to the company; he has no login yet."""
    full_name, position = clean_line(full_name), clean_line(position)
    if not full_name or len(full_name) > 200:
        raise FieldError("full_name", _("The full name must have 1 to 200 characters."))
    if len(position) > 200:
        raise FieldError("position", _("The position is longer than 200 characters."))
    if begin_act(session, act_id):
        session.execute(
            sa.insert(Employee).values(
                id=employee_id, full_name=full_name, position=position, department_id=department_id
            )
        )
