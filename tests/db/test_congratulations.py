"""Whose days lie in a period, and whether something is planned for them."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from altius_desktop.domain.dates import Period
from altius_desktop.domain.errors import UserError
from altius_desktop.services.activities import cancel_activity
from altius_desktop.services.congratulations import CongratulationRow, list_congratulations
from tests.conftest import Office
from tests.db.desks import Desk, as_owner
from tests.db.test_reminders import born, crowd, firm
from tests.explained import explain

Open = Callable[[str], Desk]


@pytest.fixture(autouse=True)
def nobody(office: Office) -> None:
    """Nobody has a day but who gets one in a test."""
    as_owner(office, "UPDATE employee SET birthday = NULL")
    as_owner(office, "UPDATE contact_person SET birthday = NULL")
    as_owner(office, "UPDATE important_date SET archived = true")


def listed(desk: Desk, first: date, days: int, *, mine: bool = False) -> list[CongratulationRow]:
    period = Period(first, first + timedelta(days=days))
    responsible = desk.me.employee_id if mine else None
    return list(desk.ask(list_congratulations, period=period, responsible_id=responsible))


def test_birthdays_and_dates_stand_in_the_order_of_their_days_with_the_years_that_come_round(
    office: Office, desk: Open
) -> None:
    me, first = desk("scherbakova"), date(2027, 3, 1)
    counterparty, person = firm(office, "scherbakova")
    as_owner(office, "UPDATE employee SET birthday = '1987-03-05' WHERE login = 'fomin'")
    as_owner(office, "UPDATE contact_person SET birthday = '1970-03-03' WHERE id = %s", person)
    for title, day, yearly in (
        ("Основание", "2002-03-04", True),
        ("Переезд", "2027-03-02", False),
        ("Было", "2026-03-02", False),
    ):
        as_owner(
            office,
            "INSERT INTO important_date (id, counterparty_id, title, falls_on, yearly)"
            " VALUES (gen_random_uuid(), %s, %s, %s, %s)",
            counterparty,
            title,
            day,
            yearly,
        )
    rows = listed(me, first, 29)
    assert [(row.day.day, row.kind, row.title, row.years) for row in rows] == [
        (2, "date", "Переезд", None),
        (3, "person", "", 57),
        (4, "date", "Основание", 25),
        (5, "employee", "", 40),
    ]
    assert rows[1].phone
    assert {row.counterparty_name for row in rows[:3]} == {rows[0].counterparty_name}
    assert listed(me, first, 1) == rows[:1]


def test_the_29th_of_february_comes_on_the_28th_of_a_common_year(office: Office, desk: Open) -> None:
    as_owner(office, "UPDATE employee SET birthday = '2000-02-29' WHERE login = 'fomin'")
    me = desk("scherbakova")
    assert [row.day for row in listed(me, date(2027, 2, 1), 40)] == [date(2027, 2, 28)]
    assert [row.day for row in listed(me, date(2028, 2, 1), 40)] == [date(2028, 2, 29)]


def test_only_ones_own_firms_are_listed_where_that_is_wished(office: Office, desk: Open) -> None:
    today = office.today()
    _firm, person = firm(office, "scherbakova")
    as_owner(office, "UPDATE contact_person SET birthday = %s WHERE id = %s", born(today), person)
    assert len(listed(desk("scherbakova"), today, 3, mine=True)) == 1
    assert listed(desk("fomin"), today, 3, mine=True) == []
    assert len(listed(desk("fomin"), today, 3)) == 1


def test_what_is_open_for_the_person_on_that_day_is_planned_already(office: Office, desk: Open) -> None:
    me, today = desk("scherbakova"), office.today()
    counterparty, person = firm(office, "scherbakova")
    as_owner(office, "UPDATE activity SET status = 'cancelled' WHERE status = 'planned'")
    as_owner(office, "UPDATE contact_person SET birthday = %s WHERE id = %s", born(today), person)
    as_owner(office, "UPDATE employee SET birthday = %s WHERE login = 'fomin'", born(today))

    def planned() -> set[str]:
        return {row.kind for row in listed(me, today, 0) if row.planned}

    me.plan(counterparty_id=counterparty, due_on=today)
    assert planned() == set()
    call = me.plan(counterparty_id=counterparty, contact_person_id=person, due_on=today)
    assert planned() == {"person"}
    me.act(cancel_activity, activity_id=call, seen_version=me.row(call).row_version)
    surname = desk("fomin").me.full_name.split()[0]
    me.plan(topic=f"День рождения: {surname} О.", due_on=today)
    assert planned() == {"employee"}


def test_a_period_of_more_than_a_year_is_refused(office: Office, desk: Open) -> None:
    assert listed(desk("scherbakova"), office.today(), 365) == []
    with pytest.raises(UserError):
        listed(desk("scherbakova"), office.today(), 366)


def test_persons_are_found_by_their_month_and_day(office: Office, desk: Open) -> None:
    crowd(office)
    today = office.today()
    told = explain(
        desk("scherbakova").database, list_congratulations, period=Period(today, today + timedelta(days=29))
    )
    assert not {"contact_person", "activity"} & set(told.scanned)
