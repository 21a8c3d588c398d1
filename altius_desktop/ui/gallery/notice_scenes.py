"""The scenes of notices, on samples: those of a fresh demo are few, and a picture must not write any."""

from datetime import datetime, time, timedelta

from PySide6.QtWidgets import QWidget

from altius_desktop.domain.errors import ConnectionLost
from altius_desktop.domain.ids import new_id
from altius_desktop.i18n import _
from altius_desktop.services.directories import EmployeeRow
from altius_desktop.services.notices import Arrivals, NoticeCounts, NoticeItem, NoticeRow
from altius_desktop.ui.dialogs.message import SendMessageDialog, seed_of_activity
from altius_desktop.ui.dialogs.notice_answers import CannotDialog, SnoozeDialog
from altius_desktop.ui.gallery.showing import WINDOW_SIZE, Scene, settle
from altius_desktop.ui.inbox import inbox_of
from altius_desktop.ui.main_window import MainWindow
from altius_desktop.ui.pages.notices.words import notice_words


def _now(window: MainWindow) -> datetime:
    return datetime.combine(window.contacts.day.today, time(10, 42))


def _people(window: MainWindow) -> list[EmployeeRow]:
    me = window.workplace.identity.employee_id
    return [person for person in window.workplace.directories.employees if person.id != me]


def _item(window: MainWindow, number: int, what: str, *, behalf: str = "") -> NoticeItem:
    """Something that happened to one of the activities shown."""
    rows = [row for section in window.contacts.sections for row in section.rows()]
    row = rows[number % len(rows)]
    today = _now(window).date()
    return NoticeItem(
        activity_id=row.id,
        what=what,
        before=today,
        after=today + timedelta(days=number % 3),
        on_behalf_of=behalf,
        topic=row.topic,
        counterparty_name=row.counterparty_name,
        section=row.section,
        kind_name=row.kind_name,
        assignee_name=row.assignee_name,
        due_time=row.due_time,
        priority=row.priority,
    )


def _notice(
    window: MainWindow,
    sender: EmployeeRow,
    recipient: EmployeeRow | None = None,
    *items: NoticeItem,
    hours: float,
    count: int = 0,
    text: str = "",
    unread: bool = False,
    answer: str | None = None,
    answer_text: str = "",
    delivered: bool = True,
) -> NoticeRow:
    me = window.workplace.identity
    at = _now(window) - timedelta(hours=hours)
    return NoticeRow(
        id=new_id(),
        kind="message" if text else "activity",
        recipient_id=recipient.id if recipient is not None else me.employee_id,
        recipient_name=recipient.full_name if recipient is not None else me.full_name,
        sender_id=sender.id,
        sender_name=sender.full_name,
        text=text,
        counterparty_id=None,
        counterparty_name="",
        activity_id=None,
        items=items,
        item_count=count or len(items),
        created_at=at,
        delivered_at=at if delivered else None,
        opened_at=None if unread or not delivered else at + timedelta(minutes=2),
        answer=answer,
        answer_text=answer_text,
        answered_at=at + timedelta(minutes=5) if answer else None,
        answer_seen_at=None,
        snoozed_until=None,
        on_behalf_of=tuple(item.on_behalf_of for item in items if item.on_behalf_of),
    )


def _words(window: MainWindow, number: int) -> str:
    """A text of the company's own data, as long as a message is."""
    rows = window.contacts.calls.rows()[number : number + 3]
    return "; ".join(f"{row.counterparty_name}: {row.topic}" for row in rows)


def _received(window: MainWindow) -> tuple[NoticeRow, ...]:
    people = _people(window)
    first, second, third, fourth = people[:4]
    behalf = people[4].full_name
    courier = _words(window, 2)
    return (
        _notice(window, first, None, _item(window, 0, "planned"), hours=0.02, unread=True),
        _notice(window, second, text=courier, hours=0.3, unread=True),
        _notice(window, third, None, _item(window, 1, "moved"), hours=1.2, unread=True),
        _notice(window, first, None, _item(window, 2, "planned"), hours=1.6, count=70, unread=True),
        _notice(
            window, fourth, None, _item(window, 3, "planned", behalf=behalf), hours=1.8, answer="accepted"
        ),
        _notice(window, third, None, _item(window, 4, "finished"), hours=17.5),
        _notice(window, second, None, _item(window, 5, "cancelled"), hours=18),
    )


def _sent(window: MainWindow) -> tuple[NoticeRow, ...]:
    people = _people(window)
    me = window.workplace.directories.employee(window.workplace.identity.employee_id)
    assert me is not None
    text = _words(window, 1)
    answers = (
        {"answer": "accepted"},
        {"answer": "cannot", "answer_text": _("away until Friday")},
        {"unread": True},
        {"delivered": False},
    )
    return tuple(
        _notice(window, me, person, text=text, hours=0.2, **answer)  # type: ignore[arg-type] # by name
        for person, answer in zip(people, answers, strict=False)
    )


def _panel(window: MainWindow, rows: tuple[NoticeRow, ...], tab: str) -> QWidget:
    window.resize(*WINDOW_SIZE)
    settle(window)
    panel = window.notices
    panel.open_panel()
    panel.show_tab(tab)
    settle(window)
    inbox_of(window.workplace).counted.emit(_counts(window))
    panel.show_rows(tab, rows)
    return window


def _counts(window: MainWindow) -> NoticeCounts:
    return NoticeCounts(inbox=24, unread=4, sent=4, now=_now(window), wakes_in=None)


def _offline(window: MainWindow) -> QWidget:
    _panel(window, _received(window), "inbox")
    window.workplace.live.connection_changed.emit(False, ConnectionLost(""))
    return window


def _toasts(window: MainWindow) -> QWidget:
    window.resize(*WINDOW_SIZE)
    settle(window)
    fresh = (*_received(window)[:2], *_received(window)[2:4] * 3)
    window.toasts.show_arrivals(Arrivals(fresh, (), _counts(window)))
    return window


def _refusal(window: MainWindow) -> QWidget:
    window.resize(*WINDOW_SIZE)
    settle(window)
    window.toasts.show_arrivals(Arrivals((), (_sent(window)[1],), _counts(window)))
    return window


def _message(window: MainWindow) -> QWidget:
    settle(window)
    row = window.contacts.calls.rows()[0]
    return SendMessageDialog(
        window.workplace, seed_of_activity(row, window.workplace.identity.employee_id), window
    )


def _question(kind: type[CannotDialog] | type[SnoozeDialog], window: MainWindow) -> QWidget:
    settle(window)
    row = _received(window)[0]
    return kind(window.workplace, row.id, notice_words(row, _now(window).date()), window)


NOTICE_SCENES = (
    Scene("notices", lambda window: _panel(window, _received(window), "inbox")),
    Scene("notices-sent", lambda window: _panel(window, _sent(window), "sent")),
    Scene("notices-empty", lambda window: _panel(window, (), "unread")),
    Scene("notices-offline", _offline),
    Scene("notice-toasts", _toasts),
    Scene("notice-refusal", _refusal),
    Scene("message", _message),
    Scene("notice-cannot", lambda window: _question(CannotDialog, window)),
    Scene("notice-snooze", lambda window: _question(SnoozeDialog, window)),
)
