"""One row of the list of counterparties: what it shows and how it is read, for the few ids of a page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.orm import Session

from altius_desktop.domain.phones import digits_of_query
from altius_desktop.models import (
    Activity,
    AdSource,
    BusinessLine,
    Category,
    ContactPerson,
    ContactPoint,
    Counterparty,
    CounterpartyGroup,
    CounterpartyRole,
    Employee,
    Region,
)


@dataclass(frozen=True)
class CounterpartyListRow:
    """A counterparty as the list shows it; texts are empty where nothing is known.

    `phone` and `email` are the firm's main ones, or a person's where it has none of its own; of a firm found by
    a phone it is the one that was sought.
    `next_due_on` is the earliest day of anything open, so it may be past.
    """

    id: UUID
    row_version: int
    name: str
    inn: str
    business_line: str
    region: str
    group: str
    category: str
    ad_source: str
    phone: str
    email: str
    contact_person: str
    roles: tuple[str, ...]
    responsible: str
    last_contact_on: date | None
    next_due_on: date | None
    applied_on: date | None
    highlight: int | None
    archived: bool


# A row's field: where its names stand, and the column that points there.
DIRECTORIES: dict[str, tuple[Any, str]] = {
    "business_line": (BusinessLine, "business_line_id"),
    "region": (Region, "region_id"),
    "group": (CounterpartyGroup, "group_id"),
    "category": (Category, "category_id"),
    "ad_source": (AdSource, "ad_source_id"),
    "responsible": (Employee, "responsible_id"),
}


def present_values(session: Session, *, ids: Collection[UUID], field: str) -> dict[str | int | None, int]:
    """What these counterparties have in `highlight` or in a field of DIRECTORIES by name, and how many have it."""
    value: Any = Counterparty.highlight
    query = sa.select(value, sa.func.count())
    if field != "highlight":
        entity, column = DIRECTORIES[field]
        value = entity.full_name if entity is Employee else entity.name
        query = (
            sa.select(value, sa.func.count())
            .select_from(Counterparty)
            .outerjoin(entity, entity.id == getattr(Counterparty, column))
        )
    rows = session.execute(query.where(Counterparty.id.in_(ids)).group_by(value))
    return {row[0]: row[1] for row in rows}


def _first_point(kind: str) -> sa.ColumnElement[str | None]:
    ordered = sa.func.array_agg(
        sa.dialects.postgresql.aggregate_order_by(
            ContactPoint.value,
            ContactPoint.contact_person_id.is_(None).desc(),
            ContactPoint.is_main.desc(),
            ContactPoint.id,
        ),
        type_=ARRAY(sa.Text),
    )
    return sa.type_coerce(ordered.filter(ContactPoint.kind == kind), ARRAY(sa.Text))[1]


def _rows() -> sa.Select[Any]:
    # One look at a firm's points serves both columns.
    points = (
        sa.select(_first_point("phone").label("phone"), _first_point("email").label("email"))
        .where(ContactPoint.counterparty_id == Counterparty.id, ~ContactPoint.archived)
        .lateral("points")
    )
    person = (
        sa.select(ContactPerson.full_name)
        .where(ContactPerson.counterparty_id == Counterparty.id, ~ContactPerson.archived)
        .order_by(ContactPerson.is_main.desc(), ContactPerson.full_name)
        .limit(1)
        .scalar_subquery()
    )
    roles = (
        sa.select(
            sa.func.array_agg(
                sa.dialects.postgresql.aggregate_order_by(CounterpartyRole.role, CounterpartyRole.role)
            )
        )
        .where(CounterpartyRole.counterparty_id == Counterparty.id, ~CounterpartyRole.archived)
        .scalar_subquery()
    )
    last = (
        sa.select(sa.func.max(Activity.finished_at))
        .where(Activity.counterparty_id == Counterparty.id, Activity.status == "done")
        .scalar_subquery()
    )
    coming = (
        sa.select(sa.func.min(Activity.due_on))
        .where(Activity.counterparty_id == Counterparty.id, Activity.status == "planned")
        .scalar_subquery()
    )
    zone = sa.select(sa.func.office_zone()).scalar_subquery()
    query = (
        sa.select(
            Counterparty.id,
            Counterparty.row_version,
            Counterparty.name,
            sa.func.coalesce(Counterparty.inn, "").label("inn"),
            *(
                sa.func.coalesce(entity.full_name if entity is Employee else entity.name, "").label(field)
                for field, (entity, _column) in DIRECTORIES.items()
            ),
            sa.func.coalesce(points.c.phone, "").label("phone"),
            sa.func.coalesce(points.c.email, "").label("email"),
            sa.func.coalesce(person, "").label("contact_person"),
            roles.label("roles"),
            sa.cast(sa.func.timezone(zone, last), sa.Date).label("last_contact_on"),
            coming.label("next_due_on"),
            Counterparty.applied_on,
            Counterparty.highlight,
            Counterparty.archived,
        )
        .select_from(Counterparty)
        .join(points, sa.true())
    )
    for entity, column in DIRECTORIES.values():
        query = query.outerjoin(entity, entity.id == getattr(Counterparty, column))
    return query


_ROWS = _rows().where(Counterparty.id == sa.any_(sa.bindparam("ids", type_=ARRAY(sa.Uuid))))


def read_rows(session: Session, ids: Sequence[UUID], *, query: str = "") -> tuple[CounterpartyListRow, ...]:
    """The rows of `ids` in that order, with the phones that `query` sought; one that is gone is left out."""
    if not ids:
        return ()
    found = {row.id: row for row in session.execute(_ROWS, {"ids": list(ids)})}
    sought = _phones_sought(session, ids, query)
    return tuple(
        CounterpartyListRow(
            **{
                **row._mapping,
                "phone": sought.get(row.id, row.phone),
                "roles": tuple(row.roles or ()),
            }
        )
        for row in (found.get(identity) for identity in ids)
        if row is not None
    )


def _phones_sought(session: Session, ids: Sequence[UUID], query: str) -> dict[UUID, str]:
    """Of the firms that have a phone with the digits of the query the foremost such one."""
    digits = digits_of_query(query)
    if digits is None:
        return {}
    phones = (
        sa.select(ContactPoint.counterparty_id, ContactPoint.value)
        .ext(distinct_on(ContactPoint.counterparty_id))
        .where(
            ContactPoint.counterparty_id == sa.any_(sa.bindparam("ids", list(ids), type_=ARRAY(sa.Uuid))),
            ContactPoint.kind == "phone",
            ContactPoint.digits.contains(digits, autoescape=True),
            ~ContactPoint.archived,
        )
        .order_by(
            ContactPoint.counterparty_id,
            ContactPoint.contact_person_id.is_(None).desc(),
            ContactPoint.is_main.desc(),
            ContactPoint.id,
        )
    )
    return {row.counterparty_id: row.value for row in session.execute(phones)}
