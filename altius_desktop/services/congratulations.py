"""Days of a period on which somebody is to be congratulated: birthdays and important dates, and what is planned."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from altius_desktop.domain.dates import FIRST_DAY, LAST_DAY, Period
from altius_desktop.domain.errors import UserError
from altius_desktop.domain.occasions import yearly_keys
from altius_desktop.i18n import _

CONGRATULATIONS_LIMIT = 1000
_DAYS_AT_MOST = 366


@dataclass(frozen=True)
class CongratulationRow:
    """One day of somebody. `kind` is employee, person or date; `years` how many come round, None if unknown.

    `who` is a person's name, "" where the day is the firm's own; `planned` says that something is open for him
    (or the firm) on that day.
    """

    id: str
    kind: str
    day: date
    who: str
    contact_person_id: UUID | None
    counterparty_id: UUID | None
    counterparty_name: str
    title: str
    years: int | None
    phone: str
    email: str
    planned: bool


# Day by day through the keys, so that a long list is not read beyond its limit.
_BY_DAY = "unnest(CAST(:days AS date[]), CAST(:keys AS integer[])) WITH ORDINALITY AS d (day, key, place)"
_POINT = """
    (SELECT t.value FROM contact_point AS t
     WHERE t.counterparty_id = f.counterparty_id AND t.kind = '{kind}' AND NOT t.archived
     ORDER BY t.contact_person_id IS NOT DISTINCT FROM f.person_id DESC,
              t.contact_person_id IS NULL DESC, t.is_main DESC, t.id LIMIT 1)
"""
# What is open for a person counts for him alone, what is open for nobody in particular for the firm's own day.
_PLANNED = """
    CASE WHEN f.person_id IS NOT NULL THEN EXISTS (
        SELECT FROM activity AS a
        WHERE a.contact_person_id = f.person_id AND a.due_on = f.day AND a.status = 'planned')
    ELSE EXISTS (
        SELECT FROM activity AS a
        WHERE a.counterparty_id = f.counterparty_id AND a.due_on = f.day AND a.status = 'planned') END
"""
_WHOSE = "(CAST(:responsible AS uuid) IS NULL OR c.responsible_id = CAST(:responsible AS uuid))"
_FOUND = f"""
    (SELECT 'person' AS kind, p.id, d.day, p.full_name AS who, p.id AS person_id,
            c.id AS counterparty_id, c.name AS firm, '' AS title, p.birthday AS since
     FROM {_BY_DAY} JOIN LATERAL (
         SELECT x.* FROM contact_person AS x
         WHERE month_day(x.birthday) = d.key AND x.birthday IS NOT NULL AND NOT x.archived
           AND x.birthday < d.day) AS p ON true
     JOIN counterparty AS c ON c.id = p.counterparty_id AND NOT c.archived AND {_WHOSE}
     ORDER BY d.place LIMIT :limit)
    UNION ALL
    (SELECT 'date', i.id, d.day, coalesce(p.full_name, ''), p.id, c.id, c.name, i.title, i.falls_on
     FROM {_BY_DAY} JOIN LATERAL (
         SELECT x.* FROM important_date AS x
         WHERE month_day(x.falls_on) = d.key AND x.yearly AND NOT x.archived AND x.falls_on <= d.day) AS i ON true
     JOIN counterparty AS c ON c.id = i.counterparty_id AND NOT c.archived AND {_WHOSE}
     LEFT JOIN contact_person AS p ON p.id = i.contact_person_id
     ORDER BY d.place LIMIT :limit)
    UNION ALL
    (SELECT 'date', i.id, i.falls_on, coalesce(p.full_name, ''), p.id, c.id, c.name, i.title, NULL::date
     FROM important_date AS i
     JOIN counterparty AS c ON c.id = i.counterparty_id AND NOT c.archived AND {_WHOSE}
     LEFT JOIN contact_person AS p ON p.id = i.contact_person_id
     WHERE NOT i.yearly AND NOT i.archived AND i.falls_on BETWEEN :start AND :end
     ORDER BY i.falls_on LIMIT :limit)
"""
_OF_COUNTERPARTIES = sa.text(f"""
    WITH f AS MATERIALIZED (SELECT * FROM ({_FOUND}) AS all_of ORDER BY day, who, firm, id LIMIT :limit)
    SELECT f.kind, f.id, f.day, f.who, f.person_id, f.counterparty_id, f.firm, f.title,
           (extract(year FROM f.day) - extract(year FROM f.since))::integer,
           coalesce({_POINT.format(kind="phone")}, ''), coalesce({_POINT.format(kind="email")}, ''), {_PLANNED}
    FROM f
""")
# A colleague is no counterparty: what is planned for his day names him in its topic.
_OF_EMPLOYEES = sa.text(f"""
    SELECT 'employee', e.id, d.day, e.full_name, NULL::uuid, NULL::uuid, '', '',
           (extract(year FROM d.day) - extract(year FROM e.birthday))::integer,
           coalesce(e.phone, ''), coalesce(e.email, ''),
           EXISTS (SELECT FROM activity AS a
                   WHERE a.assignee_id = current_employee_id() AND a.due_on = d.day AND a.status = 'planned'
                     AND a.counterparty_id IS NULL AND NOT a.is_private
                     AND strpos(a.topic, split_part(e.full_name, ' ', 1)) > 0)
    FROM {_BY_DAY} JOIN employee AS e ON month_day(e.birthday) = d.key AND e.birthday < d.day AND e.active
    ORDER BY d.place
""")


def list_congratulations(
    session: Session, *, period: Period, responsible_id: UUID | None = None
) -> tuple[CongratulationRow, ...]:
    """The days of the period, the earliest first, CONGRATULATIONS_LIMIT at most; employees' are always among them.

    With `responsible_id` only counterparties in his charge. UserError for a period longer than a year.
    """
    if not FIRST_DAY <= period.start <= period.end <= LAST_DAY:
        raise UserError(_("The date must lie between 1900 and 2200."))
    if (period.end - period.start).days >= _DAYS_AT_MOST:
        raise UserError(_("Choose a period of a year at most."))
    days, keys = zip(*yearly_keys(period.start, period.end), strict=True)
    values = {"days": list(days), "keys": list(keys)}
    rows = [
        *session.execute(
            _OF_COUNTERPARTIES,
            {
                **values,
                "start": period.start,
                "end": period.end,
                "limit": CONGRATULATIONS_LIMIT,
                "responsible": responsible_id,
            },
        ),
        *session.execute(_OF_EMPLOYEES, values),
    ]
    found = [CongratulationRow(f"{row[0]}:{row[1]}:{row[2]}", row[0], row[2], *row[3:]) for row in rows]
    found.sort(key=lambda row: (row.day, row.kind != "employee", row.who, row.counterparty_name, row.id))
    return tuple(found[:CONGRATULATIONS_LIMIT])
