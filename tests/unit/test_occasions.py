"""When a yearly day comes round, and when it is told of."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from altius_desktop.domain.occasions import (
    is_working_day,
    moved_at_most,
    next_working_day,
    next_yearly,
    remind_on,
    yearly_keys,
)

DAYS = st.dates(date(1900, 1, 1), date(2190, 12, 31))


@given(DAYS, DAYS)
def test_a_yearly_day_returns_within_a_year_on_its_own_day_and_month(day: date, today: date) -> None:
    falls_on = next_yearly(day, today)
    assert today <= falls_on <= today + timedelta(days=366)
    assert (falls_on.month, falls_on.day) == (day.month, day.day) or (
        (day.month, day.day) == (2, 29) and (falls_on.month, falls_on.day) == (2, 28)
    )
    assert next_yearly(day, falls_on) == falls_on


def test_the_29th_of_february_is_kept_on_the_28th_of_a_common_year_only() -> None:
    born = date(2000, 2, 29)
    assert next_yearly(born, date(2027, 1, 10)) == date(2027, 2, 28)
    assert next_yearly(born, date(2028, 1, 10)) == date(2028, 2, 29)
    assert next_yearly(born, date(2027, 3, 1)) == date(2028, 2, 29)
    assert next_yearly(born, date(2100, 2, 1)) == date(2100, 2, 28)


@given(DAYS, st.integers(0, 365))
def test_it_is_told_of_on_a_working_day_no_later_than_wished_and_no_earlier_than_needed(
    occasion: date, ahead: int
) -> None:
    told = remind_on(occasion, ahead)
    wished = occasion - timedelta(days=ahead)
    assert is_working_day(told)
    assert told <= wished
    assert (occasion - told).days <= moved_at_most(ahead)
    assert not any(is_working_day(told + timedelta(days=n)) for n in range(1, (wished - told).days + 1))


def test_what_falls_on_a_weekend_is_told_of_on_friday() -> None:
    friday, sunday = date(2026, 11, 27), date(2026, 11, 29)
    assert remind_on(sunday, 0) == friday
    assert remind_on(sunday, 1) == friday
    assert remind_on(sunday, 3) == date(2026, 11, 26)
    assert next_working_day(friday) == date(2026, 11, 30)


@given(DAYS, DAYS, st.integers(0, 400))
def test_the_keys_of_a_period_find_just_what_returns_in_it(day: date, first: date, days: int) -> None:
    last = first + timedelta(days=days)
    found = [falls_on for falls_on, key in yearly_keys(first, last) if key == day.month * 100 + day.day]
    expected, after = [], first
    while (falls_on := next_yearly(day, after)) <= last:
        expected.append(falls_on)
        after = falls_on + timedelta(days=1)
    assert found == expected
