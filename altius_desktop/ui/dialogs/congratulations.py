"""Congratulations: whose birthdays and important dates lie ahead, and planning a call or a letter for their day."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from altius_desktop.database.listener import News
from altius_desktop.domain.dates import Period
from altius_desktop.domain.names import short_name, with_initial
from altius_desktop.i18n import _, ngettext
from altius_desktop.services.congratulations import (
    CONGRATULATIONS_LIMIT,
    CongratulationRow,
    list_congratulations,
)
from altius_desktop.services.identity import get_today
from altius_desktop.services.search import CounterpartyHit
from altius_desktop.ui.controls import Button, label
from altius_desktop.ui.dialogs.counterparty_card import open_card
from altius_desktop.ui.dialogs.day_edits import DayEdit, likely_today
from altius_desktop.ui.dialogs.plan import PlanDialog, PlanSeed
from altius_desktop.ui.form import DialogFrame
from altius_desktop.ui.formats import full_day, number, weekday
from altius_desktop.ui.keys import shortcut
from altius_desktop.ui.table import Column, DataTable, Mark, RowTableModel
from altius_desktop.ui.theme import Font
from altius_desktop.ui.tick_box import TickBox
from altius_desktop.ui.undoing import Undoing
from altius_desktop.ui.workplace import Workplace

_LAYOUT = "congratulationsTable"
_DAYS_AHEAD = 30
_NEWS = frozenset({"activity", "counterparty", "employee"})
# The values every company starts with: what they are renamed to does not matter.
_CALL = UUID("01900000-0000-7000-8001-000000000001")
_LETTER = UUID("01900000-0000-7000-8001-000000000007")


class CongratulationsDialog(DialogFrame):
    """The days of a period; what is ticked, or else the chosen row, is planned at one key."""

    def __init__(self, workplace: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(
            parent, name="congratulationsDialog", icon="birthday", title=_("Congratulations"), scroll=False
        )
        self._workplace = workplace
        self._ticked: set[str] = set()
        self._asked_today = False
        self.undoing = Undoing(workplace, self)
        self._model = RowTableModel(self._columns())
        self.table = DataTable(self._model, name="congratulationsTable", title=_("Congratulations"))
        self.table.restore_state(workplace.layout(_LAYOUT))
        self.table.state_changed.connect(lambda: workplace.save_layout(_LAYOUT, self.table.save_state()))
        self.table.activated_row.connect(lambda _row: self.plan_calls())
        self.table.current_row_changed.connect(lambda _row: self._tell_card())
        self.table.cell_clicked.connect(lambda row, _key, _modifiers: self.toggle(row))
        self.table.all_ticks_asked.connect(self.toggle_all)
        self.table.bind_key("Space", self._toggle_current)
        self.table.bind_key("F2", self.open_card)
        today = likely_today(workplace.identity)
        self.from_edit = DayEdit(name="fromDay", title=_("From"), today=today, day=today)
        self.to_edit = DayEdit(
            name="toDay", title=_("To"), today=today, day=today + timedelta(days=_DAYS_AHEAD - 1)
        )
        self.mine = TickBox(_("Only counterparties in my charge"))
        self.mine.setObjectName("mineBox")
        self._problem = label(role=Font.CAPTION, tone="danger", name="periodError")
        self._counts = label(role=Font.TABLE, tone="text2", name="congratulationCounts")
        self._lay_out()
        self.resize(1300, 680)
        for edit in (self.from_edit, self.to_edit):
            edit.changed.connect(self.reload)
        self.mine.toggled.connect(lambda _on: self.reload())
        shortcut(self, "F5", self.reload)
        shortcut(self, "Ctrl+L", self.plan_calls)
        shortcut(self, "Ctrl+Shift+L", self.plan_letters)
        workplace.live.news.connect(self._on_news)
        workplace.acted.connect(self._on_acted)
        self.table.setFocus()
        self.reload()

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(label(_("Period"), tone="text2"))
        line.addWidget(self.from_edit)
        line.addWidget(label("–", tone="muted"))
        line.addWidget(self.to_edit)
        line.addSpacing(12)
        line.addWidget(self.mine)
        line.addStretch(1)
        self.body.addLayout(line)
        self.body.addWidget(self._problem)
        self._problem.hide()
        self.body.addWidget(self.table, 1)
        self.save_nothing()
        self.footer.insertWidget(0, self._counts)
        self.card_button = Button(
            _("Card"), icon="card", hint="F2", name="cardButton", on_click=self.open_card
        )
        self.letter_button = Button(
            _("Plan a letter"),
            icon="letter",
            hint="Ctrl+Shift+L",
            name="planLetterButton",
            on_click=self.plan_letters,
        )
        self.call_button = Button(
            _("Plan a call"),
            icon="phone",
            hint="Ctrl+L",
            kind="primary",
            name="planCallButton",
            on_click=self.plan_calls,
        )
        for button in (self.card_button, self.letter_button, self.call_button):
            self.footer.insertWidget(self.footer.count() - 1, button)

    def _columns(self) -> tuple[Column, ...]:
        def day(row: CongratulationRow) -> str:
            return f"{full_day(row.day)}, {weekday(row.day)}"

        def who(row: CongratulationRow) -> str | Mark:
            return Mark("department", row.who) if row.kind == "employee" else row.who or "—"

        def what(row: CongratulationRow) -> Mark:
            return Mark("calendar", row.title) if row.kind == "date" else Mark("birthday", _("Birthday"))

        return (
            Column("ticked", "", 0, lambda row: row.id in self._ticked, kind="tick", optional=False),
            Column("day", _("Date"), 14, day, kind="date", sort=lambda row: (row.day, row.who)),
            Column("who", _("Who"), 26, who, strong=True, sort=lambda row: row.who.lower() or None),
            Column(
                "counterparty",
                _("Organisation"),
                21,
                lambda row: row.counterparty_name or _("our employee"),
                yields=0.7,
                sort=lambda row: row.counterparty_name.lower() or None,
            ),
            Column(
                "title", _("What"), 20, what, stretch=True, keeps_chars=20, sort=lambda row: row.title.lower()
            ),
            Column(
                "years",
                _("Years"),
                6,
                lambda row: str(row.years) if row.years else "—",
                align="right",
                sort=lambda row: row.years,
            ),
            Column("phone", _("Phone"), 22, lambda row: row.phone, yields=0.8),
            Column("email", _("E-mail"), 20, lambda row: row.email, yields=0.6),
            Column(
                "planned",
                _("In the plan"),
                11,
                lambda row: Mark("done", _("yes"), "ok") if row.planned else "",
                sort=lambda row: not row.planned,
            ),
        )

    # Reading

    def reload(self) -> None:
        """Read the period anew; without effect while its days are wrong."""
        first, last = self.from_edit.value(), self.to_edit.value()
        wrong = _wrong_days(first, last)
        self._problem.setText(wrong)
        self._problem.setVisible(bool(wrong))
        if wrong:
            return
        assert isinstance(first, date)
        assert isinstance(last, date)
        period = Period(first, last)
        mine = self._workplace.identity.employee_id if self.mine.isChecked() else None

        def read(session: Any) -> tuple[date, tuple[CongratulationRow, ...]]:
            return get_today(session), list_congratulations(session, period=period, responsible_id=mine)

        self._workplace.read(
            read, parent=self, done=self._on_read, failed=self.show_error, key="congratulations"
        )

    def _on_read(self, answer: tuple[date, tuple[CongratulationRow, ...]]) -> None:
        today, rows = answer
        if not self._asked_today:
            # This PC's clock may be wrong; the office's day comes with the first answer.
            self._asked_today = True
            for edit in (self.from_edit, self.to_edit):
                edit.set_today(today)
            if today != likely_today(self._workplace.identity) == self.from_edit.value():
                self.to_edit.set_value(today + timedelta(days=_DAYS_AHEAD - 1))
                self.from_edit.set_value(today)
                self.reload()
                return
        self.banner.hide()
        self._ticked &= {row.id for row in rows}
        self.table.show_when_empty(
            "birthday", _("Nobody is to be congratulated in this period"), _("Choose a longer one."), ()
        )
        self._model.set_rows(rows)
        if rows and not self.table.currentIndex().isValid():
            self.table.select_id(rows[0].id)
        self._tell()

    def _tell(self) -> None:
        rows = self._model.rows()
        told = ngettext("{count} day", "{count} days", len(rows)).format(count=number(len(rows)))
        parts = [told]
        if len(rows) >= CONGRATULATIONS_LIMIT:
            parts.append(_("the first {count} are shown").format(count=number(CONGRATULATIONS_LIMIT)))
        if self._ticked:
            parts.append(_("ticked {count}").format(count=number(len(self._ticked))))
        self._counts.setText(" · ".join(parts))
        all_of = len(self._ticked) == len(rows)
        self.table.header_ticked = (bool(rows) and all_of) if all_of or not self._ticked else None
        self.table.horizontalHeader().viewport().update()
        for button in (self.call_button, self.letter_button):
            button.setEnabled(bool(rows))
        self._tell_card()

    def _tell_card(self) -> None:
        row = self.table.current_row()
        self.card_button.setEnabled(row is not None and row.counterparty_id is not None)

    def _on_news(self, news: tuple[News, ...]) -> None:
        if any(item.table in _NEWS for item in news):
            self.reload()

    def _on_acted(self, _ids: object) -> None:
        self.reload()

    # Choosing

    def toggle(self, row: CongratulationRow) -> None:
        """Tick the row, or take its tick off."""
        self._ticked ^= {row.id}
        self._model.upsert([row], [])
        self._tell()

    def toggle_all(self) -> None:
        """Tick all rows; none if all are ticked."""
        rows = self._model.rows()
        self._ticked = set() if len(self._ticked) == len(rows) else {row.id for row in rows}
        self.table.viewport().update()
        self._tell()

    def _toggle_current(self) -> None:
        row = self.table.current_row()
        if row is not None:
            self.toggle(row)

    def targets(self) -> tuple[CongratulationRow, ...]:
        """The ticked rows in the order of the table, else the chosen one, else nobody."""
        rows = self._model.rows()
        ticked = tuple(row for row in rows if row.id in self._ticked)
        current = self.table.current_row()
        return ticked or ((current,) if current is not None else ())

    # Acting

    def open_card(self) -> None:
        """Open the card of the chosen row's counterparty."""
        row = self.table.current_row()
        if row is not None and row.counterparty_id is not None:
            open_card(self._workplace, row.counterparty_id, self)

    def plan_calls(self) -> None:
        """Plan a call for oneself on each one's day."""
        self._plan(_CALL)

    def plan_letters(self) -> None:
        """Plan a letter for oneself on each one's day."""
        self._plan(_LETTER)

    def _plan(self, kind_id: UUID) -> None:
        rows = self.targets()
        if not rows:
            return
        dialog = plan_for(self._workplace, rows, kind_id, self)

        def saved() -> None:
            self._ticked.clear()
            self.undoing.tell(_("Planned: {count}").format(count=len(dialog.saved_ids)))
            self.reload()

        dialog.accepted.connect(saved)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()


def plan_for(
    workplace: Workplace, rows: Sequence[CongratulationRow], kind_id: UUID, parent: QWidget
) -> PlanDialog:
    """A plan with a line for each of them: oneself, on the day, to whom and with which words."""
    kinds = workplace.directories.activity_kinds
    known = next((kind.id for kind in kinds if kind.id == kind_id), None)
    first = rows[0]
    one = len(rows) == 1
    seed = PlanSeed(
        counterparty_id=first.counterparty_id,
        counterparty_name=first.counterparty_name,
        contact_person_id=first.contact_person_id,
        kind_id=known,
        day=first.day,
    )
    dialog = PlanDialog(workplace, seed, parent)
    if not one:
        dialog.set_header(subtitle=ngettext("{count} day", "{count} days", len(rows)).format(count=len(rows)))
    model = dialog.model

    def put(line: int, field: str, value: object) -> None:
        model.setData(model.index(line, model.column_of(field)), value)

    for line, row in enumerate(rows):
        if line:
            model.add_line(line - 1)
            hit: object = ""
            if row.counterparty_id is not None:
                hit = CounterpartyHit(row.counterparty_id, row.counterparty_name, "", "", row.phone)
            put(line, "counterparty_id", hit)
            put(line, "contact_person_id", row.contact_person_id)
            put(line, "due_on", row.day)
        put(line, "topic", topic_of(row))
    dialog.grid.go_to(0, "topic")
    return dialog


def topic_of(row: CongratulationRow) -> str:
    """What the plan says: whose birthday, or which day."""
    who = with_initial(row.who) if row.kind == "employee" else short_name(row.who)
    if row.kind == "date":
        words = ", ".join(filter(None, (row.title, who)))
        return _("Congratulate: {what}").format(what=words)[:200]
    return _("Congratulate on the birthday: {who}").format(who=who)[:200]


def _wrong_days(first: object, last: object) -> str:
    if not isinstance(first, date) or not isinstance(last, date):
        return _("Enter both days of the period.")
    return _("The period ends before it begins.") if last < first else ""


def open_congratulations(workplace: Workplace, parent: QWidget) -> CongratulationsDialog:
    """Open the dialog over the window of `parent`; it goes when it is closed."""
    dialog = CongratulationsDialog(workplace, parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog
