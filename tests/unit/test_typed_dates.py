"""Days and times as people type them."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from altius_desktop.domain.dates import FIRST_DAY, LAST_DAY
from altius_desktop.domain.typed_dates import parse_day, parse_time

TUESDAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("24.11", date(2026, 11, 24)),
        ("24.11.", date(2026, 11, 24)),
        ("24.11.26", date(2026, 11, 24)),
        ("24.11.2026", date(2026, 11, 24)),
        ("24.11.2026 г.", date(2026, 11, 24)),
        ("24/11/2026", date(2026, 11, 24)),
        ("24,11", date(2026, 11, 24)),
        ("24 11 26", date(2026, 11, 24)),
        ("24-11-2026", date(2026, 11, 24)),
        ("2026-11-24", date(2026, 11, 24)),
        ("241126", date(2026, 11, 24)),
        ("24112026", date(2026, 11, 24)),
        ("12.03.85", date(1985, 3, 12)),
        ("24 ноября", date(2026, 11, 24)),
        ("24 нояб. 2027", date(2027, 11, 24)),
        ("1 мая", date(2027, 5, 1)),
        ("3 Dec", date(2026, 12, 3)),
        ("December 3, 2027", date(2027, 12, 3)),
        ("вт, 24.11.2026", date(2026, 11, 24)),
        ("  Завтра ", date(2026, 11, 25)),
        ("послезавтра", date(2026, 11, 26)),
        ("сегодня", date(2026, 11, 24)),
        ("вчера", date(2026, 11, 23)),
        ("tomorrow", date(2026, 11, 25)),
        ("пт", date(2026, 11, 27)),
        ("в пятницу", date(2026, 11, 27)),
        ("friday", date(2026, 11, 27)),
        ("+3", date(2026, 11, 27)),
        ("+2 нед", date(2026, 12, 8)),
        ("+1w", date(2026, 12, 1)),
    ],
)
def test_typed_day_is_understood(typed, day):
    assert parse_day(typed, TUESDAY) == day


def test_todays_weekday_means_the_one_in_a_week():
    assert parse_day("вторник", TUESDAY) == date(2026, 12, 1)


def test_day_without_a_year_is_the_nearest_one():
    assert parse_day("15.01", TUESDAY) == date(2027, 1, 15)
    assert parse_day("20.11", TUESDAY) == date(2026, 11, 20)
    assert parse_day("15.12", date(2027, 1, 10)) == date(2026, 12, 15)
    assert parse_day("29.02", TUESDAY) == date(2028, 2, 29)


def test_day_without_a_month_is_the_nearest_one():
    assert parse_day("27", TUESDAY) == date(2026, 11, 27)
    assert parse_day("3", TUESDAY) == date(2026, 12, 3)
    assert parse_day("31", date(2027, 2, 14)) == date(2027, 1, 31)


@pytest.mark.parametrize(
    "typed",
    ["", "   ", "завтрак", "32.01", "31.02.2026", "24.13", "0.0", "24.11.1899", "24.11.2201", "24.11.202", "abc", "1 ма", "24 ноября 99999", "²4.11", "+99999999", "7 маятник", "24.11.2026.5"],
)  # fmt: skip
def test_what_is_no_day_is_none(typed):
    assert parse_day(typed, TUESDAY) is None


@given(st.dates(FIRST_DAY, LAST_DAY), st.dates(FIRST_DAY, LAST_DAY))
def test_day_written_in_full_is_read_back(day, today):
    assert parse_day(f"{day:%d.%m}.{day.year:04}", today) == day
    assert parse_day(day.isoformat(), today) == day


@given(st.text(max_size=20), st.dates(FIRST_DAY, LAST_DAY))
def test_any_text_gives_a_storable_day_or_none(text, today):
    day = parse_day(text, today)
    assert day is None or FIRST_DAY <= day <= LAST_DAY
    parse_time(text)


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("9", time(9)),
        ("09", time(9)),
        ("930", time(9, 30)),
        ("0930", time(9, 30)),
        ("1530", time(15, 30)),
        ("9:30", time(9, 30)),
        ("9.30", time(9, 30)),
        ("9-30", time(9, 30)),
        ("9 30", time(9, 30)),
        (" 23:59 ", time(23, 59)),
        ("0", time(0)),
        ("9 pm", time(21)),
        ("12am", time(0)),
    ],
)
def test_typed_time_is_understood(typed, moment):
    assert parse_time(typed) == moment


@pytest.mark.parametrize("typed", ["", "24", "2460", "9:60", "25:00", "девять", "99999", "13pm", "-1", "9:"])
def test_what_is_no_time_is_none(typed):
    assert parse_time(typed) is None
