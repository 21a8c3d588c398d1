"""What the tables of the card show: persons, plan, important dates, wishes and complaints, agreed terms."""

from collections.abc import Callable
from datetime import date
from typing import Any

from altius_desktop.domain.names import with_initial
from altius_desktop.domain.occasions import next_yearly
from altius_desktop.domain.phones import Phone, format_phone
from altius_desktop.i18n import _
from altius_desktop.services.card_parts import AgreedTermRow, FeedbackRow, ImportantDateRow, PersonRow
from altius_desktop.services.counterparties import BIRTHDAY_DAYS, ContactPointRow
from altius_desktop.services.day import ActivityRow
from altius_desktop.ui import icons
from altius_desktop.ui.dialogs.counterparty_card.part_dialog import feedback_kinds
from altius_desktop.ui.formats import clock, full_day, short_day
from altius_desktop.ui.table import Column, Mark, RowStyle

Today = Callable[[], date]

_PRIORITIES = {
    1: ("priority_high", "danger"),
    2: ("priority_normal", "warn"),
    3: ("priority_low", "muted"),
}


def point_text(point: ContactPointRow) -> str:
    """A phone as it is read, an e-mail as it is."""
    if point.kind == "email":
        return point.value
    return format_phone(Phone(point.value, point.e164, "", point.extension))


def _points(row: PersonRow, *kinds: str) -> str:
    return ", ".join(point_text(point) for point in row.points if point.kind in kinds)


def person_columns(today: Today, dates_of: Callable[[PersonRow], str]) -> tuple[Column, ...]:
    def birthday(row: PersonRow) -> str | Mark:
        day = row.fields.birthday
        if day is None:
            return ""
        near = (next_yearly(day, today()) - today()).days <= BIRTHDAY_DAYS
        return Mark("birthday", full_day(day), "warn") if near else full_day(day)

    return (
        Column(
            "name",
            _("Contact person"),
            26,
            lambda row: Mark("flag" if row.fields.is_main else "contact", row.fields.full_name),
            strong=True,
            yields=0.6,
            sort=lambda row: row.fields.full_name.lower(),
            tooltip=lambda row: _("Main contact person") if row.fields.is_main else "",
        ),
        Column("position", _("Position"), 18, lambda row: row.fields.position, yields=0.55),
        Column(
            "phones",
            _("Phone"),
            20,
            lambda row: _points(row, "phone", "fax"),
            yields=0.6,
            tooltip=lambda row: "\n".join(point_text(p) for p in row.points if p.kind != "email"),
        ),
        Column("emails", "E-mail", 20, lambda row: _points(row, "email"), stretch=True),
        Column("birthday", _("Birthday"), 13, birthday, sort=lambda row: row.fields.birthday),
        Column("dates", _("Important dates"), 14, dates_of),
    )


def plan_columns(today: Today) -> tuple[Column, ...]:
    def moment(row: ActivityRow) -> str:
        day = short_day(row.due_on, today())
        return f"{day}, {clock(row.due_time)}" if row.due_time is not None else day

    def priority(row: ActivityRow) -> Mark:
        name = {1: _("High priority"), 2: _("Normal priority"), 3: _("Low priority")}[row.priority]
        icon, role = _PRIORITIES[row.priority]
        return Mark(icon, name, role)

    return (
        Column(
            "due",
            _("Due"),
            13,
            moment,
            kind="date",
            sort=lambda row: (row.due_on, row.due_time is None, row.due_time or clock(None)),
        ),
        Column(
            "kind",
            _("Kind"),
            13,
            lambda row: Mark(
                icons.known(row.kind_icon, "daily" if row.section == "daily" else "document"),
                row.kind_name or _("Task"),
            ),
        ),
        Column("person", _("Contact person"), 13, lambda row: with_initial(row.contact_person_name)),
        Column("topic", _("Topic"), 22, lambda row: row.topic, strong=True, yields=0.35),
        Column("description", _("Description"), 20, lambda row: row.description, stretch=True),
        Column(
            "assignee",
            _("Assignee"),
            16,
            lambda row: with_initial(row.assignee_name) or row.department_name,
            yields=0.75,
            sort=lambda row: row.assignee_name,
        ),
        Column("priority", _("Priority"), 4, priority, kind="icon", icon="flag"),
    )


def plan_style(today: Today) -> Callable[[ActivityRow], RowStyle]:
    return lambda row: RowStyle(highlight=row.highlight, overdue=row.is_overdue(today()))


def date_columns(today: Today) -> tuple[Column, ...]:
    def day(row: ImportantDateRow) -> str | Mark:
        falls_on = row.fields.falls_on
        assert falls_on is not None
        near = next_yearly(falls_on, today()) if row.fields.yearly else falls_on
        soon = 0 <= (near - today()).days <= BIRTHDAY_DAYS
        return Mark("birthday", full_day(falls_on), "warn") if soon else full_day(falls_on)

    def remind(row: ImportantDateRow) -> str:
        return "" if row.fields.remind_days is None else str(row.fields.remind_days)

    return (
        Column("day", _("Day"), 14, day, sort=lambda row: row.fields.falls_on),
        Column("title", _("What it is"), 26, lambda row: row.fields.title, strong=True, stretch=True),
        Column("person", _("Contact person"), 24, lambda row: row.person_name, yields=0.6),
        Column("yearly", _("Every year"), 12, lambda row: _("yes") if row.fields.yearly else ""),
        Column("remind", _("Remind, days before"), 20, remind, align="right"),
    )


def feedback_columns() -> tuple[Column, ...]:
    def state(row: FeedbackRow) -> Mark:
        if row.fields.closed_on is not None:
            return Mark("done", full_day(row.fields.closed_on), "ok")
        return Mark("hourglass", _("not closed"), "warn")

    return (
        Column(
            "day",
            _("Date"),
            11,
            lambda row: full_day(row.fields.said_on),
            sort=lambda row: row.fields.said_on,
        ),
        Column("kind", _("Kind"), 12, lambda row: feedback_kinds()[row.fields.kind]),
        Column(
            "text",
            _("Text"),
            30,
            lambda row: row.fields.text,
            stretch=True,
            tooltip=lambda row: row.fields.text,
        ),
        Column(
            "answer",
            _("Answer"),
            24,
            lambda row: row.fields.answer,
            yields=0.5,
            tooltip=lambda row: row.fields.answer,
        ),
        Column("author", _("Author"), 15, lambda row: with_initial(row.author_name)),
        Column("closed", _("Closed"), 14, state, sort=lambda row: row.fields.closed_on),
    )


def feedback_style(row: FeedbackRow) -> RowStyle:
    return RowStyle(done=row.fields.closed_on is not None)


def term_columns(today: Today) -> tuple[Column, ...]:
    def state(row: AgreedTermRow) -> Mark | str:
        if row.is_expired(today()):
            return Mark("clock", _("expired"), "muted")
        start = row.fields.valid_from
        return Mark("hourglass", _("not yet"), "muted") if start is not None and start > today() else ""

    return (
        Column("text", _("Term or discount"), 40, lambda row: row.fields.text, stretch=True, strong=True),
        Column(
            "from",
            _("Valid from"),
            12,
            lambda row: full_day(row.fields.valid_from),
            sort=lambda row: row.fields.valid_from,
        ),
        Column(
            "to",
            _("Valid to"),
            12,
            lambda row: full_day(row.fields.valid_to),
            sort=lambda row: row.fields.valid_to,
        ),
        Column("state", _("State"), 14, state),
    )


def term_style(today: Today) -> Callable[[Any], RowStyle]:
    return lambda row: RowStyle(done=row.is_expired(today()))
