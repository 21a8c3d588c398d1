"""The counterparty's card: everything known of a firm at once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from altius_desktop.domain.errors import UserError
from altius_desktop.i18n import _
from altius_desktop.models import Activity, Counterparty, CounterpartyRole, Employee
from altius_desktop.services.card_parts import (
    AgreedTermRow,
    FeedbackRow,
    ImportantDateRow,
    PersonRow,
    Stamp,
    list_dates,
    list_feedback,
    list_persons,
    list_terms,
)
from altius_desktop.services.contact_points import cells_of
from altius_desktop.services.counterparties import ContactPointRow, list_points
from altius_desktop.services.day import ActivityRow, list_activities

TEXT_LIMITS = {
    "name": 300,
    "full_name": 500,
    "inn": 12,
    "kpp": 9,
    "address": 500,
    "site": 200,
    "note": 20000,
}
ATTRIBUTES = ("region_id", "group_id", "category_id", "ad_source_id")
"""What is missed in a client's card; it never blocks saving."""

PLAN_SHOWN = 200


@dataclass(frozen=True)
class CardFields:
    """What the card's form edits. Phones, faxes and e-mails are one on a line."""

    roles: frozenset[str]
    name: str
    full_name: str
    inn: str
    kpp: str
    address: str
    phones: str
    faxes: str
    emails: str
    site: str
    responsible_id: UUID | None
    business_line_id: UUID | None
    region_id: UUID | None
    group_id: UUID | None
    category_id: UUID | None
    ad_source_id: UUID | None
    applied_on: date | None
    delivery_days: int | None
    note: str

    def missing(self) -> tuple[str, ...]:
        """The attributes that a client should have and this one lacks."""
        if "client" not in self.roles:
            return ()
        return tuple(name for name in ATTRIBUTES if getattr(self, name) is None)


@dataclass(frozen=True)
class Card:
    """A counterparty with all that belongs to it; `plan` are its open activities, times are the office's.

    `changed_at` and `changed_by_name` are of the last change to the firm or to anything of it.
    """

    id: UUID
    row_version: int
    fields: CardFields
    responsible_name: str
    highlight: int | None
    archived: bool
    changed_at: datetime
    changed_by_name: str
    today: date
    points: tuple[ContactPointRow, ...]
    persons: tuple[PersonRow, ...]
    dates: tuple[ImportantDateRow, ...]
    feedback: tuple[FeedbackRow, ...]
    terms: tuple[AgreedTermRow, ...]
    plan: tuple[ActivityRow, ...]


def get_card(session: Session, counterparty_id: UUID) -> Card:
    """Everything of a counterparty; UserError if there is none of this id."""
    found = _head(session, counterparty_id)
    points = list_points(session, counterparty_id)
    persons = list_persons(session, counterparty_id, points)
    dates = list_dates(session, counterparty_id)
    feedback = list_feedback(session, counterparty_id)
    terms = list_terms(session, counterparty_id)
    stamps = [(row.changed_at, row.changed_by_name) for row in (found, *persons, *dates, *feedback, *terms)]
    changed_at, changed_by_name = max(stamps)
    open_ids = session.scalars(
        sa.select(Activity.id)
        .where(Activity.counterparty_id == counterparty_id, Activity.status == "planned")
        .order_by(Activity.due_on, Activity.due_at)
        .limit(PLAN_SHOWN)
    ).all()
    plan = list_activities(session, open_ids) if open_ids else ()
    return Card(
        id=counterparty_id,
        row_version=found.row_version,
        fields=_fields(found, points),
        responsible_name=found.responsible_name or "",
        highlight=found.highlight,
        archived=found.archived,
        changed_at=changed_at,
        changed_by_name=changed_by_name,
        today=found.today,
        points=tuple(point for point in points if point.person_id is None),
        persons=persons,
        dates=dates,
        feedback=feedback,
        terms=terms,
        plan=tuple(sorted(plan, key=lambda row: (row.due_on, row.due_time is None, row.due_time, row.id))),
    )


def concerns(session: Session, *, counterparty_id: UUID, activity_ids: Collection[UUID]) -> bool:
    """Whether one of these activities is this counterparty's."""
    asked = sa.select(Activity.id).where(
        Activity.id.in_(activity_ids), Activity.counterparty_id == counterparty_id
    )
    return session.scalar(sa.select(asked.exists())) or False


def get_stamp_and_fields(session: Session, counterparty_id: UUID) -> tuple[Stamp, CardFields]:
    """The firm without what belongs to it: who changed it last, and what the card's form edits."""
    row = _head(session, counterparty_id)
    stamp = Stamp(counterparty_id, row.row_version, row.changed_at, row.changed_by_name)
    return stamp, _fields(row, list_points(session, counterparty_id))


def _head(session: Session, counterparty_id: UUID) -> Any:
    changer, manager = sa.alias(Employee.__table__), sa.alias(Employee.__table__)
    row = session.execute(
        sa.select(
            *(column for column in Counterparty.__table__.columns if column.name != "changed_at"),
            sa.func.timezone(sa.func.office_zone(), Counterparty.changed_at).label("changed_at"),
            sa.func.coalesce(changer.c.full_name, "").label("changed_by_name"),
            manager.c.full_name.label("responsible_name"),
            sa.func.office_today().label("today"),
            sa.select(sa.func.array_agg(CounterpartyRole.role))
            .where(CounterpartyRole.counterparty_id == Counterparty.id, ~CounterpartyRole.archived)
            .scalar_subquery()
            .label("roles"),
        )
        .outerjoin(changer, changer.c.id == Counterparty.changed_by)
        .outerjoin(manager, manager.c.id == Counterparty.responsible_id)
        .where(Counterparty.id == counterparty_id)
    ).first()
    if row is None:
        raise UserError(_("This counterparty is no longer there."))
    return row


def _fields(row: Any, points: tuple[ContactPointRow, ...]) -> CardFields:
    cells = cells_of([point for point in points if point.person_id is None])
    return CardFields(
        roles=frozenset(row.roles or ()),
        **{name: getattr(row, name) or "" for name in TEXT_LIMITS},
        **cells,
        responsible_id=row.responsible_id,
        business_line_id=row.business_line_id,
        region_id=row.region_id,
        group_id=row.group_id,
        category_id=row.category_id,
        ad_source_id=row.ad_source_id,
        applied_on=row.applied_on,
        delivery_days=row.delivery_days,
    )
