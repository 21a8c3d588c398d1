"""Changes to counterparties: one firm field by field, a new one, and one field of many.

Each change returns its way back; what two people changed differently is a Conflict, never overwritten.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from altius_desktop.domain.errors import FieldError
from altius_desktop.domain.ids import new_id
from altius_desktop.domain.inn import compact_number
from altius_desktop.domain.search_text import search_text, sort_key
from altius_desktop.domain.texts import check_length, clean_line, clean_text
from altius_desktop.i18n import _
from altius_desktop.models import ContactPerson, Counterparty, CounterpartyRole
from altius_desktop.models.counterparties import ROLES
from altius_desktop.services.acts import Acted, Inverse, RestoreMany, RestoreRow, begin_act
from altius_desktop.services.card_part_edits import check_day, lock_counterparty, restored
from altius_desktop.services.contact_points import POINT_FIELDS, save_points
from altius_desktop.services.counterparty_card import (
    ATTRIBUTES,
    TEXT_LIMITS,
    CardFields,
    get_stamp_and_fields,
)
from altius_desktop.services.directory_values import changed_fields

_MANY = frozenset({*ATTRIBUTES, "business_line_id", "responsible_id", "highlight", "archived"})


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
    responsible_id: UUID | None = None


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
    lock_counterparty(session, counterparty_id)
    stamp, present = get_stamp_and_fields(session, counterparty_id)
    names = [field.name for field in fields(CardFields)]
    changed = changed_fields(
        stamp,
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
        name = columns.get("name", present.name)
        whole = columns.get("full_name", present.full_name)
        columns["search_text"] = search_text(name, whole, columns.get("inn", present.inn))
        columns["sort_key"] = sort_key(name)
    steps = save_points(session, counterparty_id=counterparty_id, person_id=None, cells=cells)
    if roles is not None:
        steps.extend(_save_roles(session, counterparty_id, present.roles, roles))
    here = Counterparty.id == counterparty_id
    if columns:
        stored = sa.select(*(getattr(Counterparty, name) for name in columns)).where(here)
        before = dict(session.execute(stored).mappings().one())
        steps.append(restored(Counterparty, counterparty_id, counterparty_id, before, columns))
    # Without a column of its own the row is stamped all the same: who changed the phone changed the firm.
    session.execute(
        sa.update(Counterparty)
        .where(here)
        .values(columns or {"name": Counterparty.name})
        .execution_options(synchronize_session=False)
    )
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
            responsible_id=quick.responsible_id,
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
        # A field that is empty has nothing to be compared with yet.
        cells={name: text for name in POINT_FIELDS if (text := getattr(quick, name))},
    )
    person = check_length("person", clean_line(quick.person), 200)
    if person:
        session.execute(
            sa.insert(ContactPerson).values(
                id=new_id(), counterparty_id=counterparty_id, full_name=person, is_main=True
            )
        )
    step = restored(Counterparty, counterparty_id, counterparty_id, {"archived": True}, {"archived": False})
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
