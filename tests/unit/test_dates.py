from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from altius_desktop.domain.dates import FIRST_DAY, LAST_DAY, Period, next_monday

DAYS = st.dates(FIRST_DAY, LAST_DAY - timedelta(days=1))


def test_the_calendar_of_the_office_reaches_from_1900_to_2200() -> None:
    assert (date(1900, 1, 1), date(2200, 12, 31)) == (FIRST_DAY, LAST_DAY)


@given(DAYS, st.integers(0, 400), DAYS)
def test_a_period_holds_both_its_ends_and_what_lies_between(start: date, days: int, day: date) -> None:
    period = Period(start, min(start + timedelta(days), LAST_DAY))
    assert period.start in period
    assert period.end in period
    assert period.after_end not in period
    assert (day in period) == (period.start <= day < period.after_end)


def test_a_period_of_one_day_is_one() -> None:
    period = Period(date(2024, 2, 29), date(2024, 2, 29))
    assert period.after_end == date(2024, 3, 1)


def test_a_period_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="before"):
        Period(date(2027, 1, 2), date(2027, 1, 1))


@given(DAYS)
def test_the_next_monday_is_a_later_monday_within_a_week(day: date) -> None:
    monday = next_monday(day)
    assert monday.weekday() == 0
    assert 1 <= (monday - day).days <= 7
