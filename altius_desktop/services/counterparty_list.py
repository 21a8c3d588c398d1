"""The list of counterparties: what fits a search and a selection, page by page, and how much of it there is.

Pages go on by key, never by OFFSET. What a search means: domain/search_queries.py; how it is found quickly:
services/counterparty_matching.py.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from altius_desktop.domain.errors import UserError
from altius_desktop.domain.search_queries import Reading, readings
from altius_desktop.i18n import _
from altius_desktop.models import Activity, Counterparty, Employee
from altius_desktop.services.counterparty_filters import (
    VALUE_FIELDS,
    CounterpartyFilter,
    conditions_of,
    single_value,
)
from altius_desktop.services.counterparty_matching import (
    Entity,
    all_ids,
    ids_by_name,
    ids_by_value,
    is_found,
    tolerate_typing_errors,
)
from altius_desktop.services.counterparty_rows import DIRECTORIES, CounterpartyListRow, read_rows
from altius_desktop.services.estimates import estimated_rows

FIRST_PAGE, PAGE = 60, 500
COUNTED = 10_000
"""Above it a count is an estimate."""
SORTABLE = 5_000
"""Up to so many rows every column may order the list; above it the three of ANY_SIZE."""
ANY_SIZE = ("name", "inn", "applied_on")
_SAMPLE = 20_000


@dataclass(frozen=True)
class ListOrder:
    """By `name`, `inn` or `applied_on` a list of any size; by any other column one of at most SORTABLE rows."""

    key: str = "name"
    descending: bool = False


@dataclass(frozen=True)
class PageKey:
    """Where a row stands in a list, so that a page may go on behind it; made and understood here alone."""

    place: tuple[Any, ...]
    without_value: bool = False
    reading: int = 0

    @property
    def id(self) -> UUID:
        """Whose place it is."""
        identity: UUID = self.place[-1]
        return identity


@dataclass(frozen=True)
class CounterpartyPage:
    """`places` are those of the rows, in their order; `next` is None after the last row."""

    rows: tuple[CounterpartyListRow, ...]
    places: tuple[PageKey, ...]
    next: PageKey | None


@dataclass(frozen=True)
class Count:
    """How many; not `exact` it is an estimate, shown with «≈»."""

    value: int
    exact: bool


def list_counterparties(
    session: Session,
    *,
    where: CounterpartyFilter,
    order: ListOrder = ListOrder(),
    after: PageKey | None = None,
    limit: int | None = None,
) -> CounterpartyPage:
    """The next page; without a `limit` the first is short (FIRST_PAGE), so that it is there at once, the rest PAGE."""
    limit = limit or (FIRST_PAGE if after is None else PAGE)
    known = readings(where.query)
    tried: Sequence[Reading | None] = known or (None,)
    for number, reading in enumerate(tried):
        if after is not None and number != after.reading:
            continue
        keys = _Selection(where, reading).next_keys(session, order, after, limit + 1)
        # A bolder reading is tried where this one finds nobody at all, not where the selection leaves nobody.
        if keys or after is not None or reading is None or _is_found(session, where, reading):
            places = tuple(PageKey(*key, reading=number) for key in keys[:limit])
            return _page(session, where, places, places[-1] if len(keys) > limit else None)
    return CounterpartyPage((), (), None)


def place_counterparties(
    session: Session, *, where: CounterpartyFilter, order: ListOrder, ids: Collection[UUID]
) -> CounterpartyPage:
    """Those of `ids` that fit, with their places in the list; in no order."""
    selection = _understood(session, where)
    if selection is None or not ids:
        return CounterpartyPage((), (), None)
    tolerate_typing_errors(session, selection.reading)
    places = [PageKey(*key) for key in selection.keys_of(session, order, ids)]
    return _page(session, where, places, None)


def position_among(places: Sequence[PageKey], place: PageKey, order: ListOrder) -> int:
    """Before how many of `places`, which stand in the list's order, this one belongs: len(places) is the end."""
    low, high = 0, len(places)
    while low < high:
        middle = (low + high) // 2
        if _stands_before(places[middle], place, order):
            low = middle + 1
        else:
            high = middle
    return low


def _stands_before(one: PageKey, other: PageKey, order: ListOrder) -> bool:
    # The database compares texts by code points, as Python does.
    if one.without_value or other.without_value:
        # Those without a value come last and by name, whichever way the order runs.
        return (one.without_value, one.place) < (other.without_value, other.place)
    return one.place > other.place if order.descending else one.place < other.place


def _page(
    session: Session, where: CounterpartyFilter, places: Sequence[PageKey], more: PageKey | None
) -> CounterpartyPage:
    rows = read_rows(session, [place.id for place in places], query=where.query)
    present = {row.id for row in rows}
    return CounterpartyPage(rows, tuple(place for place in places if place.id in present), more)


def list_counterparties_of_ids(
    session: Session, *, where: CounterpartyFilter, ids: Collection[UUID]
) -> tuple[CounterpartyListRow, ...]:
    """Those of `ids` that fit, by name: for rows that somebody has just changed."""
    selection = _understood(session, where)
    if selection is None or not ids:
        return ()
    tolerate_typing_errors(session, selection.reading)
    fitting = [row.id for row in session.execute(selection.all_ids(ids).order_by("sort_key", "id"))]
    return read_rows(session, fitting, query=where.query)


def count_counterparties(session: Session, *, where: CounterpartyFilter) -> Count:
    """How many fit; above COUNTED an estimate."""
    selection = _understood(session, where)
    if selection is None:
        return Count(0, True)
    return _counted(session, selection)


def count_by_value(session: Session, *, where: CounterpartyFilter, field: str) -> dict[UUID, Count]:
    """For each value of `field` (one of VALUE_FIELDS) how many would fit if it alone were chosen there.

    Values that nobody has are left out. Of a large selection a sample is counted.
    """
    if field not in VALUE_FIELDS:
        raise ValueError(f"no such field: {field}")
    cleared: dict[str, Any] = {f"{field}s": frozenset()}
    selection = _understood(session, replace(where, **cleared))
    if selection is None:
        return {}
    tolerate_typing_errors(session, selection.reading)
    column = getattr(Counterparty, field)
    total = _counted(session, selection)
    share = 1.0
    chosen = selection.all_ids().subquery("chosen")
    source: Any = Counterparty
    if not total.exact:
        whole = estimated_rows(session, sa.select(Counterparty.id))
        share = min(1.0, _SAMPLE / max(1, whole))
        # The same pages each time, so that figures do not flicker.
        source = sa.tablesample(Counterparty.__table__, sa.func.system(share * 100), seed=sa.literal(1))
        column = source.c[field]
    identity = source.id if source is Counterparty else source.c.id
    counts = session.execute(
        sa.select(column, sa.func.count())
        .select_from(source)
        .join(chosen, chosen.c.id == identity)
        .where(column.is_not(None))
        .group_by(column)
    )
    return {value: Count(round(count / share), total.exact) for value, count in counts}


def collect_ids(session: Session, *, where: CounterpartyFilter, limit: int) -> tuple[UUID, ...]:
    """The ids of all that fit, by name, `limit` at most."""
    selection = _understood(session, where)
    if selection is None:
        return ()
    return tuple(key[-1] for key, _without in selection.next_keys(session, ListOrder(), None, limit))


class _Selection:
    """A filter with its query understood."""

    def __init__(self, where: CounterpartyFilter, reading: Reading | None) -> None:
        self.where = where
        self.reading = reading

    def conditions(self, entity: Entity) -> Sequence[sa.ColumnElement[bool]]:
        return conditions_of(self.where, entity)

    def all_ids(self, among: Collection[UUID] | None = None) -> sa.Select[UUID, str]:
        def conditions(entity: Entity) -> Sequence[sa.ColumnElement[bool]]:
            return (*self.conditions(entity), *(() if among is None else (entity.id.in_(among),)))

        return all_ids(self.reading, conditions, archived=self.where.archived)

    def next_keys(
        self, session: Session, order: ListOrder, after: PageKey | None, limit: int
    ) -> list[tuple[tuple[Any, ...], bool]]:
        """Places of the next rows, the id last, each with whether it stands among those without a value."""
        if order.key == "name":
            return [(place, False) for place in self._by_name(session, order, after, limit)]
        if order.key in ANY_SIZE:
            return self._by_value(session, order, after, limit)
        return [(place, False) for place in self._by_anything(session, order, after, limit)]

    def keys_of(
        self, session: Session, order: ListOrder, ids: Collection[UUID]
    ) -> list[tuple[tuple[Any, ...], bool]]:
        """As next_keys, for those of `ids` that fit."""
        chosen = self.all_ids(ids).subquery("chosen")
        if order.key == "name":
            found = session.execute(sa.select(chosen.c.sort_key, chosen.c.id))
            return [(tuple(row), False) for row in found]
        value = getattr(Counterparty, order.key) if order.key in ANY_SIZE else _sort_value(order)
        rows = session.execute(
            sa.select(value, chosen.c.sort_key, chosen.c.id).join(
                Counterparty, Counterparty.id == chosen.c.id
            )
        )
        if order.key not in ANY_SIZE:
            return [(tuple(row), False) for row in rows]
        return [
            ((key, identity), True) if present is None else ((present, identity), False)
            for present, key, identity in rows
        ]

    def _by_name(
        self,
        session: Session,
        order: ListOrder,
        after: PageKey | None,
        limit: int,
        also: Sequence[str] = (),
    ) -> list[tuple[Any, ...]]:
        def conditions(entity: Entity) -> Sequence[sa.ColumnElement[bool]]:
            return (*self.conditions(entity), *(getattr(entity, name).is_(None) for name in also))

        found = ids_by_name(
            session,
            self.reading,
            conditions,
            archived=self.where.archived,
            after=None if after is None else (after.place[0], after.place[1]),
            limit=limit,
            descending=order.descending,
            along=single_value(self.where),
        )
        return [(key, identity) for identity, key in found]

    def _by_value(
        self, session: Session, order: ListOrder, after: PageKey | None, limit: int
    ) -> list[tuple[tuple[Any, ...], bool]]:
        """First those with a value, then, by name, those without, whichever way the order runs."""
        found: list[tuple[tuple[Any, ...], bool]] = []
        if after is None or not after.without_value:
            rows = ids_by_value(
                session,
                self.reading,
                self.conditions,
                order.key,
                archived=self.where.archived,
                after=None if after is None else (after.place[0], after.place[1]),
                limit=limit,
                descending=order.descending,
            )
            found = [((value, identity), False) for value, identity in rows]
            after = None
        if len(found) < limit:
            rest = self._by_name(session, ListOrder(), after, limit - len(found), also=(order.key,))
            found += [(place, True) for place in rest]
        return found

    def _by_anything(
        self, session: Session, order: ListOrder, after: PageKey | None, limit: int
    ) -> list[tuple[Any, ...]]:
        value = _sort_value(order)
        tolerate_typing_errors(session, self.reading)
        if after is None and _counted(session, self, up_to=SORTABLE).value > SORTABLE:
            raise UserError(
                _("There are too many counterparties to sort by this column."),
                _("Narrow the selection, or sort by name, INN or date of the first contact."),
            )
        chosen = self.all_ids().cte("chosen").prefix_with("MATERIALIZED")
        keyed = (
            sa.select(value.label("value"), chosen.c.sort_key, chosen.c.id)
            .join(Counterparty, Counterparty.id == chosen.c.id)
            .subquery("keyed")
        )
        place = sa.tuple_(keyed.c.value, keyed.c.sort_key, keyed.c.id)
        query = sa.select(keyed.c.value, keyed.c.sort_key, keyed.c.id)
        if after is not None:
            there = sa.tuple_(*(sa.literal(part) for part in after.place))
            query = query.where(place < there if order.descending else place > there)
        by = (keyed.c.value, keyed.c.sort_key, keyed.c.id)
        ordered = query.order_by(*((part.desc() for part in by) if order.descending else by)).limit(limit)
        return [tuple(row) for row in session.execute(ordered)]


def _understood(session: Session, where: CounterpartyFilter) -> _Selection | None:
    """The selection by the first reading of its query that finds anything at all; None where none does."""
    known = readings(where.query)
    if not known:
        return _Selection(where, None)
    for reading in known:
        if is_found(session, reading, archived=where.archived):
            return _Selection(where, reading)
    return None


def _is_found(session: Session, where: CounterpartyFilter, reading: Reading) -> bool:
    """Whether the reading finds anybody without the rest of the filter, if there is any rest."""
    rest = replace(where, query="", archived=False) != CounterpartyFilter()
    return rest and is_found(session, reading, archived=where.archived)


def _counted(session: Session, selection: _Selection, up_to: int = COUNTED) -> Count:
    tolerate_typing_errors(session, selection.reading)
    ids = selection.all_ids()
    some = ids.limit(up_to + 1).subquery("some")
    counted = session.execute(sa.select(sa.func.count()).select_from(some)).scalar_one()
    if counted <= up_to:
        return Count(counted, True)
    return Count(max(up_to + 1, estimated_rows(session, ids)), False)


def _sort_value(order: ListOrder) -> sa.ColumnElement[str]:
    """The column as a text, never NULL, so that pages go on by it; rows without a value come last."""
    empty = "" if order.descending else "\U0010ffff"
    value: Any
    if order.key in DIRECTORIES:
        entity, field = DIRECTORIES[order.key]
        name = entity.full_name if entity is Employee else entity.name
        value = (
            sa.select(sa.func.folded(name)).where(entity.id == getattr(Counterparty, field)).scalar_subquery()
        )
    elif order.key == "last_contact_on":
        last = (
            sa.select(sa.func.max(Activity.finished_at))
            .where(Activity.counterparty_id == Counterparty.id, Activity.status == "done")
            .scalar_subquery()
        )
        value = sa.func.to_char(last, "YYYYMMDDHH24MISSUS")
    elif order.key == "next_due_on":
        coming = (
            sa.select(sa.func.min(Activity.due_on))
            .where(Activity.counterparty_id == Counterparty.id, Activity.status == "planned")
            .scalar_subquery()
        )
        value = sa.func.to_char(coming, "YYYYMMDD")
    elif order.key == "highlight":
        value = sa.cast(Counterparty.highlight, sa.Text)
    else:
        raise UserError(_("The list cannot be sorted by this column."), _("Choose another column."))
    return sa.func.coalesce(value, empty)


__all__ = [
    "ANY_SIZE",
    "FIRST_PAGE",
    "PAGE",
    "SORTABLE",
    "VALUE_FIELDS",
    "Count",
    "CounterpartyFilter",
    "CounterpartyListRow",
    "CounterpartyPage",
    "ListOrder",
    "PageKey",
    "collect_ids",
    "count_by_value",
    "count_counterparties",
    "list_counterparties",
    "list_counterparties_of_ids",
    "place_counterparties",
    "position_among",
]
