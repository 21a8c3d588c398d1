"""For whom an employee stands in today, and why."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class StandIn:
    """Somebody whose day one works. `reason` is route, absence, further or director.

    `away_until` is the last day of his absence, None if he is not away; `note` what was written about it.
    """

    employee_id: UUID
    full_name: str
    reason: str
    has_workplace: bool
    away_until: date | None
    note: str


_STAND_INS = sa.text("""
    SELECT c.employee_id, e.full_name, c.reason, e.has_workplace, a.valid_to, coalesce(a.reason, r.reason, '')
    FROM covers(office_today()) AS c
    JOIN employee AS e ON e.id = c.employee_id
    LEFT JOIN LATERAL (
        SELECT x.valid_to, x.reason FROM absence AS x
        WHERE x.employee_id = c.employee_id AND NOT x.archived
          AND office_today() BETWEEN x.valid_from AND x.valid_to
        ORDER BY x.valid_to DESC LIMIT 1) AS a ON true
    LEFT JOIN LATERAL (
        SELECT x.reason FROM reminder_route AS x
        WHERE x.employee_id = c.employee_id AND x.receiver_id = c.receiver_id AND NOT x.archived
          AND office_today() BETWEEN coalesce(x.valid_from, office_today()) AND coalesce(x.valid_to, office_today())
        LIMIT 1) AS r ON true
    WHERE c.receiver_id = :receiver
""")


def list_stand_ins(session: Session, employee_id: UUID) -> dict[UUID, StandIn]:
    """Whose days this employee works today, beside his own."""
    rows = session.execute(_STAND_INS, {"receiver": employee_id})
    return {row[0]: StandIn(*row) for row in rows}
