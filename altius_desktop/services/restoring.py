"""A former value of the history put back: a change like any other, with its rights, its merge and its way back."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from altius_desktop.domain.errors import Conflict, FieldConflict, UserError
from altius_desktop.i18n import _
from altius_desktop.models import Act, AgreedTerm, Base, ContactPerson, ContactPoint, Feedback, ImportantDate
from altius_desktop.services.activities import fields_of, set_highlight, update_activity
from altius_desktop.services.acts import Acted, Inverse, begin_act
from altius_desktop.services.audit import RESTORABLE, ChangedPlace, ChangeFilter, read_traces
from altius_desktop.services.card_part_edits import lock_counterparty, restored, save_part
from altius_desktop.services.card_parts import list_dates, list_feedback, list_persons, list_terms
from altius_desktop.services.change_words import Trace, read_words
from altius_desktop.services.counterparties import list_points
from altius_desktop.services.counterparty_card import get_stamp_and_fields
from altius_desktop.services.counterparty_edits import change_many, update_counterparty
from altius_desktop.services.day import list_activities

_PARTS: Mapping[str, Any] = {
    model.__tablename__: model for model in (AgreedTerm, ContactPerson, ContactPoint, Feedback, ImportantDate)
}
_READERS: Mapping[str, Callable[[Session, UUID], tuple[Any, ...]]] = {
    "contact_person": lambda session, firm: list_persons(session, firm, list_points(session, firm)),
    "important_date": list_dates,
    "feedback": list_feedback,
    "agreed_term": list_terms,
}
# Chosen together, so put back together.
_TOGETHER: Mapping[str, tuple[str, ...]] = {
    "due_on": ("due_on", "due_at"),
    "counterparty_id": ("counterparty_id", "contact_person_id"),
    "assignee_id": ("assignee_id", "department_id"),
    "department_id": ("assignee_id", "department_id"),
}


def restore_value(
    session: Session, *, act_id: UUID, place: ChangedPlace, change_id: int, column: str, seen_change_id: int
) -> Acted:
    """Make a field again what it was before the change `change_id`.

    `seen_change_id` is the newest change that the user had before him: Conflict if a colleague has changed the
    same field of the same record since. UserError where it cannot be put back, or may not be by this employee.
    """
    if session.scalar(sa.select(sa.exists().where(Act.id == act_id))):
        return _repeated(place)
    found = read_traces(session, place=place, before=change_id + 1, limit=1)
    trace = found[0] if found and found[0].id == change_id else None
    if trace is None or (trace.table, column) not in RESTORABLE or column not in trace.old:
        raise UserError(_("This value cannot be put back."), _("Look at the list anew (F5)."))
    _refuse_newer(session, place, trace, column, seen_change_id)
    if place.table == "activity":
        return _restore_activity(session, act_id, place.row_id, trace, column)
    if trace.table == "counterparty":
        return _restore_counterparty(session, act_id, trace, column)
    if trace.table == "counterparty_role":
        _stamp, present = get_stamp_and_fields(session, place.row_id)
        role = frozenset({trace.part or ""})
        wanted = present.roles - role if trace.old["archived"] else present.roles | role
        return update_counterparty(
            session,
            act_id=act_id,
            counterparty_id=place.row_id,
            seen=present,
            mine=replace(present, roles=wanted),
        )
    if column == "archived":
        return _restore_archived(session, act_id, place.row_id, trace)
    return _restore_part(session, act_id, place.row_id, trace, column)


def _repeated(place: ChangedPlace) -> Acted:
    if place.table == "activity":
        return Acted(frozenset({place.row_id}), None)
    return Acted(frozenset(), None, frozenset({place.row_id}))


def _refuse_newer(
    session: Session, place: ChangedPlace, trace: Trace, column: str, seen_change_id: int
) -> None:
    newest = read_traces(session, place=place, only=ChangeFilter(trace.table, (column,)))
    same = (one for one in newest if (one.row_id, one.part) == (trace.row_id, trace.part))
    theirs = next(same, None)
    if theirs is None or theirs.id <= seen_change_id:
        return
    words = read_words(session, [theirs, trace])
    raise Conflict(
        _("{name} changed this at {time:%H:%M}. Look at it again before you put a former value back.").format(
            name=theirs.who, time=theirs.at
        ),
        theirs,
        (
            FieldConflict(
                column,
                words.value(theirs, column, theirs.old),
                words.value(trace, column, trace.old),
                words.value(theirs, column, theirs.new),
            ),
        ),
    )


def _restore_activity(session: Session, act_id: UUID, activity_id: UUID, trace: Trace, column: str) -> Acted:
    if column == "highlight":
        return set_highlight(
            session, act_id=act_id, activity_id=activity_id, highlight=trace.old["highlight"]
        )
    (row,) = list_activities(session, [activity_id])
    seen = fields_of(row)
    values: dict[str, Any] = {
        name: _value("activity", name, trace.old[name])
        for name in _TOGETHER.get(column, (column,))
        if name in trace.old
    }
    if "due_at" in values:
        values["due_time"] = session.scalar(
            sa.text("SELECT (CAST(:at AS timestamptz) AT TIME ZONE office_zone())::time"),
            {"at": values.pop("due_at")},
        )
    return update_activity(
        session, act_id=act_id, activity_id=activity_id, seen=seen, mine=replace(seen, **values)
    )


def _restore_counterparty(session: Session, act_id: UUID, trace: Trace, column: str) -> Acted:
    value = _value("counterparty", column, trace.old[column])
    if column in ("highlight", "archived"):
        return change_many(session, act_id=act_id, ids=(trace.row_id,), field=column, value=value)
    _stamp, present = get_stamp_and_fields(session, trace.row_id)
    mine = replace(present, **{column: _as_typed(getattr(present, column), value)})
    return update_counterparty(session, act_id=act_id, counterparty_id=trace.row_id, seen=present, mine=mine)


def _restore_part(session: Session, act_id: UUID, counterparty_id: UUID, trace: Trace, column: str) -> Acted:
    rows = _READERS[trace.table](session, counterparty_id)
    present = next((row.fields for row in rows if row.id == trace.row_id), None)
    if present is None:
        raise UserError(
            _("This record is no longer on the card."), _("Put back first that it was taken off the card.")
        )
    value = _as_typed(getattr(present, column), _value(trace.table, column, trace.old[column]))
    return save_part(
        session,
        act_id=act_id,
        counterparty_id=counterparty_id,
        row_id=trace.row_id,
        seen=present,
        mine=replace(present, **{column: value}),
    )


def _restore_archived(session: Session, act_id: UUID, counterparty_id: UUID, trace: Trace) -> Acted:
    """Bring a record onto the card again, or take it off again; a person's phones are records of their own."""
    touched = frozenset({counterparty_id})
    begin_act(session, act_id)
    lock_counterparty(session, counterparty_id)
    model, archived = _PARTS[trace.table], trace.old["archived"]
    done = session.execute(
        sa.update(model)
        .where(model.id == trace.row_id, model.counterparty_id == counterparty_id, model.archived != archived)
        .values(archived=archived)
        .execution_options(synchronize_session=False)
        .returning(model.id)
    ).first()
    if done is None:
        return Acted(frozenset(), None, touched)
    step = restored(model, counterparty_id, trace.row_id, {"archived": not archived}, {"archived": archived})
    return Acted(frozenset(), Inverse((step,), _("former value")), touched)


def _value(table: str, column: str, stored: Any) -> Any:
    """A value of the history as its column takes it."""
    kind = Base.metadata.tables[table].columns[column].type
    if stored is None:
        return None
    if isinstance(kind, sa.Uuid):
        return UUID(stored)
    return date.fromisoformat(stored) if isinstance(kind, sa.Date) else stored


def _as_typed(present: Any, value: Any) -> Any:
    """Forms know an empty text where a column knows none."""
    return "" if value is None and isinstance(present, str) else value
