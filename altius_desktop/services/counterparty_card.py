"""The counterparty's card: everything known of a firm at once, and what is changed in it, field by field.

Each change returns its way back; what two people changed differently is a Conflict, never overwritten.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from altius_desktop.domain.errors import FieldError, UserError
from altius_desktop.domain.ids import new_id
from altius_desktop.domain.inn import compact_number
from altius_desktop.domain.search_text import search_text, sort_key
from altius_desktop.domain.texts import check_length, clean_line, clean_text
from altius_desktop.i18n import _
from altius_desktop.models import Activity, ContactPerson, Counterparty, CounterpartyRole, Employee
from altius_desktop.models.counterparties import ROLES
from altius_desktop.services.acts import Acted, Inverse, RestoreMany, RestoreRow, begin_act
from altius_desktop.services.card_parts import (
    AgreedTermRow,
    FeedbackRow,
    ImportantDateRow,
    PersonRow,
    check_day,
    list_dates,
    list_feedback,
    list_persons,
    list_terms,
)
from altius_desktop.services.contact_points import POINT_FIELDS, cells_of, save_points
from altius_desktop.services.counterparties import ContactPointRow, list_points
from altius_desktop.services.day import ActivityRow, list_activities
from altius_desktop.services.directory_values import changed_fields
from altius_desktop.services.duplicates import Duplicate, find_duplicates

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

_MANY = frozenset({*ATTRIBUTES, "business_line_id", "responsible_id", "highlight", "archived"})


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


@dataclass(frozen=True)
class QuickEntry:
    """What is known of a new counterparty at the telephone; all but the name may be missing."""

    name: str
    person: str = ""
    phones: str = ""
    faxes: str = ""
    emails: str = ""
    inn: str = ""
    role: str = "client"


@dataclass(frozen=True)
class Stamp:
    """Who changed the firm last, and when."""

    id: UUID
    changed_at: datetime
    changed_by_name: str


def fields_of(card: Card) -> CardFields:
    """The editable part of a card, as it was seen."""
    return card.fields


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


def update_counterparty(
    session: Session,
    *,
    act_id: UUID,
    counterparty_id: UUID,
    seen: CardFields,
    mine: CardFields,
    decided: Mapping[str, Any] | None = None,
) -> Acted:
    """Save what a form changed against what it was opened with; other fields keep what colleagues made them.

    Conflict names the fields that both sides changed differently. `decided` holds, for fields the user
    was asked about, the colleague's value that he saw when he chose.
    """
    touched = frozenset({counterparty_id})
    if not begin_act(session, act_id):
        return Acted(frozenset(), None, touched)
    _lock(session, counterparty_id)
    theirs = _head(session, counterparty_id)
    present = _fields(theirs, list_points(session, counterparty_id))
    names = [field.name for field in fields(CardFields)]
    changed = changed_fields(
        Stamp(counterparty_id, theirs.changed_at, theirs.changed_by_name),
        present={name: getattr(present, name) for name in names},
        seen={name: getattr(seen, name) for name in names},
        mine={name: getattr(mine, name) for name in names},
        decided=decided,
    )
    if not changed:
        return Acted(frozenset(), None, touched)
    cells = {name: changed.pop(name) for name in POINT_FIELDS if name in changed}
    roles = changed.pop("roles", None)
    columns = {name: _checked(name, value) for name, value in changed.items()}
    if columns.keys() & {"name", "full_name", "inn"}:
        name = columns.get("name", theirs.name)
        whole = columns.get("full_name", theirs.full_name)
        columns["search_text"] = search_text(name, whole, columns.get("inn", theirs.inn))
        columns["sort_key"] = sort_key(name)
    steps = save_points(session, counterparty_id=counterparty_id, person_id=None, cells=cells)
    if roles is not None:
        steps.extend(_save_roles(session, counterparty_id, present.roles, roles))
    before = {name: getattr(theirs, name) for name in columns}
    # Without a column of its own the row is stamped all the same: who changed the phone changed the firm.
    session.execute(
        sa.update(Counterparty)
        .where(Counterparty.id == counterparty_id)
        .values(columns or {"name": Counterparty.name})
        .execution_options(synchronize_session=False)
    )
    if columns:
        steps.append(_restore(counterparty_id, before, columns))
    return Acted(frozenset(), Inverse(tuple(steps), _("change of the card")), touched)


def create_counterparty(session: Session, *, act_id: UUID, counterparty_id: UUID, quick: QuickEntry) -> Acted:
    """Enter a new counterparty; a client is one from the office's today on. Its way back archives it."""
    touched = frozenset({counterparty_id})
    if not begin_act(session, act_id):
        return Acted(frozenset(), None, touched)
    name = _checked("name", quick.name)
    inn = _checked("inn", quick.inn)
    session.execute(
        sa.insert(Counterparty).values(
            id=counterparty_id,
            name=name,
            inn=inn,
            applied_on=sa.func.office_today() if quick.role == "client" else None,
            search_text=search_text(name, inn),
            sort_key=sort_key(name),
        )
    )
    _save_roles(session, counterparty_id, frozenset(), frozenset({quick.role} if quick.role else ()))
    save_points(
        session,
        counterparty_id=counterparty_id,
        person_id=None,
        cells={"phones": quick.phones, "faxes": quick.faxes, "emails": quick.emails},
    )
    person = check_length("person", clean_line(quick.person), 200)
    if person:
        session.execute(
            sa.insert(ContactPerson).values(
                id=new_id(), counterparty_id=counterparty_id, full_name=person, is_main=True
            )
        )
    step = _restore(counterparty_id, {"archived": True}, {"archived": False})
    return Acted(frozenset(), Inverse((step,), _("new counterparty")), touched)


def change_many(session: Session, *, act_id: UUID, ids: Collection[UUID], field: str, value: Any) -> Acted:
    """Give all these counterparties one value of `field`, as one act with one way back.

    Fields: highlight, archived, the manager, the business line and the four attributes. Those that have the
    value already are not touched; `counterparty_ids` are the ones that were.
    """
    if field not in _MANY:
        raise ValueError(f"{field} is not changed for many")
    if not begin_act(session, act_id):
        return Acted(frozenset(), None, frozenset(ids))
    column = getattr(Counterparty, field)
    # Locked in one order: two people who change overlapping selections wait for each other.
    present = session.execute(
        sa.select(Counterparty.id, column)
        .where(Counterparty.id.in_(ids), column.is_distinct_from(value))
        .order_by(Counterparty.id)
        .with_for_update()
    ).all()
    if not present:
        return Acted(frozenset(), None, frozenset())
    before: dict[Any, list[UUID]] = {}
    for row_id, former in present:
        before.setdefault(former, []).append(row_id)
    touched = frozenset(row_id for row_id, _former in present)
    session.execute(
        sa.update(Counterparty)
        .where(Counterparty.id.in_(touched))
        .values({field: value})
        .execution_options(synchronize_session=False)
    )
    step = RestoreMany(field, tuple((former, tuple(rows)) for former, rows in before.items()), value)
    return Acted(frozenset(), Inverse((step,), _("change of the card")), touched)


def concerns(session: Session, *, counterparty_id: UUID, activity_ids: Collection[UUID]) -> bool:
    """Whether one of these activities is this counterparty's."""
    asked = sa.select(Activity.id).where(
        Activity.id.in_(activity_ids), Activity.counterparty_id == counterparty_id
    )
    return session.scalar(sa.select(asked.exists())) or False


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


def _lock(session: Session, counterparty_id: UUID) -> None:
    session.execute(sa.select(Counterparty.id).where(Counterparty.id == counterparty_id).with_for_update())


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


def _checked(name: str, value: Any) -> Any:
    """The value as its column takes it; FieldError for what does not fit."""
    if name == "applied_on":
        return check_day(name, value)
    if name == "delivery_days":
        if value is not None and not 0 <= value <= 1000:
            raise FieldError(name, _("Enter the days of delivery, 0 to 1,000."))
        return value
    if name not in TEXT_LIMITS:
        return value
    text = clean_text(value) if name in ("note", "address") else clean_line(value)
    if name in ("inn", "kpp"):
        text = compact_number(text).upper()
    check_length(name, text, TEXT_LIMITS[name])
    if name == "name":
        if not text:
            raise FieldError("name", _("Enter the name."))
        return text
    return text or None


def _save_roles(
    session: Session, counterparty_id: UUID, present: frozenset[str], wanted: frozenset[str]
) -> list[RestoreRow]:
    if unknown := wanted - set(ROLES):
        raise ValueError(f"no such roles: {unknown}")
    steps = []
    for role in sorted(present ^ wanted):
        archived = role not in wanted
        session.execute(
            insert(CounterpartyRole)
            .values(counterparty_id=counterparty_id, role=role, archived=archived)
            .on_conflict_do_update(
                index_elements=[CounterpartyRole.counterparty_id, CounterpartyRole.role],
                set_={"archived": archived},
            )
        )
        steps.append(
            RestoreRow(
                "counterparty_role",
                (("counterparty_id", counterparty_id), ("role", role)),
                counterparty_id,
                before=(("archived", not archived),),
                after=(("archived", archived),),
            )
        )
    return steps


def _restore(counterparty_id: UUID, before: Mapping[str, Any], after: Mapping[str, Any]) -> RestoreRow:
    return RestoreRow(
        "counterparty",
        (("id", counterparty_id),),
        counterparty_id,
        before=tuple(before.items()),
        after=tuple(after.items()),
    )


__all__ = [
    "ATTRIBUTES",
    "TEXT_LIMITS",
    "Card",
    "CardFields",
    "Duplicate",
    "QuickEntry",
    "Stamp",
    "change_many",
    "concerns",
    "create_counterparty",
    "fields_of",
    "find_duplicates",
    "get_card",
    "update_counterparty",
]
