"""Counterparties as the day needs them: the side panel's summary, persons and phones to choose from."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from altius_desktop.domain.occasions import next_yearly
from altius_desktop.models import (
    AdSource,
    BusinessLine,
    Category,
    ContactPerson,
    ContactPoint,
    Counterparty,
    CounterpartyGroup,
    CounterpartyRole,
    Region,
)
from altius_desktop.services.history import HistoryRow, list_last_finished

BIRTHDAY_DAYS = 14


@dataclass(frozen=True)
class ContactPointRow:
    id: UUID
    person_id: UUID | None
    kind: str
    value: str
    e164: str | None
    extension: str | None


@dataclass(frozen=True)
class ContactPersonRow:
    id: UUID
    full_name: str
    position: str
    is_main: bool
    birthday: date | None
    points: tuple[ContactPointRow, ...]


@dataclass(frozen=True)
class Birthday:
    """The next birthday of a contact person within `BIRTHDAY_DAYS`."""

    full_name: str
    falls_on: date
    days_left: int


@dataclass(frozen=True)
class CounterpartySummary:
    """What stands beside the day's tables about the selected row's counterparty."""

    id: UUID
    name: str
    inn: str
    applied_on: date | None
    roles: tuple[str, ...]
    business_line: str
    region: str
    group: str
    category: str
    ad_source: str
    address: str
    note: str
    points: tuple[ContactPointRow, ...]
    persons: tuple[ContactPersonRow, ...]
    birthdays: tuple[Birthday, ...]
    recent: tuple[HistoryRow, ...]


def get_counterparty_summary(session: Session, counterparty_id: UUID) -> CounterpartySummary | None:
    """The summary with the last five finished contacts; None if there is no such counterparty."""
    row = session.execute(
        sa.select(
            Counterparty.id,
            Counterparty.name,
            Counterparty.inn,
            Counterparty.applied_on,
            BusinessLine.name,
            Region.name,
            CounterpartyGroup.name,
            Category.name,
            AdSource.name,
            Counterparty.address,
            Counterparty.note,
            sa.func.office_today(),
            sa.select(sa.func.array_agg(CounterpartyRole.role))
            .where(CounterpartyRole.counterparty_id == Counterparty.id, ~CounterpartyRole.archived)
            .scalar_subquery(),
        )
        .outerjoin(BusinessLine, BusinessLine.id == Counterparty.business_line_id)
        .outerjoin(Region, Region.id == Counterparty.region_id)
        .outerjoin(CounterpartyGroup, CounterpartyGroup.id == Counterparty.group_id)
        .outerjoin(Category, Category.id == Counterparty.category_id)
        .outerjoin(AdSource, AdSource.id == Counterparty.ad_source_id)
        .where(Counterparty.id == counterparty_id)
    ).first()
    if row is None:
        return None
    today: date = row[11]
    points = list_points(session, counterparty_id)
    persons = _persons(session, counterparty_id, points)
    return CounterpartySummary(
        id=row[0],
        name=row[1],
        inn=row[2] or "",
        applied_on=row[3],
        business_line=row[4] or "",
        region=row[5] or "",
        group=row[6] or "",
        category=row[7] or "",
        ad_source=row[8] or "",
        address=row[9] or "",
        note=row[10] or "",
        roles=tuple(row[12] or ()),
        points=tuple(point for point in points if point.person_id is None),
        persons=persons,
        birthdays=tuple(
            Birthday(person.full_name, falls_on, (falls_on - today).days)
            for person in persons
            if person.birthday is not None
            and (falls_on := next_yearly(person.birthday, today)) is not None
            and (falls_on - today).days <= BIRTHDAY_DAYS
        ),
        recent=list_last_finished(session, counterparty_id=counterparty_id, limit=5),
    )


def list_contact_persons(session: Session, counterparty_id: UUID) -> tuple[ContactPersonRow, ...]:
    """The contact persons with their own contact points, the main one first."""
    return _persons(session, counterparty_id, list_points(session, counterparty_id))


def _persons(
    session: Session, counterparty_id: UUID, points: tuple[ContactPointRow, ...]
) -> tuple[ContactPersonRow, ...]:
    by_person: dict[UUID | None, list[ContactPointRow]] = {}
    for point in points:
        by_person.setdefault(point.person_id, []).append(point)
    persons = session.execute(
        sa.select(
            ContactPerson.id,
            ContactPerson.full_name,
            ContactPerson.position,
            ContactPerson.is_main,
            ContactPerson.birthday,
        )
        .where(ContactPerson.counterparty_id == counterparty_id, ~ContactPerson.archived)
        .order_by(ContactPerson.is_main.desc(), ContactPerson.full_name)
    )
    return tuple(
        ContactPersonRow(
            id=person[0],
            full_name=person[1],
            position=person[2] or "",
            is_main=person[3],
            birthday=person[4],
            points=tuple(by_person.get(person[0], ())),
        )
        for person in persons
    )


def list_phones(session: Session, counterparty_id: UUID) -> tuple[ContactPointRow, ...]:
    """Every phone of the firm and of its persons, the main ones first."""
    return tuple(point for point in list_points(session, counterparty_id) if point.kind == "phone")


def list_points(session: Session, counterparty_id: UUID) -> tuple[ContactPointRow, ...]:
    """Every phone, fax and e-mail of the firm and of its persons, the main ones first."""
    rows = session.execute(
        sa.select(
            ContactPoint.id,
            ContactPoint.contact_person_id,
            ContactPoint.kind,
            ContactPoint.value,
            ContactPoint.e164,
            ContactPoint.extension,
        )
        .where(ContactPoint.counterparty_id == counterparty_id, ~ContactPoint.archived)
        .order_by(ContactPoint.kind.desc(), ContactPoint.is_main.desc(), ContactPoint.id)
    )
    return tuple(ContactPointRow(*row) for row in rows)
