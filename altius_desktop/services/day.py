"""The day of an employee: his activities, overdue ones and daily tasks, and which days are busy."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from altius_desktop.domain.dates import FIRST_DAY, LAST_DAY
from altius_desktop.domain.errors import UserError
from altius_desktop.i18n import _
from altius_desktop.services.identity import Cover


@dataclass(frozen=True)
class ActivityRow:
    """One activity as tables and dialogs show it. Times are the office's; counters those of the day shown."""

    id: UUID
    row_version: int
    section: str
    status: str
    kind_id: UUID | None
    kind_name: str
    kind_icon: str
    counterparty_id: UUID | None
    counterparty_name: str
    contact_person_id: UUID | None
    contact_person_name: str
    phone: str
    own_phone: str | None
    assignee_id: UUID | None
    assignee_name: str
    department_id: UUID | None
    department_name: str
    author_id: UUID
    author_name: str
    planned_on: date
    due_on: date
    due_time: time | None
    deadline_on: date | None
    topic: str
    description: str
    priority: int
    highlight: int | None
    result_kind_id: UUID | None
    result_kind_name: str
    result_text: str
    finished_at: datetime | None
    finished_by_name: str
    changed_at: datetime
    changed_by_name: str
    postponed_to: date | None
    no_answer: int
    not_reached: int
    talked: int
    days_shown: int
    is_private: bool = False
    concealed: bool = False
    """A colleague's private activity, of which nothing but kind, day, time, assignee and status is told."""

    @property
    def is_done(self) -> bool:
        return self.status == "done"

    def is_overdue(self, today: date) -> bool:
        """Unfinished and late: a daily task when its deadline is past, everything else when its day is."""
        if self.status != "planned":
            return False
        limit = self.deadline_on if self.section == "daily" else self.due_on
        return limit is not None and limit < today


@dataclass(frozen=True)
class Day:
    """What one day shows; `today` and `read_at` (the office's clock) come from the server."""

    day: date
    today: date
    read_at: datetime
    rows: tuple[ActivityRow, ...]
    overdue_count: int


@dataclass(frozen=True)
class BusyDay:
    day: date
    planned: int
    overdue: bool


# Each branch has an index of its own and none repeats another's rows; one OR over all of them
# would read every activity of the employee. Nobody finishes a department's activity without taking it.
_BRANCHES = """
    SELECT a.id FROM activity AS a
    WHERE a.assignee_id = ANY(:employees) AND a.section <> 'daily' AND a.due_on = :day
      AND a.status <> 'cancelled' {also}
    UNION ALL
    SELECT a.id FROM activity AS a
    WHERE a.assignee_id IS NULL AND a.department_id = ANY(:departments) AND a.section <> 'daily'
      AND a.status = 'planned' AND a.due_on = :day {also}
    UNION ALL
    SELECT a.id FROM activity AS a
    WHERE a.assignee_id = ANY(:employees) AND a.section <> 'daily' AND a.status = 'planned'
      AND a.due_on < :today AND :overdue AND :day >= :today {also}
    UNION ALL
    SELECT a.id FROM activity AS a
    WHERE a.assignee_id IS NULL AND a.department_id = ANY(:departments) AND a.section <> 'daily'
      AND a.status = 'planned' AND a.due_on < :today AND :overdue AND :day >= :today {also}
    UNION ALL
    SELECT a.id FROM activity AS a
    WHERE a.assignee_id = ANY(:employees) AND a.section <> 'daily' AND a.status = 'done'
      AND a.finished_at >= :day_start AND a.finished_at < :day_end AND a.due_on <> :day {also}
    UNION ALL
    SELECT a.id FROM activity AS a
    WHERE a.assignee_id = ANY(:employees) AND a.section = 'daily' AND a.status = 'planned'
      AND a.due_on <= :day {also}
    UNION ALL
    SELECT a.id FROM activity AS a
    WHERE a.assignee_id IS NULL AND a.department_id = ANY(:departments) AND a.section = 'daily'
      AND a.status = 'planned' AND a.due_on <= :day {also}
    UNION ALL
    SELECT a.id FROM activity AS a
    WHERE a.assignee_id = ANY(:employees) AND a.section = 'daily' AND a.status = 'done'
      AND a.finished_at >= :day_start AND a.due_on <= :day {also}
"""

_ROWS = """
    SELECT a.id, a.row_version, a.section, a.status,
           a.kind_id, coalesce(k.name, ''), coalesce(k.icon, ''),
           c.id, coalesce(c.name, ''),
           p.id, coalesce(p.full_name, ''),
           coalesce(a.phone, own.phone, point.value, ''), coalesce(a.phone, own.phone),
           a.assignee_id, coalesce(assignee.full_name, ''),
           a.department_id, coalesce(d.name, ''),
           a.author_id, author.full_name,
           (a.planned_at AT TIME ZONE :zone)::date, a.due_on, (a.due_at AT TIME ZONE :zone)::time,
           a.deadline_on, coalesce(own.topic, a.topic), coalesce(own.description, a.description),
           coalesce(own.priority, a.priority), a.highlight,
           r.id, coalesce(r.name, ''), coalesce(own.result_text, a.result_text),
           a.finished_at AT TIME ZONE :zone, coalesce(finisher.full_name, ''),
           a.changed_at AT TIME ZONE :zone, coalesce(changer.full_name, ''),
           CASE WHEN a.status = 'done' THEN
               least((SELECT min(f.due_on) FROM activity AS f
                      WHERE f.follows_id = a.id AND f.status <> 'cancelled'),
                     (SELECT min(f.due_on) FROM activity_private AS h JOIN activity AS f ON f.id = h.activity_id
                      WHERE h.follows_id = a.id AND f.status <> 'cancelled'))
           END,
           tries.no_answer, tries.not_reached, tries.talked,
           CASE WHEN a.section = 'daily' AND NOT (a.is_private AND own.activity_id IS NULL) THEN
               (SELECT count(DISTINCT s.shown_on) FROM daily_showing AS s WHERE s.activity_id = a.id)
           ELSE 0 END,
           a.is_private, a.is_private AND own.activity_id IS NULL
    FROM picked JOIN activity AS a ON a.id = picked.id
    LEFT JOIN activity_private AS own ON a.is_private AND own.activity_id = a.id
    JOIN employee AS author ON author.id = a.author_id
    LEFT JOIN activity_kind AS k ON k.id = a.kind_id
    LEFT JOIN counterparty AS c ON c.id = coalesce(a.counterparty_id, own.counterparty_id)
    LEFT JOIN contact_person AS p ON p.id = coalesce(a.contact_person_id, own.contact_person_id)
    LEFT JOIN employee AS assignee ON assignee.id = a.assignee_id
    LEFT JOIN employee AS finisher ON finisher.id = a.finished_by
    LEFT JOIN employee AS changer ON changer.id = a.changed_by
    LEFT JOIN department AS d ON d.id = a.department_id
    LEFT JOIN result_kind AS r ON r.id = coalesce(a.result_kind_id, own.result_kind_id)
    LEFT JOIN LATERAL (
        SELECT t.value FROM contact_point AS t
        WHERE t.counterparty_id = c.id AND t.kind = 'phone' AND NOT t.archived
        ORDER BY t.contact_person_id IS NOT DISTINCT FROM p.id DESC,
                 t.contact_person_id IS NULL DESC, t.is_main DESC, t.id
        LIMIT 1) AS point ON a.phone IS NULL AND own.phone IS NULL
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE t.outcome = 'no_answer') AS no_answer,
               count(*) FILTER (WHERE t.outcome = 'not_reached') AS not_reached,
               count(*) FILTER (WHERE t.outcome = 'talked') AS talked
        FROM attempt AS t
        WHERE t.activity_id = a.id AND t.withdrawn_at IS NULL
          AND t.attempted_at >= :day_start AND t.attempted_at < :day_end
          AND NOT (a.is_private AND own.activity_id IS NULL)) AS tries
"""

_DAY = sa.text(f"WITH picked AS ({_BRANCHES.format(also='')}) {_ROWS}")
_DAY_OF_IDS = sa.text(f"WITH picked AS ({_BRANCHES.format(also='AND a.id = ANY(:ids)')}) {_ROWS}")
_BY_IDS = sa.text(f"WITH picked AS (SELECT a.id FROM activity AS a WHERE a.id = ANY(:ids)) {_ROWS}")

_CLOCK = sa.text("""
    SELECT office_zone(), office_today(), clock_timestamp() AT TIME ZONE office_zone(),
           (CAST(:day AS date))::timestamp AT TIME ZONE office_zone(),
           (CAST(:day AS date) + 1)::timestamp AT TIME ZONE office_zone()
""")

_OVERDUE = sa.text("""
    SELECT (SELECT count(*) FROM activity AS a
            WHERE a.assignee_id = ANY(:employees) AND a.status = 'planned'
              AND a.section <> 'daily' AND a.due_on < :today)
         + (SELECT count(*) FROM activity AS a
            WHERE a.assignee_id IS NULL AND a.department_id = ANY(:departments) AND a.status = 'planned'
              AND a.section <> 'daily' AND a.due_on < :today)
         + (SELECT count(*) FROM activity AS a
            WHERE a.assignee_id = ANY(:employees) AND a.status = 'planned'
              AND a.section = 'daily' AND a.deadline_on < :today)
""")


def _parameters(session: Session, cover: Cover, day: date | None) -> tuple[dict[str, object], datetime]:
    if day is not None and not FIRST_DAY <= day <= LAST_DAY:
        raise UserError(_("The date must lie between 1900 and 2200."))
    clock = session.execute(_CLOCK, {"day": day}).one()
    if day is None:
        clock = session.execute(_CLOCK, {"day": clock[1]}).one()
    parameters: dict[str, object] = {
        "employees": list(cover.employees),
        "departments": list(cover.departments),
        "zone": clock[0],
        "today": clock[1],
        "day": day or clock[1],
        "day_start": clock[3],
        "day_end": clock[4],
    }
    return parameters, clock[2]


def get_day(session: Session, *, cover: Cover, day: date | None, overdue: bool) -> Day:
    """Everything that `day` shows (None: the office's today); unordered, the table sorts."""
    parameters, read_at = _parameters(session, cover, day)
    rows = session.execute(_DAY, {**parameters, "overdue": overdue})
    count = session.scalar(_OVERDUE, parameters)
    return Day(
        day=parameters["day"],  # type: ignore[arg-type]  # a date
        today=parameters["today"],  # type: ignore[arg-type]  # a date
        read_at=read_at,
        rows=tuple(ActivityRow(*row) for row in rows),
        overdue_count=count or 0,
    )


def get_day_of_ids(session: Session, *, cover: Cover, day: date, overdue: bool, ids: Collection[UUID]) -> Day:
    """The same, but only those of `ids` that belong to the day: what is missing has left it."""
    parameters, read_at = _parameters(session, cover, day)
    rows = session.execute(_DAY_OF_IDS, {**parameters, "overdue": overdue, "ids": list(ids)})
    count = session.scalar(_OVERDUE, parameters)
    return Day(
        day=day,
        today=parameters["today"],  # type: ignore[arg-type]  # a date
        read_at=read_at,
        rows=tuple(ActivityRow(*row) for row in rows),
        overdue_count=count or 0,
    )


def list_activities(session: Session, ids: Collection[UUID]) -> tuple[ActivityRow, ...]:
    """These activities, whoever's they are; counters are those of the office's today."""
    parameters, _read_at = _parameters(session, Cover(frozenset(), frozenset()), None)
    rows = session.execute(_BY_IDS, {**parameters, "ids": list(ids)})
    return tuple(ActivityRow(*row) for row in rows)


_BUSY = sa.text("""
    SELECT due_on, sum(n)::int, bool_or(late) FROM (
        SELECT a.due_on, count(*) AS n, a.due_on < :today AS late FROM activity AS a
        WHERE a.assignee_id = ANY(:employees) AND a.status = 'planned' AND a.section <> 'daily'
          AND a.due_on BETWEEN :first AND :last GROUP BY a.due_on
        UNION ALL
        SELECT a.due_on, count(*), a.due_on < :today FROM activity AS a
        WHERE a.assignee_id IS NULL AND a.department_id = ANY(:departments) AND a.status = 'planned'
          AND a.section <> 'daily' AND a.due_on BETWEEN :first AND :last GROUP BY a.due_on) AS days
    GROUP BY due_on ORDER BY due_on
""")


def list_busy_days(session: Session, *, cover: Cover, first: date, last: date) -> tuple[BusyDay, ...]:
    """Days from `first` to `last` on which calls or events stand open; overdue ones marked."""
    parameters, _read_at = _parameters(session, cover, None)
    rows = session.execute(_BUSY, {**parameters, "first": first, "last": last})
    return tuple(BusyDay(*row) for row in rows)


_NEXT = sa.text("""
    SELECT min(due_on) FROM (
        (SELECT a.due_on FROM activity AS a
         WHERE a.assignee_id = ANY(:employees) AND a.status = 'planned' AND a.section <> 'daily'
           AND a.due_on > :day ORDER BY a.due_on LIMIT 1)
        UNION ALL
        (SELECT a.due_on FROM activity AS a
         WHERE a.assignee_id IS NULL AND a.department_id = ANY(:departments) AND a.status = 'planned'
           AND a.section <> 'daily' AND a.due_on > :day ORDER BY a.due_on LIMIT 1)) AS nearest
""")


def find_next_planned_day(session: Session, *, cover: Cover, day: date) -> date | None:
    """The nearest day after `day` with an open call or event."""
    parameters = {"employees": list(cover.employees), "departments": list(cover.departments), "day": day}
    nearest: date | None = session.execute(_NEXT, parameters).scalar_one()
    return nearest


def list_showings(session: Session, activity_id: UUID) -> tuple[date, ...]:
    """The days on which a daily task was shown to whoever is responsible for it without being done."""
    query = sa.text("SELECT DISTINCT shown_on FROM daily_showing WHERE activity_id = :id ORDER BY 1")
    return tuple(session.scalars(query, {"id": activity_id}))


_SHOWN = sa.text("""
    INSERT INTO daily_showing (activity_id, employee_id, shown_on)
    SELECT a.id, :me, :today FROM activity AS a
    WHERE a.id = ANY(:ids) AND a.section = 'daily' AND a.status = 'planned' AND a.due_on <= :today
    ON CONFLICT DO NOTHING
""")


def note_daily_showings(session: Session, *, employee_id: UUID, today: date, ids: Collection[UUID]) -> int:
    """Note that these daily tasks stood unfinished in the day of `employee_id`; how many were new today."""
    result = session.execute(_SHOWN, {"me": employee_id, "today": today, "ids": list(ids)})
    return result.rowcount  # type: ignore[attr-defined, no-any-return]  # a CursorResult
