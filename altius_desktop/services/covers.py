"""Who stands in for whom: absences with substitutes, reminder routes, and what comes of them on a day.

The rule (the nearest present one, one step further, else the director) is the database's own function `covers`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from altius_desktop.domain.dates import FIRST_DAY, LAST_DAY
from altius_desktop.domain.errors import FieldError, UserError
from altius_desktop.domain.ids import new_id
from altius_desktop.domain.texts import check_length, clean_line
from altius_desktop.i18n import _
from altius_desktop.models import Absence, Employee, ReminderRoute
from altius_desktop.services.acts import Acted, Inverse, RestoreRow, begin_act

_REASON_LIMIT = 200


@dataclass(frozen=True)
class AbsenceRow:
    """Days on which somebody is away; `substitute_name` is "" where nobody stands in."""

    id: UUID
    employee_id: UUID
    valid_from: date
    valid_to: date
    substitute_id: UUID | None
    substitute_name: str
    reason: str
    row_version: int


@dataclass(frozen=True)
class RouteRow:
    """Somebody who gets an employee's reminders; without days always."""

    id: UUID
    employee_id: UUID
    receiver_id: UUID
    receiver_name: str
    valid_from: date | None
    valid_to: date | None
    reason: str
    row_version: int


@dataclass(frozen=True)
class CoverRow:
    """Who answers for an employee on a day; `reason` is route, absence, further or director."""

    employee_id: UUID
    receiver_id: UUID
    receiver_name: str
    reason: str


def list_covers(session: Session, day: date | None = None) -> tuple[CoverRow, ...]:
    """Everybody who answers for somebody on that day (None: the office's today)."""
    rows = session.execute(
        sa.text("""
            SELECT c.employee_id, c.receiver_id, e.full_name, c.reason
            FROM covers(coalesce(CAST(:day AS date), office_today())) AS c
            JOIN employee AS e ON e.id = c.receiver_id ORDER BY e.full_name
        """),
        {"day": day},
    )
    return tuple(CoverRow(*row) for row in rows)


def list_absences(session: Session, employee_id: UUID | None = None) -> tuple[AbsenceRow, ...]:
    """Absences that are not over yet, of one employee or of all, the nearest first."""
    query = (
        sa.select(
            Absence.id,
            Absence.employee_id,
            Absence.valid_from,
            Absence.valid_to,
            Absence.substitute_id,
            sa.func.coalesce(Employee.full_name, ""),
            Absence.reason,
            Absence.row_version,
        )
        .outerjoin(Employee, Employee.id == Absence.substitute_id)
        .where(~Absence.archived, Absence.valid_to >= sa.func.office_today())
        .order_by(Absence.valid_from, Absence.id)
    )
    if employee_id is not None:
        query = query.where(Absence.employee_id == employee_id)
    return tuple(AbsenceRow(*row) for row in session.execute(query))


def list_routes(session: Session, employee_id: UUID | None = None) -> tuple[RouteRow, ...]:
    """Reminder routes of one employee or of all."""
    query = (
        sa.select(
            ReminderRoute.id,
            ReminderRoute.employee_id,
            ReminderRoute.receiver_id,
            Employee.full_name,
            ReminderRoute.valid_from,
            ReminderRoute.valid_to,
            ReminderRoute.reason,
            ReminderRoute.row_version,
        )
        .join(Employee, Employee.id == ReminderRoute.receiver_id)
        .where(
            ~ReminderRoute.archived,
            sa.or_(ReminderRoute.valid_to.is_(None), ReminderRoute.valid_to >= sa.func.office_today()),
        )
        .order_by(Employee.full_name, ReminderRoute.id)
    )
    if employee_id is not None:
        query = query.where(ReminderRoute.employee_id == employee_id)
    return tuple(RouteRow(*row) for row in session.execute(query))


def save_absence(
    session: Session,
    *,
    act_id: UUID,
    absence_id: UUID,
    employee_id: UUID,
    valid_from: date | None,
    valid_to: date | None,
    substitute_id: UUID | None,
    reason: str = "",
) -> Acted:
    """Enter an absence, or change it; FieldError for days that are missing or in the wrong order."""
    if valid_from is None:
        raise FieldError("valid_from", _("Enter the first day."))
    valid_to = valid_to or valid_from
    _check_days(valid_from, valid_to)
    if substitute_id == employee_id:
        raise FieldError("substitute_id", _("Nobody stands in for himself."))
    values = {
        "valid_from": valid_from,
        "valid_to": valid_to,
        "substitute_id": substitute_id,
        "reason": check_length("reason", clean_line(reason), _REASON_LIMIT),
    }
    if not begin_act(session, act_id):
        return Acted(frozenset(), None)
    step = _save(session, Absence, absence_id, employee_id, values)
    return Acted(frozenset(), Inverse((step,), _("absence")))


def save_route(
    session: Session,
    *,
    act_id: UUID,
    route_id: UUID,
    employee_id: UUID,
    receiver_id: UUID | None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    reason: str = "",
) -> Acted:
    """Enter who gets an employee's reminders, or change it; FieldError where that cannot be."""
    receiver = _checked_receiver(session, employee_id, receiver_id)
    _check_days(valid_from, valid_to)
    values = {
        "receiver_id": receiver,
        "valid_from": valid_from,
        "valid_to": valid_to,
        "reason": check_length("reason", clean_line(reason), _REASON_LIMIT),
    }
    if not begin_act(session, act_id):
        return Acted(frozenset(), None)
    step = _save(session, ReminderRoute, route_id, employee_id, values)
    return Acted(frozenset(), Inverse((step,), _("who gets the reminders")))


def end_absence(session: Session, *, act_id: UUID, absence_id: UUID) -> Acted:
    """Take an absence off: he is here after all."""
    return _archive(session, Absence, act_id, absence_id, _("end of the absence"))


def end_route(session: Session, *, act_id: UUID, route_id: UUID) -> Acted:
    return _archive(session, ReminderRoute, act_id, route_id, _("who gets the reminders"))


def get_receivers(session: Session) -> dict[UUID, UUID]:
    """Who always gets whose reminders, by the employee; whoever has several such receivers is left out."""
    found: dict[UUID, list[UUID]] = {}
    for employee_id, _route_id, receiver_id in session.execute(_always()):
        found.setdefault(employee_id, []).append(receiver_id)
    return {employee_id: ids[0] for employee_id, ids in found.items() if len(ids) == 1}


def set_receiver(session: Session, *, employee_id: UUID, receiver_id: UUID | None) -> RestoreRow | None:
    """Give an employee another receiver in place of the one of `get_receivers`; the way back.

    It is part of another act. Without a receiver (None) the route ends.
    """
    found = session.execute(_always().where(ReminderRoute.employee_id == employee_id)).all()
    route = found[0] if len(found) == 1 else None
    if receiver_id is None:
        if route is None:
            return None
        return _write(session, ReminderRoute, route.id, {"archived": False}, {"archived": True})
    receiver = _checked_receiver(session, employee_id, receiver_id)
    if route is None:
        return _save(session, ReminderRoute, new_id(), employee_id, {"receiver_id": receiver})
    before, after = {"receiver_id": route.receiver_id}, {"receiver_id": receiver}
    return _write(session, ReminderRoute, route.id, before, after)


def _always() -> sa.Select[UUID, UUID, UUID]:
    return sa.select(ReminderRoute.employee_id, ReminderRoute.id, ReminderRoute.receiver_id).where(
        ~ReminderRoute.archived, ReminderRoute.valid_from.is_(None), ReminderRoute.valid_to.is_(None)
    )


def _checked_receiver(session: Session, employee_id: UUID, receiver_id: UUID | None) -> UUID:
    if receiver_id is None:
        raise FieldError("receiver_id", _("Choose who gets the reminders."))
    if receiver_id == employee_id:
        raise FieldError("receiver_id", _("Nobody stands in for himself."))
    receiver = session.execute(
        sa.select(Employee.active, Employee.has_workplace).where(Employee.id == receiver_id)
    ).first()
    if receiver is None or not all(receiver):
        raise FieldError("receiver_id", _("Reminders can only go to somebody who has a workplace."))
    return receiver_id


def _check_days(first: date | None, last: date | None) -> None:
    for field, day in (("valid_from", first), ("valid_to", last)):
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            raise FieldError(field, _("The date must lie between 1900 and 2200."))
    if first is not None and last is not None and last < first:
        raise FieldError("valid_to", _("The last day lies before the first."))


def _save(
    session: Session,
    model: type[Absence] | type[ReminderRoute],
    row_id: UUID,
    employee_id: UUID,
    values: Mapping[str, object],
) -> RestoreRow:
    columns = [getattr(model, name) for name in values]
    before = (
        session.execute(sa.select(*columns).where(model.id == row_id).with_for_update()).mappings().first()
    )
    if before is not None:
        return _write(session, model, row_id, dict(before), values)
    session.execute(sa.insert(model).values(id=row_id, employee_id=employee_id, **values))
    return _way_back(model, row_id, {"archived": True}, {"archived": False, **values})


def _archive(
    session: Session, model: type[Absence] | type[ReminderRoute], act_id: UUID, row_id: UUID, label: str
) -> Acted:
    if not begin_act(session, act_id):
        return Acted(frozenset(), None)
    archived = session.scalar(sa.select(model.archived).where(model.id == row_id).with_for_update())
    if archived is None:
        raise UserError(_("This entry is no longer there."))
    if archived:
        return Acted(frozenset(), None)
    step = _write(session, model, row_id, {"archived": False}, {"archived": True})
    return Acted(frozenset(), Inverse((step,), label))


def _write(
    session: Session,
    model: type[Absence] | type[ReminderRoute],
    row_id: UUID,
    before: Mapping[str, object],
    after: Mapping[str, object],
) -> RestoreRow:
    session.execute(
        sa.update(model)
        .where(model.id == row_id)
        .values(**after)
        .execution_options(synchronize_session=False)
    )
    return _way_back(model, row_id, before, after)


def _way_back(
    model: type[Absence] | type[ReminderRoute],
    row_id: UUID,
    before: Mapping[str, object],
    after: Mapping[str, object],
) -> RestoreRow:
    return RestoreRow(
        model.__tablename__, (("id", row_id),), None, before=tuple(before.items()), after=tuple(after.items())
    )
