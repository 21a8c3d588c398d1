"""What is due to be told of now: times, deadlines, what is overdue, birthdays and important dates.

No program stands behind it: each workplace asks, and whoever writes `reminder_shown` first tells it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from math import ceil
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from altius_desktop.domain.occasions import (
    is_working_day,
    moved_at_most,
    next_working_day,
    remind_on,
    yearly_keys,
)

_DAYS_AT_MOST = 366


@dataclass(frozen=True)
class Reminder:
    """One thing to tell. `kind` is timed, deadline, overdue, employee, person or date.

    `subject` is the topic, the person's name or the date's title, `kind_name` the kind of contact; `minutes` are
    those left until a timed one (negative: passed), `days` those until the day, `count` how many are overdue.
    `on_behalf_of` names the employee whom one stands in for, `is_department` says that nobody has taken it yet.
    """

    occasion: str
    kind: str
    day: date
    subject: str = ""
    due_time: time | None = None
    minutes: int = 0
    days: int = 0
    count: int = 0
    kind_name: str = ""
    activity_id: UUID | None = None
    counterparty_id: UUID | None = None
    counterparty_name: str = ""
    contact_person_id: UUID | None = None
    person_name: str = ""
    on_behalf_of: str = ""
    is_department: bool = False


@dataclass(frozen=True)
class _Asking:
    """Who asks when: `people` are himself and those he answers for today."""

    me: UUID
    department: UUID
    people: tuple[UUID, ...]
    now: datetime
    remind_days: int
    remind_minutes: int
    keeps_the_rest: bool

    @property
    def today(self) -> date:
        return self.now.date()


_ASKING = sa.text("""
    SELECT e.id, e.department_id,
           ARRAY(SELECT c.employee_id FROM covers(office_today()) AS c WHERE c.receiver_id = e.id),
           clock_timestamp() AT TIME ZONE office_zone(), company.remind_days, company.remind_minutes,
           session_has_group('secretary', 'director')
    FROM employee AS e CROSS JOIN company WHERE e.id = current_employee_id()
""")

# A private activity is told of only where its texts may be read.
_ACTIVITY = """
    SELECT a.id, a.due_on, (a.due_at AT TIME ZONE office_zone())::time, a.deadline_on,
           coalesce(k.name, ''), coalesce(own.topic, a.topic), c.id, coalesce(c.name, ''),
           coalesce(p.full_name, ''), a.assignee_id, coalesce(assignee.full_name, ''),
           extract(epoch FROM a.due_at)::bigint, extract(epoch FROM a.due_at - clock_timestamp())
    FROM activity AS a
    LEFT JOIN activity_private AS own ON a.is_private AND own.activity_id = a.id
    LEFT JOIN activity_kind AS k ON k.id = a.kind_id
    LEFT JOIN counterparty AS c ON c.id = coalesce(a.counterparty_id, own.counterparty_id)
    LEFT JOIN contact_person AS p ON p.id = coalesce(a.contact_person_id, own.contact_person_id)
    LEFT JOIN employee AS assignee ON assignee.id = a.assignee_id
    WHERE a.status = 'planned' AND (NOT a.is_private OR own.activity_id IS NOT NULL) AND
"""
_OWN = "a.assignee_id = ANY(:people)"
_DEPARTMENT = "a.assignee_id IS NULL AND a.department_id = :department"
_BY_THE_CLOCK = """
    a.section <> 'daily' AND a.due_on BETWEEN :today AND :last AND a.due_at IS NOT NULL
    AND a.due_at <= clock_timestamp() + make_interval(mins => :minutes)
"""
_TIMED = tuple(sa.text(f"{_ACTIVITY} {whose} AND {_BY_THE_CLOCK}") for whose in (_OWN, _DEPARTMENT))
_BY_DEADLINE = "a.deadline_on BETWEEN :today AND :last"
_DEADLINES = tuple(sa.text(f"{_ACTIVITY} {whose} AND {_BY_DEADLINE}") for whose in (_OWN, _DEPARTMENT))

_OVERDUE = sa.text(f"""
    SELECT count(*) FROM (
        SELECT 1 FROM activity AS a
        WHERE {_OWN} AND a.status = 'planned' AND a.section <> 'daily' AND a.due_on < :today
        UNION ALL
        SELECT 1 FROM activity AS a
        WHERE {_DEPARTMENT} AND a.status = 'planned' AND a.section <> 'daily' AND a.due_on < :today
        UNION ALL
        SELECT 1 FROM activity AS a
        WHERE {_OWN} AND a.status = 'planned' AND a.section = 'daily' AND a.deadline_on < :today) AS late
""")

_EMPLOYEES = sa.text("""
    SELECT e.id, e.full_name, e.birthday, d.day FROM employee AS e
    JOIN unnest(CAST(:days AS date[]), CAST(:keys AS integer[])) AS d (day, key) ON month_day(e.birthday) = d.key
    WHERE e.active AND e.birthday < d.day AND e.id <> :me
""")
# The keys are named twice: joined alone they do not tell the planner how few days they are.
# Two queries rather than one OR: whose the firm is has an index, and so has that it is nobody's.
_WHOSE = ("c.responsible_id = ANY(:people)", "c.responsible_id IS NULL")
_PERSONS = """
    SELECT p.id, p.full_name, c.id, c.name, owner.id, coalesce(owner.full_name, ''), d.day
    FROM unnest(CAST(:days AS date[]), CAST(:keys AS integer[])) AS d (day, key)
    JOIN contact_person AS p ON month_day(p.birthday) = d.key AND month_day(p.birthday) = ANY(:keys)
        AND p.birthday IS NOT NULL AND NOT p.archived AND p.birthday < d.day
    JOIN counterparty AS c ON c.id = p.counterparty_id AND NOT c.archived
    LEFT JOIN employee AS owner ON owner.id = c.responsible_id
    WHERE
"""
_DATE = """
    SELECT i.id, i.title, c.id, c.name, owner.id, coalesce(owner.full_name, ''), {day},
           coalesce(i.remind_days, :remind_days), p.id, coalesce(p.full_name, '')
    FROM {source}
    JOIN counterparty AS c ON c.id = i.counterparty_id AND NOT c.archived
    LEFT JOIN contact_person AS p ON p.id = i.contact_person_id
    LEFT JOIN employee AS owner ON owner.id = c.responsible_id
    WHERE
"""
_YEARLY_DATE = _DATE.format(
    day="d.day",
    source="""unnest(CAST(:days AS date[]), CAST(:keys AS integer[])) AS d (day, key)
    JOIN important_date AS i ON month_day(i.falls_on) = d.key AND month_day(i.falls_on) = ANY(:keys)
        AND i.yearly AND NOT i.archived AND i.falls_on <= d.day""",
)
_SINGLE_DATE = _DATE.format(
    day="i.falls_on",
    source="(SELECT * FROM important_date WHERE NOT yearly AND NOT archived "
    "AND falls_on BETWEEN :today AND :last) AS i",
)
_MOST_AHEAD = sa.text(
    "SELECT max(remind_days) FROM important_date WHERE remind_days IS NOT NULL AND NOT archived"
)

_SHOW = sa.text("""
    INSERT INTO reminder_shown (occasion)
    SELECT DISTINCT unnest(CAST(:occasions AS text[])) ORDER BY 1
    ON CONFLICT DO NOTHING RETURNING occasion
""")


def get_office_clock(session: Session) -> datetime:
    """The office's day and time by the server's clock, without a zone."""
    now: datetime = session.execute(
        sa.text("SELECT clock_timestamp() AT TIME ZONE office_zone()")
    ).scalar_one()
    return now


def take_due(session: Session) -> tuple[Reminder, ...]:
    """Everything that is to be told now to whoever is logged in and was not told yet; it counts as told.

    A day ahead of time is told once more on the day itself.
    """
    asking = _who_asks(session)
    if asking is None:
        return ()
    found = (
        *_timed(session, asking),
        *_deadlines(session, asking),
        *_overdue(session, asking),
        *_employees(session, asking),
        *_persons(session, asking),
        *_dates(session, asking),
    )
    return _take(session, found)


def take_due_by_the_clock(session: Session) -> tuple[Reminder, ...]:
    """The same, but only what has a time of day: what can become due between two looks at the day."""
    asking = _who_asks(session)
    return () if asking is None else _take(session, tuple(_timed(session, asking)))


def _who_asks(session: Session) -> _Asking | None:
    row = session.execute(_ASKING).first()
    if row is None:
        return None
    return _Asking(row[0], row[1], (row[0], *row[2]), *row[3:])


def _take(session: Session, found: Sequence[Reminder]) -> tuple[Reminder, ...]:
    if not found:
        return ()
    fresh = set(session.scalars(_SHOW, {"occasions": [reminder.occasion for reminder in found]}))
    taken = []
    for reminder in found:
        if reminder.occasion in fresh:
            fresh.remove(reminder.occasion)
            taken.append(reminder)
    return tuple(taken)


def _timed(session: Session, asking: _Asking) -> Iterator[Reminder]:
    last = (asking.now + timedelta(minutes=asking.remind_minutes)).date()
    for row in _activities(session, _TIMED, asking, last=last, minutes=asking.remind_minutes):
        # Moved, it is another occasion.
        occasion = f"timed:{row[0]}:{row[11]}"
        yield replace(
            _activity(row, asking, occasion, "timed", row[1]), due_time=row[2], minutes=ceil(row[12] / 60)
        )


def _deadlines(session: Session, asking: _Asking) -> Iterator[Reminder]:
    last = next_working_day(asking.today) if is_working_day(asking.today) else asking.today
    for row in _activities(session, _DEADLINES, asking, last=last):
        stage = "today" if row[3] == asking.today else "ahead"
        occasion = f"deadline:{row[0]}:{row[3]}:{stage}"
        yield _activity(row, asking, occasion, "deadline", row[3])


def _activities(
    session: Session, queries: tuple[sa.TextClause, ...], asking: _Asking, **parameters: object
) -> Iterator[Any]:
    values = {
        "people": list(asking.people),
        "department": asking.department,
        "today": asking.today,
        **parameters,
    }
    for query in queries:
        yield from session.execute(query, values)


def _activity(row: Any, asking: _Asking, occasion: str, kind: str, day: date) -> Reminder:
    return Reminder(
        occasion,
        kind,
        day,
        subject=row[5],
        days=(day - asking.today).days,
        kind_name=row[4],
        activity_id=row[0],
        counterparty_id=row[6],
        counterparty_name=row[7],
        person_name=row[8],
        on_behalf_of=row[10] if row[9] is not None and row[9] != asking.me else "",
        is_department=row[9] is None,
    )


def _overdue(session: Session, asking: _Asking) -> Iterator[Reminder]:
    values = {"people": list(asking.people), "department": asking.department, "today": asking.today}
    count = session.execute(_OVERDUE, values).scalar_one()
    if count:
        yield Reminder(f"overdue:{asking.today}", "overdue", asking.today, count=count)


def _days_and_keys(asking: _Asking, days_ahead: int) -> dict[str, object]:
    last = asking.today + timedelta(days=min(moved_at_most(days_ahead), _DAYS_AT_MOST))
    days, keys = zip(*yearly_keys(asking.today, last), strict=True)
    return {"days": list(days), "keys": list(keys)}


def _told_now(asking: _Asking, key: str, day: date, days_ahead: int) -> str:
    """The occasion if that day is to be told of today, else ""."""
    if day == asking.today:
        return f"{key}:{day}:today"
    return f"{key}:{day}:ahead" if remind_on(day, days_ahead) <= asking.today else ""


def _employees(session: Session, asking: _Asking) -> Iterator[Reminder]:
    values = {"me": asking.me, **_days_and_keys(asking, asking.remind_days)}
    for who, name, _born, day in session.execute(_EMPLOYEES, values):
        if occasion := _told_now(asking, f"employee:{who}", day, asking.remind_days):
            yield Reminder(occasion, "employee", day, name, days=(day - asking.today).days)


def _of_counterparties(
    session: Session, query: str, asking: _Asking, values: dict[str, object]
) -> Iterator[Any]:
    values = {"people": list(asking.people), **values}
    for whose in _WHOSE if asking.keeps_the_rest else _WHOSE[:1]:
        yield from session.execute(sa.text(query + whose), values)


def _persons(session: Session, asking: _Asking) -> Iterator[Reminder]:
    values = _days_and_keys(asking, asking.remind_days)
    for row in _of_counterparties(session, _PERSONS, asking, values):
        day = row[6]
        if occasion := _told_now(asking, f"person:{row[0]}", day, asking.remind_days):
            yield Reminder(
                occasion,
                "person",
                day,
                row[1],
                days=(day - asking.today).days,
                counterparty_id=row[2],
                counterparty_name=row[3],
                contact_person_id=row[0],
                person_name=row[1],
                on_behalf_of=_on_behalf(row, asking),
            )


def _dates(session: Session, asking: _Asking) -> Iterator[Reminder]:
    ahead = max(asking.remind_days, session.scalar(_MOST_AHEAD) or 0)
    values: dict[str, object] = {"remind_days": asking.remind_days}
    last = asking.today + timedelta(days=moved_at_most(ahead))
    for row in (
        *_of_counterparties(session, _YEARLY_DATE, asking, {**values, **_days_and_keys(asking, ahead)}),
        *_of_counterparties(session, _SINGLE_DATE, asking, {**values, "today": asking.today, "last": last}),
    ):
        day = row[6]
        if occasion := _told_now(asking, f"date:{row[0]}", day, row[7]):
            yield Reminder(
                occasion,
                "date",
                day,
                row[1],
                days=(day - asking.today).days,
                counterparty_id=row[2],
                counterparty_name=row[3],
                contact_person_id=row[8],
                person_name=row[9],
                on_behalf_of=_on_behalf(row, asking),
            )


def _on_behalf(row: Any, asking: _Asking) -> str:
    """Whose the firm is, if one stands in for him."""
    return row[5] if row[4] is not None and row[4] != asking.me else ""
