"""The fields of one activity: what is edited, what is wrong with it, and each value as people read it."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from altius_desktop.domain.errors import UserError
from altius_desktop.domain.texts import clean_line, clean_text
from altius_desktop.i18n import _
from altius_desktop.services.activities import ActivityFields, fields_of
from altius_desktop.services.counterparties import (
    ContactPersonRow,
    ContactPointRow,
    list_contact_persons,
    list_phones,
)
from altius_desktop.services.day import ActivityRow
from altius_desktop.services.search import CounterpartyHit
from altius_desktop.ui.controls import label, set_tone
from altius_desktop.ui.dialogs.day_edits import DayEdit, TimeEdit
from altius_desktop.ui.dialogs.plan.editors import assignee_choices, person_choices, priority_choices
from altius_desktop.ui.dialogs.private_check import PrivateCheck
from altius_desktop.ui.form.editors import NoteEdit, TextEdit
from altius_desktop.ui.formats import clock, full_day
from altius_desktop.ui.icons import known
from altius_desktop.ui.picker import Choice, ChoicePicker, CounterpartyPicker
from altius_desktop.ui.theme import Font
from altius_desktop.ui.workplace import Workplace

TOPIC_LIMIT, DESCRIPTION_LIMIT, PHONE_LIMIT = 200, 5000, 100


def field_labels() -> dict[str, str]:
    """What the form calls the fields of an activity."""
    return {
        "kind_id": _("Kind of contact"),
        "counterparty_id": _("Counterparty"),
        "contact_person_id": _("Contact person"),
        "phone": _("Phone"),
        "assignee_id": _("Assignee"),
        "department_id": _("Department"),
        "due_on": _("Date"),
        "due_time": _("Time"),
        "deadline_on": _("Deadline"),
        "topic": _("Topic"),
        "description": _("Description"),
        "priority": _("Priority"),
        "is_private": _("Private"),
    }


class _Picker(ChoicePicker):
    def show_choice(self, key: Any, text: str) -> None:
        """Show this as chosen, offered so far or not; says nothing."""
        self._choices = tuple(_with_current(list(self._choices), key, text))
        self._current = key
        self._show_current()


class ActivityForm(QWidget):
    """The editors of an activity, filled with the row as it was opened."""

    changed = Signal()

    def __init__(self, workplace: Workplace, row: ActivityRow, today: date) -> None:
        super().__init__()
        self._workplace = workplace
        self._row = row
        self._before = fields_of(row)
        self._today = today
        self._persons: tuple[ContactPersonRow, ...] = ()
        self._errors: dict[str, QLabel] = {}
        self._widgets: dict[str, QWidget] = {}
        self._names: dict[tuple[str, Any], str] = {}
        self._remember(row)
        self._build()
        if row.counterparty_id is not None:
            self._read_counterparty(row.counterparty_id)

    def _build(self) -> None:
        row, names, directories = self._row, field_labels(), self._workplace.directories
        kinds = [Choice(kind.id, kind.name, icon=known(kind.icon)) for kind in directories.activity_kinds]
        self._kind = _Picker(
            _with_current(kinds, row.kind_id, row.kind_name),
            current=row.kind_id,
            name="kindEdit",
            title=names["kind_id"],
        )
        self._counterparty = CounterpartyPicker(
            self._workplace, name="counterpartyEdit", title=names["counterparty_id"]
        )
        if row.counterparty_id is not None:
            self._counterparty.set_counterparty(row.counterparty_id, row.counterparty_name)
        self._person = _Picker(
            _with_current([], row.contact_person_id, row.contact_person_name),
            current=row.contact_person_id,
            name="contactPersonEdit",
            title=names["contact_person_id"],
        )
        self._phone = QComboBox()
        self._phone.setEditable(True)
        self._phone.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._phone.setObjectName("phoneEdit")
        self._phone.setAccessibleName(names["phone"])
        self._phone.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._phone.setEditText(row.own_phone or "")
        line = self._phone.lineEdit()
        assert line is not None
        line.setPlaceholderText(row.phone or _("as on the card"))
        people = assignee_choices(directories, self._workplace.identity)
        self._assignee = _Picker(
            _with_current(people, _assignee_of(self._before), row.assignee_name or row.department_name),
            current=_assignee_of(self._before),
            name="assigneeEdit",
            title=names["assignee_id"],
        )
        self._day = DayEdit(name="dueDay", title=names["due_on"], today=self._today, day=row.due_on)
        self._time = TimeEdit(name="dueTime", title=names["due_time"], moment=row.due_time)
        self._deadline = DayEdit(
            name="deadlineDay", title=names["deadline_on"], today=self._today, day=row.deadline_on
        )
        self._topic = TextEdit(max_length=TOPIC_LIMIT)
        self._topic.set_value(row.topic)
        self._topic.inner.setObjectName("topicEdit")
        self._topic.inner.setAccessibleName(names["topic"])
        self._description = NoteEdit(max_length=DESCRIPTION_LIMIT, rows=4)
        self._description.set_value(row.description)
        self._description.inner.setObjectName("descriptionEdit")
        self._description.inner.setAccessibleName(names["description"])
        self._priority = _Picker(
            priority_choices(), current=row.priority, name="priorityEdit", title=names["priority"]
        )
        self._private = PrivateCheck(row, self._workplace.identity.employee_id)
        self._lay_out(names)
        self._private.offer(self._assignee.current)
        for picker in (self._kind, self._person, self._assignee, self._priority):
            picker.chosen.connect(lambda _key: self._on_changed())
        self._counterparty.chosen.connect(self._on_counterparty_chosen)
        for editor in (self._day, self._time, self._deadline, self._topic, self._description):
            editor.changed.connect(self._on_changed)
        self._phone.editTextChanged.connect(lambda _text: self._on_changed())
        self._private.changed.connect(self._on_changed)

    def _lay_out(self, names: Mapping[str, str]) -> None:
        daily = self._row.section == "daily"
        when = QHBoxLayout()
        when.setSpacing(6)
        when.addWidget(self._day)
        when.addWidget(self._time)
        when.addStretch()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        grid.addLayout(self._cell("counterparty_id", names, self._counterparty), 0, 0, 1, 2)
        grid.addLayout(self._cell("contact_person_id", names, self._person), 1, 0)
        grid.addLayout(self._cell("phone", names, self._phone), 1, 1)
        if not daily:
            grid.addLayout(self._cell("kind_id", names, self._kind), 2, 0)
        assignee = self._cell("assignee", {"assignee": names["assignee_id"]}, self._assignee)
        grid.addLayout(assignee, 2, 0 if daily else 1)
        day = {"due_on": _("Since") if daily else _("Date and time")}
        grid.addLayout(self._cell("due_on", day, self._day, layout=when), 3, 0)
        self._time.setVisible(not daily)
        if daily:
            grid.addLayout(self._cell("deadline_on", names, self._deadline), 3, 1)
        grid.addLayout(self._cell("priority", names, self._priority), 2 if daily else 3, 1)
        grid.addLayout(self._cell("topic", names, self._topic), 4, 0, 1, 2)
        grid.addLayout(self._cell("description", names, self._description), 5, 0, 1, 2)
        grid.addWidget(self._private, 6, 0, 1, 2)

    def _cell(
        self, field: str, names: Mapping[str, str], widget: QWidget, *, layout: QHBoxLayout | None = None
    ) -> QVBoxLayout:
        words = label(names[field], role=Font.TABLE, tone="text2")
        words.setBuddy(widget)
        error = label(role=Font.CAPTION, tone="danger", wrap=True, name=f"{field}Error")
        error.hide()
        cell = QVBoxLayout()
        cell.setSpacing(3)
        cell.addWidget(words)
        if layout is not None:
            cell.addLayout(layout)
        else:
            cell.addWidget(widget)
        cell.addWidget(error)
        self._errors[field] = error
        self._widgets[field] = widget
        return cell

    def focus_first(self) -> None:
        self._topic.setFocus()

    def set_today(self, today: date) -> None:
        self._day.set_today(today)
        self._deadline.set_today(today)

    def set_read_only(self) -> None:
        """Leave everything to be read and copied, nothing to be changed."""
        for widget in self._widgets.values():
            if widget not in (self._topic, self._description):
                widget.setEnabled(False)
        self._time.setEnabled(False)
        self._private.setEnabled(False)
        self._topic.line.setReadOnly(True)
        self._description.text.setReadOnly(True)

    def values(self) -> ActivityFields:
        """What is entered; texts cleaned. Fields that are not shown keep what they were."""
        hit = self._counterparty.hit
        assignee_id, department_id = self._assignment()
        before, phone = self._before, clean_line(self._phone.currentText())
        topic, text = self._topic.value(), self._description.value()
        return ActivityFields(
            kind_id=self._kind.current,
            counterparty_id=hit.id if hit is not None else None,
            contact_person_id=self._person.current,
            # What was stored before it was cleaned this way is not changed by being shown.
            phone=before.phone if phone == clean_line(before.phone or "") else phone or None,
            assignee_id=assignee_id,
            department_id=department_id,
            due_on=self._day.value() or self._before.due_on,
            due_time=self._time.value(),
            deadline_on=self._deadline.value(),
            topic=before.topic if topic == clean_line(before.topic) else topic,
            description=before.description if text == clean_text(before.description) else text,
            priority=self._priority.current or self._before.priority,
            is_private=self._private.value(),
        )

    def _assignment(self) -> tuple[UUID | None, UUID | None]:
        if self._assignee.current == _assignee_of(self._before) or self._assignee.current is None:
            return self._before.assignee_id, self._before.department_id
        what, who = self._assignee.current
        # An employee takes over what was his department's; the department stays to be seen.
        return (who, self._before.department_id) if what == "employee" else (None, who)

    def has_changes(self) -> bool:
        return self.values() != self._before or bool(self._problems())

    def _problems(self) -> dict[str, str]:
        problems = {
            "due_on": self._day.problem() or self._time.problem(),
            "deadline_on": self._deadline.problem(),
            "topic": self._topic.problem(),
            "description": self._description.problem(),
        }
        if self._day.is_blank():
            problems["due_on"] = _("Enter the day")
        deadline, day = self._deadline.value(), self._day.value()
        if deadline is not None and day is not None and deadline < day:
            problems["deadline_on"] = _("The deadline lies before the first day.")
        if self._counterparty.hit is None and self._counterparty.text().strip():
            problems["counterparty_id"] = _("Choose from the list what you mean")
        elif not self._topic.value() and (self._row.section == "daily" or self._counterparty.hit is None):
            problems["topic"] = _("Enter a topic or choose a counterparty.")
        if self._row.section != "daily" and self._kind.current is None:
            problems["kind_id"] = _("Choose the kind of contact.")
        if self._assignee.current is None:
            problems["assignee"] = _("Choose who will do it.")
        elif problem := self._private.problem(self._assignee.current):
            problems["assignee"] = problem
        if len(clean_line(self._phone.currentText())) > PHONE_LIMIT:
            problems["phone"] = _("The phone is longer than 100 characters.")
        return {field: text for field, text in problems.items() if text}

    def check(self) -> bool:
        """Whether all can be saved; what cannot is marked in place and the first of it gets the focus."""
        problems = self._problems()
        for field, error in self._errors.items():
            self._mark(field, problems.get(field, ""), error)
        first = next((field for field in self._errors if field in problems), None)
        if first is not None:
            self._widgets[first].setFocus()
        return first is None

    def show_field_error(self, field: str, text: str) -> bool:
        """Show what the server said at its field; False if the form has no such field."""
        if field not in self._errors:
            return False
        self._mark(field, text, self._errors[field])
        self._widgets[field].setFocus()
        return True

    def _mark(self, field: str, text: str, error: QLabel) -> None:
        error.setText(text)
        error.setVisible(bool(text))
        widget = self._widgets[field]
        if isinstance(widget, DayEdit | TextEdit | NoteEdit):
            widget.mark(bool(text))
        else:
            set_tone(widget, "wrong", bool(text))

    def take_theirs(self, values: Mapping[str, Any], theirs: ActivityRow) -> None:
        """Put the colleague's values into these fields, as the row `theirs` names them."""
        self._remember(theirs)
        for field, value in values.items():
            name = self._names.get((field, value), "")
            match field:
                case "kind_id":
                    self._kind.show_choice(value, name)
                case "counterparty_id":
                    hit = CounterpartyHit(value, name, "", "", "") if value is not None else None
                    self._counterparty.set_hit(hit)
                case "contact_person_id":
                    self._person.show_choice(value, name)
                case "assignee_id" | "department_id":
                    key = _assignee_of(fields_of(theirs))
                    self._assignee.show_choice(key, theirs.assignee_name or theirs.department_name)
                case "phone":
                    self._phone.setEditText(value or "")
                case "due_on":
                    self._day.set_value(value)
                case "due_time":
                    self._time.set_value(value)
                case "deadline_on":
                    self._deadline.set_value(value)
                case "topic":
                    self._topic.set_value(value)
                case "description":
                    self._description.set_value(value)
                case "priority":
                    self._priority.show_choice(value, name)
                case "is_private":
                    self._private.set_value(value)
        self._private.offer(self._assignee.current)

    def text_of(self, field: str, value: Any, theirs: ActivityRow) -> str:
        """A value of a field as people read it; names that only the colleague's row knows come from `theirs`."""
        self._remember(theirs)
        if value is None:
            return ""
        if field in ("due_on", "deadline_on"):
            return full_day(value)
        if field == "due_time":
            return clock(value)
        if field == "is_private":
            return _("yes") if value else _("no")
        if field in ("topic", "description", "phone"):
            return str(value)
        return self._names.get((field, value)) or _("no longer in the directory")

    def _remember(self, row: ActivityRow) -> None:
        directories = self._workplace.directories
        named: dict[tuple[str, Any], str] = {
            **{("kind_id", kind.id): kind.name for kind in directories.activity_kinds},
            **{("assignee_id", person.id): person.full_name for person in directories.employees},
            **{("department_id", department.id): department.name for department in directories.departments},
            **{("contact_person_id", person.id): person.full_name for person in self._persons},
            **{("priority", choice.key): choice.text for choice in priority_choices()},
            ("kind_id", row.kind_id): row.kind_name,
            ("counterparty_id", row.counterparty_id): row.counterparty_name,
            ("contact_person_id", row.contact_person_id): row.contact_person_name,
            ("assignee_id", row.assignee_id): row.assignee_name,
            ("department_id", row.department_id): row.department_name,
        }
        self._names.update(named)

    def _on_changed(self) -> None:
        self._private.offer(self._assignee.current)
        for field, error in self._errors.items():
            if error.text():
                self._mark(field, self._problems().get(field, ""), error)
        self.changed.emit()

    def _on_counterparty_chosen(self, hit: CounterpartyHit | None) -> None:
        self._persons = ()
        self._person.set_choices([])
        self._person.clear_choice()
        self._phone.clear()
        line = self._phone.lineEdit()
        assert line is not None
        line.setPlaceholderText(_("as on the card"))
        if hit is not None:
            self._names[("counterparty_id", hit.id)] = hit.name
            self._read_counterparty(hit.id)
        self._on_changed()

    def _read_counterparty(self, counterparty_id: UUID) -> None:
        self._workplace.read(
            lambda session: (
                list_contact_persons(session, counterparty_id),
                list_phones(session, counterparty_id),
            ),
            parent=self,
            done=self._show_counterparty,
            failed=self._on_read_failed,
            key="counterparty",
        )

    def _show_counterparty(
        self, answer: tuple[tuple[ContactPersonRow, ...], tuple[ContactPointRow, ...]]
    ) -> None:
        self._persons, phones = answer
        self._names.update({("contact_person_id", person.id): person.full_name for person in self._persons})
        current = self._person.current
        choices = person_choices(self._persons)
        name = self._names.get(("contact_person_id", current), "")
        self._person.set_choices(_with_current(choices, current, name))
        typed = self._phone.currentText()
        self._phone.blockSignals(True)
        self._phone.clear()
        names = {person.id: person.full_name for person in self._persons}
        for point in phones:
            self._phone.addItem(point.value)
            if point.person_id in names:
                place = self._phone.count() - 1
                self._phone.setItemData(place, names[point.person_id], Qt.ItemDataRole.ToolTipRole)
        self._phone.setCurrentIndex(-1)
        self._phone.setEditText(typed)
        self._phone.blockSignals(False)

    def _on_read_failed(self, _error: UserError) -> None:
        """The lists stay as they are; the window's banner tells of a lost line."""


def _assignee_of(fields: ActivityFields) -> tuple[str, UUID] | None:
    if fields.assignee_id is not None:
        return "employee", fields.assignee_id
    return ("department", fields.department_id) if fields.department_id is not None else None


def _with_current(choices: list[Choice], current: Any, name: str) -> list[Choice]:
    """The choices, and the present one too where it is no longer offered."""
    if current is None or any(choice.key == current for choice in choices):
        return choices
    return [Choice(current, name), *choices]
