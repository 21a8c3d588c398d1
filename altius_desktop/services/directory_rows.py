"""What directories there are, their values as they are shown, and the checks that every act on them makes.

Tables are named by the caller and looked up in DIRECTORIES: no other table can be reached through here.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from altius_desktop.domain.errors import FieldError, UserError
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
    for column in references(rules):
        counts = session.execute(
            sa.select(column, sa.func.count()).where(column.is_not(None)).group_by(column)
        )
        for value_id, count in counts:
            result[value_id] = result.get(value_id, 0) + count
    return result


def references(rules: DirectoryRules) -> tuple[Any, ...]:
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


def locked(session: Session, rules: DirectoryRules, value_id: UUID | int) -> DirectoryValue:
    session.execute(sa.select(rules.key).where(rules.key == value_id).with_for_update())
    found = _values(session, rules, rules.key == value_id)
    if not found:
        raise gone()
    return found[0]


def checked_name(session: Session, rules: DirectoryRules, name: str, *, but: UUID | int | None) -> str:
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


def refuse_fixed(rules: DirectoryRules) -> None:
    if rules.fixed:
        raise UserError(_("The six colours are fixed; what they mean can be changed."))


def refuse_needed(session: Session, rules: DirectoryRules, value: DirectoryValue) -> None:
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


def gone() -> UserError:
    return UserError(_("This value is no longer there."))
