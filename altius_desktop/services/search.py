"""Finding as one types: counterparties for a field to choose from, and anything at all for Ctrl+K.

What a query means: domain/search_queries.py. A field and Ctrl+K show the best hits first, those whose name begins
with what was typed; the page's list (services/counterparty_list.py) keeps the order of names.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from altius_desktop.domain.phones import digits_of_query
from altius_desktop.domain.search_queries import TRIGRAM, Reading, readings, without_label
from altius_desktop.domain.search_text import query_words, spans_of, stem, wrong_layout
from altius_desktop.models import (
    ContactPerson,
    ContactPoint,
    Counterparty,
)
from altius_desktop.services.counterparty_matching import ids_by_name
from altius_desktop.services.result_texts import find_result_texts

PICK_LIMIT = 50
_LAST_LETTER = "\U0010ffff"
# Of what a common word finds so many are looked at, and the best of them shown.
_LOOKED_AT = 300

HitKind = Literal["firm", "person", "phone", "email", "result"]
Words = tuple[str, ...]


@dataclass(frozen=True)
class CounterpartyHit:
    """A counterparty found; `phone` is the one that matched, or its main phone."""

    id: UUID
    name: str
    inn: str
    address: str
    phone: str


@dataclass(frozen=True)
class Hit:
    """Something found: `id` is the firm's, person's, contact point's or activity's; `marks` lie in the title."""

    kind: HitKind
    id: UUID
    counterparty_id: UUID | None
    title: str
    detail: str
    marks: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Found:
    """What Ctrl+K shows; of the kinds in `more` there may be more than that."""

    hits: tuple[Hit, ...]
    more: frozenset[HitKind]


def find_counterparties(
    session: Session, query: str, *, limit: int = PICK_LIMIT
) -> tuple[CounterpartyHit, ...]:
    """Those to choose from: whose names begin with the query first, then the others, each by name."""
    tried: Sequence[Reading | None] = readings(query) or (None,)
    for reading in tried:
        found = _best_ids(session, reading, limit)
        if found:
            return _hits(session, found, digits_of_query(query))
    return ()


def find_anything(session: Session, query: str, *, limit: int = 30) -> Found:
    """Firms, persons, phones or e-mails, and texts of results, in this order, at most `limit` and a share of it of each.

    Nothing for a query without words. Each group takes what an earlier one leaves free. Russian endings and typing
    errors are forgiven when nothing at all is found as it was typed, in either keyboard layout.
    """
    query = without_label(query)
    known = readings(query)
    if not known:
        return Found((), frozenset())
    # Of each group only the first are wanted, which makes the planner hope to meet them by reading the table.
    session.execute(sa.text("SELECT set_config('enable_seqscan', 'off', true)"))
    typings = (query_words(query), query_words(query, mended=False), query_words(wrong_layout(query)))
    typed = tuple(dict.fromkeys(words for words in typings if words))
    plain = tuple(reading for reading in known if reading is known[0] or reading.words in typed[1:])
    groups = _groups(session, query, plain, typed, limit)
    if not any(groups):
        stems = tuple(tuple(stem(word) for word in words) for words in typed)
        bolder = tuple(reading for reading in known if reading not in plain)
        groups = _groups(session, query, bolder, stems, limit)
    if not any(groups):
        groups = (_firms_by_all(session, known, limit),)
    share = max(1, limit // len(groups))
    room = limit - sum(min(share, len(group)) for group in groups)
    hits: list[Hit] = []
    more = set()
    for group in groups:
        taken = min(len(group), share + max(0, room))
        room -= max(0, taken - share)
        hits.extend(group[:taken])
        if group and (taken < len(group) or len(group) >= limit):
            more.add(group[0].kind)
    return Found(tuple(hits[:limit]), frozenset(more))


def _groups(
    session: Session, query: str, known: Sequence[Reading], typings: Sequence[Words], limit: int
) -> tuple[list[Hit], ...]:
    return (
        _firms(session, query, known, limit),
        _first(_persons(session, words, limit) for words in typings),
        _points(session, query, limit),
        _first(_results(session, words, limit) for words in typings),
    )


def _first(found: Iterator[list[Hit]]) -> list[Hit]:
    return next((hits for hits in found if hits), [])


def _best_ids(session: Session, reading: Reading | None, limit: int) -> list[UUID]:
    found: list[UUID] = []
    if reading is not None and reading.words:
        found += _ids_beginning_with(session, " ".join(reading.words), limit)
    if len(found) < limit:
        rest = ids_by_name(session, reading, limit=limit)
        found += [identity for identity, _key in rest if identity not in found]
    return found[:limit]


def _ids_beginning_with(session: Session, start: str, limit: int) -> list[UUID]:
    """Firms whose name begins so: an index gives them at once, however many there are."""
    query = (
        sa.select(Counterparty.id)
        .where(
            ~Counterparty.archived,
            Counterparty.sort_key >= start,
            Counterparty.sort_key < start + _LAST_LETTER,
        )
        .order_by(Counterparty.sort_key, Counterparty.id)
        .limit(limit)
    )
    return list(session.scalars(query))


def _main_phone() -> sa.ScalarSelect[str]:
    return (
        sa.select(ContactPoint.value)
        .where(
            ContactPoint.counterparty_id == Counterparty.id,
            ContactPoint.kind == "phone",
            ~ContactPoint.archived,
        )
        .order_by(
            ContactPoint.contact_person_id.is_(None).desc(), ContactPoint.is_main.desc(), ContactPoint.id
        )
        .limit(1)
        .correlate(Counterparty)
        .scalar_subquery()
    )


def _hits(session: Session, ids: Sequence[UUID], digits: str | None) -> tuple[CounterpartyHit, ...]:
    phone: Any = _main_phone()
    if digits:
        matched = (
            sa.select(sa.func.min(ContactPoint.value))
            .where(
                ContactPoint.counterparty_id == Counterparty.id,
                ContactPoint.digits.contains(digits, autoescape=True),
                ~ContactPoint.archived,
            )
            .correlate(Counterparty)
            .scalar_subquery()
        )
        phone = sa.func.coalesce(matched, phone)
    rows = session.execute(
        sa.select(
            Counterparty.id,
            Counterparty.name,
            sa.func.coalesce(Counterparty.inn, ""),
            sa.func.coalesce(Counterparty.address, ""),
            sa.func.coalesce(phone, ""),
        ).where(Counterparty.id.in_(ids))
    )
    found = {row[0]: CounterpartyHit(*row) for row in rows}
    return tuple(found[identity] for identity in ids if identity in found)


def _firms(session: Session, query: str, known: Sequence[Reading], limit: int) -> list[Hit]:
    """Firms by their own names and numbers; who is found by a person or a phone stands in that group."""
    for reading in known:
        found = _ids_beginning_with(session, " ".join(reading.words), limit)
        if len(found) < limit:
            if reading.near:
                others = [identity for identity, _key in ids_by_name(session, reading, limit=limit)]
            else:
                others = _ids_with_the_name(session, reading, query, limit)
            found += [identity for identity in others if identity not in found]
        if found:
            return _as_firms(session, reading, found[:limit])
        if ids_by_name(session, reading, limit=1):
            # The query was understood: it is a person or a phone.
            return []
    return []


def _firms_by_all(session: Session, known: Sequence[Reading], limit: int) -> list[Hit]:
    """Firms by name, person, phone and address together, each of which holds a part of the query."""
    for reading in known:
        found = [identity for identity, _key in ids_by_name(session, reading, limit=limit)]
        if found:
            return _as_firms(session, reading, found)
    return []


def _as_firms(session: Session, reading: Reading, ids: Sequence[UUID]) -> list[Hit]:
    return [
        Hit("firm", hit.id, hit.id, hit.name, _joined(hit.inn, hit.phone), spans_of(reading.words, hit.name))
        for hit in _hits(session, ids, None)
    ]


def _ids_with_the_name(session: Session, reading: Reading, query: str, limit: int) -> list[UUID]:
    """By name, of those looked at; the texts that are searched hold persons and phones beside."""
    text = Counterparty.search_text

    def fits(pattern: str) -> sa.ColumnElement[bool]:
        # Here the first word has no space before it.
        return sa.or_(text.like(pattern), text.like(pattern[2:])) if pattern[1] == " " else text.like(pattern)

    kinds = [sa.and_(*(fits(pattern) for pattern in kind)) for kind in reading.alternatives]
    if digits_of_query(query) is not None and (inn := re.sub(r"\D", "", query)):
        kinds.append(sa.and_(Counterparty.inn >= inn, Counterparty.inn < inn + _LAST_LETTER))
    exact = [sa.func.concat(" ", text).op("~")(reading.exact)] if reading.exact else []
    chosen = (
        sa.select(Counterparty.id, Counterparty.sort_key)
        .where(~Counterparty.archived, sa.or_(*kinds), *exact)
        .limit(_LOOKED_AT)
        .cte("chosen")
        .prefix_with("MATERIALIZED")
    )
    return list(session.scalars(sa.select(chosen.c.id).order_by(chosen.c.sort_key, chosen.c.id).limit(limit)))


def _persons(session: Session, words: Words, limit: int) -> list[Hit]:
    if not any(len(word) >= TRIGRAM for word in words):
        return []
    folded = sa.func.folded(ContactPerson.full_name)
    chosen = (
        sa.select(ContactPerson.id, ContactPerson.full_name, ContactPerson.counterparty_id)
        .where(*(folded.contains(word, autoescape=True) for word in words), ~ContactPerson.archived)
        .limit(_LOOKED_AT)
        .cte("chosen")
        .prefix_with("MATERIALIZED")
    )
    begins = sa.func.starts_with(sa.func.folded(chosen.c.full_name), words[0])
    rows = session.execute(
        sa.select(chosen.c.id, Counterparty.id, chosen.c.full_name, Counterparty.name)
        .join(Counterparty, Counterparty.id == chosen.c.counterparty_id)
        .where(~Counterparty.archived)
        .order_by(begins.desc(), chosen.c.full_name, Counterparty.sort_key, chosen.c.id)
        .limit(limit)
    )
    return [
        Hit("person", person, firm, name, firm_name, spans_of(words, name))
        for person, firm, name, firm_name in rows
    ]


def _points(session: Session, query: str, limit: int) -> list[Hit]:
    """Phones for a query that is a number, e-mails for one that is a part of an address."""
    kind: HitKind = "phone"
    digits = digits_of_query(query)
    if digits is not None:
        found: tuple[sa.ColumnElement[bool], ...] = (ContactPoint.digits.contains(digits, autoescape=True),)
    elif "@" in (address := query.strip(" <>,;\"'").lower()) and address != "@":
        # The e-mails of the firms that have such a one.
        kind = "email"
        firms = [firm for firm, _key in ids_by_name(session, readings(query)[0], limit=limit)]
        found = (
            ContactPoint.counterparty_id.in_(firms),
            ContactPoint.kind == "email",
            sa.func.folded(ContactPoint.value).contains(address, autoescape=True),
        )
    else:
        return []
    chosen = (
        sa.select(ContactPoint.id, ContactPoint.counterparty_id, ContactPoint.value)
        .where(*found, ~ContactPoint.archived)
        .limit(_LOOKED_AT)
        .cte("chosen")
        .prefix_with("MATERIALIZED")
    )
    rows = session.execute(
        sa.select(chosen.c.id, Counterparty.id, chosen.c.value, Counterparty.name)
        .join(Counterparty, Counterparty.id == chosen.c.counterparty_id)
        .where(~Counterparty.archived)
        .order_by(Counterparty.sort_key, chosen.c.id)
        .limit(limit)
    )
    return [Hit(kind, point, firm, value, name, ()) for point, firm, value, name in rows]


def _results(session: Session, words: Words, limit: int) -> list[Hit]:
    return [
        Hit(
            "result",
            found.activity_id,
            found.counterparty_id,
            found.text,
            _joined(found.counterparty_name, f"{found.finished_on:%d.%m.%Y}"),
            spans_of(words, found.text),
        )
        for found in find_result_texts(session, words, limit=limit)
    ]


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
