"""Employees as the page shows them: who answers for each today, who is away, whose birthday comes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from altius_desktop.domain.names import with_initial
from altius_desktop.domain.occasions import next_yearly
from altius_desktop.i18n import _
from altius_desktop.services.company import CompanyCard
from altius_desktop.services.covers import AbsenceRow, CoverRow, RouteRow
from altius_desktop.services.employees import StaffRow
from altius_desktop.ui.formats import full_day, short_day
from altius_desktop.ui.table import Mark

BIRTHDAY_DAYS = 30


@dataclass(frozen=True)
class ShownEmployee:
    """An employee as a row of the table; `absence` is the one of today, `days_left` counts to his birthday."""

    id: UUID
    staff: StaffRow
    absence: AbsenceRow | None
    covers: tuple[CoverRow, ...]
    routes: tuple[RouteRow, ...]
    absences: tuple[AbsenceRow, ...]
    next_birthday: date | None
    days_left: int | None
    today: date

    @property
    def name(self) -> str:
        return self.staff.fields.full_name

    @property
    def unheard(self) -> bool:
        """Whether he has no workplace and nobody is named who gets his reminders and is here."""
        named = any(cover.reason != "director" for cover in self.covers)
        return self.staff.active and not self.staff.fields.has_workplace and not named


def shown_employees(card: CompanyCard) -> list[ShownEmployee]:
    """Everybody, with what concerns him."""
    return [_shown(card, staff) for staff in card.staff]


def _shown(card: CompanyCard, staff: StaffRow) -> ShownEmployee:
    absences = tuple(row for row in card.absences if row.employee_id == staff.id)
    born = staff.fields.birthday
    next_birthday = next_yearly(born, card.today) if born is not None else None
    return ShownEmployee(
        id=staff.id,
        staff=staff,
        absence=next((row for row in absences if row.valid_from <= card.today <= row.valid_to), None),
        covers=tuple(row for row in card.covers if row.employee_id == staff.id),
        routes=tuple(row for row in card.routes if row.employee_id == staff.id),
        absences=absences,
        next_birthday=next_birthday,
        days_left=(next_birthday - card.today).days if next_birthday is not None else None,
        today=card.today,
    )


def birthdays(people: Iterable[ShownEmployee]) -> Sequence[ShownEmployee]:
    """Whose birthday comes within the next `BIRTHDAY_DAYS`, the nearest first."""
    near = [row for row in people if row.staff.active and (row.days_left or 0) <= BIRTHDAY_DAYS]
    return sorted(
        (row for row in near if row.days_left is not None), key=lambda row: (row.days_left, row.name)
    )


def receivers_mark(row: ShownEmployee) -> Mark:
    """Who gets his reminders today: «—» where he does himself."""
    if not row.staff.active:
        return Mark("", "—")
    names = ", ".join(with_initial(cover.receiver_name) for cover in row.covers)
    if row.absence is not None:
        until = short_day(row.absence.valid_to, row.today)
        text = (
            _("{names}, till {day}").format(names=names, day=until)
            if names
            else _("away till {day}").format(day=until)
        )
        director = any(cover.reason == "director" for cover in row.covers)
        return Mark("absence", text, "warn" if director or row.unheard else "text2")
    if row.unheard:
        return Mark("warn", names or _("nobody"), "warn")
    return Mark("passes_on", names) if names else Mark("", "—")


def receivers_tip(row: ShownEmployee) -> str:
    """Each of those who answer for him today, and why."""
    lines = [f"{cover.receiver_name}: {reason_text(row, cover)}" for cover in row.covers]
    if row.unheard and not row.covers:
        lines.append(_("Nobody is there who gets the reminders; name somebody in the employee's form."))
    return "\n".join(lines)


def reason_text(row: ShownEmployee, cover: CoverRow) -> str:
    """Why somebody answers for him, and how long."""
    if cover.reason == "route":
        ends = [route.valid_to for route in row.routes if route.receiver_id == cover.receiver_id]
        last = max((day for day in ends if day is not None), default=None)
        if last is None or None in ends:
            return _("gets the reminders")
        return _("gets the reminders, till {day}").format(day=full_day(last))
    until = full_day(row.absence.valid_to) if row.absence is not None else ""
    if cover.reason == "absence":
        return _("stands in, till {day}").format(day=until)
    if cover.reason == "further":
        return _("stands in for a colleague who is away too")
    if row.absence is not None:
        return _("the director, for whoever was to stand in is away")
    return _("the director, for nobody else is named and here")


def absence_text(absence: AbsenceRow) -> str:
    """«25.11.2026 – 30.11.2026»."""
    if absence.valid_from == absence.valid_to:
        return full_day(absence.valid_from)
    return f"{full_day(absence.valid_from)} – {full_day(absence.valid_to)}"


def route_days(route: RouteRow) -> str:
    """From and to which day a route holds; "" for always."""
    if route.valid_from is None and route.valid_to is None:
        return ""
    if route.valid_to is None:
        return _("from {day}").format(day=full_day(route.valid_from))
    if route.valid_from is None:
        return _("till {day}").format(day=full_day(route.valid_to))
    return f"{full_day(route.valid_from)} – {full_day(route.valid_to)}"
