"""Days, times, numbers and names as the user's language writes them (QLocale; the language is passed by i18n)."""

from datetime import date, datetime, time

from PySide6.QtCore import QDate, QLocale

from altius_desktop.domain.declension import accusative_with_initial
from altius_desktop.domain.names import with_initial
from altius_desktop.i18n import _, current_language


def locale() -> QLocale:
    """The locale of the window's language; English days are written the European way, as the office does."""
    if current_language() == "ru":
        return QLocale(QLocale.Language.Russian, QLocale.Country.Russia)
    return QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom)


def _qdate(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)


def long_day(day: date) -> str:
    """«вт, 24 ноября 2026»."""
    return f"{weekday(day)}, {locale().toString(_qdate(day), 'd MMMM yyyy')}"


def weekday(day: date) -> str:
    """«вт», "Tue": each language writes it with its own first letter."""
    return locale().dayName(day.isoweekday(), QLocale.FormatType.ShortFormat).rstrip(".")


def day_and_weekday(day: date) -> str:
    """«пн, 30.11»."""
    return f"{weekday(day)}, {short_day(day)}"


def day_and_month(day: date) -> str:
    """«29 ноября, вс»."""
    return f"{locale().toString(_qdate(day), 'd MMMM')}, {weekday(day)}"


def spoken_day(day: date) -> str:
    """«суббота, 28 ноября»."""
    name = locale().dayName(day.isoweekday(), QLocale.FormatType.LongFormat)
    return f"{name}, {locale().toString(_qdate(day), 'd MMMM')}"


def short_day(day: date, today: date | None = None) -> str:
    """«23.11», with the year where it is not that of `today`."""
    return day.strftime("%d.%m") if today is None or day.year == today.year else day.strftime("%d.%m.%y")


def full_day(day: date | None) -> str:
    """«24.11.2026», "" for none."""
    return "" if day is None else f"{day.day:02}.{day.month:02}.{day.year:04}"


def clock(moment: time | datetime | None) -> str:
    """«10:45», "" for none."""
    return "" if moment is None else f"{moment.hour:02}:{moment.minute:02}"


def number(value: int) -> str:
    """«1 054»."""
    return locale().toString(value)


def for_whom(full_name: str) -> str:
    """«за Кузнецова В.», "for Smith J."."""
    russian = current_language() == "ru"
    return _("for {name}").format(
        name=accusative_with_initial(full_name) if russian else with_initial(full_name)
    )
