"""What happened with a counterparty: finished, open and cancelled contacts of any period."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from altius_desktop.domain.dates import Period


@dataclass(frozen=True)
class HistoryRow:
    """One contact; `happened_at` is the office time of its result, or of the last change to its plan."""

    id: UUID
    status: str
    section: str
    kind_name: str
    kind_icon: str
    day: date
    due_on: date
    finished_at: datetime | None
    contact_person_name: str
    topic: str
    description: str
    result_kind_name: str
    result_text: str
    assignee_name: str
    author_name: str
    no_answer: int
    not_reached: int
    talked: int
    highlight: int | None
    is_private: bool = False
    for_name: str = ""
    """Whose it was, where somebody else finished it."""
    shown_on: tuple[date, ...] = ()
    """The days on which a daily task was shown without being done."""


HISTORY_LIMIT = 2000
_NEVER = datetime.min

_QUERY = """
    SELECT a.id, a.status, a.section, coalesce(k.name, ''), coalesce(k.icon, ''),
           coalesce((a.finished_at AT TIME ZONE office_zone())::date, a.due_on) AS day, a.due_on,
           a.finished_at AT TIME ZONE office_zone(),
           coalesce(p.full_name, ''), {text}.topic, {text}.description, coalesce(r.name, ''), {text}.result_text,
           coalesce(finisher.full_name, assignee.full_name, d.name, ''), author.full_name,
           tries.no_answer, tries.not_reached, tries.talked, a.highlight, a.is_private,
           CASE WHEN a.finished_by <> a.assignee_id THEN assignee.full_name ELSE '' END,
           CASE WHEN a.section = 'daily' THEN
               ARRAY(SELECT DISTINCT s.shown_on FROM daily_showing AS s WHERE s.activity_id = a.id ORDER BY 1)
           ELSE '{{}}' END
    FROM {source}
    JOIN employee AS author ON author.id = a.author_id
    LEFT JOIN activity_kind AS k ON k.id = a.kind_id
    LEFT JOIN contact_person AS p ON p.id = {text}.contact_person_id
    LEFT JOIN employee AS assignee ON assignee.id = a.assignee_id
    LEFT JOIN employee AS finisher ON finisher.id = a.finished_by
    LEFT JOIN department AS d ON d.id = a.department_id
    LEFT JOIN result_kind AS r ON r.id = {text}.result_kind_id
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE t.outcome = 'no_answer') AS no_answer,
               count(*) FILTER (WHERE t.outcome = 'not_reached') AS not_reached,
               count(*) FILTER (WHERE t.outcome = 'talked') AS talked
        FROM attempt AS t WHERE t.activity_id = a.id AND t.withdrawn_at IS NULL) AS tries
    WHERE {text}.counterparty_id = :counterparty
"""
_PUBLIC = _QUERY.format(text="a", source="activity AS a")
# Those that the reader may know of: few, and found by themselves, so that the others keep their indexes.
_PRIVATE = _QUERY.format(
    text="own", source="activity_private AS own JOIN activity AS a ON a.id = own.activity_id"
)

_OF_PERIOD = """
      AND (CAST(:start AS date) IS NULL
           OR coalesce((a.finished_at AT TIME ZONE office_zone())::date, a.due_on) BETWEEN :start AND :end)
    ORDER BY day DESC, a.finished_at DESC NULLS FIRST, a.id
    LIMIT :limit
"""

_DONE = """
      AND a.status = 'done'
    ORDER BY a.finished_at DESC, a.id
    LIMIT :limit
"""
_HISTORY = tuple(sa.text(query + _OF_PERIOD) for query in (_PUBLIC, _PRIVATE))
_FINISHED = tuple(sa.text(query + _DONE) for query in (_PUBLIC, _PRIVATE))


def _history_row(row: Any) -> HistoryRow:
    made = HistoryRow(*row)
    return replace(made, shown_on=tuple(made.shown_on))


def list_history(
    session: Session, *, counterparty_id: UUID, period: Period | None, limit: int = HISTORY_LIMIT
) -> tuple[HistoryRow, ...]:
    """The counterparty's contacts of `period` (None: all), the newest first, `limit` at most."""
    parameters = {
        "counterparty": counterparty_id,
        "start": period.start if period else None,
        "end": period.end if period else None,
        "limit": limit,
    }
    public, private = (
        tuple(_history_row(row) for row in session.execute(query, parameters)) for query in _HISTORY
    )
    if not private:
        return public
    rows = sorted((*public, *private), key=lambda row: row.id)
    # The open ones stand first within their day.
    rows.sort(key=lambda row: (row.day, row.finished_at is None, row.finished_at or _NEVER), reverse=True)
    return tuple(rows[:limit])


def list_last_finished(session: Session, *, counterparty_id: UUID, limit: int) -> tuple[HistoryRow, ...]:
    """The counterparty's last finished contacts, the newest first, however many are planned."""
    parameters = {"counterparty": counterparty_id, "limit": limit}
    public, private = (
        tuple(_history_row(row) for row in session.execute(query, parameters)) for query in _FINISHED
    )
    if not private:
        return public
    rows = sorted((*public, *private), key=lambda row: row.id)
    rows.sort(key=lambda row: row.finished_at or _NEVER, reverse=True)
    return tuple(rows[:limit])
