"""How a contact of the history is shown: the table's columns, and its whole text for reading and copying."""

from collections.abc import Sequence
from datetime import date

from altius_desktop.domain.names import with_initial
from altius_desktop.i18n import _, ngettext
from altius_desktop.services.history import HistoryRow
from altius_desktop.ui import icons
from altius_desktop.ui.formats import clock, for_whom, full_day
from altius_desktop.ui.table import Column, Mark, RowStyle

_DAYS_NAMED = 10


def history_columns() -> tuple[Column, ...]:
    return (
        Column(
            "when",
            _("Date"),
            16,
            _moment,
            kind="date",
            sort=lambda row: (row.day, row.finished_at is not None, row.finished_at or row.day),
        ),
        Column(
            "kind",
            _("Kind"),
            14,
            lambda row: Mark(_kind_icon(row), row.kind_name or _("Task")),
            sort=lambda row: row.kind_name,
        ),
        Column(
            "topic",
            _("Topic"),
            24,
            lambda row: Mark("lock", row.topic, "muted") if row.is_private else row.topic,
            strong=True,
            tooltip=lambda row: _("Private") if row.is_private else "",
            sort=lambda row: row.topic.lower() or None,
        ),
        Column("result", _("Result"), 30, _result, sort=lambda row: row.result_kind_name or None),
        Column("text", _("Text"), 20, lambda row: row.result_text or row.description, stretch=True),
        Column(
            "who",
            _("Who"),
            16,
            who_did_it,
            sort=lambda row: row.assignee_name,
        ),
        Column(
            "attempts",
            _("Attempts"),
            8,
            lambda row: str(attempts_of(row) or ""),
            align="right",
            tooltip=_attempts_tip,
            sort=attempts_of,
        ),
    )


def history_style(row: HistoryRow) -> RowStyle:
    return RowStyle(highlight=row.highlight, done=row.status == "cancelled")


def who_did_it(row: HistoryRow) -> str:
    """«Фомин О. за Кузнецова В.» where somebody else finished it than whose it was."""
    name = with_initial(row.assignee_name)
    return f"{name} {for_whom(row.for_name)}" if row.for_name else name


def shown_days(days: Sequence[date]) -> str:
    """On how many days a daily task was shown and not done, and on which; of many the latest."""
    told = ngettext(
        "Shown on {count} day without being done",
        "Shown on {count} days without being done",
        len(days),
    ).format(count=len(days))
    latest = ", ".join(full_day(day) for day in days[-_DAYS_NAMED:])
    if len(days) > _DAYS_NAMED:
        return _("{told}, the latest: {days}").format(told=told, days=latest)
    return f"{told}: {latest}" if days else told


def _kind_icon(row: HistoryRow) -> str:
    return icons.known(row.kind_icon, "daily" if row.section == "daily" else "document")


def _moment(row: HistoryRow) -> str:
    return f"{full_day(row.day)}  {clock(row.finished_at)}".strip()


def _result(row: HistoryRow) -> Mark:
    if row.status == "done":
        return Mark("done", row.result_kind_name or _("done"), "ok")
    if row.status == "cancelled":
        return Mark("close", _("cancelled"), "muted")
    return Mark("hourglass", _("in the plan"), "warn")


def attempts_of(row: HistoryRow) -> int:
    return row.no_answer + row.not_reached + row.talked


def _attempts_tip(row: HistoryRow) -> str:
    counts = (
        (_("No answer"), row.no_answer),
        (_("Could not talk"), row.not_reached),
        (_("Talked"), row.talked),
    )
    return "\n".join(f"{name}: {count}" for name, count in counts if count)


def texts_of(row: HistoryRow) -> tuple[str, ...]:
    return (
        full_day(row.day),
        row.kind_name,
        row.topic,
        row.description,
        row.result_kind_name,
        row.result_text,
        row.assignee_name,
        row.for_name,
        row.author_name,
        row.contact_person_name,
    )


def plain_text(value: object) -> str:
    return value.text if isinstance(value, Mark) else str(value)


def whole_text(row: HistoryRow) -> str:
    """Every text of a row at its full length, for reading and copying."""
    who = _("{kind}, {day}: {name}").format(
        kind=row.kind_name or _("Task"), day=_moment(row), name=row.assignee_name
    )
    if row.for_name:
        who += " " + for_whom(row.for_name)
    if row.author_name != row.assignee_name:
        who += " · " + _("planned by {name}").format(name=row.author_name)
    if row.contact_person_name:
        who += " · " + row.contact_person_name
    lines = [who]
    for title, text in (
        (_("Topic"), row.topic),
        (_("Description"), row.description),
        (_("Result"), row.result_kind_name if row.status == "done" else _result(row).text),
        (_("What was decided"), row.result_text),
    ):
        if text:
            lines.append(f"{title}: {text}")
    if row.shown_on:
        lines.append(shown_days(row.shown_on))
    return "\n".join(lines)
