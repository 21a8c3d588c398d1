"""Changes to what belongs to a counterparty: a row is saved by itself, with the same field-by-field merge as the firm.

Nothing is deleted: it is archived.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from altius_desktop.domain.dates import FIRST_DAY, LAST_DAY
from altius_desktop.domain.errors import FieldError, UserError
from altius_desktop.domain.texts import check_length, clean_line, clean_text
from altius_desktop.i18n import _
from altius_desktop.models import AgreedTerm, ContactPerson, Counterparty, Feedback, ImportantDate
from altius_desktop.services.acts import Acted, Inverse, RestoreRow, begin_act
from altius_desktop.services.card_parts import (
    DateFields,
    FeedbackFields,
    PartFields,
    PersonFields,
    TermFields,
    list_dates,
    list_feedback,
    list_persons,
    list_terms,
)
from altius_desktop.services.contact_points import POINT_FIELDS, save_points
from altius_desktop.services.counterparties import list_points
from altius_desktop.services.directory_values import changed_fields

_MODELS: dict[type[Any], Any] = {
    PersonFields: ContactPerson,
    DateFields: ImportantDate,
    FeedbackFields: Feedback,
    TermFields: AgreedTerm,
}
_LIMITS = {
    "full_name": 200,
    "position": 200,
    "note": 5000,
    "title": 200,
    "text": 5000,
    "answer": 5000,
}
_TERM_LIMIT = 2000
_EMPTY_AS_NULL = frozenset({"position", "note"})


def save_part(
    session: Session,
    *,
    act_id: UUID,
    counterparty_id: UUID,
    row_id: UUID,
    seen: PartFields | None,
    mine: PartFields,
    decided: Mapping[str, Any] | None = None,
) -> Acted:
    """Add a row with the id `row_id` (`seen` is None), or save what a form changed of it against `seen`.

    Conflict names the fields that a colleague made something else of, as for the firm itself.
    """
    touched = frozenset({counterparty_id})
    if not begin_act(session, act_id):
        return Acted(frozenset(), None, touched)
    lock_counterparty(session, counterparty_id)
    if seen is None:
        return _add(session, counterparty_id, row_id, mine)
    theirs = _row(session, counterparty_id, row_id, mine)
    changed = changed_fields(
        theirs, present=asdict(theirs.fields), seen=asdict(seen), mine=asdict(mine), decided=decided
    )
    if not changed:
        return Acted(frozenset(), None, touched)
    model = _MODELS[type(mine)]
    _check_order({**asdict(theirs.fields), **changed})
    cells = {name: changed.pop(name) for name in POINT_FIELDS if name in changed}
    values = _columns(mine, changed)
    steps = save_points(session, counterparty_id=counterparty_id, person_id=row_id, cells=cells)
    if values.get("is_main"):
        steps.extend(_take_main(session, counterparty_id, row_id))
    stamp = {"full_name": ContactPerson.full_name}
    session.execute(
        sa.update(model)
        .where(model.id == row_id)
        .values(values or stamp)
        .execution_options(synchronize_session=False)
    )
    if values:
        before = _columns(theirs.fields, {name: getattr(theirs.fields, name) for name in values})
        steps.append(restored(model, counterparty_id, row_id, before, values))
    return Acted(frozenset(), Inverse(tuple(steps), _("change of the card")), touched)


def archive_part(
    session: Session, *, act_id: UUID, counterparty_id: UUID, row_id: UUID, kind: type[PartFields]
) -> Acted:
    """Take a row of this kind off the card, a person with phones and e-mails; its way back brings it on again."""
    touched = frozenset({counterparty_id})
    model = _MODELS[kind]
    if not begin_act(session, act_id):
        return Acted(frozenset(), None, touched)
    steps: list[RestoreRow] = []
    if model is ContactPerson:
        steps = save_points(
            session,
            counterparty_id=counterparty_id,
            person_id=row_id,
            cells=dict.fromkeys(POINT_FIELDS, ""),
        )
    done = session.execute(
        sa.update(model)
        .where(model.id == row_id, model.counterparty_id == counterparty_id, ~model.archived)
        .values(archived=True)
        .execution_options(synchronize_session=False)
        .returning(model.id)
    ).first()
    if done is None:
        raise _gone()
    steps.append(restored(model, counterparty_id, row_id, {"archived": False}, {"archived": True}))
    return Acted(frozenset(), Inverse(tuple(steps), _("archiving")), touched)


def _add(session: Session, counterparty_id: UUID, row_id: UUID, mine: PartFields) -> Acted:
    model = _MODELS[type(mine)]
    _check_order(asdict(mine))
    everything = asdict(mine)
    cells = {name: everything.pop(name) for name in POINT_FIELDS if name in everything}
    values = _columns(mine, everything)
    if isinstance(mine, FeedbackFields) and mine.said_on is None:
        del values["said_on"]
    session.execute(sa.insert(model).values(id=row_id, counterparty_id=counterparty_id, **values))
    save_points(session, counterparty_id=counterparty_id, person_id=row_id, cells=cells)
    steps = _take_main(session, counterparty_id, row_id) if values.get("is_main") else []
    steps.append(restored(model, counterparty_id, row_id, {"archived": True}, {"archived": False}))
    return Acted(frozenset(), Inverse(tuple(steps), _("entry in the card")), frozenset({counterparty_id}))


def _row(session: Session, counterparty_id: UUID, row_id: UUID, mine: PartFields) -> Any:
    rows: tuple[Any, ...]
    match mine:
        case PersonFields():
            rows = list_persons(session, counterparty_id, list_points(session, counterparty_id))
        case DateFields():
            rows = list_dates(session, counterparty_id)
        case FeedbackFields():
            rows = list_feedback(session, counterparty_id)
        case TermFields():
            rows = list_terms(session, counterparty_id)
    found = next((row for row in rows if row.id == row_id), None)
    if found is None:
        raise _gone()
    return found


def _gone() -> UserError:
    return UserError(_("A colleague has taken this off the card."))


def _columns(of: PartFields, changed: Mapping[str, Any]) -> dict[str, Any]:
    """The values as their columns take them; FieldError for what does not fit."""
    return {name: _checked(of, name, value) for name, value in changed.items()}


def _checked(of: PartFields, name: str, value: Any) -> Any:
    if isinstance(value, date):
        check_day(name, value)
    if name == "falls_on" and value is None:
        raise FieldError(name, _("Enter the day"))
    if name == "remind_days" and value is not None and not 0 <= value <= 365:
        raise FieldError(name, _("Enter the days of the reminder, 0 to 365."))
    if name not in _LIMITS:
        return value
    lines = name in ("text", "answer", "note")
    text = clean_text(value) if lines else clean_line(value)
    check_length(name, text, _TERM_LIMIT if isinstance(of, TermFields) else _LIMITS[name])
    if not text and name in ("full_name", "title", "text"):
        raise FieldError(name, _("Fill this in"))
    return None if not text and name in _EMPTY_AS_NULL else text


def check_day(field: str, day: date | None) -> date | None:
    """The day itself; FieldError for one that the office cannot store."""
    if day is not None and not FIRST_DAY <= day <= LAST_DAY:
        raise FieldError(field, _("The date must lie between 1900 and 2200."))
    return day


def _check_order(values: Mapping[str, Any]) -> None:
    start, end = values.get("valid_from"), values.get("valid_to")
    if start is not None and end is not None and end < start:
        raise FieldError("valid_to", _("The period ends before it begins."))
    said, closed = values.get("said_on"), values.get("closed_on")
    if said is not None and closed is not None and closed < said:
        raise FieldError("closed_on", _("It cannot be closed before it was said."))


def _take_main(session: Session, counterparty_id: UUID, row_id: UUID) -> list[RestoreRow]:
    """One person is the main one: whoever was it steps back."""
    others = session.scalars(
        sa.update(ContactPerson)
        .where(
            ContactPerson.counterparty_id == counterparty_id,
            ContactPerson.id != row_id,
            ContactPerson.is_main,
            ~ContactPerson.archived,
        )
        .values(is_main=False)
        .execution_options(synchronize_session=False)
        .returning(ContactPerson.id)
    ).all()
    return [
        restored(ContactPerson, counterparty_id, other, {"is_main": True}, {"is_main": False})
        for other in others
    ]


def lock_counterparty(session: Session, counterparty_id: UUID) -> None:
    """One lock for the firm and all that belongs to it: two mains, or a phone twice, cannot come about."""
    session.execute(sa.select(Counterparty.id).where(Counterparty.id == counterparty_id).with_for_update())


def restored(
    model: Any, counterparty_id: UUID, row_id: UUID, before: Mapping[str, Any], after: Mapping[str, Any]
) -> RestoreRow:
    """The way back of a change to one row of `model`."""
    return RestoreRow(
        model.__tablename__,
        (("id", row_id),),
        counterparty_id,
        before=tuple(before.items()),
        after=tuple(after.items()),
    )
