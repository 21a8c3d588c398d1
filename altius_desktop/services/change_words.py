"""What the columns of a card and of an activity are called in a list of changes, and their values in words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from altius_desktop.i18n import N_, _
from altius_desktop.models import (
    ActivityKind,
    AdSource,
    Base,
    BusinessLine,
    Category,
    ContactPerson,
    ContactPoint,
    Counterparty,
    CounterpartyGroup,
    Department,
    Employee,
    Legend,
    Plan,
    Region,
    ResultKind,
)

# table: column -> its name; what is not here is derived, or says nothing to a user.
FIELD_NAMES: Mapping[str, Mapping[str, str]] = {
    "counterparty": {
        "name": N_("Name"),
        "full_name": N_("Full name of the firm"),
        "inn": N_("INN"),
        "kpp": N_("KPP"),
        "address": N_("Address"),
        "site": N_("Site"),
        "responsible_id": N_("Manager"),
        "business_line_id": N_("Business line"),
        "region_id": N_("Region"),
        "group_id": N_("Group"),
        "category_id": N_("Category"),
        "ad_source_id": N_("Advertising"),
        "applied_on": N_("First contact"),
        "delivery_days": N_("Delivery, days"),
        "highlight": N_("Colour"),
        "note": N_("Note"),
        "archived": N_("In the archive"),
    },
    "counterparty_role": {"archived": N_("Role")},
    "contact_person": {
        "full_name": N_("Full name"),
        "position": N_("Position"),
        "birthday": N_("Birthday"),
        "is_main": N_("Main contact person"),
        "note": N_("Note"),
        "counterparty_id": N_("Counterparty"),
        "archived": N_("Taken off the card"),
    },
    "contact_point": {
        "value": N_("Phone, fax, e-mail"),
        "extension": N_("Extension"),
        "contact_person_id": N_("Contact person"),
        "counterparty_id": N_("Counterparty"),
        "archived": N_("Taken off the card"),
    },
    "important_date": {
        "title": N_("What it is"),
        "falls_on": N_("Day"),
        "yearly": N_("Every year"),
        "remind_days": N_("Remind, days before"),
        "contact_person_id": N_("Contact person"),
        "archived": N_("Taken off the card"),
    },
    "feedback": {
        "kind": N_("Kind"),
        "said_on": N_("Day"),
        "text": N_("Text"),
        "answer": N_("Answer"),
        "closed_on": N_("Closed on"),
        "archived": N_("Taken off the card"),
    },
    "agreed_term": {
        "text": N_("Term or discount"),
        "valid_from": N_("Valid from"),
        "valid_to": N_("Valid to"),
        "archived": N_("Taken off the card"),
    },
    "activity": {
        "status": N_("State"),
        "result_kind_id": N_("Result"),
        "result_text": N_("What was decided"),
        "due_on": N_("Date"),
        "due_at": N_("Time"),
        "deadline_on": N_("Deadline"),
        "assignee_id": N_("Assignee"),
        "department_id": N_("Department"),
        "kind_id": N_("Kind of contact"),
        "counterparty_id": N_("Counterparty"),
        "contact_person_id": N_("Contact person"),
        "phone": N_("Phone"),
        "topic": N_("Topic"),
        "description": N_("Description"),
        "priority": N_("Priority"),
        "highlight": N_("Colour"),
        "plan_id": N_("Plan"),
    },
    "attempt": {"withdrawn_at": N_("Attempt")},
}

RECORD_NAMES: Mapping[str, str] = {
    "counterparty": N_("Counterparty"),
    "counterparty_role": N_("Role"),
    "contact_person": N_("Contact person"),
    "contact_point": N_("Phone, fax, e-mail"),
    "important_date": N_("Important date"),
    "feedback": N_("Wish or complaint"),
    "agreed_term": N_("Agreed term"),
    "activity": N_("Activity"),
    "attempt": N_("Attempt"),
}
_POINT_KINDS = {"phone": N_("Phone"), "fax": N_("Fax"), "email": N_("E-mail")}

_CHOICES: Mapping[tuple[str, str], Mapping[Any, str]] = {
    ("activity", "status"): {"planned": N_("in the plan"), "done": N_("done"), "cancelled": N_("cancelled")},
    ("activity", "priority"): {1: N_("High priority"), 2: N_("Normal priority"), 3: N_("Low priority")},
    ("feedback", "kind"): {"wish": N_("Wish"), "complaint": N_("Complaint")},
}
_ROLES = {
    "client": N_("Client"),
    "supplier": N_("Supplier"),
    "publisher": N_("Publisher"),
    "agency": N_("Agency"),
    "partner": N_("Partner"),
}
_OUTCOMES = {"no_answer": N_("No answer"), "not_reached": N_("Could not talk"), "talked": N_("Talked")}

# What a column with a foreign key points to, and the text that stands for the row.
_NAMED: Mapping[str, Any] = {
    model.__tablename__: (model, column)
    for model, column in (
        (ActivityKind, ActivityKind.name),
        (AdSource, AdSource.name),
        (BusinessLine, BusinessLine.name),
        (Category, Category.name),
        (ContactPerson, ContactPerson.full_name),
        (Counterparty, Counterparty.name),
        (CounterpartyGroup, CounterpartyGroup.name),
        (Department, Department.name),
        (Employee, Employee.full_name),
        (Plan, Plan.title),
        (Region, Region.name),
        (ResultKind, ResultKind.name),
    )
}
_TITLE_LENGTH = 60


@dataclass(frozen=True)
class Trace:
    """One row of the history as it is stored; `at` is the office's time, `who` a full name or a login."""

    id: int
    at: datetime
    who: str
    table: str
    row_id: UUID
    part: str | None
    action: str
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    erased: bool


@dataclass
class Words:
    """The names that a page of traces needs, read in one query for each table."""

    names: dict[tuple[str, str], str] = field(default_factory=dict)
    records: dict[tuple[str, UUID], str] = field(default_factory=dict)
    colours: dict[int, str] = field(default_factory=dict)
    instants: dict[str, datetime] = field(default_factory=dict)

    def value(self, trace: Trace, column: str, values: Mapping[str, Any]) -> str:
        """A value as the user knows it; "" for none."""
        value = values.get(column)
        table = trace.table
        if table == "counterparty_role":
            role = _ROLES[trace.part or ""]
            return "" if value else _(role)
        if table == "attempt":
            return _("withdrawn") if value else _("counted")
        if value is None or value == "":
            return ""
        if (table, column) in _CHOICES:
            text = _CHOICES[table, column].get(value)
            return _(text) if text else str(value)
        if column == "highlight":
            return self.colours.get(value, str(value))
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        target = _target(table, column)
        if target is not None:
            return self.names.get((target, value)) or _("no longer in the directory")
        if column == "due_at":
            return f"{self.instants[value]:%H:%M}"
        if _is_day(table, column):
            return f"{date.fromisoformat(value):%d.%m.%Y}"
        return str(value)

    def record(self, trace: Trace) -> str:
        """Which record was changed: «Контактное лицо Петров»."""
        if trace.table == "counterparty_role":
            role = _ROLES[trace.part or ""]
            return f"{_(RECORD_NAMES[trace.table])}: {_(role)}"
        name = self.records.get((trace.table, trace.row_id), "")
        if trace.table == "contact_point":
            return name or _(RECORD_NAMES[trace.table])
        kind = _(RECORD_NAMES[trace.table])
        if not name:
            return kind
        return f"{kind} {name}" if trace.table == "contact_person" else f"{kind}: {name}"


def read_words(session: Session, traces: Sequence[Trace]) -> Words:
    """Look up every name that the values and records of these traces stand for."""
    words = Words()
    wanted: dict[str, set[str]] = {}
    rows: dict[str, set[UUID]] = {}
    instants: set[str] = set()
    for trace in traces:
        rows.setdefault(trace.table, set()).add(trace.row_id)
        for column in FIELD_NAMES.get(trace.table, {}):
            target = _target(trace.table, column)
            for values in (trace.old, trace.new):
                value = values.get(column)
                if value is not None and target is not None:
                    wanted.setdefault(target, set()).add(value)
                elif value is not None and column == "due_at":
                    instants.add(value)
    for table, ids in wanted.items():
        model, name = _NAMED[table]
        found = session.execute(sa.select(model.id, name).where(model.id.in_([UUID(one) for one in ids])))
        words.names.update({(table, str(id_)): text for id_, text in found})
    for table, row_ids in rows.items():
        if table in _RECORDS:
            for row_id, text in _RECORDS[table](session, list(row_ids)):
                words.records[table, row_id] = text
    if any("highlight" in trace.new for trace in traces):
        for key, name in session.execute(sa.select(Legend.highlight, Legend.name)):
            words.colours[key] = name
    if instants:
        listed = sorted(instants)
        office = session.execute(
            sa.text(
                "SELECT v, v::timestamptz AT TIME ZONE office_zone() FROM unnest(:values) AS v"
            ).bindparams(sa.bindparam("values", listed, ARRAY(sa.Text)))
        )
        for text, moment in office:
            words.instants[text] = moment
    return words


def _target(table: str, column: str) -> str | None:
    keys = Base.metadata.tables[table].columns[column].foreign_keys
    return next((key.column.table.name for key in keys), None)


def _is_day(table: str, column: str) -> bool:
    return isinstance(Base.metadata.tables[table].columns[column].type, sa.Date)


def _points(session: Session, ids: list[UUID]) -> list[tuple[UUID, str]]:
    rows = session.execute(
        sa.select(ContactPoint.id, ContactPoint.kind, ContactPoint.value, ContactPerson.full_name)
        .outerjoin(ContactPerson, ContactPerson.id == ContactPoint.contact_person_id)
        .where(ContactPoint.id.in_(ids))
    )
    return [
        (id_, f"{_(_POINT_KINDS[kind])} {value}" + (f", {person}" if person else ""))
        for id_, kind, value, person in rows
    ]


def _attempts(session: Session, ids: list[UUID]) -> list[tuple[UUID, str]]:
    attempt = Base.metadata.tables["attempt"]
    rows = session.execute(sa.select(attempt.c.id, attempt.c.outcome).where(attempt.c.id.in_(ids)))
    return [(id_, _(_OUTCOMES[outcome])) for id_, outcome in rows]


def _titled(table: str, column: str) -> Callable[[Session, list[UUID]], list[tuple[UUID, str]]]:
    def read(session: Session, ids: list[UUID]) -> list[tuple[UUID, str]]:
        columns = Base.metadata.tables[table].c
        rows = session.execute(sa.select(columns.id, columns[column]).where(columns.id.in_(ids)))
        return [(id_, _shortened(text)) for id_, text in rows]

    return read


_RECORDS: Mapping[str, Callable[[Session, list[UUID]], list[tuple[UUID, str]]]] = {
    "contact_person": _titled("contact_person", "full_name"),
    "contact_point": _points,
    "important_date": _titled("important_date", "title"),
    "feedback": _titled("feedback", "text"),
    "agreed_term": _titled("agreed_term", "text"),
    "attempt": _attempts,
}


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _TITLE_LENGTH else line[: _TITLE_LENGTH - 1].rstrip() + "…"
