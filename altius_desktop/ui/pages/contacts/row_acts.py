"""What is done with the chosen row: acts, dialogs, and the menus that offer them."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from altius_desktop.domain.dates import next_monday
from altius_desktop.domain.errors import UserError
from altius_desktop.domain.ids import new_id
from altius_desktop.i18n import _
from altius_desktop.services.activities import (
    cancel_activity,
    finish_daily_task,
    reopen_activity,
    reschedule_activity,
    set_highlight,
    take_activity,
)
from altius_desktop.services.acts import Acted
from altius_desktop.services.attempts import record_attempt, withdraw_last_attempt
from altius_desktop.services.day import ActivityRow
from altius_desktop.ui import messages
from altius_desktop.ui.dialogs.activity import ActivityDialog
from altius_desktop.ui.dialogs.colours import swatch
from altius_desktop.ui.dialogs.counterparty_card import open_card
from altius_desktop.ui.dialogs.history import HistoryDialog
from altius_desktop.ui.dialogs.message import seed_of_activity, tell_colleagues
from altius_desktop.ui.dialogs.plan import PlanDialog, PlanSeed
from altius_desktop.ui.dialogs.reschedule import RescheduleDialog
from altius_desktop.ui.dialogs.result import ResultDialog
from altius_desktop.ui.formats import day_and_weekday
from altius_desktop.ui.icons import icon
from altius_desktop.ui.pages.contacts.day_model import DayModel
from altius_desktop.ui.undoing import Undoing
from altius_desktop.ui.workplace import Workplace


class RowActs(QObject):
    """Acts on the row that `chosen` gives; `page` is the parent of dialogs and toasts."""

    def __init__(
        self, workplace: Workplace, day: DayModel, page: QWidget, chosen: Callable[[], ActivityRow | None]
    ) -> None:
        super().__init__(page)
        self._workplace = workplace
        self._day = day
        self._page = page
        self._chosen = chosen
        self.undoing = Undoing(workplace, page)
        self.highlight_menu = QMenu(page)
        self.highlight_menu.setObjectName("highlightMenu")
        self.highlight_menu.aboutToShow.connect(self._fill_highlight_menu)
        self.reschedule_menu = self._make_reschedule_menu()
        self.add_menu = self._make_add_menu()

    def _changeable(self, *, still_open: bool) -> ActivityRow | None:
        """The chosen row if it may be changed now; says why not."""
        row = self._chosen()
        if row is None:
            return None
        why = self._workplace.why_not_change(row)
        if why:
            messages.show_toast(self._page, why, kind="warn")
            return None
        if still_open and row.status != "planned":
            messages.show_toast(self._page, _("This is already finished"), kind="info")
            return None
        return row

    def attempt(self, outcome: str) -> None:
        """Count an attempt of the chosen call."""
        row = self._changeable(still_open=True)
        if row is None:
            return
        attempt_id = new_id()
        self._act(
            lambda session, act: record_attempt(
                session, act_id=act, attempt_id=attempt_id, activity_id=row.id, outcome=outcome
            )
        )

    def click_cell(self, row: ActivityRow, key: str, modifiers: Qt.KeyboardModifier) -> None:
        if key == "done":
            self.toggle_done()
        elif modifiers & Qt.KeyboardModifier.ShiftModifier:
            if self._changeable(still_open=True) is not None:
                self._act(
                    lambda session, act: withdraw_last_attempt(
                        session, act_id=act, activity_id=row.id, outcome=key
                    )
                )
        else:
            self.attempt(key)

    def tell_colleagues(self) -> None:
        """Write a message about the chosen row, or about nothing where none is chosen."""
        seed = seed_of_activity(self._chosen(), self._workplace.identity.employee_id)
        tell_colleagues(self._workplace, seed, self._page)

    def enter_result(self) -> None:
        """Open the Result dialog for the chosen row."""
        row = self._changeable(still_open=True)
        if row is None:
            return
        dialog = ResultDialog(self._workplace, row, self._page)

        def saved() -> None:
            self.undoing.tell(_("The result is saved"))
            if dialog.plan_requested:
                self._open_plan(self.seed_after(row))

        dialog.accepted.connect(saved)
        self._open(dialog)

    def toggle_done(self) -> None:
        """Mark the chosen daily task done, or open it again."""
        row = self._changeable(still_open=False)
        if row is None or row.section != "daily":
            return
        if row.is_done:
            self._act(
                lambda session, act: reopen_activity(
                    session, act_id=act, activity_id=row.id, seen_version=row.row_version
                )
            )
        else:
            self._act(
                lambda session, act: finish_daily_task(
                    session, act_id=act, activity_id=row.id, seen_version=row.row_version
                ),
                _("“{topic}” is done").format(topic=row.topic),
            )

    def take(self) -> None:
        """Take the department's task for oneself."""
        row = self._changeable(still_open=True)
        if row is not None and row.assignee_id is None:
            self._act(
                lambda session, act: take_activity(session, act_id=act, activity_id=row.id),
                _("You have taken this task"),
            )

    def highlight(self, key: int | None) -> None:
        """Colour the chosen row for the whole office, or take the colour off."""
        row = self._chosen()
        if row is not None and row.highlight != key:
            self._act(
                lambda session, act: set_highlight(session, act_id=act, activity_id=row.id, highlight=key)
            )

    def cancel(self) -> None:
        """Cancel the chosen activity; it stays in history and Ctrl+Z brings it back."""
        row = self._changeable(still_open=True)
        if row is not None:
            self._act(
                lambda session, act: cancel_activity(
                    session, act_id=act, activity_id=row.id, seen_version=row.row_version
                ),
                _("Cancelled"),
            )

    def reschedule(self) -> None:
        """Ask for the new day of the chosen row."""
        row = self._changeable(still_open=True)
        if row is not None:
            dialog = RescheduleDialog(self._workplace, row, self._page)
            dialog.accepted.connect(lambda: self.undoing.tell(_("Moved")))
            self._open(dialog)

    def _move_to(self, day: date) -> None:
        row = self._changeable(still_open=True)
        if row is not None:
            self._act(
                lambda session, act: reschedule_activity(
                    session,
                    act_id=act,
                    activity_id=row.id,
                    seen_version=row.row_version,
                    due_on=day,
                    due_time=row.due_time,
                    seen_due=(row.due_on, row.due_time),
                ),
                _("Moved to {day}").format(day=day_and_weekday(day)),
            )

    def _act(self, op: Callable[[Any, UUID], Acted], told: str = "") -> None:
        self._workplace.act(
            op,
            parent=self._page,
            done=(lambda _acted: self.undoing.tell(told)) if told else None,
            failed=self._on_act_failed,
        )

    def _on_act_failed(self, error: UserError) -> None:
        messages.show_error(self._page, error)

    def plan(self) -> None:
        """Plan for the chosen row's counterparty, or anything."""
        row = self._chosen()
        self._open_plan(self.seed_after(row) if row is not None else PlanSeed(day=self._plan_day()))

    def plan_section(self, section: str) -> None:
        self._open_plan(PlanSeed(section=section, day=self._plan_day(), assignee_id=self._plan_for()))

    def _plan_day(self) -> date:
        return max(self._day.day, self._day.today)

    def _plan_for(self) -> UUID:
        return self._day.person

    def seed_after(self, row: ActivityRow) -> PlanSeed:
        if row.counterparty_id is None:
            return PlanSeed(day=self._plan_day(), assignee_id=self._plan_for())
        return PlanSeed(
            counterparty_id=row.counterparty_id,
            counterparty_name=row.counterparty_name,
            contact_person_id=row.contact_person_id,
            subtitle=" · ".join(filter(None, (row.kind_name, row.topic))),
            section="call",
            day=self._plan_day(),
            assignee_id=self._plan_for(),
            follows_id=row.id,
            is_private=row.is_private,
        )

    def _open_plan(self, seed: PlanSeed) -> None:
        dialog = PlanDialog(self._workplace, seed, self._page)
        dialog.accepted.connect(
            lambda: self.undoing.tell(_("Planned: {count}").format(count=len(dialog.saved_ids)))
        )
        self._open(dialog)

    def show_history(self) -> None:
        """Open the history of the chosen row's counterparty."""
        row = self._chosen()
        if row is not None and row.counterparty_id is not None:
            self.open_history(row.counterparty_id, row.counterparty_name)

    def open_history(self, counterparty_id: UUID, name: str) -> None:
        dialog = HistoryDialog(self._workplace, counterparty_id, name, self._page)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def open_activity(self) -> None:
        """Open the chosen row for reading and editing."""
        row = self._chosen()
        if row is None:
            return
        if row.concealed:
            messages.show_toast(self._page, self._workplace.why_not_change(row), kind="info")
            return
        self._open(ActivityDialog(self._workplace, row, self._page))

    def open_card(self) -> None:
        """Open the card of the chosen row's counterparty; of a row without one the row itself."""
        row = self._chosen()
        if row is not None and row.counterparty_id is not None:
            self.open_card_of(row.counterparty_id)
        else:
            self.open_activity()

    def open_card_of(self, counterparty_id: UUID) -> None:
        open_card(self._workplace, counterparty_id, self._page)

    def _open(self, dialog: Any) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _make_reschedule_menu(self) -> QMenu:
        menu = QMenu(self._page)
        menu.setObjectName("rescheduleMenu")

        def fill() -> None:
            menu.clear()
            today = self._day.today
            for text, day in (
                (_("Tomorrow"), today + timedelta(days=1)),
                (_("The day after tomorrow"), today + timedelta(days=2)),
                (_("Monday"), next_monday(today)),
                (_("In a week"), today + timedelta(days=7)),
            ):
                menu.addAction(f"{text}\t{day_and_weekday(day)}", partial(self._move_to, day))
            menu.addSeparator()
            menu.addAction(icon("calendar"), _("Another day…") + "\tCtrl+D", self.reschedule)

        menu.aboutToShow.connect(fill)
        return menu

    def _make_add_menu(self) -> QMenu:
        menu = QMenu(self._page)
        menu.setObjectName("addMenu")
        for text, icon_name, section in (
            (_("Call…"), "calls", "call"),
            (_("Event…"), "events", "event"),
            (_("Daily task…"), "daily", "daily"),
        ):
            menu.addAction(icon(icon_name), text, lambda section=section: self.plan_section(section))
        return menu

    def _fill_highlight_menu(self) -> None:
        menu = self.highlight_menu
        menu.clear()
        row = self._chosen()
        present = row.highlight if row is not None else None
        for key, name in (*self._workplace.directories.legend, (0, _("No colour"))):
            if not key:
                menu.addSeparator()
            chosen = row is not None and (present or 0) == key
            action = QAction(swatch(key), f"{name}{'  ✓' if chosen else ''}\tAlt+{key}", menu)
            action.triggered.connect(lambda _on=False, key=key: self.highlight(key or None))
            menu.addAction(action)

    def open_context_menu(self, place: QPoint) -> None:
        row = self._chosen()
        if row is None:
            return
        why = self._workplace.why_not_change(row)
        mine = not why
        open_row = mine and row.status == "planned"
        menu = QMenu(self._page)
        menu.setToolTipsVisible(True)
        menu.setObjectName("rowMenu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def add(icon_name: str, text: str, keys: str, action: Callable[[], object], enabled: bool) -> None:
            entry = menu.addAction(icon(icon_name), f"{text}\t{keys}" if keys else text, action)
            entry.setEnabled(enabled)
            if why and not enabled:
                entry.setToolTip(why)

        add("edit", _("Open"), "Enter", self.open_activity, not row.concealed)
        add("card", _("Counterparty's card"), "F2", self.open_card, row.counterparty_id is not None)
        add("result", _("Result…"), "Ctrl+R", self.enter_result, open_row)
        if row.section == "daily":
            add("done", _("Not done") if row.is_done else _("Done"), "Space", self.toggle_done, mine)
        if row.assignee_id is None:
            add("take", _("Take"), "", self.take, open_row)
        add("plan", _("Plan…"), "Ctrl+L", self.plan, True)
        add("message", _("Tell colleagues…"), "Ctrl+M", self.tell_colleagues, True)
        add("history", _("History"), "Ctrl+H", self.show_history, row.counterparty_id is not None)
        menu.addSeparator()
        colours = menu.addMenu(icon("color"), _("Colour"))
        self._fill_highlight_menu()
        colours.addActions(self.highlight_menu.actions())
        add("reschedule", _("Reschedule…"), "Ctrl+D", self.reschedule, open_row)
        menu.addSeparator()
        add("delete", _("Cancel"), "Del", self.cancel, open_row)
        menu.popup(place)
