"""The tables as SQLAlchemy classes, a file per area; rules, grants and triggers live in the migrations."""

from altius_desktop.models.activities import Activity, ActivityPrivate, Attempt, DailyShowing, Plan
from altius_desktop.models.acts import AccountEvent, Act, ImportBatch, ImportRow
from altius_desktop.models.audit import Audit, Erasure
from altius_desktop.models.backups import Backup
from altius_desktop.models.base import Base
from altius_desktop.models.company import (
    Absence,
    Company,
    Department,
    Employee,
    Legend,
    ReminderRoute,
)
from altius_desktop.models.counterparties import (
    AgreedTerm,
    ContactPerson,
    ContactPoint,
    Counterparty,
    CounterpartyRole,
    CounterpartySearch,
    Feedback,
    ImportantDate,
)
from altius_desktop.models.directories import (
    ActivityKind,
    AdExpense,
    AdSource,
    BusinessLine,
    Category,
    CounterpartyGroup,
    Region,
    ResultKind,
)
from altius_desktop.models.notices import Notice, ReminderShown
from altius_desktop.models.presence import Presence
from altius_desktop.models.views import EmployeeLayout, SavedView

__all__ = [
    "Absence",
    "AccountEvent",
    "Act",
    "Activity",
    "ActivityKind",
    "ActivityPrivate",
    "AdExpense",
    "AdSource",
    "AgreedTerm",
    "Attempt",
    "Audit",
    "Backup",
    "Base",
    "BusinessLine",
    "Category",
    "Company",
    "ContactPerson",
    "ContactPoint",
    "Counterparty",
    "CounterpartyGroup",
    "CounterpartyRole",
    "CounterpartySearch",
    "DailyShowing",
    "Department",
    "Employee",
    "EmployeeLayout",
    "Erasure",
    "Feedback",
    "ImportBatch",
    "ImportRow",
    "ImportantDate",
    "Legend",
    "Notice",
    "Plan",
    "Presence",
    "Region",
    "ReminderRoute",
    "ReminderShown",
    "ResultKind",
    "SavedView",
]
