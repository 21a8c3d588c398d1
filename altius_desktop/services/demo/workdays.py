"""The demo office's working days: Monday to Friday without the fixed holidays; days off are not moved."""

from datetime import date, timedelta

_HOLIDAYS = frozenset({*((1, day) for day in range(1, 9)), (2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4)})


def is_workday(day: date) -> bool:
    return day.weekday() < 5 and (day.month, day.day) not in _HOLIDAYS


def workdays(first: date, last: date) -> list[date]:
    """The working days from `first` to `last`, both included."""
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [day for day in days if is_workday(day)]


def shifted(today: date, days: int) -> date:
    """The working day nearest to today + days and not nearer to today; today itself for 0, whatever day it is."""
    day = today + timedelta(days=days)
    step = timedelta(days=1 if days > 0 else -1)
    while days and not is_workday(day):
        day += step
    return day


def later_workday(day: date, number: int) -> date:
    """The working day that comes `number` working days after `day`."""
    while number:
        day += timedelta(days=1)
        number -= is_workday(day)
    return day


def at(day: date, minute: int) -> str:
    """An instant as PostgreSQL reads it: `minute` of that day in the demo's office."""
    return f"{day} {minute // 60:02}:{minute % 60:02} Europe/Moscow"


def minute_of(clock: str) -> int:
    """The minute of the day that "09:30" names."""
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)
