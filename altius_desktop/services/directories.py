"""The lists that forms choose from: kinds of contact and result, attributes of counterparties, colours, colleagues."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from altius_desktop.models import (
    ActivityKind,
    AdSource,
    BusinessLine,
    Category,
    CounterpartyGroup,
    Department,
    Employee,
    Legend,
    Region,
    ResultKind,
)

_Named = type[BusinessLine] | type[Region] | type[CounterpartyGroup] | type[Category] | type[AdSource]


@dataclass(frozen=True)
class ActivityKindRow:
    id: UUID
    name: str
    section: str
    icon: str


@dataclass(frozen=True)
class ResultKindRow:
    id: UUID
    name: str
    icon: str
    successful: bool
    interested: bool
    postpones: bool


@dataclass(frozen=True)
class EmployeeRow:
    id: UUID
    full_name: str
    position: str
    department_id: UUID
    login: str | None
    has_workplace: bool


@dataclass(frozen=True)
class DepartmentRow:
    id: UUID
    name: str


@dataclass(frozen=True)
class ValueRow:
    """A value of a directory; an archived one is still shown where it is used, but no longer offered."""

    id: UUID
    name: str
    archived: bool


@dataclass(frozen=True)
class Directories:
    """Everything that forms offer, in the order it is shown.

    Archived kinds, employees and departments are not among it; of the counterparties' attributes they are.
    It holds for one login and one day of the office.
    """

    activity_kinds: tuple[ActivityKindRow, ...]
    result_kinds: tuple[ResultKindRow, ...]
    employees: tuple[EmployeeRow, ...]
    departments: tuple[DepartmentRow, ...]
    legend: tuple[tuple[int, str], ...]
    business_lines: tuple[ValueRow, ...]
    regions: tuple[ValueRow, ...]
    groups: tuple[ValueRow, ...]
    categories: tuple[ValueRow, ...]
    ad_sources: tuple[ValueRow, ...]
    answers_for: frozenset[UUID]
    """The employees for whom whoever is logged in stands in today."""

    def legend_name(self, highlight: int | None) -> str:
        return dict(self.legend).get(highlight or 0, "")

    def employee(self, employee_id: UUID | None) -> EmployeeRow | None:
        return next((row for row in self.employees if row.id == employee_id), None)


DIRECTORY_TABLES = frozenset(
    {
        "absence",
        "activity_kind",
        "ad_source",
        "business_line",
        "category",
        "company",
        "counterparty_group",
        "department",
        "employee",
        "legend",
        "region",
        "reminder_route",
        "result_kind",
    }
)
"""Tables whose news make a workplace read the directories again."""


def get_directories(session: Session) -> Directories:
    """All lists at once: they are small, change rarely and every form needs them."""
    kinds = session.execute(
        sa.select(ActivityKind.id, ActivityKind.name, ActivityKind.section, ActivityKind.icon)
        .where(~ActivityKind.archived)
        .order_by(ActivityKind.position, ActivityKind.name)
    )
    results = session.execute(
        sa.select(
            ResultKind.id,
            ResultKind.name,
            ResultKind.icon,
            ResultKind.successful,
            ResultKind.interested,
            ResultKind.postpones,
        )
        .where(~ResultKind.archived)
        .order_by(ResultKind.position, ResultKind.name)
    )
    employees = session.execute(
        sa.select(
            Employee.id,
            Employee.full_name,
            Employee.position,
            Employee.department_id,
            Employee.login,
            Employee.has_workplace,
        )
        .where(Employee.active)
        .order_by(Employee.full_name)
    )
    departments = session.execute(
        sa.select(Department.id, Department.name).where(~Department.archived).order_by(Department.name)
    )
    legend = session.execute(sa.select(Legend.highlight, Legend.name).order_by(Legend.highlight))
    return Directories(
        activity_kinds=tuple(ActivityKindRow(*row) for row in kinds),
        result_kinds=tuple(ResultKindRow(*row) for row in results),
        employees=tuple(EmployeeRow(*row) for row in employees),
        departments=tuple(DepartmentRow(*row) for row in departments),
        legend=tuple((highlight, name) for highlight, name in legend),
        business_lines=_values(session, BusinessLine),
        regions=_values(session, Region),
        groups=_values(session, CounterpartyGroup),
        categories=_values(session, Category),
        ad_sources=_values(session, AdSource),
        answers_for=frozenset(
            session.scalars(
                sa.text(
                    "SELECT employee_id FROM covers(office_today()) WHERE receiver_id = current_employee_id()"
                )
            )
        ),
    )


def _values(session: Session, model: _Named) -> tuple[ValueRow, ...]:
    rows = session.execute(
        sa.select(model.id, model.name, model.archived).order_by(model.position, model.name)
    )
    return tuple(ValueRow(*row) for row in rows)
