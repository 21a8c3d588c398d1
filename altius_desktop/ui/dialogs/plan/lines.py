"""The lines of a plan while they are typed: what is known of each, and what of it can be saved."""

from dataclasses import dataclass, replace
from datetime import date, time
from typing import Literal
from uuid import UUID

from altius_desktop.domain.errors import CellError
from altius_desktop.domain.ids import new_id
from altius_desktop.domain.names import with_initial
from altius_desktop.i18n import _
from altius_desktop.services.directories import Directories
from altius_desktop.services.identity import Identity
from altius_desktop.services.plans import PlanRow, check_plan_row
from altius_desktop.ui.formats import weekday

NORMAL_PRIORITY = 2

Assignee = tuple[Literal["employee", "department"], UUID]


@dataclass(frozen=True)
class PlanSeed:
    """What a plan begins with: its counterparty, what it follows, whose it is. All of it may be missing."""

    counterparty_id: UUID | None = None
    counterparty_name: str = ""
    contact_person_id: UUID | None = None
    subtitle: str = ""
    section: str = ""
    kind_id: UUID | None = None
    day: date | None = None
    assignee_id: UUID | None = None
    follows_id: UUID | None = None
    title: str = ""
    is_private: bool = False


@dataclass(frozen=True)
class PlanLine:
    """One line of the grid. A counterparty's name without an id was typed and not chosen.

    `unread` keeps, by field, a date or time that was typed and could not be understood.
    """

    id: UUID
    section: str
    kind_id: UUID | None = None
    counterparty_id: UUID | None = None
    counterparty_name: str = ""
    contact_person_id: UUID | None = None
    assignee: Assignee | None = None
    due_on: date | None = None
    due_time: time | None = None
    deadline_on: date | None = None
    topic: str = ""
    description: str = ""
    priority: int = NORMAL_PRIORITY
    is_private: bool = False
    unread: tuple[tuple[str, str], ...] = ()

    @property
    def is_daily(self) -> bool:
        return self.section == "daily"

    @property
    def of_department(self) -> bool:
        return self.assignee is not None and self.assignee[0] == "department"

    def unread_text(self, field: str) -> str:
        return dict(self.unread).get(field, "")


def first_line(seed: PlanSeed, directories: Directories, identity: Identity) -> PlanLine:
    """The line that a plan begins with: the seed's kind, or the first one of its section."""
    kinds = directories.activity_kinds
    kind = next((kind for kind in kinds if kind.id == seed.kind_id), None) or next(
        (kind for kind in kinds if kind.section == (seed.section or "call")), None
    )
    daily = seed.section == "daily" and seed.kind_id is None
    section = "daily" if daily else kind.section if kind is not None else "call"
    return PlanLine(
        new_id(),
        section,
        kind_id=None if daily or kind is None else kind.id,
        counterparty_id=seed.counterparty_id,
        counterparty_name=seed.counterparty_name if seed.counterparty_id is not None else "",
        contact_person_id=seed.contact_person_id,
        assignee=("employee", seed.assignee_id or identity.employee_id),
        due_on=seed.day,
        is_private=seed.is_private,
    )


def next_line(line: PlanLine) -> PlanLine:
    """A new line below `line`: the same kind of thing for the same people, nothing of its content."""
    return PlanLine(
        new_id(),
        line.section,
        kind_id=line.kind_id,
        counterparty_id=line.counterparty_id,
        counterparty_name=line.counterparty_name if line.counterparty_id is not None else "",
        contact_person_id=line.contact_person_id,
        assignee=line.assignee,
    )


def copied_line(line: PlanLine) -> PlanLine:
    return replace(line, id=new_id())


def plan_row(line: PlanLine, activity_id: UUID) -> PlanRow:
    """The line as it is saved."""
    kind, who = line.assignee or (None, None)
    return PlanRow(
        activity_id=activity_id,
        section=line.section,
        kind_id=None if line.is_daily else line.kind_id,
        counterparty_id=line.counterparty_id,
        contact_person_id=line.contact_person_id,
        phone=None,
        assignee_id=who if kind == "employee" else None,
        department_id=who if kind == "department" else None,
        due_on=line.due_on,
        due_time=line.due_time,
        # A deadline typed while the line was a daily task is not shown for a contact, so it is not saved.
        deadline_on=line.deadline_on if line.is_daily else None,
        topic=line.topic,
        description=line.description,
        priority=line.priority,
        is_private=line.is_private,
    )


def check_line(number: int, line: PlanLine) -> list[CellError]:
    """What stands in the way of saving the line, as far as it can be told here."""
    wrong = []
    for field, text in line.unread:
        if field == "due_time":
            wrong.append(CellError(number, field, _("“{text}” is not a time.").format(text=text)))
        elif field == "due_on" or line.is_daily:
            wrong.append(
                CellError(number, field, _("“{text}” is not a date from 1900 to 2200.").format(text=text))
            )
    if line.counterparty_name and line.counterparty_id is None:
        told = _("“{text}” is not chosen: choose it from the list, or clear the cell by Shift+F4.")
        wrong.append(CellError(number, "counterparty_id", told.format(text=line.counterparty_name)))
    named = {error.field for error in wrong}
    found = check_plan_row(number, plan_row(line, line.id))
    return wrong + [error for error in found if error.field not in named]


def plan_day(day: date | None) -> str:
    """«пт, 27.11.26», "" for none; a year that two digits would misname has four."""
    if day is None:
        return ""
    year = f"{day.year % 100:02}" if 1970 <= day.year < 2070 else f"{day.year:04}"
    return f"{weekday(day)}, {day.day:02}.{day.month:02}.{year}"


def assignee_name(assignee: Assignee | None, directories: Directories) -> str:
    """«Щербакова Ю.» or «Бухгалтерия (отдел)»; "" for one who is no longer there."""
    if assignee is None:
        return ""
    kind, who = assignee
    if kind == "employee":
        employee = directories.employee(who)
        return with_initial(employee.full_name) if employee is not None else ""
    name = next((row.name for row in directories.departments if row.id == who), "")
    return _("{name} (department)").format(name=name) if name else ""


def lock_tip(line: PlanLine) -> str:
    """What the lock of a line means, or why there is none."""
    if line.of_department and not line.is_private:
        return _("A private activity needs an employee to do it, not a department.")
    head = _("Private") if line.is_private else _("Make it private")
    return f"{head}\n{_('Others see only that this time is taken.')}"
