"""The tables at the right of the card, and what is done in them: add, open, take off the card."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from altius_desktop.domain.errors import UserError
from altius_desktop.domain.rights import why_not_erase
from altius_desktop.i18n import _
from altius_desktop.services.acts import Acted
from altius_desktop.services.card_part_edits import archive_part
from altius_desktop.services.card_parts import (
    DateFields,
    FeedbackFields,
    PartFields,
    PartRow,
    PersonFields,
    PersonRow,
    TermFields,
)
from altius_desktop.services.counterparty_card import Card
from altius_desktop.services.day import ActivityRow, list_activities
from altius_desktop.services.history import HistoryRow
from altius_desktop.ui import messages
from altius_desktop.ui.controls import Button, label
from altius_desktop.ui.dialogs.activity import ActivityDialog
from altius_desktop.ui.dialogs.counterparty_card.columns import (
    date_columns,
    feedback_columns,
    feedback_style,
    person_columns,
    plan_columns,
    plan_style,
    term_columns,
    term_style,
)
from altius_desktop.ui.dialogs.counterparty_card.erasing import ErasingDialog
from altius_desktop.ui.dialogs.counterparty_card.history_part import NOBODY, HistoryPart
from altius_desktop.ui.dialogs.counterparty_card.part_dialog import (
    PartDialog,
    PartForm,
    date_form,
    feedback_form,
    person_form,
    term_form,
)
from altius_desktop.ui.dialogs.counterparty_card.part_menu import open_part_menu
from altius_desktop.ui.dialogs.counterparty_card.persons_table import PersonsTable
from altius_desktop.ui.formats import number, short_day
from altius_desktop.ui.table import DataTable, EmptyAction, RowTableModel
from altius_desktop.ui.theme import Font
from altius_desktop.ui.undoing import Undoing
from altius_desktop.ui.workplace import Workplace

_LAYOUT = "counterpartyCard."

MakeForm = Callable[[Any], PartForm]  # of the row that is opened, or of None for a new one


class CardParts(QWidget):
    """Persons, history, and below one of: plan, important dates, wishes and complaints, terms."""

    saved = Signal()  # something of the firm was saved here: the card is read again
    plan_asked = Signal()

    def __init__(self, workplace: Workplace, today: date) -> None:
        super().__init__()
        self._workplace = workplace
        self._counterparty_id = NOBODY
        self._layouts: dict[DataTable, Any] = {}
        self._today = today
        self._card: Card | None = None
        self.undoing = Undoing(workplace, self, done=self.saved.emit)

        def now() -> date:
            return self._today

        self.persons = self._table(
            "personsTable", _("Contact persons"), person_columns(now, self._dates_of), of=PersonsTable
        )
        self.plan = self._table("planTable", _("Plan"), plan_columns(now), style=plan_style(now))
        self.dates = self._table("datesTable", _("Important dates"), date_columns(now))
        self.feedback = self._table(
            "feedbackTable", _("Wishes and complaints"), feedback_columns(), style=feedback_style
        )
        self.terms = self._table(
            "termsTable", _("Terms and discounts"), term_columns(now), style=term_style(now)
        )
        self.history = HistoryPart(workplace, today)
        self.history.row_opened.connect(self._open_history_row)
        self._keep_layout(self.history.table)
        self.plan.activated_row.connect(self._open_activity)
        self.plan.bind_key("F2", lambda: self._open_activity(self.plan.current_row()))
        self.plan.bind_key("Ins", self.plan_asked.emit)
        for table, make_form, kind in (
            (self.persons, lambda _row: person_form(), PersonFields),
            (self.dates, self._date_form, DateFields),
            (self.feedback, lambda _row: feedback_form(), FeedbackFields),
            (self.terms, lambda _row: term_form(), TermFields),
        ):
            self._bind(table, make_form, kind)
        self._lay_out()
        self._say_when_empty()

    def _table(
        self, name: str, title: str, columns: Any, *, style: Any = None, of: type[DataTable] = DataTable
    ) -> DataTable:
        table = of(RowTableModel(columns, style=style, parent=self), name=name, title=title)
        table.rows_model.set_legend(dict(self._workplace.directories.legend))
        self._keep_layout(table)
        return table

    def _keep_layout(self, table: DataTable) -> None:
        name = _LAYOUT + table.objectName()
        self._layouts[table] = self._workplace.layout(name)
        table.restore_state(self._layouts[table])
        table.state_changed.connect(lambda: self._workplace.save_layout(name, table.save_state()))

    def stand_for(self, counterparty_id: UUID) -> None:
        """Belong to this counterparty; what was arranged elsewhere since the tables were made holds here too."""
        self._counterparty_id = counterparty_id
        self.history.stand_for(counterparty_id)
        for table, known in self._layouts.items():
            layout = self._workplace.layout(_LAYOUT + table.objectName())
            if layout != known:
                table.restore_state(layout)
            table.rows_model.set_legend(dict(self._workplace.directories.legend))

    def _bind(self, table: DataTable, make_form: MakeForm, kind: type[PartFields]) -> None:
        def open_row(row: PartRow | None) -> None:
            self.open_part(make_form(row), row)

        table.activated_row.connect(open_row)
        table.bind_key("F2", lambda: open_row(table.current_row()))
        table.bind_key("Ins", lambda: self.add_part(make_form(None)))
        table.bind_key("Ctrl+Z", self.undoing.undo)
        table.bind_key("Del", lambda: self._archive(table.current_row(), kind))
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(
            lambda place: open_part_menu(
                table,
                table.viewport().mapToGlobal(place),
                teller=self,
                add=lambda: self.add_part(make_form(None)),
                open_row=lambda: open_row(table.current_row()),
                archive=lambda: self._archive(table.current_row(), kind),
                erase=None if why_not_erase(self._workplace.identity.groups) else self.erase_person,
            )
        )

    def _lay_out(self) -> None:
        self._persons_count = label(role=Font.CAPTION, tone="muted", name="personsCount")
        persons = QWidget()
        column = QVBoxLayout(persons)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(label(_("Contact persons"), role=Font.SECTION))
        head.addWidget(self._persons_count)
        head.addStretch()
        head.addWidget(
            Button(
                _("Add"),
                icon="add",
                small=True,
                name="addPersonButton",
                on_click=lambda: self.add_part(person_form()),
            )
        )
        column.addLayout(head)
        column.addWidget(self.persons, 1)

        self._stack = QStackedWidget()
        self._group = QButtonGroup(self)
        self._tabs: dict[str, Button] = {}
        self._titles: dict[str, str] = {}
        self._add_button = Button(
            _("Add"), icon="add", small=True, name="addPartButton", on_click=self._add_here
        )
        tabs = QHBoxLayout()
        tabs.setSpacing(6)
        for key, table in (
            ("plan", self.plan),
            ("dates", self.dates),
            ("feedback", self.feedback),
            ("terms", self.terms),
        ):
            button = Button(table.accessibleName(), small=True, name=f"{key}Tab")
            button.setCheckable(True)
            button.clicked.connect(lambda _on, key=key: self.show_tab(key))
            self._group.addButton(button)
            self._tabs[key] = button
            self._titles[key] = table.accessibleName()
            self._stack.addWidget(table)
            tabs.addWidget(button)
        tabs.addStretch()
        tabs.addWidget(self._add_button)
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(tabs)
        column.addWidget(self._stack, 1)
        self._split = split = QSplitter(Qt.Orientation.Vertical)
        split.setHandleWidth(12)
        split.setChildrenCollapsible(False)
        for widget, share in ((persons, 5), (self.history, 8), (below, 6)):
            widget.setMinimumHeight(110)
            split.addWidget(widget)
            split.setStretchFactor(split.count() - 1, share)
        split.setSizes([170, 270, 210])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(split)
        self.show_tab("plan")

    def show_tab(self, key: str) -> None:
        """Show "plan", "dates", "feedback" or "terms" below."""
        self._tabs[key].setChecked(True)
        self._stack.setCurrentIndex(list(self._tabs).index(key))

    def _say_when_empty(self) -> None:
        def add(form: Callable[[], PartForm], name: str) -> tuple[EmptyAction, ...]:
            return (EmptyAction(_("Add"), lambda: self.add_part(form()), icon="add", name=name),)

        self.persons.show_when_empty(
            "contact", _("No contact persons"), "", add(person_form, "emptyAddPersonButton")
        )
        self.plan.show_when_empty(
            "plan",
            _("Nothing is planned"),
            "",
            (EmptyAction(_("Plan"), self.plan_asked.emit, icon="plan", name="emptyPlanButton"),),
        )
        self.dates.show_when_empty(
            "birthday", _("No important dates"), "", add(self._date_form, "emptyAddDate")
        )
        self.feedback.show_when_empty(
            "message", _("No wishes and complaints"), "", add(feedback_form, "emptyAddFeedback")
        )
        self.terms.show_when_empty("document", _("Nothing is agreed yet"), "", add(term_form, "emptyAddTerm"))

    def show_card(self, card: Card) -> None:
        """Show what belongs to the firm; selection and scroll stay."""
        self._card = card
        self._today = card.today
        for table, rows in (
            (self.persons, card.persons),
            (self.plan, card.plan),
            (self.dates, card.dates),
            (self.feedback, card.feedback),
            (self.terms, card.terms),
        ):
            table.rows_model.set_rows(rows)
        self._persons_count.setText(number(len(card.persons)))
        open_feedback = sum(row.fields.closed_on is None for row in card.feedback)
        valid = sum(not row.is_expired(card.today) for row in card.terms)
        for key, count in (
            ("plan", len(card.plan)),
            ("dates", len(card.dates)),
            ("feedback", open_feedback),
            ("terms", valid),
        ):
            name = self._titles[key]
            self._tabs[key].setText(f"{name}  {number(count)}" if count else name)
            self._tabs[key].updateGeometry()

    def take_over(self, former: "CardParts") -> None:
        """Stand as the former tables did: the tab, the chosen rows, the period and the heights."""
        self.show_tab(next(key for key, button in former._tabs.items() if button.isChecked()))
        self._split.setSizes(former._split.sizes())
        for mine, theirs in zip(self._tables(), former._tables(), strict=True):
            row = theirs.current_row()
            if row is not None:
                mine.select_id(row.id)
        self.history.take_over(former.history)

    def _tables(self) -> tuple[DataTable, ...]:
        return self.persons, self.plan, self.dates, self.feedback, self.terms

    @property
    def activity_ids(self) -> frozenset[UUID]:
        """The activities that stand in the plan or in the history shown."""
        plan = frozenset(row.id for row in self._card.plan) if self._card is not None else frozenset()
        return plan | self.history.ids

    def chosen_person(self) -> PersonRow | None:
        row = self.persons.current_row()
        return row if isinstance(row, PersonRow) else None

    def _dates_of(self, person: PersonRow) -> str:
        if self._card is None:
            return ""
        return ", ".join(
            f"{short_day(row.fields.falls_on)} — {row.fields.title}"
            for row in self._card.dates
            if row.fields.contact_person_id == person.id and row.fields.falls_on is not None
        )

    def _date_form(self, row: Any = None) -> PartForm:
        return date_form(self._card.persons if self._card is not None else (), row)

    # Acts

    def _add_here(self) -> None:
        key = next(key for key, button in self._tabs.items() if button.isChecked())
        if key == "plan":
            self.plan_asked.emit()
            return
        forms = {"dates": self._date_form, "feedback": feedback_form, "terms": term_form}
        self.add_part(forms[key]())

    def add_part(self, form: PartForm) -> None:
        """Open the form of a new row."""
        if self._card is not None:
            self._open_form(form, None)

    def open_part(self, form: PartForm, row: PartRow | None) -> None:
        """Open a row for editing."""
        if row is not None:
            self._open_form(form, row)

    def _open_form(self, form: PartForm, row: PartRow | None) -> None:
        assert self._card is not None
        dialog = PartDialog(
            self._workplace,
            self,
            form=form,
            counterparty_id=self._counterparty_id,
            counterparty_name=self._card.fields.name,
            row=row,
            today=self._today,
        )
        dialog.accepted.connect(self.saved)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _archive(self, row: PartRow | None, kind: type[PartFields]) -> None:
        if row is None:
            return
        firm, row_id = self._counterparty_id, row.id

        def done(_acted: Acted) -> None:
            self.saved.emit()
            self.undoing.tell(_("Taken off the card"))

        self._workplace.act(
            lambda session, act: archive_part(
                session, act_id=act, counterparty_id=firm, row_id=row_id, kind=kind
            ),
            parent=self,
            done=done,
            failed=self._tell,
        )

    def erase_person(self, person: PersonRow) -> None:
        """Ask why, and erase what is known of a contact person for good."""
        assert self._card is not None
        dialog = ErasingDialog(self._workplace, person, self._card.fields.name, self)
        dialog.accepted.connect(self.saved)
        dialog.accepted.connect(lambda: messages.show_toast(self, _("The personal data is erased")))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _tell(self, error: UserError) -> None:
        messages.show_error(self, error)

    def _open_activity(self, row: ActivityRow | None) -> None:
        if row is not None:
            dialog = ActivityDialog(self._workplace, row, self)
            dialog.accepted.connect(self.saved)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.open()

    def _open_history_row(self, row: HistoryRow) -> None:
        def read(rows: tuple[ActivityRow, ...]) -> None:
            self._open_activity(next(iter(rows), None))

        self._workplace.read(
            lambda session: list_activities(session, [row.id]), parent=self, done=read, failed=self._tell
        )
