"""A selection of counterparties, and what it asks of the database."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from altius_desktop.models import Activity, Counterparty, CounterpartyRole, ImportRow


@dataclass(frozen=True)
class CounterpartyFilter:
    """A selection: fields are joined by AND, the values within one by OR; an empty field selects nothing.

    `last_contact_before` is met by those who never were in contact too; the day itself does not count as before,
    and does as after. `incomplete`: clients lacking one of the four attributes. With `archived` only archived ones.
    """

    query: str = ""
    business_line_ids: frozenset[UUID] = frozenset()
    region_ids: frozenset[UUID] = frozenset()
    group_ids: frozenset[UUID] = frozenset()
    category_ids: frozenset[UUID] = frozenset()
    ad_source_ids: frozenset[UUID] = frozenset()
    responsible_ids: frozenset[UUID] = frozenset()
    roles: frozenset[str] = frozenset()
    highlights: frozenset[int] = frozenset()
    last_contact_before: date | None = None
    last_contact_after: date | None = None
    overdue: bool = False
    without_plan: bool = False
    incomplete: bool = False
    archived: bool = False
    import_batch_id: UUID | None = None


VALUE_FIELDS = ("business_line_id", "region_id", "group_id", "category_id", "ad_source_id", "responsible_id")
_ATTRIBUTES = tuple((f"{field}s", field) for field in VALUE_FIELDS)


def single_value(where: CounterpartyFilter) -> sa.ColumnElement[bool] | None:
    """A condition that ties an attribute to one value: its index holds the list in order already."""
    for values, field in (*_ATTRIBUTES, ("highlights", "highlight")):
        chosen = getattr(where, values)
        if len(chosen) == 1:
            return getattr(Counterparty, field) == next(iter(chosen))  # type: ignore[no-any-return]
    return None


def conditions_of(where: CounterpartyFilter, entity: Any) -> list[sa.ColumnElement[bool]]:
    """What the filter asks of a Counterparty, or of an alias of it, but for query and archived."""
    clauses: list[sa.ColumnElement[bool]] = []
    for values, field in (*_ATTRIBUTES, ("highlights", "highlight")):
        chosen = getattr(where, values)
        column = getattr(entity, field)
        if len(chosen) == 1:
            clauses.append(column == next(iter(chosen)))
        elif chosen:
            clauses.append(column.in_(sorted(chosen)))
    if where.roles:
        clauses.append(_has_role(entity, where.roles))
    if where.last_contact_after is not None:
        clauses.append(_was_in_contact(entity, where.last_contact_after))
    if where.last_contact_before is not None:
        clauses.append(~_was_in_contact(entity, where.last_contact_before))
    if where.overdue:
        # Few are late of the many that are open, which the planner cannot know: they are collected first.
        late = sa.select(Activity.counterparty_id).where(
            Activity.status == "planned",
            Activity.counterparty_id.is_not(None),
            Activity.due_on < _today(),
            _is_late(),
        )
        clauses.append(entity.id == sa.any_(sa.func.array(late.distinct().scalar_subquery())))
    if where.without_plan:
        clauses.append(~_has_open(entity, ~_is_late()))
    if where.incomplete:
        missing = (entity.region_id, entity.group_id, entity.category_id, entity.ad_source_id)
        clauses.append(sa.or_(*(column.is_(None) for column in missing)))
        clauses.append(_has_role(entity, {"client"}))
    if where.import_batch_id is not None:
        clauses.append(
            entity.id.in_(
                sa.select(ImportRow.counterparty_id).where(
                    ImportRow.batch_id == where.import_batch_id, ImportRow.outcome.in_(("new", "updated"))
                )
            )
        )
    return clauses


def _has_role(entity: Any, roles: Collection[str]) -> sa.ColumnElement[bool]:
    return (
        sa.exists()
        .where(
            CounterpartyRole.counterparty_id == entity.id,
            CounterpartyRole.role.in_(sorted(roles)),
            ~CounterpartyRole.archived,
        )
        .correlate(entity)
    )


def _was_in_contact(entity: Any, since: date) -> sa.ColumnElement[bool]:
    """Whether anything was finished on that day of the office or later."""
    zone = sa.select(sa.func.office_zone()).scalar_subquery()
    return (
        sa.exists()
        .where(
            Activity.counterparty_id == entity.id,
            Activity.status == "done",
            Activity.finished_at >= sa.func.timezone(zone, sa.cast(since, sa.DateTime)),
        )
        .correlate(entity)
    )


def _has_open(entity: Any, condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return (
        sa.exists()
        .where(Activity.counterparty_id == entity.id, Activity.status == "planned", condition)
        .correlate(entity)
    )


def _is_late() -> sa.ColumnElement[bool]:
    """As ActivityRow.is_overdue: a daily task by its deadline, if it has one, all else by its day."""
    return sa.case(
        (Activity.section == "daily", sa.func.coalesce(Activity.deadline_on < _today(), False)),
        else_=Activity.due_on < _today(),
    )


def _today() -> sa.ScalarSelect[date]:
    return sa.select(sa.func.office_today()).scalar_subquery()
