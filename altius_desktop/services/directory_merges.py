"""Merging two values of a directory: every row that uses the one takes the other, and none is lost."""

from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from altius_desktop.domain.errors import UserError
from altius_desktop.i18n import _
from altius_desktop.services.acts import Acted, Inverse, begin_act
from altius_desktop.services.directory_rows import (
    DIRECTORIES,
    locked,
    references,
    refuse_fixed,
)
from altius_desktop.services.directory_undo import Unmerge

MOST_TAKEN_BACK = 20_000
"""Rows of one merge whose ids are kept for its undo: about 3 MB in the window's memory."""


@dataclass(frozen=True)
class Uses:
    """How many rows of one table use a value."""

    table: str
    count: int


@dataclass(frozen=True)
class Merged(Acted):
    """A merge that was done, and how many rows took the winner; over MOST_TAKEN_BACK there is no way back."""

    moved: int = 0


def list_uses(session: Session, *, table: str, value_id: UUID) -> tuple[Uses, ...]:
    """Where one value is used, table by table: the preview of a merge."""
    found = []
    for column in references(DIRECTORIES[table]):
        count = session.execute(
            sa.select(sa.func.count()).select_from(column.table).where(column == value_id)
        ).scalar_one()
        if count:
            found.append(Uses(column.table.name, count))
    return tuple(found)


def merge_values(session: Session, *, act_id: UUID, table: str, loser_id: UUID, winner_id: UUID) -> Merged:
    """Give every row that uses `loser_id` the winner instead, and archive the loser; tells how many rows."""
    rules = DIRECTORIES[table]
    refuse_fixed(rules)
    if loser_id == winner_id:
        raise UserError(_("A value cannot be merged with itself."))
    if not begin_act(session, act_id):
        return Merged(frozenset(), None)
    both = {value_id: locked(session, rules, value_id) for value_id in sorted((loser_id, winner_id))}
    loser, winner = both[loser_id], both[winner_id]
    if winner.archived:
        raise UserError(
            _("“{name}” is in the archive.").format(name=winner.name), _("Take it out of the archive first.")
        )
    if "section" in rules.fields and loser.field("section") != winner.field("section"):
        raise UserError(
            _("“{loser}” and “{winner}” belong to different tables of the day.").format(
                loser=loser.name, winner=winner.name
            ),
            _("Only kinds of the same table can be merged."),
        )
    used = sum(uses.count for uses in list_uses(session, table=table, value_id=loser_id))
    if used > MOST_TAKEN_BACK:
        moved = sum(_give(session, column, loser_id, winner_id) for column in references(rules))
        inverse = None
    else:
        rows = [
            (column.table.name, column.name, _give_and_name(session, column, loser_id, winner_id))
            for column in references(rules)
        ]
        moved = sum(len(ids) for _table, _column, ids in rows)
        step = Unmerge(table, loser_id, winner_id, loser.archived, tuple(row for row in rows if row[2]))
        inverse = Inverse((step,), _("merge of “{name}”").format(name=loser.name))
    session.execute(sa.update(rules.model).where(rules.key == loser_id).values(archived=True))
    return Merged(frozenset(), inverse, moved=moved)


def _give(session: Session, column: Any, loser_id: UUID, winner_id: UUID) -> int:
    given = sa.update(column.table).where(column == loser_id).values({column: winner_id})
    return cast("sa.CursorResult[Any]", session.execute(given)).rowcount


def _give_and_name(session: Session, column: Any, loser_id: UUID, winner_id: UUID) -> tuple[Any, ...]:
    (key,) = column.table.primary_key.columns
    given = sa.update(column.table).where(column == loser_id).values({column: winner_id}).returning(key)
    return tuple(session.execute(given).scalars())
