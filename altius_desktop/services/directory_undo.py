"""The ways back of acts on directories: state is put back where nobody has changed it since, nothing is deleted."""

from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from altius_desktop.domain.errors import UserError
from altius_desktop.i18n import _, ngettext
from altius_desktop.models import AdExpense, Base
from altius_desktop.services.directory_rows import (
    DIRECTORIES,
    DirectoryValue,
    checked_name,
    gone,
    locked,
    refuse_needed,
)


@dataclass(frozen=True)
class RestoreValue:
    """Give a value, or an expense of an ad source, its fields of `before`, if it still has those of `after`."""

    table: str
    key: UUID | int
    before: tuple[tuple[str, Any], ...]
    after: tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class MoveBack:
    """Put a value before `before_id` again, if one of its neighbours is still the one that the act gave it."""

    table: str
    value_id: UUID | int
    before_id: UUID | int | None
    neighbours: tuple[UUID | int | None, UUID | int | None]


@dataclass(frozen=True)
class Unmerge:
    """Give the rows that a merge moved their value again, and take it out of the archive.

    `moved` holds table, column and ids; a row that no longer has the winner was changed since and stays.
    """

    table: str
    loser_id: UUID
    winner_id: UUID
    was_archived: bool
    moved: tuple[tuple[str, str, tuple[Any, ...]], ...]


DirectoryStep = RestoreValue | MoveBack | Unmerge


def take_back(session: Session, step: DirectoryStep) -> str:
    """Do one step; UserError if a colleague has changed the same since. Tells what had to stay, or ""."""
    match step:
        case RestoreValue():
            _restore_value(session, step)
        case MoveBack():
            _move_back(session, step)
        case Unmerge():
            return _unmerge(session, step)
    return ""


def _restore_value(session: Session, step: RestoreValue) -> None:
    before = dict(step.before)
    model: Any = AdExpense
    if step.table in DIRECTORIES:
        rules = DIRECTORIES[step.table]
        model = rules.model
        value = locked(session, rules, step.key)
        if before.get("archived"):
            refuse_needed(session, rules, value)
        if "name" in before:
            checked_name(session, rules, before["name"], but=step.key)
    key = sa.inspect(model).primary_key[0]
    done = session.execute(
        sa.update(model)
        .where(
            key == step.key,
            *(getattr(model, name).is_not_distinct_from(value) for name, value in step.after),
        )
        .values(before)
        .execution_options(synchronize_session=False)
        .returning(key)
    ).first()
    if done is None:
        raise _changed_since()


def _move_back(session: Session, step: MoveBack) -> None:
    order = lock_order(session, step.table)
    if step.value_id not in order:
        raise gone()
    left, right = neighbours(list(order), step.value_id)
    if left != step.neighbours[0] and right != step.neighbours[1]:
        raise _changed_since()
    put_before(session, step.table, order, step.value_id, step.before_id)


def _unmerge(session: Session, step: Unmerge) -> str:
    rules = DIRECTORIES[step.table]
    values: dict[Any, DirectoryValue] = {
        value_id: locked(session, rules, value_id) for value_id in sorted((step.loser_id, step.winner_id))
    }
    stayed = 0
    for table_name, column_name, ids in step.moved:
        table = Base.metadata.tables[table_name]
        (key,) = table.primary_key.columns
        column = table.c[column_name]
        given = (
            sa.update(table)
            .where(key.in_(ids), column == step.winner_id)
            .values({column_name: step.loser_id})
        )
        stayed += len(ids) - cast("sa.CursorResult[Any]", session.execute(given)).rowcount
    if values[step.loser_id].archived and not step.was_archived:
        session.execute(sa.update(rules.model).where(rules.key == step.loser_id).values(archived=False))
    if not stayed:
        return ""
    return ngettext(
        "{count} row was changed since and stays as it is.",
        "{count} rows were changed since and stay as they are.",
        stayed,
    ).format(count=stayed)


def lock_order(session: Session, table: str) -> dict[UUID | int, int]:
    """The values of a directory in their order, with their places, locked until the end of the transaction."""
    model = DIRECTORIES[table].model
    # All rows are locked in one order: two people who move at once move one after the other.
    session.execute(sa.select(model.id).order_by(model.id).with_for_update())
    ordered = session.execute(sa.select(model.id, model.position).order_by(model.position, model.name))
    return {row.id: row.position for row in ordered}


def neighbours(order: list[UUID | int], value_id: UUID | int) -> tuple[UUID | int | None, UUID | int | None]:
    """What stands directly before and after the value."""
    place = order.index(value_id)
    return (
        order[place - 1] if place else None,
        order[place + 1] if place + 1 < len(order) else None,
    )


def put_before(
    session: Session,
    table: str,
    places: dict[UUID | int, int],
    value_id: UUID | int,
    before_id: UUID | int | None,
) -> list[UUID | int]:
    """Write the order in which the value stands before the other, or at the end; tells that order."""
    model = DIRECTORIES[table].model
    order = [other for other in places if other != value_id]
    order.insert(len(order) if before_id is None else order.index(before_id), value_id)
    moved = [(place, other) for place, other in enumerate(order) if places[other] != place]
    if moved:
        new_place = sa.case({other: place for place, other in moved}, value=model.id)
        session.execute(
            sa.update(model)
            .where(model.id.in_([other for _place, other in moved]))
            .values(position=new_place)
            .execution_options(synchronize_session=False)
        )
    return order


def _changed_since() -> UserError:
    return UserError(
        _("This can no longer be taken back: a colleague has changed the same since."),
        _("Look at the directory and change it by hand."),
    )
