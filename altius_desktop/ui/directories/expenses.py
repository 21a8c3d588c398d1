"""What an ad source cost: its expenses by period, their sum, and the form of one."""

from datetime import date
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from PySide6.QtWidgets import QHBoxLayout, QWidget

from altius_desktop.database.listener import News
from altius_desktop.domain.ids import new_id
from altius_desktop.i18n import _
from altius_desktop.services.acts import Acted
from altius_desktop.services.ad_expenses import (
    AdExpenseRow,
    add_expense,
    archive_expense,
    list_expenses,
    restore_expense,
    update_expense,
)
from altius_desktop.services.directory_rows import DirectoryValue
from altius_desktop.services.identity import get_today
from altius_desktop.ui import theme
from altius_desktop.ui.controls import Button, Switch, label
from altius_desktop.ui.directories.shared_form import Send, SharedForm
from altius_desktop.ui.form import DialogFrame, Field, money
from altius_desktop.ui.form.directory_lookup import why_read_only
from altius_desktop.ui.formats import full_day
from altius_desktop.ui.keys import shortcut
from altius_desktop.ui.table import Column, DataTable, EmptyAction, RowStyle, RowTableModel
from altius_desktop.ui.theme import Font
from altius_desktop.ui.undoing import UndoingHere
from altius_desktop.ui.workplace import Workplace


class ExpensesDialog(DialogFrame):
    """The expenses of one source, the latest first. Whoever may not write finds the reason in the tool tips."""

    def __init__(self, workplace: Workplace, source: DirectoryValue, parent: QWidget | None) -> None:
        super().__init__(
            parent,
            name="expensesDialog",
            icon="source",
            title=_("Expenses of the ad source"),
            subtitle=source.name,
            scroll=False,
        )
        self._workplace = workplace
        self._source_id = cast(UUID, source.id)
        self._why = why_read_only("ad_source", workplace.identity.groups)
        self._all: tuple[AdExpenseRow, ...] = ()
        self._today: date | None = None
        self._wanted: UUID | None = None
        self.undoing = UndoingHere(workplace, self, done=self.reload, failed=self.show_error)
        self._model = RowTableModel(
            (
                Column("starts_on", _("From"), 12, lambda row: full_day(row.starts_on), "date"),
                Column("ends_on", _("To"), 12, lambda row: full_day(row.ends_on), "date"),
                Column(
                    "amount", _("Amount, ₽"), 18, lambda row: money(row.amount), align="right", strong=True
                ),
                Column("note", _("Note"), 30, _note, stretch=True),
            ),
            style=lambda row: RowStyle(done=row.archived),
        )
        self.table = DataTable(self._model, name="expensesTable", title=_("Expenses of the ad source"))
        self.table.current_row_changed.connect(lambda _row: self._show_state())
        self.table.activated_row.connect(lambda _row: self.change())
        self.table.bind_key("Del", self.archive)
        self._add = Button(
            _("Add"), icon="add", hint="Ins", name="addExpenseButton", small=True, on_click=self.add
        )
        self._change = Button(
            _("Change"), icon="edit", hint="F2", name="changeExpenseButton", small=True, on_click=self.change
        )
        self._archive = Button(
            _("To the archive"),
            icon="archive",
            hint="Del",
            name="archiveExpenseButton",
            small=True,
            on_click=self.archive,
        )
        self.archive_switch = Switch(_("Show the archive"), name="archiveSwitch")
        self.archive_switch.toggled.connect(lambda _on: self._show_rows())
        bar = QHBoxLayout()
        bar.setSpacing(6)
        for button in (self._add, self._change, self._archive):
            bar.addWidget(button)
        bar.addStretch()
        bar.addWidget(self.archive_switch)
        self.body.addLayout(bar)
        self.body.addWidget(self.table, 1)
        self.total = label(role=Font.STRONG, name="expensesTotal")
        self.body.addWidget(self.total)
        self.save_nothing()
        shortcut(self, "Ins", self._add.click)
        shortcut(self, "F2", self._change.click)
        shortcut(self, "F5", self.reload)
        shortcut(self, "Ctrl+Z", self.undoing.undo)
        workplace.live.news.connect(self._on_news)
        workplace.live.returned.connect(self.reload)
        self.finished.connect(self.deleteLater)
        self.resize(theme.metrics(Font.BASE).averageCharWidth() * 112, 520)
        self.table.setFocus()
        self._show_state()
        self.reload()

    def reload(self) -> None:
        """Read the expenses anew."""
        self._workplace.read(
            lambda session: (get_today(session), list_expenses(session, ad_source_id=self._source_id)),
            parent=self,
            done=self._on_read,
            failed=self.show_error,
            key=(id(self), "expenses"),
        )

    def _on_read(self, found: tuple[date, tuple[AdExpenseRow, ...]]) -> None:
        self._today, self._all = found
        self._show_rows()
        if self._wanted is not None and self.table.select_id(self._wanted):
            self._wanted = None
        elif self.table.current_row() is None and self._model.rowCount():
            self.table.select_id(self._model.row_at(0).id)

    def _on_news(self, news: tuple[News, ...]) -> None:
        if any(item.table == "ad_expense" for item in news):
            self.reload()

    def _show_rows(self) -> None:
        self.table.show_when_empty(
            "source",
            _("No expenses are entered"),
            "",
            () if self._why else (EmptyAction(_("Add"), self.add, "add"),),
        )
        self._model.set_rows(
            [row for row in self._all if self.archive_switch.isChecked() or not row.archived]
        )
        total = sum((row.amount for row in self._all if not row.archived), Decimal(0))
        self.total.setText(_("In all {amount} ₽").format(amount=money(total)))
        self._show_state()

    def _show_state(self) -> None:
        row = self.table.current_row()
        for button, allowed in (
            (self._add, self._today is not None),
            (self._change, row is not None),
            (self._archive, row is not None),
        ):
            button.setEnabled(allowed and not self._why)
            button.setToolTip(self._why)
        archived = row is not None and row.archived
        self._archive.setText(_("Out of the archive") if archived else _("To the archive"))
        self._archive.setAccessibleName(self._archive.text())
        self._archive.set_icon_name("undo" if archived else "archive")

    def add(self) -> None:
        """Ask for a new expense, of this month at first."""
        if self._why or self._today is None:
            return
        expense_id = new_id()

        def send(session: Any, act: UUID, mine: dict, _decided: dict) -> Acted:
            return add_expense(
                session, act_id=act, expense_id=expense_id, ad_source_id=self._source_id, fields=mine
            )

        values = {"starts_on": self._today.replace(day=1), "ends_on": self._today}
        self._open_form(_("New expense"), values, send, expense_id)

    def change(self) -> None:
        """Change the selected expense."""
        row = self.table.current_row()
        if self._why or row is None:
            return

        def send(session: Any, act: UUID, mine: dict, decided: dict) -> Acted:
            return update_expense(
                session, act_id=act, expense_id=row.id, seen=row.editable(), mine=mine, decided=decided
            )

        self._open_form(_("Expense"), row.editable(), send, row.id)

    def _open_form(self, title: str, values: dict, send: Send, wanted: UUID) -> None:
        def done(acted: Acted) -> None:
            self.undoing.note(acted)
            self._wanted = wanted
            self.reload()

        assert self._today is not None
        SharedForm(
            self._workplace,
            self,
            name="expenseDialog",
            icon="source",
            title=title,
            fields=(
                Field("starts_on", _("From"), "date", required=True),
                Field("ends_on", _("To"), "date", required=True),
                Field("amount", _("Amount, ₽"), "money", required=True),
                Field("note", _("Note"), "note", max_length=500, rows=3),
            ),
            today=self._today,
            values=values,
            send=send,
            done=done,
        ).open()

    def archive(self) -> None:
        """Count the selected expense no longer, or count it again."""
        row = self.table.current_row()
        if self._why or row is None:
            return
        change = restore_expense if row.archived else archive_expense

        def done(acted: Acted) -> None:
            told = "" if row.archived else _("The expense is in the archive and counts no longer.")
            self.undoing.note(acted, told)
            self.reload()

        self._workplace.act(
            lambda session, act: change(session, act_id=act, expense_id=row.id),
            parent=self,
            done=done,
            failed=self.show_error,
        )


def _note(row: AdExpenseRow) -> str:
    if row.archived:
        return _("In the archive") + (f" · {row.note}" if row.note else "")
    return row.note
