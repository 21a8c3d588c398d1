"""What belongs to a counterparty, row by row: its persons, important dates, wishes and complaints, agreed terms.

What was archived is not among them.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from altius_desktop.models import AgreedTerm, ContactPerson, Employee, Feedback, ImportantDate
from altius_desktop.services.contact_points import cells_of
from altius_desktop.services.counterparties import ContactPointRow


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
class Stamp:
    """Which row it is, and who changed it last; `changed_at` is the office's time."""

    id: UUID
    row_version: int
    changed_at: datetime
    changed_by_name: str


@dataclass(frozen=True)
class PersonRow(Stamp):
    fields: PersonFields
    points: tuple[ContactPointRow, ...]


@dataclass(frozen=True)
class ImportantDateRow(Stamp):
    fields: DateFields
    person_name: str


@dataclass(frozen=True)
class FeedbackRow(Stamp):
    fields: FeedbackFields
    author_name: str


@dataclass(frozen=True)
class AgreedTermRow(Stamp):
    fields: TermFields

    def is_expired(self, today: date) -> bool:
        return self.fields.valid_to is not None and self.fields.valid_to < today


PartRow = PersonRow | ImportantDateRow | FeedbackRow | AgreedTermRow


def list_persons(
    session: Session, counterparty_id: UUID, points: tuple[ContactPointRow, ...]
) -> tuple[PersonRow, ...]:
    """The contact persons, the main one first; `points` are all of the counterparty's."""
    by_person: dict[UUID | None, list[ContactPointRow]] = {}
    for point in points:
        by_person.setdefault(point.person_id, []).append(point)
    return tuple(
        PersonRow(
            **_stamp(row),
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
            **_stamp(row),
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
        .where(Feedback.counterparty_id == counterparty_id, ~Feedback.archived)
        .order_by(Feedback.closed_on.is_not(None), Feedback.said_on.desc(), Feedback.id)
    )
    return tuple(
        FeedbackRow(
            **_stamp(row),
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
            **_stamp(row),
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


def _stamp(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "row_version": row.row_version,
        "changed_at": row.changed,
        "changed_by_name": row.changer,
    }
