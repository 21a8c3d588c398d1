"""Which counterparties answer a search and a selection, page by page in the order of their names.

Two ways lead there. A bounded walk through an index in that order fills a page at once where many rows fit; where
few do, all of them are found by trigrams or attributes and then ordered. Either alone reads a million rows for
some searches, and a LIMIT makes the planner choose the wrong one.
"""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from altius_desktop.domain.search_queries import Reading
from altius_desktop.models import ContactPerson, Counterparty, CounterpartySearch
from altius_desktop.services.estimates import estimated_rows

# What a walk may read of the index, at least and for each row that is wanted; of the table itself; and the most
# rows that are worth a walk.
_WALK, _LONGEST_WALK = 20_000, 60
_WALK_OF_ROWS, _LONGEST_WALK_OF_ROWS = 4_000, 40
_WALKED_TO = 1_000
# Fewer rows than this are found by trigrams and sorted sooner than walked to.
_RARE = 2_500
# Of names that merely resemble what was typed so many are looked at.
_NEAR_FIRMS, _NEAR_PERSONS = 500, 300

Entity = Any  # Counterparty or an alias of it
Conditions = Callable[[Entity], Sequence[sa.ColumnElement[bool]]]
Place = tuple[Any, UUID]


def no_conditions(_entity: Entity) -> Sequence[sa.ColumnElement[bool]]:
    return ()


def matches(reading: Reading, text: Any) -> sa.ColumnElement[bool]:
    """Whether a text, kept as in CounterpartySearch, answers the reading."""
    found = sa.or_(*(sa.and_(*(text.like(pattern) for pattern in kind)) for kind in reading.alternatives))
    # Joined to nothing, so that no index is asked for it: it would read every trigram of every variant.
    return sa.and_(found, sa.func.concat(text, "").op("~")(reading.exact)) if reading.exact else found


def tolerate_typing_errors(session: Session, reading: Reading | None) -> None:
    """Before a statement with a reading of `near`: how near that is, until the transaction ends."""
    if reading is not None and reading.near:
        # The planner knows nothing of likeness, and would read a whole table for the few that it looks at.
        session.execute(
            sa.text(
                "SELECT set_config('pg_trgm.word_similarity_threshold', :likeness, true),"
                " set_config('enable_seqscan', 'off', true)"
            ),
            {"likeness": str(reading.likeness)},
        )


def is_found(session: Session, reading: Reading, *, archived: bool) -> bool:
    """Whether any counterparty answers the reading."""
    return bool(ids_by_name(session, reading, archived=archived, limit=1))


def all_ids(reading: Reading | None, conditions: Conditions, *, archived: bool) -> sa.Select[UUID, str]:
    """Id and sort key of everything that fits, in no order."""
    if reading is None:
        return sa.select(Counterparty.id, Counterparty.sort_key).where(
            Counterparty.archived.is_(archived), *conditions(Counterparty)
        )
    if reading.near:
        return _near(reading, conditions, archived)
    search = CounterpartySearch
    query = sa.select(search.counterparty_id.label("id"), search.sort_key).where(
        search.archived.is_(archived),
        sa.or_(matches(reading, search.words), matches(reading, search.more)),
    )
    if clauses := conditions(Counterparty):
        query = query.join(Counterparty, Counterparty.id == search.counterparty_id).where(*clauses)
    return query


def ids_by_name(
    session: Session,
    reading: Reading | None,
    conditions: Conditions = no_conditions,
    *,
    archived: bool = False,
    after: Place | None = None,
    limit: int,
    descending: bool = False,
    along: sa.ColumnElement[bool] | None = None,
) -> list[tuple[UUID, str]]:
    """The next ids with their sort keys; `along` is one of the conditions that an index in this order serves."""
    order = _Order(after, limit, descending)
    if reading is None:
        is_whole = not conditions(Counterparty)
        if is_whole or limit <= _WALKED_TO:
            found = _fetch(session, _walk_of_rows(conditions, order, archived, along))
            if len(found) == limit or is_whole:
                return found
    else:
        tolerate_typing_errors(session, reading)
        if not archived and not reading.near and _is_common(session, reading):
            found = _fetch(session, _walk_of_words(reading, conditions, order))
            if len(found) == limit:
                return found
    whole = all_ids(reading, conditions, archived=archived).cte("whole").prefix_with("MATERIALIZED")
    return _fetch(
        session, order.applied(sa.select(whole.c.id, whole.c.sort_key), whole.c.sort_key, whole.c.id)
    )


def ids_by_value(
    session: Session,
    reading: Reading | None,
    conditions: Conditions,
    column: str,
    *,
    archived: bool,
    after: Place | None,
    limit: int,
    descending: bool,
) -> list[tuple[Any, UUID]]:
    """The next values of an indexed column with their ids; those without a value are left out."""
    order = _Order(after, limit, descending)
    tolerate_typing_errors(session, reading)

    def ordered(entity: Entity) -> Any:
        value = getattr(entity, column)
        return order.applied(sa.select(value, entity.id).where(value.is_not(None)), value, entity.id)

    if reading is None:
        near = (
            ordered(Counterparty).with_only_columns(Counterparty).where(Counterparty.archived.is_(archived))
        )
        step = aliased(Counterparty, near.limit(max(_WALK_OF_ROWS, limit)).subquery("near"))
        walked = session.execute(ordered(step).where(*conditions(step)))
        found = [(value, identity) for value, identity in walked]
        if len(found) == limit or not conditions(Counterparty):
            return found
    whole = all_ids(reading, conditions, archived=archived).cte("whole").prefix_with("MATERIALIZED")
    rows = session.execute(ordered(Counterparty).join(whole, whole.c.id == Counterparty.id))
    return [(value, identity) for value, identity in rows]


def _near(reading: Reading, conditions: Conditions, archived: bool) -> sa.Select[UUID, str]:
    """Firms whose name, or one of whose persons' names, is like the query."""

    def is_like(text: Any) -> list[sa.ColumnElement[bool]]:
        near = [sa.literal(word).op("<%", is_comparison=True)(text) for word in reading.near]
        return [*near, *((sa.literal(" ") + text).like(pattern) for pattern in reading.alternatives[0])]

    firms = (
        sa.select(Counterparty.id, Counterparty.sort_key)
        .where(
            Counterparty.archived.is_(archived),
            *is_like(Counterparty.search_text),
            *conditions(Counterparty),
        )
        .limit(_NEAR_FIRMS)
    )
    persons = (
        sa.select(ContactPerson.counterparty_id)
        .where(~ContactPerson.archived, *is_like(sa.func.folded(ContactPerson.full_name)))
        .limit(_NEAR_PERSONS)
        .cte("persons")
        .prefix_with("MATERIALIZED")
    )
    theirs = (
        sa.select(Counterparty.id, Counterparty.sort_key)
        .join(persons, persons.c.counterparty_id == Counterparty.id)
        .where(Counterparty.archived.is_(archived), *conditions(Counterparty))
    )
    both = sa.union(firms.subquery().select(), theirs).subquery("both")
    return sa.select(both.c.id, both.c.sort_key)


def _fetch(session: Session, query: sa.Select[UUID, str]) -> list[tuple[UUID, str]]:
    return [(row[0], row[1]) for row in session.execute(query)]


def _is_common(session: Session, reading: Reading) -> bool:
    query = sa.select(CounterpartySearch.counterparty_id).where(matches(reading, CounterpartySearch.words))
    return estimated_rows(session, query) > _RARE


class _Order:
    """Where a page begins, how long it is, and which way it runs."""

    def __init__(self, after: Place | None, limit: int, descending: bool) -> None:
        self.after = after
        self.limit = limit
        self.descending = descending

    def beyond(self, key: Any, identity: Any) -> list[sa.ColumnElement[bool]]:
        if self.after is None:
            return []
        here, there = sa.tuple_(key, identity), sa.tuple_(*(sa.literal(value) for value in self.after))
        return [here < there if self.descending else here > there]

    def by(self, key: Any, identity: Any) -> tuple[Any, Any]:
        return (key.desc(), identity.desc()) if self.descending else (key, identity)

    def applied(self, query: Any, key: Any, identity: Any) -> Any:
        return query.where(*self.beyond(key, identity)).order_by(*self.by(key, identity)).limit(self.limit)


def _walk_of_rows(
    conditions: Conditions, order: _Order, archived: bool, along: sa.ColumnElement[bool] | None
) -> sa.Select[UUID, str]:
    near = sa.select(Counterparty).where(Counterparty.archived.is_(archived))
    if along is not None:
        near = near.where(along)
    near = near.where(*order.beyond(Counterparty.sort_key, Counterparty.id)).order_by(
        *order.by(Counterparty.sort_key, Counterparty.id)
    )
    if not conditions(Counterparty):
        return near.with_only_columns(Counterparty.id, Counterparty.sort_key).limit(order.limit)
    walk = max(_WALK_OF_ROWS, _LONGEST_WALK_OF_ROWS * order.limit)
    step = aliased(Counterparty, near.limit(walk).subquery("near"))
    return (
        sa.select(step.id, step.sort_key)
        .where(*conditions(step))
        .order_by(*order.by(step.sort_key, step.id))
        .limit(order.limit)
    )


def _walk_of_words(reading: Reading, conditions: Conditions, order: _Order) -> sa.Select[UUID, str]:
    search = CounterpartySearch
    near = (
        sa.select(search.counterparty_id, search.sort_key, search.words)
        .where(~search.archived, *order.beyond(search.sort_key, search.counterparty_id))
        .order_by(*order.by(search.sort_key, search.counterparty_id))
        .limit(max(_WALK, _LONGEST_WALK * order.limit))
        .subquery("near")
    )
    steps = sa.select(near.c.counterparty_id.label("id"), near.c.sort_key).where(
        matches(reading, near.c.words)
    )
    # The few texts that the index cannot hold whole.
    long = sa.select(search.counterparty_id.label("id"), search.sort_key).where(
        search.more.is_not(None),
        matches(reading, search.more),
        ~search.archived,
        *order.beyond(search.sort_key, search.counterparty_id),
    )
    if clauses := conditions(Counterparty):
        steps = steps.join(Counterparty, Counterparty.id == near.c.counterparty_id).where(*clauses)
        long = long.join(Counterparty, Counterparty.id == search.counterparty_id).where(*clauses)
    steps = steps.order_by(*order.by(near.c.sort_key, near.c.counterparty_id)).limit(order.limit)
    both = sa.union(steps.subquery().select(), long).subquery("both")
    return (
        sa.select(both.c.id, both.c.sort_key)
        .order_by(*order.by(both.c.sort_key, both.c.id))
        .limit(order.limit)
    )
