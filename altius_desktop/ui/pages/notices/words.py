"""What a notice says: who, what happened in one line, and what became of what one sent oneself."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from altius_desktop.domain.names import with_initial
from altius_desktop.domain.texts import clean_line
from altius_desktop.i18n import _, ngettext
from altius_desktop.services.notices import NoticeItem, NoticeRow
from altius_desktop.ui.formats import clock, day_and_weekday, for_whom, number, short_day

_HIGH = 1
_SHOWN_OF_MESSAGE = 400

# What happened: icon, ground of the mark, colour of the icon.
_LOOKS = {
    "planned": ("manager", "soft", "on_soft"),
    "moved": ("reschedule", "warn_soft", "warn"),
    "changed": ("edit", "hover", "text2"),
    "finished": ("done", "ok_soft", "ok"),
    "cancelled": ("danger", "danger_soft", "danger"),
    "reopened": ("undo", "warn_soft", "warn"),
    "taken": ("take", "ok_soft", "ok"),
    "handed_over": ("contact", "hover", "text2"),
}


@dataclass(frozen=True)
class NoticeLook:
    """The mark at the left of a notice."""

    icon: str
    fill: str
    role: str


def look_of(row: NoticeRow) -> NoticeLook:
    if row.kind == "message":
        return NoticeLook("message", "soft", "on_soft")
    kinds = {item.what for item in row.items}
    return NoticeLook(*_LOOKS.get(kinds.pop() if len(kinds) == 1 else "", ("list", "hover", "text2")))


def may_answer(row: NoticeRow) -> bool:
    """Whether it asks something of its recipient that he has not answered yet."""
    asks = row.kind == "message" or any(item.what == "planned" for item in row.items)
    return asks and row.sender_id is not None and row.answer is None


def is_urgent(row: NoticeRow) -> bool:
    """One activity of high priority that was planned for the recipient."""
    return any(item.what == "planned" and item.priority == _HIGH for item in row.items)


def sender_words(row: NoticeRow) -> str:
    """Who did it, and for whom the recipient gets it if not for himself."""
    name = with_initial(row.sender_name) or "Altius"
    if not row.on_behalf_of:
        return name
    return ", ".join((name, *map(for_whom, row.on_behalf_of)))


def recipient_words(row: NoticeRow) -> str:
    return _("To: {name}").format(name=with_initial(row.recipient_name))


def notice_words(row: NoticeRow, today: date) -> str:
    """What happened, in one line."""
    if row.kind == "message":
        text = clean_line(row.text)
        text = text if len(text) <= _SHOWN_OF_MESSAGE else f"{text[:_SHOWN_OF_MESSAGE]}…"
        about = row.counterparty_name
        return f"{text} ({about})" if about else text
    if row.item_count == 1 and row.items:
        return _one(row.items[0], today)
    kinds = Counter(item.what for item in row.items)
    return _many(next(iter(kinds)) if len(kinds) == 1 else "", row.item_count)


def state_words(row: NoticeRow, today: date) -> str:
    """What became of a notice at its recipient."""
    if row.answer == "cannot":
        return _("cannot: {reason}").format(
            reason=f"{clean_line(row.answer_text)}, {_at(row.answered_at, today)}"
        )
    for moment, words in (
        (row.answered_at, _("accepted {time}")),
        (row.opened_at, _("opened {time}")),
        (row.delivered_at, _("delivered {time}")),
    ):
        if moment is not None:
            return words.format(time=_at(moment, today))
    return _("sent {time}").format(time=_at(row.created_at, today))


def answer_words(row: NoticeRow, today: date) -> str:
    """What the recipient himself answered or put off; "" for nothing."""
    if row.snoozed_until is not None:
        return _("comes back {time}").format(time=_at(row.snoozed_until, today))
    if row.answer is None:
        return ""
    return state_words(row, today)


def refusal_words(row: NoticeRow) -> str:
    """«Фомин Р. не может: в отъезде»."""
    return _("{name} cannot: {reason}").format(
        name=with_initial(row.recipient_name), reason=clean_line(row.answer_text)
    )


def item_words(item: NoticeItem, today: date) -> str:
    """The activity itself: kind, topic, counterparty, day."""
    kind = (item.kind_name or _section(item.section)).lower()
    topic = clean_line(item.topic)
    named = _("{kind} “{topic}”").format(kind=kind, topic=topic) if topic else kind
    day = "" if item.after is None else _day(item.after, today)
    moment = f"{day} {clock(item.due_time)}".strip() if item.what != "moved" else clock(item.due_time)
    return ", ".join(part for part in (named, item.counterparty_name, moment) if part)


def day_heading(day: date, today: date) -> str:
    """«Сегодня, 24.11»."""
    if day == today:
        return _("Today, {day}").format(day=day_and_weekday(day))
    if day == today - timedelta(days=1):
        return _("Yesterday, {day}").format(day=day_and_weekday(day))
    return f"{day_and_weekday(day)}.{day:%y}" if day.year != today.year else day_and_weekday(day)


def _one(item: NoticeItem, today: date) -> str:
    what = item_words(item, today)
    if item.what == "moved" and item.before is not None and item.after is not None:
        if item.before == item.after:
            return _("Another time: {activity}").format(activity=what)
        return _("Moved from {before} to {after}: {activity}").format(
            before=_day(item.before, today), after=_day(item.after, today), activity=what
        )
    if item.what == "taken":
        return _("{name} takes: {activity}").format(name=with_initial(item.assignee_name), activity=what)
    if item.what == "handed_over":
        return _("Handed over to {name}: {activity}").format(
            name=with_initial(item.assignee_name) or "—", activity=what
        )
    texts = {
        "planned": _("Planned for you: {activity}"),
        "changed": _("Changed: {activity}"),
        "finished": _("Finished: {activity}"),
        "cancelled": _("Cancelled: {activity}"),
        "reopened": _("Open again: {activity}"),
    }
    return texts.get(item.what, texts["changed"]).format(activity=what)


def _many(what: str, count: int) -> str:
    if what == "planned":
        text = ngettext(
            "{count} activity is planned for you", "{count} activities are planned for you", count
        )
    elif what == "moved":
        text = ngettext("{count} activity is moved", "{count} activities are moved", count)
    elif what == "finished":
        text = ngettext("{count} activity is finished", "{count} activities are finished", count)
    elif what == "cancelled":
        text = ngettext("{count} activity is cancelled", "{count} activities are cancelled", count)
    elif what == "handed_over":
        text = ngettext("{count} activity is handed over", "{count} activities are handed over", count)
    else:
        text = ngettext("{count} activity is changed", "{count} activities are changed", count)
    return text.format(count=number(count))


def _section(section: str) -> str:
    return {"call": _("Call"), "event": _("Event"), "daily": _("Daily task")}.get(section, _("Activity"))


def _day(day: date, today: date) -> str:
    if day == today:
        return _("today")
    if day == today + timedelta(days=1):
        return _("tomorrow")
    return short_day(day, today)


def _at(moment: datetime | None, today: date) -> str:
    if moment is None:
        return ""
    return clock(moment) if moment.date() == today else f"{short_day(moment.date(), today)} {clock(moment)}"
