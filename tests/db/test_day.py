"""What a day shows, in whichever time zone the office lies; and that no table is read through for it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from altius_desktop.domain.errors import UserError
from altius_desktop.domain.ids import new_id
from altius_desktop.services import day as days
from altius_desktop.services.activities import (
    cancel_activity,
    finish_daily_task,
    record_result,
    reschedule_activity,
    take_activity,
)
from altius_desktop.services.day import (
    Day,
    find_next_planned_day,
    get_day_of_ids,
    list_busy_days,
    note_daily_showings,
)
from altius_desktop.services.demo import DEMO_LOGINS, fill_bulk
from altius_desktop.services.identity import Cover, get_cover, get_today
from tests.conftest import Office
from tests.db.desks import INTERESTED, Desk, as_owner, employee_id, set_due, set_zone

Desks = Callable[[str], Desk]
ZONES = (
    "Europe/Moscow",
    "Asia/Vladivostok",
    "America/New_York",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "UTC",
)


def ids(day: Day) -> set[UUID]:
    return {row.id for row in day.rows}


def shows(day: Day, activity_id: UUID) -> bool:
    found = [row for row in day.rows if row.id == activity_id]
    assert len(found) <= 1, "shown twice"
    return bool(found)


def finish(desk: Desk, activity_id: UUID) -> None:
    desk.act(
        record_result,
        activity_id=activity_id,
        seen_version=desk.row(activity_id).row_version,
        kind_id=INTERESTED,
        text="",
        follow_up_id=new_id(),
    )


def finish_at(office: Office, activity_id: UUID, day: date, at: time = time(12)) -> None:
    """Put the instant of a result elsewhere: nobody at work can."""
    as_owner(
        office,
        "UPDATE activity SET finished_at = (%s::date + %s::time) AT TIME ZONE office_zone() WHERE id = %s",
        *(day, at, activity_id),
    )


def test_a_day_shows_own_plans_those_of_others_for_me_and_the_untaken_ones_of_my_department(
    office: Office, desk: Desks
) -> None:
    scherbakova, lapina = desk("scherbakova"), desk("lapina")
    own = scherbakova.plan()
    by_lapina = lapina.plan(assignee_id=scherbakova.me.employee_id)
    for_department = lapina.plan(department_id=scherbakova.me.department_id, section="event")
    for_lapina = scherbakova.plan(assignee_id=lapina.me.employee_id)
    taken = lapina.plan(department_id=scherbakova.me.department_id)
    desk("timofeev").act(take_activity, activity_id=taken)
    day = scherbakova.day()
    assert day.day == day.today == office.today()
    assert {own, by_lapina, for_department} <= ids(day)
    assert not {for_lapina, taken} & ids(day)
    assert next(row for row in day.rows if row.id == by_lapina).author_name == lapina.me.full_name
    assert shows(desk("timofeev").day(), taken)
    assert shows(scherbakova.day(of=lapina.me.employee_id), for_lapina)
    assert not shows(scherbakova.day(of=lapina.me.employee_id), for_department)


def test_overdue_rows_come_by_the_toggle_today_and_later_but_never_into_the_past(
    office: Office, desk: Desks
) -> None:
    scherbakova, today = desk("scherbakova"), office.today()
    late = scherbakova.plan(due_on=today - timedelta(3))
    late_of_all = scherbakova.plan(due_on=today - timedelta(3), department_id=scherbakova.me.department_id)
    before = scherbakova.day().overdue_count
    for row in (late, late_of_all):
        assert not shows(scherbakova.day(), row)
        assert shows(scherbakova.day(overdue=True), row)
        assert shows(scherbakova.day(today + timedelta(2), overdue=True), row)
        assert not shows(scherbakova.day(today - timedelta(2), overdue=True), row)
        assert shows(scherbakova.day(today - timedelta(3), overdue=True), row)
    finish(scherbakova, late)
    assert scherbakova.day().overdue_count == before - 1


def test_tomorrow_with_overdue_does_not_show_what_is_still_in_time_today(office: Office, desk: Desks) -> None:
    scherbakova, today = desk("scherbakova"), office.today()
    in_time = scherbakova.plan(due_on=today)
    tomorrow = scherbakova.day(today + timedelta(1), overdue=True)
    assert not shows(tomorrow, in_time)
    late = {row.id for row in tomorrow.rows if row.due_on < tomorrow.day and row.section != "daily"}
    assert late == {row.id for row in tomorrow.rows if row.is_overdue(today) and row.section != "daily"}


def test_what_is_done_today_from_an_earlier_day_stays_in_todays_sight(office: Office, desk: Desks) -> None:
    scherbakova, today = desk("scherbakova"), office.today()
    call = scherbakova.plan(due_on=today - timedelta(5))
    finish(scherbakova, call)
    assert shows(scherbakova.day(overdue=True), call)
    assert shows(scherbakova.day(), call)
    assert shows(scherbakova.day(today - timedelta(5)), call)
    assert not shows(scherbakova.day(today - timedelta(4)), call)
    finish_at(office, call, today - timedelta(1), time(23, 59))
    assert not shows(scherbakova.day(), call)
    assert shows(scherbakova.day(today - timedelta(1)), call)


@pytest.mark.parametrize("section", ["call", "daily"])
def test_what_was_cancelled_is_shown_on_no_day(office: Office, desk: Desks, section: str) -> None:
    scherbakova, today = desk("scherbakova"), office.today()
    row = scherbakova.plan(section=section, due_on=today - timedelta(1))
    scherbakova.act(cancel_activity, activity_id=row, seen_version=1)
    for offset in range(-2, 3):
        assert not shows(scherbakova.day(today + timedelta(offset), overdue=True), row)


def test_a_daily_task_comes_back_every_day_until_it_is_done(office: Office, desk: Desks) -> None:
    scherbakova, today = desk("scherbakova"), office.today()
    task = scherbakova.plan(section="daily", due_on=today - timedelta(3), deadline_on=today - timedelta(1))
    shown = [offset for offset in range(-6, 5) if shows(scherbakova.day(today + timedelta(offset)), task)]
    assert shown == list(range(-3, 5))
    row = scherbakova.row(task)
    assert row.is_overdue(today)
    assert not row.is_overdue(today - timedelta(1))
    scherbakova.act(finish_daily_task, activity_id=task, seen_version=1)
    shown = [offset for offset in range(-6, 5) if shows(scherbakova.day(today + timedelta(offset)), task)]
    assert shown == list(range(-3, 1))
    finish_at(office, task, today - timedelta(1))
    assert not shows(scherbakova.day(), task)


def test_the_days_on_which_a_daily_task_was_shown_are_counted_once_each(office: Office, desk: Desks) -> None:
    scherbakova, timofeev, today = desk("scherbakova"), desk("timofeev"), office.today()
    task = scherbakova.plan(section="daily", department_id=scherbakova.me.department_id)
    call, later = scherbakova.plan(), scherbakova.plan(section="daily", due_on=today + timedelta(1))
    done = scherbakova.plan(section="daily")
    scherbakova.act(finish_daily_task, activity_id=done, seen_version=1)

    def note(who: Desk, day: date) -> int:
        return who.ask(
            note_daily_showings, employee_id=who.me.employee_id, today=day, ids=[task, call, later, done]
        )

    assert [note(scherbakova, today), note(scherbakova, today), note(timofeev, today)] == [1, 0, 1]
    assert scherbakova.row(task).days_shown == 1
    assert note(scherbakova, today + timedelta(1)) == 2
    assert scherbakova.row(task).days_shown == 2
    assert [scherbakova.row(row).days_shown for row in (call, later, done)] == [0, 1, 0]


@pytest.mark.parametrize("zone", ZONES)
def test_today_and_the_day_of_an_instant_are_the_offices(office: Office, desk: Desks, zone: str) -> None:
    set_zone(office, zone)
    scherbakova = desk("scherbakova")
    assert scherbakova.me.zone == zone
    now = datetime.now(UTC)
    possible = {(now + timedelta(minutes=m)).astimezone(ZoneInfo(zone)).date() for m in (-5, 5)}
    assert scherbakova.ask(get_today) in possible
    assert scherbakova.day().today in possible
    for due_on in (date(2027, 3, 14), date(2027, 7, 1), date(1999, 12, 31)):
        for due_time in (time(0, 0), time(0, 30), time(23, 59), time(12, 0), None):
            call = scherbakova.plan(due_on=due_on, due_time=due_time)
            row = scherbakova.row(call)
            assert (row.due_on, row.due_time) == (due_on, due_time)
            assert shows(scherbakova.day(due_on), call)
            for other in (-1, 1):
                assert not shows(scherbakova.day(due_on + timedelta(other)), call)
    call = scherbakova.plan()
    set_due(scherbakova, call, date(2027, 5, 5), time(23, 30))
    expected = datetime(2027, 5, 5, 23, 30, tzinfo=ZoneInfo(zone))
    assert scherbakova.sql("SELECT due_at, due_on FROM activity WHERE id = %s", call) == [
        (expected, date(2027, 5, 5))
    ]
    scherbakova.sql("UPDATE activity SET due_at = due_at + interval '1 hour' WHERE id = %s", call)
    assert scherbakova.row(call).due_on == date(2027, 5, 6)


@pytest.mark.parametrize("zone", ZONES)
def test_counters_are_those_of_the_day_from_midnight_to_midnight_in_the_office(
    office: Office, desk: Desks, zone: str
) -> None:
    set_zone(office, zone)
    scherbakova = desk("scherbakova")
    today = scherbakova.ask(get_today)
    call = scherbakova.plan(due_on=today)
    midnight = datetime.combine(today, time(0), ZoneInfo(zone))
    after = datetime.combine(today + timedelta(1), time(0), ZoneInfo(zone))
    for instant, outcome in (
        (midnight - timedelta(microseconds=1), "no_answer"),
        (midnight, "not_reached"),
        (after - timedelta(microseconds=1), "not_reached"),
        (after, "talked"),
    ):
        as_owner(
            office,
            "INSERT INTO attempt (id, activity_id, outcome, attempted_at, attempted_by) VALUES (%s, %s, %s, %s, %s)",
            *(new_id(), call, outcome, instant, scherbakova.me.employee_id),
        )
    (row,) = [row for row in scherbakova.day().rows if row.id == call]
    assert (row.no_answer, row.not_reached, row.talked) == (0, 2, 0)
    listed = scherbakova.row(call)
    assert (listed.no_answer, listed.not_reached, listed.talked) == (0, 2, 0)


def test_a_day_of_23_hours_begins_and_ends_where_it_should(office: Office, desk: Desks) -> None:
    """In New York 14 March 2027 lacks an hour: what was finished at its borders belongs to one day alone."""
    set_zone(office, "America/New_York")
    scherbakova, short = desk("scherbakova"), date(2027, 3, 14)
    zone = ZoneInfo("America/New_York")
    inside = [datetime.combine(short, time(0), zone), datetime.combine(short, time(23, 59, 59), zone)]
    for instant in inside:
        call = scherbakova.plan(due_on=date(2027, 1, 4))
        finish(scherbakova, call)
        as_owner(office, "UPDATE activity SET finished_at = %s WHERE id = %s", instant, call)
        assert [d for d in (13, 14, 15) if shows(scherbakova.day(date(2027, 3, d)), call)] == [14]


@pytest.mark.parametrize("zone", ["Europe/Moscow", "Asia/Vladivostok", "America/New_York"])
def test_the_days_of_some_ids_are_the_rows_that_the_whole_day_shows(
    office: Office, desk: Desks, zone: str
) -> None:
    set_zone(office, zone)
    gromov = desk("gromov")
    today = gromov.ask(get_today)
    everything = [UUID(row) for (row,) in gromov.sql("SELECT id::text FROM activity")]
    assert len(everything) > 400
    for login in (login.login for login in DEMO_LOGINS if login.login != "admin"):
        cover = gromov.ask(get_cover, employee_id=employee_id(office, login))
        for offset in (-30, -1, 0, 1, 5):
            for overdue in (False, True):
                day = today + timedelta(offset)
                asked = {"cover": cover, "day": day, "overdue": overdue}
                whole = gromov.ask(days.get_day, **asked)
                some = gromov.ask(get_day_of_ids, **asked, ids=everything)
                assert len(whole.rows) == len(ids(whole)), "a row is shown twice"
                assert replace(some, rows=(), read_at=whole.read_at) == replace(whole, rows=())
                assert sorted(some.rows, key=lambda row: row.id) == sorted(whole.rows, key=lambda row: row.id)
    assert gromov.ask(get_day_of_ids, cover=cover, day=today, overdue=True, ids=[]).rows == ()


def test_a_row_that_left_the_day_is_missing_among_its_ids(office: Office, desk: Desks) -> None:
    scherbakova, today = desk("scherbakova"), office.today()
    stays, leaves = scherbakova.plan(), scherbakova.plan()
    scherbakova.act(
        reschedule_activity,
        activity_id=leaves,
        seen_version=1,
        due_on=today + timedelta(1),
        due_time=None,
    )
    cover = scherbakova.ask(get_cover, employee_id=scherbakova.me.employee_id)
    found = scherbakova.ask(
        get_day_of_ids, cover=cover, day=today, overdue=True, ids=[stays, leaves, new_id()]
    )
    assert ids(found) == {stays}


@pytest.mark.parametrize("day", [date.min, date(999, 1, 1), date(1899, 12, 31), date(2201, 1, 1), date.max])
def test_a_day_beyond_the_calendar_is_refused_in_words(desk: Desks, day: date) -> None:
    with pytest.raises(UserError, match="1900"):
        desk("scherbakova").day(day, overdue=True)


@pytest.mark.parametrize("day", [date(1900, 1, 1), date(2200, 12, 31)])
@pytest.mark.parametrize("zone", ZONES)
def test_the_first_and_the_last_day_can_be_opened(office: Office, desk: Desks, day: date, zone: str) -> None:
    set_zone(office, zone)
    scherbakova = desk("scherbakova")
    call = scherbakova.plan(due_on=day, due_time=time(0, 0))
    assert shows(scherbakova.day(day), call)


def test_nobodys_day_is_empty(desk: Desks) -> None:
    scherbakova = desk("scherbakova")
    nobody = Cover(frozenset(), frozenset())
    day = scherbakova.ask(days.get_day, cover=nobody, day=None, overdue=True)
    assert (day.rows, day.overdue_count) == ((), 0)


def test_the_calendar_marks_days_with_open_rows_and_finds_the_next_one(office: Office, desk: Desks) -> None:
    kryukov, today = desk("kryukov"), office.today()
    cover = Cover(frozenset({kryukov.me.employee_id}), frozenset())
    as_owner(office, "DELETE FROM attempt; DELETE FROM daily_showing")
    as_owner(
        office,
        "UPDATE activity SET follows_id = NULL; DELETE FROM activity WHERE assignee_id = %s",
        kryukov.me.employee_id,
    )
    for offset in (-2, 3, 3):
        kryukov.plan(due_on=today + timedelta(offset))
    kryukov.plan(section="daily", due_on=today + timedelta(1))
    finish(kryukov, kryukov.plan(due_on=today + timedelta(2)))
    busy = kryukov.ask(list_busy_days, cover=cover, first=today - timedelta(30), last=today + timedelta(30))
    assert [((day.day - today).days, day.planned, day.overdue) for day in busy] == [
        (-2, 1, True),
        (3, 2, False),
    ]
    assert kryukov.ask(find_next_planned_day, cover=cover, day=today) == today + timedelta(3)
    assert kryukov.ask(find_next_planned_day, cover=cover, day=today + timedelta(3)) is None


def _nodes(plan: Any) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", []):
        yield from _nodes(part)


def reads_through(plan: Any, leading: dict[str, str]) -> list[str]:
    """Scans of the large tables that use no index, or skip its first column: they read all of it."""
    found = []
    for node in _nodes(plan):
        if node["Node Type"] == "Seq Scan" and node["Relation Name"] in ("activity", "attempt"):
            found.append(node["Relation Name"])
        index = node.get("Index Name")
        if index in leading and leading[index] not in node.get("Index Cond", ""):
            found.append(index)
    return found


def test_among_fifty_thousand_activities_no_query_of_the_day_reads_a_table_through(
    office: Office, desk: Desks
) -> None:
    today = office.today()
    with office.admin.connect(office.address.database) as connection:
        fill_bulk(connection, activities=50_000, today=today)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    leading = dict(
        as_owner(
            office,
            """SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid, 1, true) FROM pg_index
               WHERE indrelid IN ('activity'::regclass, 'attempt'::regclass)
                 -- Those of the few private rows are short: asking who reads them may go through all.
                 AND coalesce(pg_get_expr(indpred, indrelid), '') <> 'is_private'""",
        )
    )
    scherbakova = desk("scherbakova")
    cover = scherbakova.ask(get_cover, employee_id=scherbakova.me.employee_id)
    with scherbakova.database.transaction() as session:
        parameters, _read_at = days._parameters(session, cover, today)
        parameters |= {
            "overdue": True,
            "ids": [new_id()],
            "first": today - timedelta(30),
            "last": today + timedelta(30),
        }

        def explain(query: str) -> list[str]:
            explained = session.execute(sa.text(f"EXPLAIN (FORMAT JSON) {query}"), parameters).scalar_one()
            return reads_through(explained[0]["Plan"], leading)

        for query in (days._DAY, days._DAY_OF_IDS, days._BY_IDS, days._OVERDUE, days._BUSY, days._NEXT):
            assert explain(query.text) == [], query.text
        # The measure itself: one OR, or a column hidden in an expression, is seen.
        for good, bad in (
            ("t.activity_id = a.id", "t.activity_id::text = a.id::text"),
            ("a.section = 'daily' AND a.status = 'done'", "a.priority = 1 OR a.status = 'done'"),
        ):
            assert good in days._DAY.text
            assert explain(days._DAY.text.replace(good, bad)) != []
