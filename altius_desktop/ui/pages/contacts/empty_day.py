"""What the three tables of the Contacts document say while they have no rows, and where the next plan is."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from altius_desktop.i18n import _
from altius_desktop.services.day import find_next_planned_day
from altius_desktop.ui.formats import day_and_weekday, spoken_day
from altius_desktop.ui.pages.contacts.day_model import DayModel
from altius_desktop.ui.pages.contacts.day_search import DaySearch
from altius_desktop.ui.pages.contacts.section import Section
from altius_desktop.ui.table import EmptyAction
from altius_desktop.ui.workplace import Workplace


class EmptyDay(QObject):
    """`sections` are calls, events and daily tasks; `plan` plans a call."""

    failed = Signal(object)  # UserError: the nearest day with a plan could not be read

    def __init__(
        self,
        workplace: Workplace,
        page: QWidget,
        *,
        day: DayModel,
        search: DaySearch,
        sections: tuple[Section, Section, Section],
        plan: Callable[[], object],
    ) -> None:
        super().__init__(page)
        self._workplace = workplace
        self._day = day
        self._search = search
        self._sections = sections
        self._plan = plan
        self._nearest: date | None = None

    def tell(self) -> None:
        """Set what stands in place of the rows of the day that is shown."""
        day = self._day.day
        if self._search.words:
            clear = EmptyAction(_("Clear the search"), self._search.clear, name="clearSearchButton")
            for section in self._sections:
                section.table.show_when_empty("nothing_found", _("Nothing found"), "", (clear,))
            return
        actions = [EmptyAction(_("Plan"), self._plan, icon="add", name="emptyPlanButton")]
        if self._nearest is not None and self._nearest > day:
            nearest = self._nearest
            actions.append(
                EmptyAction(
                    _("Nearest day with a plan: {day}").format(day=day_and_weekday(nearest)),
                    lambda: self._day.show(day=nearest),
                    name="nearestDayButton",
                )
            )
        calls, events, daily = self._sections
        calls.table.show_when_empty(
            "calls_empty",
            _("{day}: no calls").format(day=spoken_day(day).capitalize()),
            _("Plan a call or look at another day"),
            tuple(actions),
        )
        events.table.show_when_empty(
            "day_empty", _("No events"), _("Meetings, letters, documents and deliveries will appear here")
        )
        daily.table.show_when_empty(
            "daily", _("No daily tasks"), _("What returns every day until it is done will appear here")
        )

    def find_nearest(self) -> None:
        """Look for the nearest day with a plan, where this one has no calls."""
        if any(row.section == "call" for row in self._day.rows.values()):
            return
        cover, day = self._day.cover, self._day.day

        def found(nearest: date | None) -> None:
            if nearest != self._nearest:
                self._nearest = nearest
                self.tell()

        self._workplace.read(
            lambda session: find_next_planned_day(session, cover=cover, day=day),
            parent=self,
            done=found,
            failed=self.failed.emit,
            key="nearest",
        )
