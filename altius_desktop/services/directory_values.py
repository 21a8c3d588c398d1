"""The values of any directory: listed, added, changed, put in order, merged and archived. A used value is never lost.

Tables are named by the caller and looked up in DIRECTORIES: no other table can be reached through here.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from altius_desktop.domain.errors import Conflict, FieldConflict, FieldError, UserError
from altius_desktop.domain.texts import check_length, clean_line
from altius_desktop.i18n import _
from altius_desktop.models import (
    ActivityKind,
    AdSource,
    Base,
    BusinessLine,
    Category,
    CounterpartyGroup,
    Department,
    Employee,
    Legend,
    Region,
    ResultKind,
)
from altius_desktop.services.acts import Acted, begin_act

_EDITORS = frozenset({"secretary", "director", "administrator"})


@dataclass(frozen=True)
class DirectoryRules:
    """What may be done with a directory: its table, its fields beside the name, and the groups that write it."""

    model: Any
    fields: tuple[str, ...] = ()
    writers: frozenset[str] = _EDITORS
    name_length: int = 200

    @property
    def key(self) -> Any:
        """The column that tells values apart."""
        return sa.inspect(self.model).primary_key[0]

    @property
    def ordered(self) -> bool:
        return hasattr(self.model, "position")

    @property
    def fixed(self) -> bool:
        """The six colours: their meaning is changed, none is added, merged or archived."""
        return not hasattr(self.model, "archived")


DIRECTORIES: Mapping[str, DirectoryRules] = {
    "business_line": DirectoryRules(BusinessLine),
    "region": DirectoryRules(Region),
    "counterparty_group": DirectoryRules(CounterpartyGroup),
    "category": DirectoryRules(Category),
    "ad_source": DirectoryRules(AdSource, writers=_EDITORS | {"advertising"}),
    "activity_kind": DirectoryRules(ActivityKind, fields=("section", "icon")),
    "result_kind": DirectoryRules(ResultKind, fields=("icon", "successful", "interested", "postpones")),
    "department": DirectoryRules(Department, name_length=100),
    "legend": DirectoryRules(Legend, name_length=60),
}


@dataclass(frozen=True)
class DirectoryValue:
    """A value as it is shown; `fields` holds what this directory has beside the name."""

    id: UUID | int
    name: str
    position: int
    archived: bool
    row_version: int
    changed_at: datetime
    changed_by_name: str
    fields: tuple[tuple[str, Any], ...] = ()

    def field(self, name: str) -> Any:
        return dict(self.fields)[name]

    def editable(self) -> dict[str, Any]:
        """What a form edits of the value, as it was seen."""
        return {"name": self.name, **dict(self.fields)}


@dataclass(frozen=True)
class Uses:
    """How many rows of one table use a value."""

    table: str
    count: int


@dataclass(frozen=True)
class Merged(Acted):
    """A merge that was done, and how many rows took the winner."""

    moved: int = 0


def may_write(table: str, groups: Collection[str]) -> bool:
    """Whether an employee of these group roles may change the directory; the database decides the same way."""
    return bool(DIRECTORIES[table].writers.intersection(groups))


def may_see_uses(groups: Collection[str]) -> bool:
    """The administrator looks after directories without seeing counterparties and activities, nor merges."""
    return "employee" in groups


def list_values(session: Session, *, table: str) -> tuple[DirectoryValue, ...]:
    """All values in their order, the archived ones among them; how often each is used comes by `count_uses`."""
    return _values(session, DIRECTORIES[table])


def count_uses(session: Session, *, table: str) -> dict[UUID, int]:
    """How many rows use each value; unused ones are left out. On a large company this takes a second or two."""
    rules = DIRECTORIES[table]
    result: dict[UUID, int] = {}
    for column in _references(rules):
        counts = session.execute(
            sa.select(column, sa.func.count()).where(column.is_not(None)).group_by(column)
        )
        for value_id, count in counts:
            result[value_id] = result.get(value_id, 0) + count
    return result


def list_uses(session: Session, *, table: str, value_id: UUID) -> tuple[Uses, ...]:
    """Where one value is used, table by table: the preview of a merge."""
    found = []
    for column in _references(DIRECTORIES[table]):
        count = session.execute(
            sa.select(sa.func.count()).select_from(column.table).where(column == value_id)
        ).scalar_one()
        if count:
            found.append(Uses(column.table.name, count))
    return tuple(found)


def add_value(
    session: Session, *, act_id: UUID, table: str, value_id: UUID, name: str, fields: Mapping[str, Any]
) -> Acted:
    """Add a value at the end of its directory; FieldError for a name that is there already, archived or not."""
    rules = DIRECTORIES[table]
    _refuse_fixed(rules)
    if not begin_act(session, act_id):
        return Acted(frozenset(), None)
    model = rules.model
    name = _checked_name(session, rules, name, but=None)
    values = {"id": value_id, "name": name, **_known(rules, fields)}
    if rules.ordered:
        last = sa.select(sa.func.coalesce(sa.func.max(model.position) + 1, 0)).scalar_subquery()
        values["position"] = last
    added = insert(model).values(**values).on_conflict_do_nothing().returning(model.id)
    if session.execute(added).first() is None:
        # A colleague added the same name at the same moment: now it can be seen.
        _checked_name(session, rules, name, but=value_id)
    return Acted(frozenset(), None)


def update_value(
    session: Session,
    *,
    act_id: UUID,
    table: str,
    value_id: UUID | int,
    seen: Mapping[str, Any],
    mine: Mapping[str, Any],
    decided: Mapping[str, Any] | None = None,
) -> Acted:
    """Save what a form changed (the name, and the directory's own fields) against what it was opened with.

    Conflict names the fields that a colleague made something else of; `decided` holds, for fields that
    the user was asked about, the colleague's value that he saw when he chose.
    """
    rules = DIRECTORIES[table]
    if not begin_act(session, act_id):
        return Acted(frozenset(), None)
    theirs = _locked(session, rules, value_id)
    changed = changed_fields(
        theirs, present=theirs.editable(), seen=seen, mine=_known(rules, mine, name=True), decided=decided
    )
    if "section" in changed:
        raise FieldError("section", _("A kind of contact stays in its table of the day."))
    if "name" in changed:
        changed["name"] = _checked_name(session, rules, changed["name"], but=value_id)
    if changed:
        try:
            with session.begin_nested():
                session.execute(sa.update(rules.model).where(rules.key == value_id).values(**changed))
        except sa.exc.IntegrityError:
            # As in add_value; any other constraint is told by its own text.
            _checked_name(session, rules, changed.get("name", theirs.name), but=value_id)
            raise
    return Acted(frozenset(), None)


def changed_fields(
    theirs: Any,
    *,
    present: Mapping[str, Any],
    seen: Mapping[str, Any],
    mine: Mapping[str, Any],
    decided: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The fields to write; Conflict where a colleague changed the same ones. `theirs` says who and when."""
    decided = decided or {}
    changed: dict[str, Any] = {}
    conflicts = []
    for name, my_value in mine.items():
        original, their_value = seen[name], present[name]
        if my_value in (their_value, original):
            continue
        if their_value != decided.get(name, original):
            conflicts.append(FieldConflict(name, original, my_value, their_value))
        changed[name] = my_value
    if conflicts:
        raise Conflict(
            _("{name} changed this at {time:%H:%M}. Your text is kept; choose what to save.").format(
                name=theirs.changed_by_name or "—", time=theirs.changed_at
            ),
            theirs,
            tuple(conflicts),
        )
    return changed


def move_value(
    session: Session, *, act_id: UUID, table: str, value_id: UUID | int, before_id: UUID | int | None
) -> Acted:
    """Put a value before another one, or at the end (None); the others keep their order among themselves."""
    rules = DIRECTORIES[table]
    if not rules.ordered:
        raise UserError(_("This directory has an order of its own."))
    if not begin_act(session, act_id):
        return Acted(frozenset(), None)
    model = rules.model
    # All rows are locked in one order: two people who move at once move one after the other.
    session.execute(sa.select(model.id).order_by(model.id).with_for_update())
    ordered = session.execute(sa.select(model.id, model.position).order_by(model.position, model.name))
    places: dict[UUID | int, int] = {row.id: row.position for row in ordered}
    if value_id not in places or (before_id is not None and before_id not in places):
        raise _gone()
    if value_id != before_id:
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
    return Acted(frozenset(), None)


def merge_values(session: Session, *, act_id: UUID, table: str, loser_id: UUID, winner_id: UUID) -> Merged:
    """Give every row that uses `loser_id` the winner instead, and archive the loser; tells how many rows."""
    rules = DIRECTORIES[table]
    _refuse_fixed(rules)
    if loser_id == winner_id:
        raise UserError(_("A value cannot be merged with itself."))
    if not begin_act(session, act_id):
        return Merged(frozenset(), None)
    loser, winner = (_locked(session, rules, value_id) for value_id in sorted((loser_id, winner_id)))
    if loser.id != loser_id:
        loser, winner = winner, loser
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
    moved = 0
    for column in _references(rules):
        given = sa.update(column.table).where(column == loser_id).values({column: winner_id})
        moved += cast("sa.CursorResult[Any]", session.execute(given)).rowcount
    session.execute(sa.update(rules.model).where(rules.key == loser_id).values(archived=True))
    return Merged(frozenset(), None, moved=moved)


def archive_value(session: Session, *, act_id: UUID, table: str, value_id: UUID | int) -> Acted:
    """Offer the value no longer; whatever uses it goes on showing it."""
    rules = DIRECTORIES[table]
    _refuse_fixed(rules)
    if begin_act(session, act_id):
        value = _locked(session, rules, value_id)
        if not value.archived:
            _refuse_needed(session, rules, value)
            session.execute(sa.update(rules.model).where(rules.key == value_id).values(archived=True))
    return Acted(frozenset(), None)


def restore_value(session: Session, *, act_id: UUID, table: str, value_id: UUID | int) -> Acted:
    """Take a value out of the archive: it is offered again."""
    rules = DIRECTORIES[table]
    _refuse_fixed(rules)
    if begin_act(session, act_id) and _locked(session, rules, value_id).archived:
        session.execute(sa.update(rules.model).where(rules.key == value_id).values(archived=False))
    return Acted(frozenset(), None)


def _references(rules: DirectoryRules) -> tuple[Any, ...]:
    """Every column of the company that points to this directory: a new table is among them by its foreign key."""
    target = rules.model.__table__
    return tuple(
        key.parent
        for table in Base.metadata.sorted_tables
        for key in sorted(table.foreign_keys, key=lambda key: key.parent.name)
        if key.column.table is target
    )


def _values(session: Session, rules: DirectoryRules, *conditions: Any) -> tuple[DirectoryValue, ...]:
    model = rules.model
    position = model.position if rules.ordered else sa.literal(0)
    rows = session.execute(
        sa.select(
            rules.key,
            model.name,
            position,
            sa.literal(False) if rules.fixed else model.archived,
            model.row_version,
            sa.func.timezone(sa.func.office_zone(), model.changed_at),
            sa.func.coalesce(Employee.full_name, ""),
            *(getattr(model, name) for name in rules.fields),
        )
        .outerjoin(Employee, Employee.id == model.changed_by)
        .where(*conditions)
        .order_by(*([rules.key] if rules.fixed else [position] if rules.ordered else []), model.name)
    )
    return tuple(
        DirectoryValue(
            id=row[0],
            name=row[1],
            position=row[2],
            archived=row[3],
            row_version=row[4],
            changed_at=row[5],
            changed_by_name=row[6],
            fields=tuple(zip(rules.fields, row[7:], strict=True)),
        )
        for row in rows
    )


def _locked(session: Session, rules: DirectoryRules, value_id: UUID | int) -> DirectoryValue:
    session.execute(sa.select(rules.key).where(rules.key == value_id).with_for_update())
    found = _values(session, rules, rules.key == value_id)
    if not found:
        raise _gone()
    return found[0]


def _known(rules: DirectoryRules, fields: Mapping[str, Any], *, name: bool = False) -> dict[str, Any]:
    allowed = {"name", *rules.fields} if name else set(rules.fields)
    if unknown := set(fields) - allowed:
        raise ValueError(f"no field of this directory: {unknown}")
    return dict(fields)


def _checked_name(session: Session, rules: DirectoryRules, name: str, *, but: UUID | int | None) -> str:
    name = check_length("name", clean_line(name), rules.name_length)
    if not name:
        raise FieldError("name", _("Enter the name."))
    if rules.fixed:
        return name
    same = session.execute(
        sa.select(rules.model.name, rules.model.archived).where(
            sa.func.lower(rules.model.name) == sa.func.lower(name), rules.key != but if but else sa.true()
        )
    ).first()
    if same is not None:
        raise FieldError(
            "name",
            _("“{name}” is there already.").format(name=same.name),
            _("It is in the archive; take it out of there.") if same.archived else "",
        )
    return name


def _refuse_fixed(rules: DirectoryRules) -> None:
    if rules.fixed:
        raise UserError(_("The six colours are fixed; what they mean can be changed."))


def _refuse_needed(session: Session, rules: DirectoryRules, value: DirectoryValue) -> None:
    """The program cannot do without a kind for each table of the day, nor employees without a department."""
    model = rules.model
    others = [~model.archived, rules.key != value.id]
    if model is Department:
        working = sa.select(sa.func.count()).where(Employee.department_id == value.id, Employee.active)
        if session.execute(working).scalar_one():
            raise UserError(
                _("Employees still work in “{name}”.").format(name=value.name),
                _("Move them to another department, or merge the two."),
            )
        return
    if "section" in rules.fields:
        others.append(model.section == value.field("section"))
    elif model is not ResultKind:
        return
    if session.execute(sa.select(rules.key).where(*others).limit(1)).first() is None:
        raise UserError(
            _("“{name}” is the last of its kind.").format(name=value.name), _("Add another one first.")
        )


def _gone() -> UserError:
    return UserError(_("This value is no longer there."))
