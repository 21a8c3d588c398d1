"""Employees as the company card has them; their logins are accounts.py's matter."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from altius_desktop.domain.dates import FIRST_DAY, LAST_DAY
from altius_desktop.domain.errors import FieldError, UserError
from altius_desktop.domain.ids import new_id
from altius_desktop.domain.texts import check_length, clean_line
from altius_desktop.i18n import _
from altius_desktop.models import Activity, Counterparty, Department, Employee
from altius_desktop.services.acts import Acted, Inverse, RestoreRow, begin_act
from altius_desktop.services.covers import get_receivers, list_routes, set_receiver
from altius_desktop.services.directory_values import changed_fields

TEXT_LIMITS = {"full_name": 200, "position": 200, "phone": 100, "email": 200}
NORMS = (0, 1000)


@dataclass(frozen=True)
class EmployeeFields:
    """What the form of an employee edits; `receiver_id` always gets his reminders (None: nobody, or several)."""

    full_name: str = ""
    position: str = ""
    department_id: UUID | None = None
    birthday: date | None = None
    phone: str = ""
    email: str = ""
    has_workplace: bool = True
    daily_norm: int | None = 12
    receiver_id: UUID | None = None


@dataclass(frozen=True)
class StaffRow:
    """An employee on the company card, whether he is still there or has left; `changed_at` is the office's time."""

    id: UUID
    fields: EmployeeFields
    department_name: str
    login: str | None
    active: bool
    row_version: int
    changed_at: datetime
    changed_by_name: str


def list_staff(session: Session) -> tuple[StaffRow, ...]:
    """Everybody who is or was with the company, by name."""
    return _staff(session)


def save_employee(
    session: Session,
    *,
    act_id: UUID,
    employee_id: UUID,
    seen: EmployeeFields | None,
    mine: EmployeeFields,
    decided: Mapping[str, Any] | None = None,
) -> Acted:
    """Enter somebody new (`seen` is None), or save what a form changed of an employee against `seen`.

    Conflict names the fields that a colleague made something else of. Who has no workplace needs a receiver.
    A new employee is not taken back: he is let go.
    """
    if not begin_act(session, act_id):
        return Acted(frozenset(), None)
    if seen is None:
        values = {
            name: _checked(name, value) for name, value in asdict(mine).items() if name != "receiver_id"
        }
        session.execute(sa.insert(Employee).values(id=employee_id, **values))
        if mine.receiver_id is not None:
            set_receiver(session, employee_id=employee_id, receiver_id=mine.receiver_id)
        _refuse_unheard(session, employee_id)
        return Acted(frozenset(), None)
    session.execute(sa.select(Employee.id).where(Employee.id == employee_id).with_for_update())
    found = _staff(session, Employee.id == employee_id)
    if not found or not found[0].active:
        raise UserError(_("This employee has left the company."))
    (theirs,) = found
    changed = changed_fields(
        theirs, present=asdict(theirs.fields), seen=asdict(seen), mine=asdict(mine), decided=decided
    )
    if not changed:
        return Acted(frozenset(), None)
    steps: list[RestoreRow] = []
    values = {name: _checked(name, value) for name, value in changed.items() if name != "receiver_id"}
    if values:
        here = Employee.id == employee_id
        columns = sa.select(*(getattr(Employee, name) for name in values)).where(here)
        before = dict(session.execute(columns).mappings().one())
        session.execute(
            sa.update(Employee).where(here).values(**values).execution_options(synchronize_session=False)
        )
        key = (("id", employee_id),)
        steps.append(RestoreRow("employee", key, None, tuple(before.items()), tuple(values.items())))
    if "receiver_id" in changed:
        step = set_receiver(session, employee_id=employee_id, receiver_id=changed["receiver_id"])
        steps += [step] if step is not None else []
    if {"has_workplace", "receiver_id"} & changed.keys():
        _refuse_unheard(session, employee_id)
    label = _("change of {name}").format(name=theirs.fields.full_name)
    return Acted(frozenset(), Inverse(tuple(steps), label))


@dataclass(frozen=True)
class OpenWork:
    """What a successor would be given now."""

    activities: int
    counterparties: int


def count_open_work(session: Session, *, employee_id: UUID) -> OpenWork:
    """What dismiss_employee would hand over; private activities are nobody's to inherit."""
    activities = sa.select(sa.func.count()).where(
        Activity.assignee_id == employee_id, Activity.status == "planned", ~Activity.is_private
    )
    firms = sa.select(sa.func.count()).where(Counterparty.responsible_id == employee_id)
    return OpenWork(session.scalar(activities) or 0, session.scalar(firms) or 0)


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
    """Enter somebody who has come to the company and gets a login next."""
    mine = EmployeeFields(full_name=full_name, position=position, department_id=department_id)
    save_employee(session, act_id=act_id, employee_id=employee_id, seen=None, mine=mine)


def _staff(session: Session, *conditions: Any) -> tuple[StaffRow, ...]:
    changer = sa.alias(Employee.__table__)
    own = [name for name in EmployeeFields.__annotations__ if name != "receiver_id"]
    rows = session.execute(
        sa.select(
            Employee.id,
            *(getattr(Employee, name) for name in own),
            Department.name.label("department_name"),
            Employee.login,
            Employee.active,
            Employee.row_version,
            sa.func.timezone(sa.func.office_zone(), Employee.changed_at).label("changed_at"),
            sa.func.coalesce(changer.c.full_name, "").label("changed_by_name"),
        )
        .join(Department, Department.id == Employee.department_id)
        .outerjoin(changer, changer.c.id == Employee.changed_by)
        .where(*conditions)
        .order_by(Employee.full_name, Employee.id)
    ).all()
    receivers = get_receivers(session)
    return tuple(
        StaffRow(
            id=row.id,
            fields=EmployeeFields(
                **{name: _shown(name, getattr(row, name)) for name in own}, receiver_id=receivers.get(row.id)
            ),
            department_name=row.department_name,
            login=row.login,
            active=row.active,
            row_version=row.row_version,
            changed_at=row.changed_at,
            changed_by_name=row.changed_by_name,
        )
        for row in rows
    )


def _shown(name: str, value: Any) -> Any:
    return "" if value is None and name in TEXT_LIMITS else value


def _checked(name: str, value: Any) -> Any:
    """The value as its column takes it; FieldError for what does not fit."""
    if name in TEXT_LIMITS:
        text = check_length(name, clean_line(value), TEXT_LIMITS[name])
        if name == "full_name" and not text:
            raise FieldError(name, _("Enter the full name."))
        return text or (None if name in ("phone", "email") else "")
    if name == "department_id" and value is None:
        raise FieldError(name, _("Choose the department."))
    if name == "birthday" and value is not None and not FIRST_DAY <= value <= LAST_DAY:
        raise FieldError(name, _("The date must lie between 1900 and 2200."))
    if name == "daily_norm" and (value is None or not NORMS[0] <= value <= NORMS[1]):
        raise FieldError(
            name, _("Enter a number from {lowest} to {highest}.").format(lowest=NORMS[0], highest=NORMS[1])
        )
    return value


def _refuse_unheard(session: Session, employee_id: UUID) -> None:
    """Who has no workplace needs somebody who gets his reminders."""
    has = session.scalar(sa.select(Employee.has_workplace).where(Employee.id == employee_id))
    if not has and not list_routes(session, employee_id):
        raise FieldError(
            "receiver_id", _("Choose who gets the reminders of an employee without a workplace.")
        )
