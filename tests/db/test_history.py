"""The history of a counterparty: everything of a period, by the office's day, and the panel's last contacts."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest

from altius_desktop.domain.dates import Period
from altius_desktop.domain.ids import new_id
from altius_desktop.domain.occasions import next_yearly
from altius_desktop.services.activities import cancel_activity, record_result
from altius_desktop.services.attempts import record_attempt
from altius_desktop.services.counterparties import get_counterparty_summary, list_phones
from altius_desktop.services.history import HistoryRow, list_history
from tests.conftest import Office
from tests.db.desks import REFUSED, Desk, as_owner, set_zone

Desks = Callable[[str], Desk]


@pytest.fixture
def firm(office: Office) -> UUID:
    """A counterparty that nobody has spoken to yet."""
    made = new_id()
    as_owner(
        office,
        "INSERT INTO counterparty (id, name, search_text, sort_key) VALUES (%s, 'ООО «Тишина»', 'тишина', 'тишина')",
        made,
    )
    return made


def finish(desk: Desk, call: UUID, text: str = "") -> None:
    desk.act(
        record_result, activity_id=call, seen_version=9, kind_id=REFUSED, text=text, follow_up_id=new_id()
    )


def history(desk: Desk, firm: UUID, period: Period | None = None) -> tuple[HistoryRow, ...]:
    return desk.ask(list_history, counterparty_id=firm, period=period)


def test_every_contact_of_a_firm_is_in_its_history_whoever_had_it(
    office: Office, desk: Desks, firm: UUID
) -> None:
    scherbakova, petrova, today = desk("scherbakova"), desk("petrova"), office.today()
    done = scherbakova.plan(counterparty_id=firm)
    scherbakova.act(record_attempt, attempt_id=new_id(), activity_id=done, outcome="no_answer")
    taken_back = petrova.act(record_attempt, attempt_id=new_id(), activity_id=done, outcome="talked")
    petrova.undo(taken_back.inverse)
    finish(scherbakova, done, "Не хотят")
    coming = petrova.plan(counterparty_id=firm, section="event", due_on=today + timedelta(3))
    cancelled = petrova.plan(counterparty_id=firm, due_on=today - timedelta(3))
    petrova.act(cancel_activity, activity_id=cancelled, seen_version=1)
    rows = history(scherbakova, firm)
    assert [(row.id, row.status) for row in rows] == [
        (coming, "planned"),
        (done, "done"),
        (cancelled, "cancelled"),
    ]
    row = rows[1]
    assert (row.result_text, row.assignee_name, row.author_name) == (
        "Не хотят",
        scherbakova.me.full_name,
        scherbakova.me.full_name,
    )
    assert (row.no_answer, row.not_reached, row.talked) == (1, 0, 0)


def test_a_period_takes_both_its_days_in_and_a_result_counts_on_its_own_day(
    office: Office, desk: Desks, firm: UUID
) -> None:
    scherbakova, today = desk("scherbakova"), office.today()
    late = scherbakova.plan(counterparty_id=firm, due_on=today - timedelta(10))
    finish(scherbakova, late)
    for first, last, found in ((-10, -1, False), (0, 0, True), (-3, 0, True), (0, 5, True), (1, 5, False)):
        period = Period(today + timedelta(first), today + timedelta(last))
        assert bool(history(scherbakova, firm, period)) is found


@pytest.mark.parametrize(
    ("zone", "day"), [("Asia/Vladivostok", date(2026, 3, 2)), ("America/New_York", date(2026, 3, 1))]
)
def test_the_day_of_a_result_is_the_offices(
    office: Office, desk: Desks, firm: UUID, zone: str, day: date
) -> None:
    set_zone(office, zone)
    scherbakova = desk("scherbakova")
    call = scherbakova.plan(counterparty_id=firm)
    finish(scherbakova, call)
    as_owner(office, "UPDATE activity SET finished_at = '2026-03-01 20:00+00' WHERE id = %s", call)
    (row,) = history(scherbakova, firm, Period(day, day))
    assert row.day == day
    assert row.finished_at is not None
    assert row.finished_at.date() == day


def test_the_panel_shows_the_last_five_finished_however_many_are_planned(
    office: Office, desk: Desks, firm: UUID
) -> None:
    scherbakova, today = desk("scherbakova"), office.today()
    done = [scherbakova.plan(counterparty_id=firm) for _ in range(6)]
    for call in done:
        finish(scherbakova, call)
    for number in range(15):
        scherbakova.plan(counterparty_id=firm, due_on=today + timedelta(number))
    summary = scherbakova.ask(get_counterparty_summary, counterparty_id=firm)
    assert summary is not None
    assert [row.id for row in summary.recent] == done[:0:-1]


def test_the_summary_tells_of_birthdays_that_are_near_in_the_offices_days(
    office: Office, desk: Desks, firm: UUID
) -> None:
    today = office.today()
    for name, day in (
        ("Сегодня", today.replace(year=1980) if (today.month, today.day) != (2, 29) else date(1980, 2, 29)),
        ("Через две недели", (today + timedelta(14)).replace(year=1984)),
        ("Позже", (today + timedelta(15)).replace(year=1984)),
    ):
        as_owner(
            office,
            "INSERT INTO contact_person (id, counterparty_id, full_name, birthday) VALUES (%s, %s, %s, %s)",
            *(new_id(), firm, name, day),
        )
    summary = desk("petrova").ask(get_counterparty_summary, counterparty_id=firm)
    assert summary is not None
    assert {(birthday.full_name, birthday.days_left) for birthday in summary.birthdays} == {
        ("Сегодня", 0),
        ("Через две недели", 14),
    }


@pytest.mark.parametrize(
    ("born", "today", "expected"),
    [
        (date(1980, 2, 29), date(2027, 2, 27), date(2027, 2, 28)),
        (date(1980, 2, 29), date(2027, 3, 1), date(2028, 2, 29)),
        (date(1980, 2, 29), date(2028, 2, 29), date(2028, 2, 29)),
        (date(1980, 1, 1), date(2027, 12, 31), date(2028, 1, 1)),
        (date(1980, 12, 31), date(2027, 12, 31), date(2027, 12, 31)),
    ],
)
def test_a_yearly_day_returns(born: date, today: date, expected: date) -> None:
    assert next_yearly(born, today) == expected


def test_a_firm_that_is_not_there_has_no_summary_no_phones_and_no_history(desk: Desks) -> None:
    petrova = desk("petrova")
    assert petrova.ask(get_counterparty_summary, counterparty_id=new_id()) is None
    assert petrova.ask(list_phones, counterparty_id=new_id()) == ()
    assert history(petrova, new_id()) == ()
