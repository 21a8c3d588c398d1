"""What is told when, to whom, and that it is told once."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from altius_desktop.domain.ids import new_id
from altius_desktop.domain.occasions import next_working_day, remind_on
from altius_desktop.services.activities import cancel_activity, record_result, reschedule_activity
from altius_desktop.services.reminders import Reminder, take_due, take_due_by_the_clock
from tests.conftest import Office
from tests.db.desks import Desk, as_owner, at_once, employee_id
from tests.db.test_covers import away
from tests.explained import explain

Open = Callable[[str], Desk]


@pytest.fixture(autouse=True)
def quiet(office: Office) -> None:
    """Nothing is due but what a test makes so, and it is noon in the office: no day ends meanwhile."""
    as_owner(office, "UPDATE reminder_route SET archived = true")
    as_owner(office, "UPDATE absence SET archived = true")
    as_owner(office, "UPDATE activity SET status = 'cancelled' WHERE status = 'planned'")
    as_owner(office, "UPDATE employee SET birthday = NULL, has_workplace = login IS NOT NULL")
    as_owner(office, "UPDATE contact_person SET birthday = NULL")
    as_owner(office, "UPDATE important_date SET archived = true")
    zones = [
        "Pacific/Honolulu",
        "America/New_York",
        "Europe/Moscow",
        "Asia/Bangkok",
        "Asia/Kamchatka",
        "America/Los_Angeles",
    ]
    hours = as_owner(office, "SELECT z, extract(hour FROM now() AT TIME ZONE z) FROM unnest(%s) AS z", zones)
    zone = min(hours, key=lambda row: abs(float(row[1]) - 12))[0]
    as_owner(office, "UPDATE company SET time_zone = %s, remind_days = 3, remind_minutes = 15", zone)


def due(desk: Desk) -> list[Reminder]:
    return list(desk.ask(take_due))


def in_minutes(desk: Desk, minutes: int) -> datetime:
    ((now,),) = desk.sql("SELECT clock_timestamp() AT TIME ZONE office_zone()")
    return now + timedelta(minutes=minutes)


def timed(desk: Desk, minutes: int, **fields: Any) -> UUID:
    moment = in_minutes(desk, minutes)
    return desk.plan(due_on=moment.date(), due_time=moment.time().replace(second=0, microsecond=0), **fields)


def firm(office: Office, responsible: str | None) -> tuple[str, str]:
    """A firm in the charge of that employee and one of its persons."""
    ((counterparty, person),) = as_owner(
        office,
        "SELECT c.id::text, p.id::text FROM counterparty AS c JOIN contact_person AS p ON p.counterparty_id = c.id"
        " WHERE NOT c.archived AND NOT p.archived ORDER BY c.id, p.id LIMIT 1",
    )
    owner = employee_id(office, responsible) if responsible else None
    as_owner(office, "UPDATE counterparty SET responsible_id = %s WHERE id = %s", owner, counterparty)
    return counterparty, person


def born(day: date) -> date:
    return day.replace(year=1984)


def test_what_has_a_time_is_told_once_so_many_minutes_before_in_whichever_window(desk: Open) -> None:
    one, other = desk("scherbakova"), desk("scherbakova")
    soon = timed(one, 10, topic="Скоро")
    timed(one, 40, topic="Позже")
    (reminder,) = due(one)
    assert (reminder.kind, reminder.activity_id, reminder.subject) == ("timed", soon, "Скоро")
    assert 9 <= reminder.minutes <= 10
    assert due(other) == []
    assert other.ask(take_due_by_the_clock) == ()


def test_two_windows_that_ask_at_once_tell_it_once(desk: Open) -> None:
    one, other = desk("scherbakova"), desk("scherbakova")
    timed(one, 10)
    answers = at_once(lambda: due(one), lambda: due(other))
    assert sorted(map(len, answers)) == [0, 1]


def test_moving_the_activity_moves_the_reminder(desk: Open) -> None:
    me = desk("scherbakova")
    activity = timed(me, 10)
    assert len(due(me)) == 1
    moment = in_minutes(me, 14)
    me.act(
        reschedule_activity,
        activity_id=activity,
        seen_version=me.row(activity).row_version,
        due_on=moment.date(),
        due_time=moment.time().replace(second=0, microsecond=0),
    )
    assert [reminder.activity_id for reminder in me.ask(take_due_by_the_clock)] == [activity]
    assert due(me) == []


def test_nothing_is_told_of_what_is_done_or_cancelled(desk: Open) -> None:
    me = desk("scherbakova")
    done, cancelled = timed(me, 10), timed(me, 11)
    me.act(
        record_result,
        activity_id=done,
        seen_version=me.row(done).row_version,
        kind_id=None,
        text="",
        follow_up_id=new_id(),
    )
    me.act(cancel_activity, activity_id=cancelled, seen_version=me.row(cancelled).row_version)
    assert due(me) == []


def test_the_minutes_are_those_of_the_company(office: Office, desk: Open) -> None:
    me = desk("scherbakova")
    timed(me, 40)
    assert due(me) == []
    as_owner(office, "UPDATE company SET remind_minutes = 45")
    assert len(due(me)) == 1


def test_a_departments_untaken_activity_is_told_to_everybody_in_it_and_to_nobody_else(
    office: Office, desk: Open
) -> None:
    me, stranger = desk("scherbakova"), desk("petrova")
    as_owner(
        office,
        "UPDATE employee SET department_id = %s WHERE login = 'vlasova'",
        me.me.department_id,
    )
    colleague = desk("vlasova")
    timed(me, 10, department_id=me.me.department_id)
    assert [reminder.is_department for reminder in due(me) + due(colleague)] == [True, True]
    assert due(stranger) == []


def test_the_substitute_is_told_too_and_for_whom_but_not_of_what_is_private(desk: Open) -> None:
    petrova, lapina = desk("petrova"), desk("lapina")
    away(petrova, "petrova", "lapina")
    timed(petrova, 10, assignee_id=petrova.me.employee_id, topic="Сверка")
    timed(petrova, 10, assignee_id=petrova.me.employee_id, topic="Тайное", is_private=True)
    (reminder,) = due(lapina)
    assert (reminder.subject, reminder.on_behalf_of) == ("Сверка", petrova.me.full_name)
    assert {reminder.subject for reminder in due(petrova)} == {"Сверка", "Тайное"}
    assert due(desk("fomin")) == []


def test_a_deadline_is_told_on_the_working_day_before_and_on_its_day(office: Office, desk: Open) -> None:
    me, today = desk("scherbakova"), office.today()
    last = next_working_day(today)
    first = me.plan(section="daily", deadline_on=today, topic="Сегодня")
    me.plan(section="daily", deadline_on=last + timedelta(days=1), topic="Потом")
    ahead = me.plan(section="daily", deadline_on=last, topic="Накануне")
    told = {reminder.activity_id: reminder.days for reminder in due(me)}
    expected = {first: 0} if today.weekday() > 4 else {first: 0, ahead: (last - today).days}
    assert told == expected
    as_owner(office, "UPDATE activity SET deadline_on = %s WHERE id = %s", today, ahead)
    assert [reminder.activity_id for reminder in due(me)] == [ahead]


def test_what_is_overdue_is_told_as_one_number_a_day(office: Office, desk: Open) -> None:
    me, today = desk("scherbakova"), office.today()
    for days in (1, 2, 3):
        me.plan(due_on=today - timedelta(days), topic="Давно")
    me.plan(section="daily", due_on=today - timedelta(5), deadline_on=today - timedelta(1))
    assert [(reminder.kind, reminder.count) for reminder in due(me)] == [("overdue", 4)]
    me.plan(due_on=today - timedelta(4))
    assert due(me) == []
    as_owner(office, "UPDATE reminder_shown SET occasion = 'overdue:' || (office_today() - 1)")
    assert [reminder.count for reminder in due(me)] == [5]


def test_a_colleagues_birthday_is_told_ahead_and_on_the_day_but_not_to_himself(
    office: Office, desk: Open
) -> None:
    me, today = desk("scherbakova"), office.today()
    as_owner(office, "UPDATE employee SET birthday = %s WHERE login IN ('scherbakova', 'fomin')", born(today))
    later = today + timedelta(days=3)
    as_owner(office, "UPDATE employee SET birthday = %s WHERE login = 'lapina'", born(later))
    as_owner(
        office, "UPDATE employee SET birthday = %s WHERE login = 'vlasova'", born(today + timedelta(days=6))
    )
    assert {(reminder.subject, reminder.days) for reminder in due(me)} == {
        (desk("fomin").me.full_name, 0),
        (desk("lapina").me.full_name, 3),
    }
    assert due(me) == []


def test_a_persons_birthday_is_told_to_who_is_responsible_and_where_nobody_is_to_secretary_and_director(
    office: Office, desk: Open
) -> None:
    today = office.today()
    _firm, person = firm(office, "scherbakova")
    as_owner(office, "UPDATE contact_person SET birthday = %s WHERE id = %s", born(today), person)
    (reminder,) = due(desk("scherbakova"))
    assert (reminder.kind, str(reminder.contact_person_id), reminder.day) == ("person", person, today)
    for login in ("fomin", "lapina", "gromov"):
        assert due(desk(login)) == []
    firm(office, None)
    for login, told in (("fomin", 0), ("lapina", 1), ("gromov", 1)):
        assert len(due(desk(login))) == told


def test_an_important_date_has_days_of_its_own_and_one_that_does_not_return_is_told_in_its_year(
    office: Office, desk: Open
) -> None:
    me, today = desk("scherbakova"), office.today()
    counterparty, _person = firm(office, "scherbakova")

    def enter(title: str, day: date, yearly: bool, days: int | None) -> None:
        as_owner(
            office,
            "INSERT INTO important_date (id, counterparty_id, title, falls_on, yearly, remind_days)"
            " VALUES (gen_random_uuid(), %s, %s, %s, %s, %s)",
            counterparty,
            title,
            day,
            yearly,
            days,
        )

    far = today + timedelta(days=20)
    enter("Основание", born(far), True, 20)
    enter("Переезд", far, False, 20)
    enter("Потом", born(far), True, None)
    enter("Было", far.replace(year=far.year - 1), False, 20)
    enter("Сегодня", today, False, None)
    assert {(reminder.subject, reminder.days) for reminder in due(me)} == {
        ("Основание", 20),
        ("Переезд", 20),
        ("Сегодня", 0),
    }


def test_a_day_after_the_weekend_is_told_before_it(office: Office, desk: Open) -> None:
    """With no days ahead, a Saturday's or Sunday's birthday is told on the Friday."""
    me, today = desk("scherbakova"), office.today()
    as_owner(office, "UPDATE company SET remind_days = 0")
    for number, login in enumerate(("fomin", "lapina", "vlasova")):
        as_owner(
            office,
            "UPDATE employee SET birthday = %s WHERE login = %s",
            born(today + timedelta(days=number)),
            login,
        )
    days = [today + timedelta(days=number) for number in range(3)]
    assert {reminder.day for reminder in due(me)} == {
        day for day in days if day == today or remind_on(day, 0) <= today
    }


def test_an_administrator_is_told_nothing(desk: Open) -> None:
    assert due(desk("admin")) == []


def test_nobody_is_told_in_anothers_name(desk: Open) -> None:
    """What a colleague was shown is neither seen nor written by anybody else."""
    timed(desk("scherbakova"), 10)
    due(desk("scherbakova"))
    assert desk("fomin").sql("SELECT * FROM reminder_shown") == []


def crowd(office: Office) -> None:
    """So many persons and activities that reading all of them would be the longer way."""
    as_owner(
        office,
        "INSERT INTO contact_person (id, counterparty_id, full_name, birthday)"
        " SELECT gen_random_uuid(), c.id, 'Лицо', DATE '1960-01-01' + mod(n, 14000)"
        " FROM generate_series(1, 30000) AS n CROSS JOIN (SELECT id FROM counterparty LIMIT 1) AS c",
    )
    as_owner(
        office,
        "INSERT INTO activity (id, section, kind_id, assignee_id, author_id, due_on, topic, status, counterparty_id,"
        " contact_person_id)"
        " SELECT gen_random_uuid(), 'call', (SELECT id FROM activity_kind LIMIT 1), e.id, e.id,"
        " DATE '2020-01-01' + n, 'Тема', 'cancelled', p.counterparty_id, p.id"
        " FROM generate_series(1, 3000) AS n CROSS JOIN employee AS e"
        " CROSS JOIN (SELECT id, counterparty_id FROM contact_person LIMIT 1) AS p",
    )
    as_owner(office, "ANALYZE")


def test_no_large_table_is_read_from_end_to_end(office: Office, desk: Open) -> None:
    crowd(office)
    as_owner(office, "UPDATE counterparty SET responsible_id = %s", employee_id(office, "scherbakova"))
    as_owner(office, "ANALYZE")
    told = explain(desk("scherbakova").database, take_due)
    # The few firms of the demo may be read whole.
    assert not {"contact_person", "activity"} & set(told.scanned)
    assert len(told.statements) >= 8
