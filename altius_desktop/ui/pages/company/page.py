"""The page of our own company: requisites, everybody who works here, birthdays, and who stands in for whom."""

from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from altius_desktop.database.listener import News
from altius_desktop.domain.errors import ConnectionLost, UserError
from altius_desktop.domain.search_text import query_words, search_text, wrong_layout
from altius_desktop.i18n import _
from altius_desktop.services.company import CompanyCard, get_company_card
from altius_desktop.ui import messages
from altius_desktop.ui.controls import Button, label, rule, set_tone
from altius_desktop.ui.form.editors import ChoiceEdit
from altius_desktop.ui.keys import shortcut
from altius_desktop.ui.pages.company.acts import CompanyActs
from altius_desktop.ui.pages.company.columns import columns, style
from altius_desktop.ui.pages.company.people import ShownEmployee, birthdays, receivers_mark, shown_employees
from altius_desktop.ui.pages.company.requisites import RequisitesCard
from altius_desktop.ui.pages.company.side import SideActs, SidePanel
from altius_desktop.ui.table import DataTable, EmptyAction, RowTableModel
from altius_desktop.ui.theme import Font
from altius_desktop.ui.workplace import Workplace

TABLE = "employeesTable"
_TABLES = frozenset({"absence", "company", "department", "employee", "reminder_route"})
WORKING, LEFT, EVERYBODY = "working", "left", "everybody"


class CompanyPage(QWidget):
    """`top` goes into the window's top bar, `counts_changed` into its status bar. News are read while it is seen."""

    counts_changed = Signal(str, str)  # what is shown, when it was read
    loaded = Signal()

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self.setObjectName("companyPage")
        self.setAccessibleName(_("Our company"))
        self.workplace = workplace
        self.card: CompanyCard | None = None
        self._people: list[ShownEmployee] = []
        self._wanted: UUID | None = None
        self.acts = acts = CompanyActs(
            workplace, self, card=lambda: self.card, chosen=lambda: self.table.current_row()
        )
        acts.done.connect(self._on_done)
        self.top = self._make_top()
        self.requisites = RequisitesCard(acts.change_requisites, why=acts.why_not("add"))
        self.model = RowTableModel(columns(), style=style, parent=self)
        self.table = DataTable(self.model, name=TABLE, title=_("Employees"))
        self.table.restore_state(workplace.layout(TABLE))
        self.table.state_changed.connect(lambda: workplace.save_layout(TABLE, self.table.save_state()))
        self.table.current_row_changed.connect(lambda _row: self._show_chosen())
        self.table.activated_row.connect(lambda _row: acts.change())
        self.side = SidePanel(
            SideActs(
                change_reminders=acts.change_reminders,
                add_absence=acts.add_absence,
                end_absence=acts.end_absence,
                add_route=acts.add_route,
                end_route=acts.end_route,
                name_referent=acts.name_referent,
                why_not_company=acts.why_not("add"),
                why_not_absence=acts.why_not_absence,
                why_not_referent=acts.why_not_referent,
            )
        )
        self.banner = messages.Banner("danger", icon="offline", name="companyBanner")
        middle = QVBoxLayout()
        middle.setContentsMargins(14, 12, 14, 12)
        middle.setSpacing(8)
        middle.addWidget(self.banner)
        middle.addWidget(self.requisites)
        middle.addLayout(self._make_head())
        middle.addLayout(self._make_bar())
        middle.addWidget(self.table, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(middle, 1)
        whole.addWidget(rule(vertical=True, strong=True))
        whole.addWidget(self.side)
        for keys, action in (
            ("Ins", acts.add),
            ("F2", acts.change),
            ("F5", self.reload),
            ("Ctrl+F", self._focus_search),
            ("Ctrl+Z", acts.undoing.undo),
            ("Esc", self._clear_search),
        ):
            shortcut(self, keys, action)
        workplace.live.news.connect(self._on_news)
        workplace.live.returned.connect(self._reload_if_seen)
        workplace.live.connection_changed.connect(self._on_connection)
        self._show_state()

    def _make_top(self) -> QWidget:
        top = QWidget()
        self.search = QLineEdit()
        self.search.setObjectName("employeeSearch")
        self.search.setAccessibleName(_("Find an employee"))
        self.search.setPlaceholderText(_("Find an employee"))
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(320)
        self.search.setMinimumWidth(220)
        self.search.textChanged.connect(lambda _text: self._show_rows())
        row = QHBoxLayout(top)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(label(_("Our company"), role=Font.TITLE))
        row.addStretch(1)
        row.addWidget(self.search)
        return top

    def _make_head(self) -> QHBoxLayout:
        self.counts = label(role=Font.TABLE, tone="muted", name="employeeCounts")
        self.department = ChoiceEdit(choices=(), blank=_("All departments"))
        self.department.inner.setObjectName("departmentFilter")
        self.department.inner.setAccessibleName(_("Department"))
        self.department.changed.connect(self._show_rows)
        self.state = ChoiceEdit(
            choices=((LEFT, _("Have left")), (EVERYBODY, _("Everybody"))), blank=_("Working here")
        )
        self.state.inner.setObjectName("stateFilter")
        self.state.inner.setAccessibleName(_("Working here or left"))
        self.state.changed.connect(self._show_rows)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(label(_("Employees"), role=Font.SECTION))
        head.addWidget(self.counts)
        head.addStretch(1)
        for edit in (self.department, self.state):
            edit.setMinimumWidth(150)
            head.addWidget(edit)
        return head

    def _make_bar(self) -> QHBoxLayout:
        acts = self.acts
        self.buttons: dict[str, Button] = {}
        bar = QHBoxLayout()
        bar.setSpacing(6)
        for name, text, icon, keys, kind, action in (
            ("add", _("Add an employee"), "user_add", "Ins", "primary", acts.add),
            ("change", _("Change"), "edit", "F2", "secondary", acts.change),
            ("absence", _("Absence…"), "absence", "", "secondary", acts.add_absence),
            ("leave", _("Let go…"), "user_left", "", "secondary", acts.leave),
        ):
            button = Button(
                text, icon=icon, hint=keys, kind=kind, name=f"{name}EmployeeButton", on_click=action
            )
            self.buttons[name] = button
            bar.addWidget(button)
        set_tone(self.buttons["leave"], "kind", "danger")
        departments = Button(
            _("Departments…"), icon="department", name="departmentsButton", on_click=acts.show_departments
        )
        bar.addWidget(departments)
        bar.addStretch()
        return bar

    def reload(self) -> None:
        """Read the company anew."""
        self.workplace.read(
            get_company_card, parent=self, done=self._on_read, failed=self._on_read_failed, key="company"
        )

    def _on_read(self, card: CompanyCard) -> None:
        self.banner.hide()
        self.card = card
        self._people = shown_employees(card)
        self.requisites.show_fields(card.company.fields)
        self._offer_departments(card)
        self._show_rows()
        if self._wanted is not None:
            if not self.table.select_id(self._wanted) and any(row.id == self._wanted for row in self._people):
                # Whoever was just entered is seen, whatever was selected.
                self._clear_filters()
                self.table.select_id(self._wanted)
            self._wanted = None
        elif self.table.current_row() is None and self.model.rowCount():
            self.table.select_id(self.model.row_at(0).id)
        self.loaded.emit()

    def _on_read_failed(self, error: UserError) -> None:
        self.banner.show_text(error.text, error.hint)

    def _offer_departments(self, card: CompanyCard) -> None:
        names = sorted({row.department_name for row in card.staff}, key=str.lower)
        self.department.set_choices(tuple((name, name) for name in names))

    def _show_rows(self) -> None:
        text, state, department = self.search.text(), self.state.value() or WORKING, self.department.value()
        within = [
            row
            for row in self._people
            if (state == EVERYBODY or row.staff.active == (state == WORKING))
            and (department is None or row.staff.department_name == department)
        ]
        shown = _matching(within, text) or _matching(within, wrong_layout(text))
        self._say_when_empty(narrowed=bool(text or department or self.state.value()))
        self.model.set_rows(shown)
        self._show_counts()
        self._show_chosen()

    def _say_when_empty(self, *, narrowed: bool) -> None:
        if narrowed:
            self.table.show_when_empty("nothing_found", _("Nothing found"))
        elif self.acts.why_not("add"):
            self.table.show_when_empty("contact", _("There are no employees yet"))
        else:
            add = EmptyAction(_("Add an employee"), self.acts.add, "user_add", "emptyAddEmployee")
            self.table.show_when_empty("contact", _("Add the first employee"), "", (add,))

    def _show_counts(self) -> None:
        here = [row for row in self._people if row.staff.active]
        at_computer = sum(1 for row in here if row.staff.fields.has_workplace)
        self.counts.setText(
            _("{count} · with a computer {with_one} · without one {without}").format(
                count=len(here), with_one=at_computer, without=len(here) - at_computer
            )
        )
        told = _("Employees: {count} · departments: {departments} · birthdays ahead: {birthdays}").format(
            count=len(here),
            departments=len({row.staff.department_name for row in here}),
            birthdays=len(birthdays(self._people)),
        )
        self.counts_changed.emit(told, "")

    def _show_chosen(self) -> None:
        if self.card is not None:
            self.side.show_all(self.card.company, birthdays(self._people), self.table.current_row())
        self._show_state()

    def _show_state(self) -> None:
        for name, button in self.buttons.items():
            why = self.acts.why_not(name)
            button.setEnabled(not why)
            button.setToolTip(why)

    def _on_done(self, wanted: UUID | None) -> None:
        self._wanted = wanted
        self.reload()

    def _on_news(self, news: tuple[News, ...]) -> None:
        if any(item.table in _TABLES for item in news):
            self._reload_if_seen()

    def _reload_if_seen(self) -> None:
        if self.isVisible():
            self.reload()

    def _on_connection(self, connected: bool, error: UserError | None) -> None:
        if connected:
            self.banner.hide()
        elif self.isVisible():
            lost = error or ConnectionLost(_("The connection to the server is lost."))
            self.banner.show_text(lost.text, _("The program keeps trying to connect."))

    def _focus_search(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def _clear_search(self) -> None:
        self.search.clear()
        self.table.setFocus()

    def _clear_filters(self) -> None:
        self.search.clear()
        self.department.set_value(None)
        self.state.set_value(None)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # A new day of the office brings other birthdays and absences, of which no news tell.
        self.reload()
        self.table.setFocus()


def _matching(people: list[ShownEmployee], text: str) -> list[ShownEmployee]:
    words = query_words(text)
    return [row for row in people if all(word in _searched(row) for word in words)]


def _searched(row: ShownEmployee) -> str:
    fields = row.staff.fields
    return search_text(
        row.name,
        fields.position,
        row.staff.department_name,
        fields.phone,
        row.staff.login or "",
        receivers_mark(row).text,
    )
