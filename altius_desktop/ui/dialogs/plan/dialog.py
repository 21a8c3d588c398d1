"""The Plan dialog: its grid, its tools, and the saving of all lines as one act or of none."""

from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from altius_desktop.domain.errors import CellError, ConnectionLost, PlanRejected, UserError
from altius_desktop.domain.texts import clean_line
from altius_desktop.i18n import _, ngettext
from altius_desktop.services.acts import Acted
from altius_desktop.services.counterparties import list_contact_persons
from altius_desktop.services.identity import get_today
from altius_desktop.services.search import CounterpartyHit, find_counterparties
from altius_desktop.ui import icons, theme
from altius_desktop.ui.controls import Button, card, label
from altius_desktop.ui.dialogs.day_edits import likely_today
from altius_desktop.ui.dialogs.plan.editors import assignee_choices
from altius_desktop.ui.dialogs.plan.grid import PlanGrid
from altius_desktop.ui.dialogs.plan.lines import PlanSeed, first_line
from altius_desktop.ui.dialogs.plan.model import PlanModel
from altius_desktop.ui.dialogs.plan.sending import Sending, prepare, send
from altius_desktop.ui.form import DialogFrame
from altius_desktop.ui.keys import shortcut
from altius_desktop.ui.theme import Font
from altius_desktop.ui.workplace import Workplace

_LAYOUT = "planGrid"
_TITLE_LIMIT = 200


class PlanDialog(DialogFrame):
    """Plans one or several activities for oneself, colleagues and departments; `saved_ids` are theirs."""

    def __init__(
        self, workplace: Workplace, seed: PlanSeed | None = None, parent: QWidget | None = None
    ) -> None:
        seed = seed or PlanSeed()
        super().__init__(
            parent,
            name="planDialog",
            icon="plan",
            title=_("Plan of contacts and tasks"),
            subtitle=seed.counterparty_name,
            details=seed.subtitle,
            save_text=_("Save the plan"),
            scroll=False,
        )
        self.workplace = workplace
        self.saved_ids: frozenset[UUID] = frozenset()
        self._seed = seed
        self._unanswered: tuple[Sending, ...] = ()
        self._asked_persons: set[UUID] = set()
        self.model = PlanModel(
            first_line(seed, workplace.directories, workplace.identity),
            directories=workplace.directories,
            today=likely_today(workplace.identity),
            parent=self,
        )
        self.grid = PlanGrid(workplace, self.model)
        self._tools = QWidget()
        self._lay_out()
        self.grid.restore_state(workplace.layout(_LAYOUT))

        self.grid.delete_asked.connect(self.remove_line)
        self.grid.line_wanted.connect(self.add_line)
        self.grid.state_changed.connect(lambda: workplace.save_layout(_LAYOUT, self.grid.save_state()))
        self.grid.cells.persons_wanted.connect(self._read_persons)
        self.model.lines_changed.connect(self._on_lines_changed)
        self.model.dataChanged.connect(self._on_data_changed)
        workplace.directories_changed.connect(self._on_directories_changed)
        workplace.worker.crashed.connect(self._on_crash)
        shortcut(self, "Ins", self.add_line)
        shortcut(self, "Ctrl+D", self.duplicate_line)
        shortcut(self, "Ctrl+Del", self.remove_line)

        self._on_lines_changed()
        # Whether this PC's clock is right, the server knows.
        workplace.read(get_today, parent=self, done=self._on_today, failed=self._not_now, key="today")
        if seed.counterparty_id is not None:
            self._read_persons(seed.counterparty_id)
        self.grid.go_to(0, "counterparty_id" if seed.counterparty_id is None else "topic")

    def _lay_out(self) -> None:
        metrics = theme.metrics(Font.BASE)
        self.add_row_button = Button(
            _("Add row"), icon="add", hint="Ins", name="addRowButton", on_click=self.add_line
        )
        self.duplicate_button = Button(
            _("Duplicate"), icon="copy", hint="Ctrl+D", name="duplicateButton", on_click=self.duplicate_line
        )
        self.remove_button = Button(
            _("Remove"), icon="delete", hint="Ctrl+Del", name="removeRowButton", on_click=self.remove_line
        )
        self.assign_all_button = Button(
            _("Assign all to"),
            icon="user_add",
            arrow=True,
            name="assignAllButton",
            on_click=self._offer_everyone,
        )
        self._count = label(role=Font.CAPTION, tone="text2", name="planCount")
        tools = QHBoxLayout(self._tools)
        tools.setContentsMargins(0, 0, 0, 0)
        tools.setSpacing(6)
        for button in (
            self.add_row_button,
            self.duplicate_button,
            self.remove_button,
            self.assign_all_button,
        ):
            tools.addWidget(button)
        tools.addStretch()
        tools.addWidget(self._count)
        ground = card()
        inside = QVBoxLayout(ground)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self.grid)
        self.body.addWidget(self._tools)
        self.body.addWidget(ground, 1)
        told = label(_("The assignees see it at once"), role=Font.CAPTION, tone="text2")
        told.setContentsMargins(0, 0, 8, 0)
        self.footer.insertWidget(self.footer.count() - 1, told)
        wide, high = metrics.averageCharWidth(), metrics.height()
        self.setMinimumSize(max(1000, wide * 140), max(500, high * 26))
        size = QSize(max(1280, wide * 180), max(722, high * 38))
        # Not beyond the window that it stands on: its buttons would lie under the edge of a small screen.
        parent = self.parentWidget()
        self.resize(size.boundedTo(parent.window().size()) if parent is not None else size)

    # Lines

    def add_line(self) -> None:
        """A new line below the current one, for the same people."""
        self.grid.end_editing()
        row = self.model.add_line(self.grid.current_row())
        line = self.model.line(row)
        self.grid.go_to(row, "counterparty_id" if line.counterparty_id is None else "kind_id")

    def duplicate_line(self) -> None:
        """A copy of the current line below it."""
        self.grid.end_editing()
        index = self.grid.currentIndex()
        row = self.model.duplicate_line(self.grid.current_row())
        self.grid.go_to(row, self.model.columns[max(1, index.column())].field)

    def remove_line(self, row: int | None = None) -> None:
        """Take the current line away, or line `row`."""
        self.grid.end_editing()
        at = self.grid.current_row() if row is None else row
        column = max(1, self.grid.currentIndex().column())
        self.model.remove_line(at)
        self.grid.go_to(min(at, self.model.rowCount() - 1), self.model.columns[column].field)

    def assign_all(self, assignee: Any) -> None:
        """Give every line this assignee."""
        self.grid.end_editing()
        self.model.assign_all(assignee)

    def _offer_everyone(self) -> None:
        menu = QMenu(self)
        menu.setObjectName("assignAllMenu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for choice in assignee_choices(self.workplace.directories, self.workplace.identity):
            if choice.heading:
                menu.addSeparator()
                continue
            # An ampersand in a name is no mnemonic.
            action = menu.addAction(choice.text.replace("&", "&&"), partial(self.assign_all, choice.key))
            if choice.icon:
                action.setIcon(icons.icon(choice.icon))
        menu.popup(self.assign_all_button.mapToGlobal(QPoint(0, self.assign_all_button.height() + 3)))

    def _on_lines_changed(self) -> None:
        rows, people = self.model.counts()
        told = ngettext("{count} row", "{count} rows", rows).format(count=rows)
        whose = ngettext("{count} assignee", "{count} assignees", people).format(count=people)
        self._count.setText(f"{told} · {whose}")
        self.remove_button.setEnabled(self.model.changed)

    # What is read meanwhile

    def _on_today(self, today: date) -> None:
        self.model.today = today

    def _not_now(self, _error: UserError) -> None:
        """The main window tells of a lost line; what is typed here does not depend on it."""

    def _on_directories_changed(self) -> None:
        self.model.set_directories(self.workplace.directories)

    def _read_persons(self, counterparty_id: UUID) -> None:
        if counterparty_id in self._asked_persons:
            return
        self._asked_persons.add(counterparty_id)

        def done(persons: Any) -> None:
            self.model.set_persons(counterparty_id, persons)
            self.grid.cells.offer_persons(self.grid.currentIndex())

        def failed(_error: UserError) -> None:
            # Asked again at the next opening of the cell.
            self._asked_persons.discard(counterparty_id)

        self.workplace.read(
            lambda session: list_contact_persons(session, counterparty_id),
            parent=self,
            done=done,
            failed=failed,
            key=("persons", counterparty_id),
        )

    def _on_data_changed(self, top: QModelIndex, bottom: QModelIndex) -> None:
        column = self.model.column_of("counterparty_id")
        if top == bottom and top.column() == column:
            line = self.model.line(top.row())
            if line.counterparty_name and line.counterparty_id is None:
                self._settle(line.id, line.counterparty_name)

    def _settle(self, line_id: UUID, text: str) -> None:
        """Who types fast leaves the cell before the answer comes: the only firm that fits is the one meant."""

        def done(hits: tuple[CounterpartyHit, ...]) -> None:
            if len(hits) == 1:
                self.model.settle_counterparty(line_id, text, hits[0])

        self.workplace.read(
            lambda session: find_counterparties(session, text, limit=2),
            parent=self,
            done=done,
            failed=self._not_now,
            key=("settle", line_id),
        )

    # Saving

    def has_changes(self) -> bool:
        self.grid.end_editing()
        return self.model.changed

    def save(self) -> None:
        self.grid.end_editing()
        wrong = self.model.errors_to_show()
        if wrong:
            rows = len({error.row for error in wrong})
            told = ngettext(
                "Nothing was saved: {rows} row has to be corrected.",
                "Nothing was saved: {rows} rows have to be corrected.",
                rows,
            ).format(rows=rows)
            self._mark(told, wrong)
            return
        self.model.show_wrong(())
        numbers = self.model.numbers_to_save()
        lines = tuple(self.model.line(number) for number in numbers)
        unanswered = self._unanswered
        sending = prepare(
            lines,
            title=self._plan_title(lines[0].topic),
            follows_id=self._seed.follows_id,
            unanswered=unanswered,
        )
        self.set_busy(True)
        self.workplace.act(
            lambda session, _act_id: send(session, sending, unanswered=unanswered),
            parent=self,
            done=self._on_saved,
            failed=partial(self._on_failed, sending, numbers),
            act_id=sending.act_id,
        )

    def _plan_title(self, topic: str) -> str:
        parts = (self._seed.title, self._seed.counterparty_name, topic)
        return clean_line(next((part for part in parts if part), ""))[:_TITLE_LIMIT]

    def _on_saved(self, acted: Acted) -> None:
        self.saved_ids = acted.activity_ids
        self.close_saved()

    def _on_failed(self, sending: Sending, numbers: list[int], error: UserError) -> None:
        if isinstance(error, PlanRejected):
            self.set_busy(False)
            cells = [CellError(numbers[cell.row], cell.field, cell.text) for cell in error.cells]
            self._mark(error.text, cells)
            return
        if isinstance(error, ConnectionLost) and sending not in self._unanswered:
            self._unanswered = (*self._unanswered, sending)
        self.show_error(error)
        self.grid.setFocus()

    def _on_crash(self, parent: object, _exc_info: object) -> None:
        if parent is self and self.busy:
            self.set_busy(False)

    def set_busy(self, busy: bool) -> None:
        super().set_busy(busy)
        self.grid.setEnabled(not busy)
        self._tools.setEnabled(not busy)

    def _mark(self, told: str, wrong: list[CellError]) -> None:
        self.model.show_wrong(wrong)
        first = self.model.first_wrong()
        detail = self.model.wrong_text(first) if first.isValid() else ""
        self.banner.show_text(told, " ".join(detail.split("\n")))
        if first.isValid():
            self.grid.go_to(first.row(), self.model.columns[first.column()].field)
