"""What belongs to a counterparty, row by row: its persons, important dates, wishes and complaints, agreed terms.

A row is saved by itself, with the same field-by-field merge as the firm. Nothing is deleted: it is archived.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from altius_desktop.domain.dates import FIRST_DAY, LAST_DAY
from altius_desktop.domain.errors import FieldError, UserError
from altius_desktop.domain.texts import check_length, clean_line, clean_text
from altius_desktop.i18n import _
from altius_desktop.models import AgreedTerm, ContactPerson, Counterparty, Employee, Feedback, ImportantDate
from altius_desktop.services.acts import Acted, Inverse, RestoreRow, begin_act
from altius_desktop.services.contact_points import POINT_FIELDS, cells_of, save_points
from altius_desktop.services.counterparties import ContactPointRow, list_points
from altius_desktop.services.directory_values import changed_fields


@dataclass(frozen=True)
class PersonFields:
    """What the form of a contact person edits. Phones, faxes and e-mails are one on a line."""

    full_name: str = ""
    position: str = ""
    birthday: date | None = None
    is_main: bool = False
    phones: str = ""
    faxes: str = ""
    emails: str = ""
    note: str = ""


@dataclass(frozen=True)
class DateFields:
    """An important day, of a person or (None) of the firm."""

    title: str = ""
    falls_on: date | None = None
    yearly: bool = True
    remind_days: int | None = None
    contact_person_id: UUID | None = None


@dataclass(frozen=True)
class FeedbackFields:
    """A wish or complaint; without a day it was said today."""

    kind: str = "wish"
    said_on: date | None = None
    text: str = ""
    answer: str = ""
    closed_on: date | None = None


@dataclass(frozen=True)
class TermFields:
    text: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


PartFields = PersonFields | DateFields | FeedbackFields | TermFields


@dataclass(frozen=True)
class PersonRow:
    id: UUID
    row_version: int
    changed_at: datetime
    changed_by_name: str
    fields: PersonFields
    points: tuple[ContactPointRow, ...]


@dataclass(frozen=True)
class ImportantDateRow:
    id: UUID
    row_version: int
    changed_at: datetime
    changed_by_name: str
    fields: DateFields
    person_name: str


@dataclass(frozen=True)
class FeedbackRow:
    id: UUID
    row_version: int
    changed_at: datetime
    changed_by_name: str
    fields: FeedbackFields
    author_name: str


@dataclass(frozen=True)
class AgreedTermRow:
    id: UUID
    row_version: int
    changed_at: datetime
    changed_by_name: str
    fields: TermFields

    def is_expired(self, today: date) -> bool:
        return self.fields.valid_to is not None and self.fields.valid_to < today


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


def list_persons(
    session: Session, counterparty_id: UUID, points: tuple[ContactPointRow, ...]
) -> tuple[PersonRow, ...]:
    """The contact persons, the main one first; `points` are all of the counterparty's."""
    by_person: dict[UUID | None, list[ContactPointRow]] = {}
    for point in points:
        by_person.setdefault(point.person_id, []).append(point)
    return tuple(
        PersonRow(
            id=row.id,
            row_version=row.row_version,
            changed_at=row.changed,
            changed_by_name=row.changer,
            fields=PersonFields(
                full_name=row.full_name,
                position=row.position or "",
                birthday=row.birthday,
                is_main=row.is_main,
                note=row.note or "",
                **cells_of(by_person.get(row.id, ())),
            ),
            points=tuple(by_person.get(row.id, ())),
        )
        for row in session.execute(
            _select(ContactPerson)
            .where(ContactPerson.counterparty_id == counterparty_id, ~ContactPerson.archived)
            .order_by(ContactPerson.is_main.desc(), ContactPerson.full_name)
        )
    )


def list_dates(session: Session, counterparty_id: UUID) -> tuple[ImportantDateRow, ...]:
    """The important days of the firm and of its persons, by day of the year where they return."""
    query = (
        _select(ImportantDate, sa.func.coalesce(ContactPerson.full_name, "").label("person_name"))
        .outerjoin(ContactPerson, ContactPerson.id == ImportantDate.contact_person_id)
        .where(ImportantDate.counterparty_id == counterparty_id, ~ImportantDate.archived)
        .order_by(
            sa.extract("month", ImportantDate.falls_on),
            sa.extract("day", ImportantDate.falls_on),
            ImportantDate.id,
        )
    )
    return tuple(
        ImportantDateRow(
            id=row.id,
            row_version=row.row_version,
            changed_at=row.changed,
            changed_by_name=row.changer,
            fields=DateFields(row.title, row.falls_on, row.yearly, row.remind_days, row.contact_person_id),
            person_name=row.person_name,
        )
        for row in session.execute(query)
    )


def list_feedback(session: Session, counterparty_id: UUID) -> tuple[FeedbackRow, ...]:
    """Wishes and complaints, the open ones first, the newest first."""
    author = sa.alias(Employee.__table__)
    query = (
        _select(Feedback, author.c.full_name.label("author_name"))
        .join(author, author.c.id == Feedback.author_id)
        .where(Feedback.counterparty_id == counterparty_id)
        .order_by(Feedback.closed_on.is_not(None), Feedback.said_on.desc(), Feedback.id)
    )
    return tuple(
        FeedbackRow(
            id=row.id,
            row_version=row.row_version,
            changed_at=row.changed,
            changed_by_name=row.changer,
            fields=FeedbackFields(row.kind, row.said_on, row.text, row.answer, row.closed_on),
            author_name=row.author_name,
        )
        for row in session.execute(query)
    )


def list_terms(session: Session, counterparty_id: UUID) -> tuple[AgreedTermRow, ...]:
    """Agreed terms, those that hold longest first."""
    query = (
        _select(AgreedTerm)
        .where(AgreedTerm.counterparty_id == counterparty_id, ~AgreedTerm.archived)
        .order_by(AgreedTerm.valid_to.desc().nulls_first(), AgreedTerm.valid_from.desc(), AgreedTerm.id)
    )
    return tuple(
        AgreedTermRow(
            id=row.id,
            row_version=row.row_version,
            changed_at=row.changed,
            changed_by_name=row.changer,
            fields=TermFields(row.text, row.valid_from, row.valid_to),
        )
        for row in session.execute(query)
    )


def _select(model: Any, *more: Any) -> Any:
    changer = sa.alias(Employee.__table__)
    return (
        sa.select(
            *model.__table__.columns,
            sa.func.timezone(sa.func.office_zone(), model.changed_at).label("changed"),
            sa.func.coalesce(changer.c.full_name, "").label("changer"),
            *more,
        )
        .select_from(model)
        .outerjoin(changer, changer.c.id == model.changed_by)
    )


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
    # One lock for the firm and all that belongs to it: two mains, or a phone twice, cannot come about.
    session.execute(sa.select(Counterparty.id).where(Counterparty.id == counterparty_id).with_for_update())
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
        steps.append(_restore(model, counterparty_id, row_id, before, values))
    return Acted(frozenset(), Inverse(tuple(steps), _("change of the card")), touched)


def archive_part(
    session: Session, *, act_id: UUID, counterparty_id: UUID, row_id: UUID, kind: type[PartFields]
) -> Acted:
    """Take a person (with phones and e-mails), an important date or a term off the card; Ctrl+Z brings it back."""
    touched = frozenset({counterparty_id})
    model = _MODELS[kind]
    if model is Feedback:
        raise ValueError("wishes and complaints are closed, not archived")
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
    steps.append(_restore(model, counterparty_id, row_id, {"archived": False}, {"archived": True}))
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
    if model is Feedback:
        # There is no archive of wishes: one entered by mistake is closed.
        today = session.scalar(
            sa.select(sa.func.greatest(Feedback.said_on, sa.func.office_today())).where(Feedback.id == row_id)
        )
        before, after = {"closed_on": today}, {"closed_on": values.get("closed_on")}
    else:
        before, after = {"archived": True}, {"archived": False}
    steps.append(_restore(model, counterparty_id, row_id, before, after))
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
        _restore(ContactPerson, counterparty_id, other, {"is_main": True}, {"is_main": False})
        for other in others
    ]


def _restore(
    model: Any, counterparty_id: UUID, row_id: UUID, before: Mapping[str, Any], after: Mapping[str, Any]
) -> RestoreRow:
    return RestoreRow(
        model.__tablename__,
        (("id", row_id),),
        counterparty_id,
        before=tuple(before.items()),
        after=tuple(after.items()),
    )
