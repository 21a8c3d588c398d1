"""The tables as SQLAlchemy classes, a file per area; rules, grants and triggers live in the migrations."""

from altius_desktop.models.activities import Activity, Attempt, DailyShowing, Plan
from altius_desktop.models.acts import Act, ImportBatch, ImportRow
from altius_desktop.models.base import Base
from altius_desktop.models.company import Company, Department, Employee, Legend
from altius_desktop.models.counterparties import ContactPerson, ContactPoint, Counterparty, CounterpartyRole
from altius_desktop.models.directories import (
    ActivityKind,
    AdSource,
    BusinessLine,
    Category,
    CounterpartyGroup,
    Region,
    ResultKind,
)

__all__ = [
    "Act",
    "Activity",
    "ActivityKind",
    "AdSource",
    "Attempt",
    "Base",
    "BusinessLine",
    "Category",
    "Company",
    "ContactPerson",
    "ContactPoint",
    "Counterparty",
    "CounterpartyGroup",
    "CounterpartyRole",
    "DailyShowing",
    "Department",
    "Employee",
    "ImportBatch",
    "ImportRow",
    "Legend",
    "Plan",
    "Region",
    "ResultKind",
]
