"""Who changed what and when on a card or an activity, field by field, in the user's words; newest first, by pages."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from altius_desktop.i18n import N_, _
from altius_desktop.services.change_words import FIELD_NAMES, RECORD_NAMES, Trace, Words, read_words

PAGE = 200
"""Changed records read at a time; each gives a row for every field."""

# Changes of these fields are taken back by the ordinary ways of changing them; services/restoring.py does it.
RESTORABLE = frozenset(
    {
        *(("counterparty", name) for name in FIELD_NAMES["counterparty"]),
        ("counterparty_role", "archived"),
        *(("contact_person", name) for name in FIELD_NAMES["contact_person"] if name != "counterparty_id"),
        ("contact_point", "archived"),
        *(("important_date", name) for name in FIELD_NAMES["important_date"]),
        *(("feedback", name) for name in FIELD_NAMES["feedback"]),
        *(("agreed_term", name) for name in FIELD_NAMES["agreed_term"]),
        *(
            ("activity", name)
            for name in FIELD_NAMES["activity"]
            if name not in ("status", "result_kind_id", "result_text", "plan_id")
        ),
    }
)


@dataclass(frozen=True)
class ChangedPlace:
    """Whose changes are listed: a counterparty with what belongs to it, or an activity with its attempts."""

    table: str
    row_id: UUID

    @classmethod
    def of_counterparty(cls, counterparty_id: UUID) -> "ChangedPlace":
        return cls("counterparty", counterparty_id)

    @classmethod
    def of_activity(cls, activity_id: UUID) -> "ChangedPlace":
        return cls("activity", activity_id)


@dataclass(frozen=True)
class ChangeFilter:
    """Only changes of this table and, where columns are named, of these fields."""

    table: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class ChangeRow:
    """One field changed. `kind` is added, changed, removed from the card, returned to it, or erased.

    Only a changed one tells `field`, `old` and `new`.

    `at` is the office's time; `id` tells rows apart, `change_id` is the same for fields changed together.
    """

    id: str
    change_id: int
    at: datetime
    who: str
    table: str
    row_id: UUID
    record: str
    column: str
    field: str
    old: str
    new: str
    kind: str
    restorable: bool


@dataclass(frozen=True)
class ChangePage:
    """Changes with where the next page begins; None where these are the last."""

    rows: tuple[ChangeRow, ...]
    next_before: int | None


def list_changes(
    session: Session,
    *,
    place: ChangedPlace,
    before: int | None = None,
    only: ChangeFilter | None = None,
    limit: int = PAGE,
) -> ChangePage:
    """The changes of `place` before the change with the id `before` (None: from the newest on)."""
    traces = read_traces(session, place=place, before=before, only=only, limit=limit)
    words = read_words(session, traces)
    rows = tuple(row for trace in traces for row in _rows(trace, words, only))
    return ChangePage(rows, traces[-1].id if len(traces) == limit else None)


def filter_choices(place: ChangedPlace) -> tuple[tuple[str, ChangeFilter], ...]:
    """What the list may be narrowed to: each field of the firm or activity, and the records that belong to it."""
    own = tuple(
        (_(name), ChangeFilter(place.table, ("due_on", "due_at") if column == "due_on" else (column,)))
        for column, name in FIELD_NAMES[place.table].items()
        if column != "due_at"
    )
    parts = _PARTS_OF_ACTIVITY if place.table == "activity" else _PARTS_OF_CARD
    return (*own, *((_(name), ChangeFilter(table)) for table, name in parts))


_TAKEN_OFF = ("contact_person", "contact_point", "important_date", "feedback", "agreed_term")
_PARTS_OF_ACTIVITY = (("attempt", N_("Attempts")),)
_PARTS_OF_CARD = (
    ("counterparty_role", N_("Role")),
    ("contact_person", N_("Contact persons")),
    ("contact_point", N_("Phones, faxes, e-mails")),
    ("important_date", N_("Important dates")),
    ("feedback", N_("Wishes and complaints")),
    ("agreed_term", N_("Terms and discounts")),
)

_TRACES = sa.text("""
    SELECT h.id, h.at AT TIME ZONE office_zone(), coalesce(e.full_name, h.login), h.changed_table, h.changed_row,
           h.row_part, h.action, coalesce(h.old, '{}'), coalesce(h.new, '{}'), h.erased
    FROM history_of(:table, CAST(:row_id AS uuid), CAST(:before AS bigint), CAST(:limit AS integer),
                    CAST(:only_table AS text), :only_columns) AS h
    LEFT JOIN employee AS e ON e.login = h.login
    ORDER BY h.id DESC
""").bindparams(sa.bindparam("only_columns", type_=ARRAY(sa.Text)))


def read_traces(
    session: Session,
    *,
    place: ChangedPlace,
    before: int | None = None,
    only: ChangeFilter | None = None,
    limit: int = PAGE,
) -> list[Trace]:
    """The history as it is stored, newest first."""
    rows = session.execute(
        _TRACES,
        {
            "table": place.table,
            "row_id": place.row_id,
            "before": before,
            "limit": limit,
            "only_table": only.table if only else None,
            "only_columns": list(only.columns) if only and only.columns else None,
        },
    )
    return [Trace(*row) for row in rows]


def _rows(trace: Trace, words: Words, only: ChangeFilter | None) -> list[ChangeRow]:
    if trace.action == "insert":
        return [_row(trace, words, "", "", "", "", "added")]
    found = []
    for column, name in FIELD_NAMES.get(trace.table, {}).items():
        if column not in trace.new or (only and only.columns and column not in only.columns):
            continue
        if column == "archived" and trace.table in _TAKEN_OFF:
            kind = "removed" if trace.new[column] else "returned"
            found.append(_row(trace, words, column, "", "", "", kind))
            continue
        old, new = words.value(trace, column, trace.old), words.value(trace, column, trace.new)
        # The day carries the time: the same hour of another day is no change of the time.
        if old != new:
            found.append(_row(trace, words, column, _(name), old, new, "changed"))
    if trace.erased:
        found.append(_row(trace, words, "", "", "", "", "erased"))
    return found


def _row(trace: Trace, words: Words, column: str, name: str, old: str, new: str, kind: str) -> ChangeRow:
    return ChangeRow(
        id=f"{trace.id}.{column or kind}",
        change_id=trace.id,
        at=trace.at,
        who=trace.who,
        table=trace.table,
        row_id=trace.row_id,
        record=words.record(trace) if trace.table in RECORD_NAMES else trace.table,
        column=column,
        field=name,
        old=old,
        new=new,
        kind=kind,
        restorable=(trace.table, column) in RESTORABLE,
    )
