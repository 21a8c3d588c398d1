"""What the three tables of the day show, and in which order."""

from collections.abc import Callable, Mapping
from datetime import date, time
from uuid import UUID

from altius_desktop.domain.names import short_name, with_initial
from altius_desktop.i18n import _, ngettext
from altius_desktop.services.day import ActivityRow
from altius_desktop.services.standing_in import StandIn
from altius_desktop.ui.formats import clock, for_whom, full_day, short_day
from altius_desktop.ui.icons import known
from altius_desktop.ui.pages.contacts.stand_ins import why_standing_in
from altius_desktop.ui.table import Check, Column, Mark, RowStyle

PRIORITIES = {
    1: ("priority_high", "danger"),
    2: ("priority_normal", "warn"),
    3: ("priority_low", "muted"),
}


def priority_name(priority: int) -> str:
    return {1: _("High priority"), 2: _("Normal priority"), 3: _("Low priority")}[priority]


def result_line(row: ActivityRow) -> str:
    """A finished row's result in one line: the kind with the new date, or with what was written."""
    if row.postponed_to is not None and row.result_kind_name:
        line = _("{result} until {day}").format(result=row.result_kind_name, day=short_day(row.postponed_to))
    else:
        line = row.result_kind_name
    if row.result_text:
        line = f"{line}: {row.result_text}" if line else row.result_text
    return line or _("done")


def private_mark(row: ActivityRow, text: str) -> str | Mark:
    """What names a row, with the lock of a private one; of a colleague's nothing is to be read but this word."""
    if row.concealed:
        return Mark("lock", _("Private"), "muted")
    return Mark("lock", text, "muted") if row.is_private else text


def private_tip(row: ActivityRow) -> str:
    """What the lock means."""
    if row.concealed:
        return _(
            "A private activity of {name}: only its assignee and whoever planned it see what it is about"
        ).format(name=row.assignee_name)
    return _("Private") if row.is_private else ""


class DayColumns:
    """Columns, order and looks of the day's rows; the page tells which day it shows and whose."""

    def __init__(self) -> None:
        self.day = date.min
        self.today = date.min
        self.shows_colleague = False
        self.stand_ins: Mapping[UUID, StandIn] = {}

    def calls(self) -> tuple[Column, ...]:
        return (
            self._time(),
            self._organisation(),
            Column("phone", _("Phone"), 14, lambda row: row.phone, sort=lambda row: row.phone or None),
            self._person(),
            self._topic(),
            self._description(),
            *self._counters(),
            self._author(),
            self._priority(),
        )

    def events(self) -> tuple[Column, ...]:
        return (
            Column(
                "kind",
                _("Kind"),
                15,
                lambda row: Mark(known(row.kind_icon), row.kind_name),
                sort=lambda row: row.kind_name,
            ),
            self._time(),
            self._organisation(),
            self._person(),
            self._topic(),
            self._description(),
            self._author(),
            self._priority(),
        )

    def daily_tasks(self) -> tuple[Column, ...]:
        return (
            Column(
                "topic",
                _("Task"),
                30,
                self._task,
                stretch=True,
                strong=True,
                tooltip=lambda row: "\n".join(
                    filter(None, (private_tip(row), self._why_mine(row), row.description))
                ),
                sort=lambda row: row.topic.lower(),
            ),
            Column("due_on", _("Since"), 11, lambda row: full_day(row.due_on), sort=lambda row: row.due_on),
            Column(
                "deadline_on",
                _("Deadline"),
                11,
                lambda row: full_day(row.deadline_on) or "—",
                kind="date",
                sort=lambda row: row.deadline_on,
            ),
            Column(
                "days_shown",
                _("Days shown"),
                8,
                lambda row: str(row.days_shown) if row.days_shown else "—",
                align="right",
                tooltip=_days_shown,
                sort=lambda row: row.days_shown,
            ),
            self._author(),
            Column("done", _("Done"), 17, _done_check, kind="check"),
        )

    def order(self, row: ActivityRow) -> tuple[object, ...]:
        """Overdue ones first, then by the clock, those without a time last; daily tasks by their deadline."""
        if row.section == "daily":
            return (row.is_done, row.deadline_on or date.max, row.priority, row.due_on, row.id)
        late = row.due_on < self.day and row.due_on < self.today and not row.is_done
        return (
            not late,
            row.due_on if late else self.day,
            row.due_time or time.max,
            row.priority,
            row.counterparty_name.lower(),
            row.id,
        )

    def style(self, row: ActivityRow) -> RowStyle:
        return RowStyle(
            highlight=row.highlight,
            done=row.is_done,
            overdue=row.is_overdue(self.today),
            muted=row.concealed,
        )

    def _time(self) -> Column:
        def when(row: ActivityRow) -> str:
            if row.due_on != self.day:
                return short_day(row.due_on, self.today)
            return clock(row.due_time) or "—"

        return Column(
            "time", _("Time"), 5, when, kind="date", sort=lambda row: (row.due_on, row.due_time or time.max)
        )

    def _organisation(self) -> Column:
        return Column(
            "counterparty",
            _("Organisation"),
            20,
            lambda row: private_mark(row, row.counterparty_name),
            strong=True,
            yields=0.85,
            tooltip=private_tip,
            sort=lambda row: row.counterparty_name.lower() or None,
        )

    def _person(self) -> Column:
        return Column(
            "contact_person",
            _("Contact person"),
            13,
            lambda row: short_name(row.contact_person_name),
            yields=0.95,
            tooltip=lambda row: row.contact_person_name,
            sort=lambda row: row.contact_person_name.lower() or None,
        )

    def _topic(self) -> Column:
        return Column(
            "topic",
            _("Topic"),
            17,
            lambda row: row.topic,
            yields=0.55,
            sort=lambda row: row.topic.lower() or None,
        )

    def _description(self) -> Column:
        def told(row: ActivityRow) -> str | Mark:
            # Before the description, which has the most room: every other column would lose what it says.
            text = "" if row.concealed else result_line(row) if row.is_done else row.description
            marked = self._with_whose(row, text)
            if row.is_done and not row.concealed:
                return Mark("done", marked.text if isinstance(marked, Mark) else marked, "ok")
            return marked

        def tip(row: ActivityRow) -> str:
            if row.concealed:
                return "\n".join(filter(None, (private_tip(row), self._why_mine(row))))
            told = (self._why_mine(row), result_line(row) if row.is_done else "", row.description)
            return "\n".join(filter(None, told))

        return Column("description", _("Description"), 20, told, stretch=True, tooltip=tip)

    def _counters(self) -> tuple[Column, ...]:
        def counter(
            key: str, title: str, icon: str, value: Callable[[ActivityRow], int], last: bool
        ) -> Column:
            return Column(
                key,
                title,
                0,
                value,
                kind="counter",
                icon=icon,
                tone="plain" if key == "talked" else "warn",
                divider=last,
            )

        return (
            counter("no_answer", _("no answer"), "attempt_no_answer", lambda row: row.no_answer, False),
            counter(
                "not_reached", _("not reached"), "attempt_not_reached", lambda row: row.not_reached, False
            ),
            counter("talked", _("talked"), "attempt_talked", lambda row: row.talked, True),
        )

    def _author(self) -> Column:
        def who(row: ActivityRow) -> str | Mark:
            name = with_initial(row.author_name)
            return Mark("department", name, "accent") if row.assignee_id is None else name

        return Column(
            "author", _("Planned by"), 11, who, tooltip=_whose, sort=lambda row: row.author_name.lower()
        )

    def _priority(self) -> Column:
        def mark(row: ActivityRow) -> Mark:
            if row.concealed:
                return Mark("")
            icon, role = PRIORITIES[row.priority]
            return Mark(icon, priority_name(row.priority), "muted" if row.is_done else role)

        return Column(
            "priority", _("Priority"), 0, mark, kind="icon", icon="flag", sort=lambda row: row.priority
        )

    def _task(self, row: ActivityRow) -> str | Mark:
        text = f"{row.topic} · {row.counterparty_name}" if row.counterparty_name else row.topic
        if row.assignee_id in self.stand_ins and not row.is_private:
            return self._with_whose(row, text)
        return private_mark(row, text)

    def _with_whose(self, row: ActivityRow, text: str) -> str | Mark:
        """The text with the name of the employee for whom the activity stands in this day."""
        whose = self._stands_for(row)
        if whose is None:
            return text
        return Mark("stands_in", " · ".join(filter(None, (for_whom(whose.full_name), text))), "accent")

    def _stands_for(self, row: ActivityRow) -> StandIn | None:
        return self.stand_ins.get(row.assignee_id) if row.assignee_id is not None else None

    def _why_mine(self, row: ActivityRow) -> str:
        whose = self._stands_for(row)
        return why_standing_in(whose) if whose is not None else ""


def _days_shown(row: ActivityRow) -> str:
    if row.concealed:
        return private_tip(row)
    if not row.days_shown:
        return _("Not shown in anybody's day yet")
    return ngettext(
        "Shown and not done on {days} day", "Shown and not done on {days} days", row.days_shown
    ).format(days=row.days_shown)


def _done_check(row: ActivityRow) -> Check:
    if row.finished_at is None:
        return Check(False, enabled=not row.concealed)
    return Check(
        True,
        _("{day} at {time}").format(day=short_day(row.finished_at.date()), time=clock(row.finished_at)),
    )


def _whose(row: ActivityRow) -> str:
    planned = _("{name}, planned on {day}").format(name=row.author_name, day=full_day(row.planned_on))
    if row.assignee_id is None:
        return "\n".join(
            (
                planned,
                _("For the department “{name}”: nobody has taken it yet").format(name=row.department_name),
            )
        )
    return planned
