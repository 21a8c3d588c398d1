"""Finding counterparties as they are typed: parts of words in any order, or digits of a phone or INN."""

import re
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from altius_desktop.domain.phones import digits_of_query
from altius_desktop.domain.search_text import query_words, wrong_layout
from altius_desktop.models import ContactPoint, Counterparty

PICK_LIMIT = 50


@dataclass(frozen=True)
class CounterpartyHit:
    """A counterparty found; `found_by` is the phone that matched, or its main phone."""

    id: UUID
    name: str
    inn: str
    address: str
    phone: str


def find_counterparties(
    session: Session, query: str, *, limit: int = PICK_LIMIT
) -> tuple[CounterpartyHit, ...]:
    """The first hits by name; digits look into phones and INN too, a wrong keyboard layout is tried last."""
    digits = digits_of_query(query)
    if digits is not None:
        return _by_digits(session, digits, query, limit)
    words = query_words(query)
    hits = _by_words(session, words, limit)
    if not hits and words and (mended := query_words(wrong_layout(query))):
        hits = _by_words(session, mended, limit)
    return hits


_PHONE = (
    sa.select(ContactPoint.value)
    .where(
        ContactPoint.counterparty_id == Counterparty.id,
        ContactPoint.kind == "phone",
        ~ContactPoint.archived,
    )
    .order_by(ContactPoint.contact_person_id.is_(None).desc(), ContactPoint.is_main.desc(), ContactPoint.id)
    .limit(1)
    .correlate(Counterparty)
    .scalar_subquery()
)


def _by_words(session: Session, words: tuple[str, ...], limit: int) -> tuple[CounterpartyHit, ...]:
    query = (
        sa.select(
            Counterparty.id,
            Counterparty.name,
            sa.func.coalesce(Counterparty.inn, ""),
            sa.func.coalesce(Counterparty.address, ""),
            sa.func.coalesce(_PHONE, ""),
        )
        .where(~Counterparty.archived)
        .order_by(Counterparty.sort_key, Counterparty.id)
        .limit(limit)
    )
    for word in words:
        query = query.where(Counterparty.search_text.contains(word, autoescape=True))
    return tuple(CounterpartyHit(*row) for row in session.execute(query))


def _by_digits(session: Session, digits: str, query: str, limit: int) -> tuple[CounterpartyHit, ...]:
    by_phone = (
        sa.select(ContactPoint.counterparty_id.label("id"), sa.func.min(ContactPoint.value).label("value"))
        .where(ContactPoint.digits.contains(digits, autoescape=True), ~ContactPoint.archived)
        .group_by(ContactPoint.counterparty_id)
    )
    by_inn = sa.select(Counterparty.id, sa.null().label("value")).where(
        # A leading 7 or 8 that a phone drops belongs to an INN.
        Counterparty.inn.startswith(re.sub(r"\D", "", query), autoescape=True)
    )
    by_name = sa.select(Counterparty.id, sa.null().label("value")).where(
        *(Counterparty.search_text.contains(word, autoescape=True) for word in query_words(query))
    )
    found = sa.union_all(by_phone, by_inn, by_name).subquery()
    best = sa.select(found.c.id, sa.func.min(found.c.value).label("value")).group_by(found.c.id).subquery()
    hits = (
        sa.select(
            Counterparty.id,
            Counterparty.name,
            sa.func.coalesce(Counterparty.inn, ""),
            sa.func.coalesce(Counterparty.address, ""),
            sa.func.coalesce(best.c.value, _PHONE, ""),
        )
        .join(best, best.c.id == Counterparty.id)
        .where(~Counterparty.archived)
        .order_by(Counterparty.sort_key, Counterparty.id)
        .limit(limit)
    )
    return tuple(CounterpartyHit(*row) for row in session.execute(hits))
