"""The inbox: what others did with one's activities and what they wrote, and what became of what one sent.

NOTIFY only wakes. What is new is what has no `delivered_at`, never what has the largest id or time.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from altius_desktop.domain.errors import FieldError
from altius_desktop.domain.texts import check_length, clean_text
from altius_desktop.i18n import _
from altius_desktop.models import Notice
from altius_desktop.services.acts import Acted, begin_act

PAGE = 200
TEXT_LIMIT, REASON_LIMIT = 5000, 1000

Answer = Literal["accepted", "cannot"]


@dataclass(frozen=True)
class NoticeItem:
    """What happened to one activity; `topic` and `counterparty_name` are as they are now, "" where hidden.

    `what` is planned, moved, changed, finished, cancelled, reopened, taken or handed_over. `on_behalf_of` is the
    employee whom the recipient answers for, "" for himself.
    """

    activity_id: UUID
    what: str
    before: date | None
    after: date | None
    on_behalf_of: str
    topic: str
    counterparty_name: str
    section: str
    kind_name: str
    assignee_name: str
    due_time: time | None
    priority: int


@dataclass(frozen=True)
class NoticeRow:
    """One notice; instants are the office's. Of `item_count` happenings at most some fifty stand in `items`."""

    id: UUID
    kind: str
    recipient_id: UUID
    recipient_name: str
    sender_id: UUID | None
    sender_name: str
    text: str
    counterparty_id: UUID | None
    counterparty_name: str
    activity_id: UUID | None
    items: tuple[NoticeItem, ...]
    item_count: int
    created_at: datetime
    delivered_at: datetime | None
    opened_at: datetime | None
    answer: str | None
    answer_text: str
    answered_at: datetime | None
    answer_seen_at: datetime | None
    snoozed_until: datetime | None
    on_behalf_of: tuple[str, ...]

    @property
    def is_unread(self) -> bool:
        return self.opened_at is None


@dataclass(frozen=True)
class NoticeCounts:
    """How many notices there are, the office's time now, and in how many seconds one comes back from snoozing."""

    inbox: int
    unread: int
    sent: int
    now: datetime
    wakes_in: float | None


@dataclass(frozen=True)
class Arrivals:
    """What is to be shown now and never again: fresh notices, refusals of one's own, and how much there is."""

    fresh: tuple[NoticeRow, ...]
    refused: tuple[NoticeRow, ...]
    counts: NoticeCounts


_ROWS = """
    SELECT n.id, n.kind, n.recipient_id, recipient.full_name, n.sender_id, coalesce(sender.full_name, ''),
           n.text, n.counterparty_id, coalesce(c.name, ''), n.activity_id, n.items, n.item_count,
           n.created_at AT TIME ZONE :zone, n.delivered_at AT TIME ZONE :zone, n.opened_at AT TIME ZONE :zone,
           n.answer, n.answer_text, n.answered_at AT TIME ZONE :zone, n.answer_seen_at AT TIME ZONE :zone,
           n.snoozed_until AT TIME ZONE :zone
    FROM notice AS n
    JOIN employee AS recipient ON recipient.id = n.recipient_id
    LEFT JOIN employee AS sender ON sender.id = n.sender_id
    LEFT JOIN counterparty AS c ON c.id = n.counterparty_id
    WHERE {where} ORDER BY n.created_at DESC, n.id LIMIT :limit
"""
_ME = "n.recipient_id = (SELECT current_employee_id())"
_FROM_ME = "n.sender_id = (SELECT current_employee_id())"
_EARLIER = "n.created_at < coalesce(CAST(:before AS timestamptz), 'infinity')"
_INBOX = sa.text(_ROWS.format(where=f"{_ME} AND n.hidden_at IS NULL AND {_EARLIER}"))
_SENT = sa.text(_ROWS.format(where=f"{_FROM_ME} AND {_EARLIER}"))
_UNREAD = sa.text(_ROWS.format(where=f"{_ME} AND n.hidden_at IS NULL AND n.opened_at IS NULL AND {_EARLIER}"))
_BY_IDS = sa.text(_ROWS.format(where="n.id = ANY(:ids)"))

_ACTIVITIES = sa.text("""
    SELECT a.id, coalesce(own.topic, a.topic), coalesce(c.name, ''), a.section, coalesce(k.name, ''),
           coalesce(e.full_name, d.name, ''), (a.due_at AT TIME ZONE office_zone())::time, a.priority
    FROM activity AS a
    LEFT JOIN activity_private AS own ON a.is_private AND own.activity_id = a.id
    LEFT JOIN counterparty AS c ON c.id = coalesce(a.counterparty_id, own.counterparty_id)
    LEFT JOIN activity_kind AS k ON k.id = a.kind_id
    LEFT JOIN employee AS e ON e.id = a.assignee_id
    LEFT JOIN department AS d ON d.id = a.department_id
    WHERE a.id = ANY(:ids)
""")


def list_inbox(
    session: Session, *, before: datetime | None = None, limit: int = PAGE
) -> tuple[NoticeRow, ...]:
    """What I was told, the newest first, without what I hid; older than `before` (with its zone) if given."""
    return _rows(session, _INBOX, {"before": before, "limit": limit})


def list_unread(
    session: Session, *, before: datetime | None = None, limit: int = PAGE
) -> tuple[NoticeRow, ...]:
    """What of the inbox I have not opened, the newest first."""
    return _rows(session, _UNREAD, {"before": before, "limit": limit})


def list_sent(
    session: Session, *, before: datetime | None = None, limit: int = PAGE
) -> tuple[NoticeRow, ...]:
    """What I told others and what became of it, the newest first."""
    return _rows(session, _SENT, {"before": before, "limit": limit})


def count_unread(session: Session) -> int:
    """How many notices I have not opened."""
    return int(
        session.scalar(
            sa.text(
                f"SELECT count(*) FROM notice AS n WHERE {_ME} AND n.opened_at IS NULL AND n.hidden_at IS NULL"
            )
        )
        or 0
    )


def count_notices(session: Session) -> NoticeCounts:
    """How many notices I have and sent, by the server's clock."""
    row = session.execute(
        sa.text(f"""
            SELECT count(*) FILTER (WHERE {_ME} AND n.hidden_at IS NULL),
                   count(*) FILTER (WHERE {_ME} AND n.hidden_at IS NULL AND n.opened_at IS NULL),
                   count(*) FILTER (WHERE {_FROM_ME}),
                   clock_timestamp() AT TIME ZONE office_zone(),
                   extract(epoch FROM min(n.snoozed_until) FILTER (WHERE {_ME} AND n.hidden_at IS NULL)
                           - clock_timestamp())::float
            FROM notice AS n WHERE {_ME} OR {_FROM_ME}
        """)
    ).one()
    return NoticeCounts(*row)


def take_arrivals(session: Session) -> Arrivals:
    """What take_fresh and take_refusals give, and the counts after it."""
    fresh = take_fresh(session)
    refused = take_refusals(session)
    return Arrivals(fresh, refused, count_notices(session))


def take_fresh(session: Session, *, limit: int = PAGE) -> tuple[NoticeRow, ...]:
    """What no window of mine has shown yet, and what comes back from snoozing; from now on it is delivered.

    Two windows never both get one: the row is locked, and whoever comes second finds it delivered.
    """
    ids = session.scalars(
        sa.text(f"""
            UPDATE notice AS n SET delivered_at = clock_timestamp(), snoozed_until = NULL
            WHERE n.id IN (SELECT n.id FROM notice AS n
                           WHERE {_ME} AND n.hidden_at IS NULL
                             AND (n.delivered_at IS NULL OR n.snoozed_until <= clock_timestamp())
                           ORDER BY n.created_at LIMIT :limit FOR UPDATE SKIP LOCKED)
            RETURNING n.id
        """),
        {"limit": limit},
    ).all()
    return get_notices(session, ids) if ids else ()


def take_refusals(session: Session) -> tuple[NoticeRow, ...]:
    """Those of my notices that somebody answered with «cannot» and that no window of mine has told me of yet."""
    ids = session.scalars(
        sa.text(f"""
            UPDATE notice AS n SET answer_seen_at = clock_timestamp()
            WHERE {_FROM_ME} AND n.answer = 'cannot' AND n.answer_seen_at IS NULL RETURNING n.id
        """)
    ).all()
    return get_notices(session, ids) if ids else ()


def get_notices(session: Session, ids: Collection[UUID]) -> tuple[NoticeRow, ...]:
    """These notices, as far as they are mine to see."""
    return _rows(session, _BY_IDS, {"ids": list(ids), "limit": max(len(ids), 1)})


def send_message(
    session: Session,
    *,
    act_id: UUID,
    message_id: UUID,
    employee_ids: Collection[UUID],
    department_ids: Collection[UUID],
    text: str,
    counterparty_id: UUID | None = None,
    activity_id: UUID | None = None,
) -> int:
    """Tell colleagues, or everybody of a department, a text; how many get it. A repeat sends nothing twice.

    Who has no workplace or is away is reached through whoever answers for him.
    """
    words = check_length("text", clean_text(text), TEXT_LIMIT)
    if not words:
        raise FieldError("text", _("Enter what you want to say."))
    if not employee_ids and not department_ids:
        raise FieldError("recipients", _("Choose who is to get it."))
    begin_act(session, act_id)
    return int(
        session.scalar(
            sa.text(
                "SELECT send_message(:message, CAST(:employees AS uuid[]), CAST(:departments AS uuid[]), :words,"
                " :counterparty, :activity)"
            ),
            {
                "message": message_id,
                "employees": list(employee_ids),
                "departments": list(department_ids),
                "words": words,
                "counterparty": counterparty_id,
                "activity": activity_id,
            },
        )
        or 0
    )


def open_notices(session: Session, ids: Collection[UUID]) -> None:
    """Mark as read."""
    _change(session, ids, opened_at=sa.func.clock_timestamp())


def hide_notices(session: Session, ids: Collection[UUID], *, hidden: bool = True) -> None:
    """Take out of the inbox, or put back."""
    _change(session, ids, hidden_at=sa.func.clock_timestamp() if hidden else None)


def snooze_notice(session: Session, notice_id: UUID, *, until: datetime) -> None:
    """Show it again at that instant (with its zone)."""
    _change(session, [notice_id], snoozed_until=until)


def snooze_for(session: Session, notice_id: UUID, *, minutes: int) -> None:
    """Show it again in so many minutes, by the server's clock."""
    _change(session, [notice_id], snoozed_until=sa.func.clock_timestamp() + timedelta(minutes=minutes))


def snooze_to(session: Session, notice_id: UUID, *, day: date, moment: time) -> None:
    """Show it again at that time of the office's; FieldError for what is past."""
    until = sa.select(
        sa.func.timezone(sa.func.office_zone(), sa.cast(datetime.combine(day, moment), sa.DateTime))
    ).scalar_subquery()
    if session.scalar(sa.select(until <= sa.func.clock_timestamp())):
        raise FieldError("until", _("This time is past."))
    _change(session, [notice_id], snoozed_until=until)


def snooze_to_tomorrow(session: Session, notice_id: UUID, *, moment: time) -> None:
    """Show it again on the office's next day."""
    today: date = session.execute(sa.text("SELECT office_today()")).scalar_one()
    snooze_to(session, notice_id, day=today + timedelta(days=1), moment=moment)


def answer_notice(
    session: Session, *, act_id: UUID, notice_id: UUID, answer: Answer, reason: str = ""
) -> Acted:
    """Accept, or tell why not; the sender sees it. FieldError for a refusal without a reason."""
    reason = check_length("reason", clean_text(reason), REASON_LIMIT)
    if answer == "cannot" and not reason:
        raise FieldError("reason", _("Enter why you cannot."))
    if begin_act(session, act_id):
        _change(session, [notice_id], answer=answer, answer_text=reason)
    return Acted(frozenset(), None)


def _change(session: Session, ids: Collection[UUID], **values: object) -> None:
    session.execute(sa.update(Notice).where(Notice.id.in_(list(ids))).values(**values))


def _rows(session: Session, statement: sa.TextClause, parameters: dict[str, object]) -> tuple[NoticeRow, ...]:
    zone = session.scalar(sa.text("SELECT office_zone()"))
    rows = session.execute(statement, {"zone": zone, **parameters}).all()
    activity_ids = {UUID(item["activity"]) for row in rows for item in row[10] if "activity" in item}
    known = (
        {row[0]: tuple(row) for row in session.execute(_ACTIVITIES, {"ids": list(activity_ids)})}
        if activity_ids
        else {}
    )
    behalf = {UUID(item["for"]) for row in rows for item in row[10] if "for" in item}
    names = (
        {
            row[0]: row[1]
            for row in session.execute(
                sa.text("SELECT id, full_name FROM employee WHERE id = ANY(:ids)"), {"ids": list(behalf)}
            )
        }
        if behalf
        else {}
    )
    return tuple(_notice(row, known, names) for row in rows)


def _notice(row: Sequence[Any], known: Mapping[UUID, Sequence[Any]], names: dict[UUID, str]) -> NoticeRow:
    def name_of(item: dict[str, str]) -> str:
        return names.get(UUID(item["for"]), "") if "for" in item else ""

    items = tuple(
        _item(item, known.get(UUID(item["activity"])), name_of(item))
        for item in row[10]
        if "activity" in item
    )
    behalf = tuple(dict.fromkeys(name for item in row[10] if (name := name_of(item))))
    return NoticeRow(*(*row[:10], items, *row[11:], behalf))


def _item(item: dict[str, str], row: Sequence[Any] | None, on_behalf_of: str) -> NoticeItem:
    def day(key: str) -> date | None:
        return date.fromisoformat(item[key]) if key in item else None

    shown = tuple(row[1:]) if row is not None else ("", "", "", "", "", None, 0)
    return NoticeItem(UUID(item["activity"]), item["what"], day("before"), day("after"), on_behalf_of, *shown)
