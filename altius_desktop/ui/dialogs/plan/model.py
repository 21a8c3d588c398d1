"""The grid of a plan as a Qt model: lines that are typed into, what is wrong with them, how many there are."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from altius_desktop.domain.errors import CellError
from altius_desktop.domain.names import short_name
from altius_desktop.domain.texts import clean_line, clean_text
from altius_desktop.domain.typed_dates import parse_day, parse_time
from altius_desktop.i18n import _
from altius_desktop.services.counterparties import ContactPersonRow
from altius_desktop.services.directories import ActivityKindRow, Directories
from altius_desktop.services.search import CounterpartyHit
from altius_desktop.ui.dialogs.plan.lines import (
    Assignee,
    PlanLine,
    assignee_name,
    check_line,
    copied_line,
    lock_tip,
    next_line,
    plan_day,
)
from altius_desktop.ui.formats import clock
from altius_desktop.ui.icons import known

Index = QModelIndex | QPersistentModelIndex

DAILY = "daily"
"""The key of «Daily task» among the kinds."""


@dataclass(frozen=True)
class PlanColumn:
    """One column; `look` says how its cells are drawn and edited, `width_chars` is its text alone."""

    field: str
    title: str
    width_chars: int
    look: str  # number, choice, picker, date, time, line, note, lock, delete
    placeholder: str = ""


def plan_columns() -> tuple[PlanColumn, ...]:
    return (
        PlanColumn("number", "", 2, "number"),
        PlanColumn("kind_id", _("Kind"), 10, "choice", _("Choose…")),
        PlanColumn("counterparty_id", _("Organisation"), 19, "picker"),
        PlanColumn("assignee", _("Assignee"), 13, "choice", _("Choose…")),
        PlanColumn("due_on", _("Date"), 13, "date"),
        PlanColumn("due_time", _("Time"), 5, "time"),
        PlanColumn("topic", _("Topic"), 18, "line"),
        PlanColumn("description", _("Description"), 12, "note", _("Add a description…")),
        PlanColumn("contact_person_id", _("Contact person"), 12, "choice"),
        PlanColumn("deadline_on", _("Deadline"), 11, "date"),
        PlanColumn("priority", _("Priority"), 8, "choice"),
        PlanColumn("is_private", "", 2, "lock"),
        PlanColumn("delete", "", 2, "delete"),
    )


PRIORITIES = {1: "priority_high", 2: "priority_normal", 3: "priority_low"}


def priority_name(priority: int) -> str:
    return {1: _("High"), 2: _("Medium"), 3: _("Low")}.get(priority, "")


class PlanModel(QAbstractTableModel):
    """The lines of a plan; there is always at least one. Editing a cell takes its error mark away."""

    lines_changed = Signal()  # a line came, went or changed

    def __init__(
        self, line: PlanLine, *, directories: Directories, today: date, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.columns = plan_columns()
        self.directories = directories
        self.today = today
        self.persons: dict[UUID, tuple[ContactPersonRow, ...]] = {}
        self._lines: list[PlanLine] = [line]
        # What a line was when it came: unless something was typed into it, it need not be saved.
        self._untouched: dict[UUID, PlanLine] = {line.id: line}
        self._added: set[UUID] = set()
        self._wrong: dict[tuple[UUID, str], str] = {}
        self._first = line

    def line(self, row: int) -> PlanLine:
        return self._lines[row]

    @property
    def lines(self) -> tuple[PlanLine, ...]:
        return tuple(self._lines)

    @property
    def changed(self) -> bool:
        """True once there is something that closing would lose."""
        return len(self._lines) != 1 or self._lines[0] != self._untouched.get(self._lines[0].id)

    def is_blank(self, row: int) -> bool:
        """True for a line that nobody typed into and that says nothing by itself."""
        line = self._lines[row]
        if line != self._untouched.get(line.id):
            return False
        return line.id in self._added or not (line.counterparty_id or line.topic)

    def numbers_to_save(self) -> list[int]:
        """Where the lines are that count: all but blank ones, or all of them if there are no others."""
        filled = [row for row in range(len(self._lines)) if not self.is_blank(row)]
        return filled or list(range(len(self._lines)))

    def errors_to_show(self) -> list[CellError]:
        """What can be told without the server about the lines that count."""
        return [error for row in self.numbers_to_save() for error in check_line(row, self._lines[row])]

    def counts(self) -> tuple[int, int]:
        """How many lines, and how many different assignees."""
        rows = [self._lines[row] for row in self.numbers_to_save()]
        return len(rows), len({line.assignee for line in rows if line.assignee is not None})

    def column_of(self, field: str) -> int:
        return next((number for number, column in enumerate(self.columns) if column.field == field), 0)

    def add_line(self, after: int) -> int:
        """A new line for the same people below row `after`; gives its row."""
        line = next_line(self._lines[after])
        self._added.add(line.id)
        self._insert(after + 1, line)
        return after + 1

    def duplicate_line(self, row: int) -> int:
        line = copied_line(self._lines[row])
        for (line_id, field), text in list(self._wrong.items()):
            if line_id == self._lines[row].id:
                self._wrong[line.id, field] = text
        self._insert(row + 1, line)
        return row + 1

    def remove_line(self, row: int) -> None:
        """Take a line away; the last one leaves a fresh one behind."""
        if len(self._lines) == 1:
            fresh = copied_line(self._first)
            self._added.add(fresh.id)
            self._insert(1, fresh)
        self.beginRemoveRows(QModelIndex(), row, row)
        gone = self._lines.pop(row)
        self._wrong = {key: text for key, text in self._wrong.items() if key[0] != gone.id}
        self.endRemoveRows()
        self._renumber()
        self.lines_changed.emit()

    def assign_all(self, assignee: Assignee) -> None:
        for row in range(len(self._lines)):
            blank = self.is_blank(row)
            self.setData(self.index(row, self.column_of("assignee")), assignee)
            if blank:
                self._untouched[self._lines[row].id] = self._lines[row]

    def set_persons(self, counterparty_id: UUID, persons: tuple[ContactPersonRow, ...]) -> None:
        self.persons[counterparty_id] = persons
        self._show_all()

    def set_directories(self, directories: Directories) -> None:
        self.directories = directories
        self._show_all()

    def settle_counterparty(self, line_id: UUID, text: str, hit: CounterpartyHit) -> None:
        """Choose `hit` for a line whose counterparty is still just the typed `text`."""
        for row, line in enumerate(self._lines):
            if line.id == line_id and line.counterparty_id is None and line.counterparty_name == text:
                self.setData(self.index(row, self.column_of("counterparty_id")), hit)

    def show_wrong(self, errors: Iterable[CellError]) -> None:
        """Mark these cells and no others; what names no column marks the line's number."""
        fields = {column.field for column in self.columns}
        self._wrong = {}
        for error in errors:
            key = (self._lines[error.row].id, error.field if error.field in fields else "number")
            told = self._wrong.get(key)
            self._wrong[key] = f"{told}\n{error.text}" if told else error.text
        self._show_all()

    def first_wrong(self) -> QModelIndex:
        """The first marked cell, line by line; invalid if none is."""
        for row, line in enumerate(self._lines):
            for number, column in enumerate(self.columns):
                if (line.id, column.field) in self._wrong:
                    return self.index(row, number)
        return QModelIndex()

    def wrong_text(self, index: Index) -> str:
        return self._wrong.get((self._lines[index.row()].id, self.columns[index.column()].field), "")

    def text_of(self, row: int, field: str) -> str:
        """What the cell says."""
        line = self._lines[row]
        match field:
            case "number":
                return str(row + 1)
            case "kind_id":
                return self._kind_name(line)
            case "counterparty_id":
                return line.counterparty_name
            case "assignee":
                return assignee_name(line.assignee, self.directories)
            case "due_on":
                return plan_day(line.due_on) or line.unread_text(field)
            case "due_time":
                return clock(line.due_time) or line.unread_text(field)
            case "deadline_on":
                return (plan_day(line.deadline_on) or line.unread_text(field)) if line.is_daily else ""
            case "topic":
                return line.topic
            case "description":
                return line.description
            case "contact_person_id":
                person = self.person(line)
                return short_name(person.full_name) if person is not None else ""
            case "priority":
                return priority_name(line.priority)
            case "is_private":
                return _("Private") if line.is_private else ""
        return ""

    def kind(self, line: PlanLine) -> ActivityKindRow | None:
        return next((row for row in self.directories.activity_kinds if row.id == line.kind_id), None)

    def icon_of(self, row: int, field: str) -> str:
        line = self._lines[row]
        if field != "kind_id":
            return ""
        kind = self.kind(line)
        return "daily" if line.is_daily else known(kind.icon) if kind is not None else ""

    def person(self, line: PlanLine) -> ContactPersonRow | None:
        persons = self.persons.get(line.counterparty_id, ()) if line.counterparty_id else ()
        return next((person for person in persons if person.id == line.contact_person_id), None)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 # Qt's own default
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 # Qt's own default
        return 0 if parent.isValid() else len(self.columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if self.columns[index.column()].look in ("number", "delete"):
            return flags
        # Nobody's own is private; what became a department's may still be opened to all.
        line = self._lines[index.row()]
        if self.columns[index.column()].field == "is_private" and line.of_department and not line.is_private:
            return flags
        if self.columns[index.column()].field == "deadline_on" and not self._lines[index.row()].is_daily:
            return flags
        return flags | Qt.ItemFlag.ItemIsEditable

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            untitled = {"number": _("Number"), "lock": _("Private"), "delete": _("Remove row")}
            return column.title or untitled[column.look]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = index.row(), self.columns[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                # A line's number is its place and no part of it: it is drawn, but moves with no line.
                return "" if column.look == "number" else self.text_of(row, column.field)
            case Qt.ItemDataRole.EditRole:
                line = self._lines[row]
                return None if column.look in ("number", "delete") else getattr(line, column.field)
            case Qt.ItemDataRole.AccessibleTextRole:
                if column.look == "delete":
                    return _("Remove row")
                if column.look == "lock":
                    return f"{_('Private')}: {_('yes') if self._lines[row].is_private else _('no')}"
                text = self.text_of(row, column.field)
                wrong = self.wrong_text(index)
                return ", ".join(part for part in (column.title, text, wrong) if part)
            case Qt.ItemDataRole.ToolTipRole:
                return self._tip(index, column)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take what an editor gives: keys of choices, a CounterpartyHit or a typed name, texts as typed."""
        if role != Qt.ItemDataRole.EditRole or not self.flags(index) & Qt.ItemFlag.ItemIsEditable:
            return False
        row, field = index.row(), self.columns[index.column()].field
        before = self._lines[row]
        after = self._edited(before, field, value)
        self._lines[row] = after
        if after != before:
            self._wrong.pop((before.id, field), None)
            for number, column in enumerate(self.columns):
                if getattr(after, column.field, None) != getattr(before, column.field, None):
                    self._wrong.pop((before.id, column.field), None)
                    self._show(row, number)
            self._tell_at_once(row, field)
            if field in ("assignee", "is_private"):
                self._tell_of_private(row)
            self._show(row, index.column())
            self.lines_changed.emit()
        return True

    def _edited(self, line: PlanLine, field: str, value: Any) -> PlanLine:
        match field:
            case "kind_id":
                if value == DAILY:
                    return replace(line, section="daily", kind_id=None)
                kind = next((row for row in self.directories.activity_kinds if row.id == value), None)
                if kind is None:
                    return replace(line, section="call" if line.is_daily else line.section, kind_id=None)
                return replace(line, section=kind.section, kind_id=kind.id)
            case "counterparty_id":
                if isinstance(value, CounterpartyHit):
                    same = value.id == line.counterparty_id
                    person = line.contact_person_id if same else None
                    return replace(
                        line, counterparty_id=value.id, counterparty_name=value.name, contact_person_id=person
                    )
                typed = clean_line(value or "")
                return replace(line, counterparty_id=None, counterparty_name=typed, contact_person_id=None)
            case "due_on" | "deadline_on":
                day = value if isinstance(value, date) else parse_day(value or "", self.today)
                return _understood(line, field, day, value)
            case "due_time":
                moment = parse_time(value) if isinstance(value, str) else value
                return _understood(line, field, moment, value)
            case "topic":
                return replace(line, topic=clean_line(value or ""))
            case "description":
                return replace(line, description=clean_text(value or ""))
            case "priority":
                return replace(line, priority=value or line.priority)
            case "is_private":
                return replace(line, is_private=bool(value))
        return replace(line, **{field: value})

    def _tell_at_once(self, row: int, field: str) -> None:
        """Mark what was typed wrong as soon as the cell is left; what is merely missing is told at saving."""
        if field == "counterparty_id" or not self.text_of(row, field):
            return
        line = self._lines[row]
        told = [error.text for error in check_line(row, line) if error.field == field]
        if told:
            self._wrong[line.id, field] = "\n".join(told)

    def _tell_of_private(self, row: int) -> None:
        """Whether a line may be private depends on its assignee: one tells of the other."""
        self._wrong.pop((self._lines[row].id, "assignee"), None)
        self._tell_at_once(row, "assignee")
        for field in ("assignee", "is_private"):
            self._show(row, self.column_of(field))

    def _kind_name(self, line: PlanLine) -> str:
        if line.is_daily:
            return _("Task")
        kind = self.kind(line)
        return kind.name if kind is not None else ""

    def _tip(self, index: Index, column: PlanColumn) -> str:
        line = self._lines[index.row()]
        full = self.text_of(index.row(), column.field) if column.look in ("line", "note", "picker") else ""
        if column.field == "assignee" and line.assignee is not None:
            employee = self.directories.employee(line.assignee[1])
            full = f"{employee.full_name}, {employee.position}" if employee is not None else ""
        elif column.field == "contact_person_id" and (person := self.person(line)) is not None:
            full = f"{person.full_name}, {person.position}" if person.position else person.full_name
        elif column.field == "kind_id" and line.is_daily:
            full = _("Daily task")
        elif column.look == "lock":
            full = lock_tip(line)
        elif column.look == "delete":
            full = f"{_('Remove row')} (Ctrl+Del)"
        return "\n".join(part for part in (self.wrong_text(index), full[:1000]) if part)

    def _insert(self, row: int, line: PlanLine) -> None:
        self.beginInsertRows(QModelIndex(), row, row)
        self._lines.insert(row, line)
        if line.id in self._added:
            self._untouched[line.id] = line
        self.endInsertRows()
        self._renumber()
        self.lines_changed.emit()

    def _renumber(self) -> None:
        self.dataChanged.emit(self.index(0, 0), self.index(len(self._lines) - 1, 0))

    def _show(self, row: int, column: int) -> None:
        index = self.index(row, column)
        self.dataChanged.emit(index, index)

    def _show_all(self) -> None:
        last = self.index(len(self._lines) - 1, len(self.columns) - 1)
        self.dataChanged.emit(self.index(0, 0), last)


def _understood(line: PlanLine, field: str, value: Any, typed: Any) -> PlanLine:
    """The line with the value, or with what was typed where no sense could be made of it."""
    text = clean_line(typed) if isinstance(typed, str) and value is None else ""
    unread = tuple(item for item in line.unread if item[0] != field)
    return replace(line, **{field: value}, unread=(*unread, (field, text)) if text else unread)
