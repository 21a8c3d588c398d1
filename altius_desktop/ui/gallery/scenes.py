"""The scenes: what is opened on the present data, and how."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QWidget

from altius_desktop.database.connection import ServerAddress
from altius_desktop.database.kept_passwords import KeptPasswords
from altius_desktop.domain.errors import Conflict, ConnectionLost, FieldConflict, UserError
from altius_desktop.i18n import _
from altius_desktop.services.audit import ChangedPlace, ChangePage, ChangeRow
from altius_desktop.services.counterparty_list import CounterpartyFilter
from altius_desktop.services.day import ActivityRow
from altius_desktop.ui import messages
from altius_desktop.ui.dialogs.activity import ActivityDialog
from altius_desktop.ui.dialogs.changes import ChangesDialog
from altius_desktop.ui.dialogs.conflict import ConflictDialog
from altius_desktop.ui.dialogs.counterparty_card import CounterpartyCard
from altius_desktop.ui.dialogs.counterparty_card.part_dialog import person_form
from altius_desktop.ui.dialogs.find_anything import FindAnythingDialog
from altius_desktop.ui.dialogs.history import HistoryDialog
from altius_desktop.ui.dialogs.leaving import LeavingDialog
from altius_desktop.ui.dialogs.login import LoginDialog
from altius_desktop.ui.dialogs.login_people import OfferedLogin
from altius_desktop.ui.dialogs.login_server import ServerDialog
from altius_desktop.ui.dialogs.password import PasswordDialog
from altius_desktop.ui.dialogs.plan import PlanDialog
from altius_desktop.ui.dialogs.quick_entry import QuickEntryDialog
from altius_desktop.ui.dialogs.reschedule import RescheduleDialog
from altius_desktop.ui.dialogs.result import ResultDialog
from altius_desktop.ui.directories import DIRECTORIES, DirectoryDialog
from altius_desktop.ui.form import DialogFrame
from altius_desktop.ui.gallery.notice_scenes import NOTICE_SCENES
from altius_desktop.ui.gallery.reminder_scenes import REMINDER_SCENES
from altius_desktop.ui.gallery.showing import SMALL_SIZE, WINDOW_SIZE, Scene, settle
from altius_desktop.ui.main_window import MainWindow
from altius_desktop.ui.pages.administration.account_form import AccountForm
from altius_desktop.ui.pages.administration.columns import ShownAccount
from altius_desktop.ui.pages.administration.first_password import FirstPasswordDialog
from altius_desktop.ui.pages.administration.roles import RolesDialog
from altius_desktop.ui.pages.company import AbsenceDialog
from altius_desktop.ui.pages.company.forms import EmployeeForm, RequisitesForm
from altius_desktop.ui.pages.counterparties.attribute_dialog import AttributeDialog
from altius_desktop.ui.pages.counterparties.views_bar import ViewDialog


def _chosen(window: MainWindow) -> ActivityRow:
    """The first open call of one's own, selected."""
    page = window.contacts
    for section in page.sections:
        for row in section.rows():
            if row.status == "planned" and row.counterparty_id and row.due_on == page.day.day:
                section.take_focus(row.id)
                settle(window)
                return row
    raise UserError(_("There is nothing to show: the day has no open row."))


def _page(window: MainWindow) -> QWidget:
    window.resize(*WINDOW_SIZE)
    _chosen(window)
    return window


def _small(window: MainWindow) -> QWidget:
    window.resize(*SMALL_SIZE)
    _chosen(window)
    return window


def _empty_day(window: MainWindow) -> QWidget:
    page = window.contacts
    page.day.show_overdue = False
    page.day.show(day=page.day.today + timedelta(days=12 - page.day.today.weekday()))
    settle(window)
    return window


def _offline(window: MainWindow) -> QWidget:
    _chosen(window)
    lost = ConnectionLost(
        _("The server {server} does not answer.").format(server=window.workplace.database.address.title)
    )
    window.workplace.live.connection_changed.emit(False, lost)
    return window


def _directory(table: str) -> Callable[[MainWindow], QWidget]:
    def make(window: MainWindow) -> QWidget:
        directory = next(one for one in DIRECTORIES if one.table == table)
        return DirectoryDialog(window.workplace, directory, window)

    return make


def _ad_expenses(window: MainWindow) -> QWidget:
    dialog = _directory("ad_source")(window)
    assert isinstance(dialog, DirectoryDialog)
    settle(window)
    dialog.acts.expenses()
    expenses = dialog.findChildren(DialogFrame)[-1]
    expenses.setParent(window, expenses.windowFlags())
    dialog.close_saved()
    return expenses


def _settings(window: MainWindow) -> QWidget:
    window.show_page(window.settings_page)
    return window


def _menu(name: str) -> Callable[[MainWindow], QWidget]:
    def make(window: MainWindow) -> QWidget:
        _chosen(window)
        button = {
            "highlightMenu": window.contacts.actions_bar.highlight,
            "personMenu": window.contacts.day_bar.person_button,
        }[name]
        menu = button.menu()
        menu.popup(button.mapToGlobal(QPoint(0, button.height())))
        return menu

    return make


def _calendar(window: MainWindow) -> QWidget:
    window.contacts.day_bar.open_calendar()
    settle(window)
    popup = QApplication.activePopupWidget()
    assert popup is not None
    return popup


def _result(window: MainWindow) -> QWidget:
    return ResultDialog(window.workplace, _chosen(window), window)


def _plan(window: MainWindow) -> QWidget:
    page = window.contacts
    row = _chosen(window)
    dialog = PlanDialog(window.workplace, page.acts.seed_after(row), window)
    return dialog


def _history(window: MainWindow) -> QWidget:
    row = _chosen(window)
    assert row.counterparty_id is not None
    return HistoryDialog(window.workplace, row.counterparty_id, row.counterparty_name, window)


def _changes(window: MainWindow) -> QWidget:
    """Sample changes: those of a fresh demo are none, and a picture must not write any."""
    row = _chosen(window)
    assert row.counterparty_id is not None
    place = ChangedPlace.of_counterparty(row.counterparty_id)
    dialog = ChangesDialog(window.workplace, place, row.counterparty_name, window)
    dialog.show()
    settle(window)
    regions = window.workplace.directories.regions
    people = [person.full_name for person in window.workplace.directories.employees]
    person = _("Contact person") + " Осипов Илья Романович"
    firm = _("Counterparty")
    moment = datetime.combine(row.due_on, time(16, 40))
    samples = (
        (0, people[0], "counterparty", firm, "region_id", _("Region"), regions[0].name, regions[1].name),
        (0, people[0], "counterparty", firm, "site", _("Site"), "", "stroygarant.example"),
        (1, people[1], "contact_person", person, "position", _("Position"), "юрист", "Главный юрист"),
        (1, people[1], "contact_person", person, "birthday", _("Birthday"), "", "04.05.1980"),
        (30, people[2], "contact_point", f"{_('Phone')} +7 495 555-01-40", "archived", "", "", ""),
        (52, people[1], "contact_person", person, "", "", "", ""),
    )
    shown = tuple(
        ChangeRow(
            id=str(number),
            change_id=100 - number,
            at=moment - timedelta(hours=hours),
            who=who,
            table=table,
            row_id=place.row_id,
            record=record,
            column=column,
            field=field,
            old=old,
            new=new,
            kind="changed" if field else "removed" if column else "added",
            restorable=bool(column),
        )
        for number, (hours, who, table, record, column, field, old, new) in enumerate(samples)
    )
    dialog.part.show_page(ChangePage(shown, None))
    return dialog


def _conflict(window: MainWindow) -> QWidget:
    row = _chosen(window)
    theirs = replace(row, topic=f"{row.topic}!", changed_by_name=window.workplace.identity.full_name)
    conflict = Conflict("", theirs, (FieldConflict("topic", row.topic, f"{row.topic}?", theirs.topic),))
    return ConflictDialog(
        window,
        conflict,
        labels={"topic": _("Topic")},
        text_of=lambda _field, value: str(value),
        subtitle=row.counterparty_name,
    )


def _error(window: MainWindow) -> QWidget:
    return messages.show_error(
        window, UserError(_("A colleague is saving the same row right now."), _("Try again."))
    )


def _crash(window: MainWindow) -> QWidget:
    try:
        raise ValueError("an example")
    except ValueError as error:
        return messages.show_crash(window, (type(error), error, error.__traceback__))


def _toast(window: MainWindow) -> QWidget:
    _chosen(window)
    window.contacts.acts.undoing.tell(_("The result is saved"))
    return window


def _counterparties(window: MainWindow) -> QWidget:
    window.show_page(window.counterparties)
    settle(window)
    return window


def _counterparties_selected(window: MainWindow) -> QWidget:
    """A selection with its chips, some rows of it ticked and one chosen."""
    page = window.counterparties
    window.show_page(page)
    regions = window.workplace.directories.regions[:2]
    page.set_where(CounterpartyFilter(region_ids=frozenset(row.id for row in regions)))
    settle(window)
    rows = page.model.rows()[1:8:2]
    page.ticks.add(row.id for row in rows)
    if rows:
        page.table.select_id(rows[-1].id)
    return window


def _counterparties_empty(window: MainWindow) -> QWidget:
    window.show_page(window.counterparties)
    window.counterparties.set_where(CounterpartyFilter(query="1234567890123", overdue=True))
    return window


def _save_view(window: MainWindow) -> QWidget:
    _counterparties_selected(window)
    return ViewDialog(window.counterparties, title=_("Save the selection"))


def _attribute(window: MainWindow) -> QWidget:
    _counterparties_selected(window)
    return AttributeDialog(window.workplace.directories, "", window)


def _find_anything(window: MainWindow) -> QWidget:
    dialog = FindAnythingDialog(window.workplace, window)
    row = _chosen(window)
    dialog.edit.setText(row.counterparty_name)
    dialog.open_over(window)
    return dialog


def _card(window: MainWindow) -> CounterpartyCard:
    counterparty_id = _chosen(window).counterparty_id
    assert counterparty_id is not None
    card = CounterpartyCard(window.workplace, counterparty_id, window)
    settle(window)
    return card


def _person(window: MainWindow) -> QWidget:
    card = _card(window)
    card.parts.open_part(person_form(), card.parts.persons.rows_model.row_at(0))
    dialog = card.findChildren(DialogFrame)[-1]
    dialog.setParent(window, dialog.windowFlags())
    card.close()
    return dialog


def _quick_entry(window: MainWindow) -> QWidget:
    dialog = QuickEntryDialog(window.workplace, window, name=_chosen(window).counterparty_name)
    dialog.show()
    settle(window)
    return dialog


def login_scene(offered: tuple[OfferedLogin, ...]) -> Scene:
    """The login window; it needs a worker of its own, which does nothing here."""

    def make(window: MainWindow) -> QWidget:
        return LoginDialog(
            window.workplace.settings,
            offered=offered,
            connect=lambda _address, _credentials: None,
            worker=window.workplace.worker,
            passwords=None if offered else KeptPasswords(seconds=5),
        )

    return Scene("login", make)


def _login_server(window: MainWindow) -> QWidget:
    return ServerDialog(window, ServerAddress("crm-srv01", sslmode="verify-full"))


def _employee_account(window: MainWindow) -> ShownAccount:
    """The first account of an employee, selected."""
    page = window.administration
    window.show_page(page)
    settle(window)
    row: ShownAccount = next(row for row in page.model.rows() if row.account.employee_id is not None)
    page.table.select_id(row.id)
    return row


def _administration(window: MainWindow) -> QWidget:
    window.resize(*WINDOW_SIZE)
    _employee_account(window)
    return window


def _account(window: MainWindow) -> QWidget:
    form = AccountForm(window.workplace, (), window)
    form.editor("whose").set_value("new")
    form.editor("full_name").set_value("Щукина Юлия Павловна")
    return form


def _company(window: MainWindow) -> QWidget:
    """The page with somebody selected who has no computer, and whose reminders go to the director."""
    page = window.company
    window.show_page(page)
    settle(window)
    rows = page.model.rows()
    chosen = next((row for row in rows if row.unheard), rows[0])
    page.table.select_id(chosen.id)
    return window


def _employee(window: MainWindow) -> QWidget:
    _company(window)
    row = window.company.table.current_row()
    return EmployeeForm(window.workplace, window, row=row.staff, today=row.today)


def _absence(window: MainWindow) -> QWidget:
    _company(window)
    row = window.company.table.current_row()
    return AbsenceDialog(
        window.workplace, window, employee_id=row.id, full_name=row.name, today=row.today, absences=()
    )


def _requisites(window: MainWindow) -> QWidget:
    _company(window)
    card = window.company.card
    assert card is not None
    return RequisitesForm(window.workplace, window, seen=card.company.fields)


def _leaving(window: MainWindow) -> QWidget:
    account = _employee_account(window).account
    assert account.employee_id is not None
    return LeavingDialog(
        window.workplace,
        window,
        employee_id=account.employee_id,
        full_name=account.full_name,
        login=account.login,
    )


SCENES = (
    Scene("contacts", _page),
    Scene("contacts-small", _small),
    Scene("contacts-calendar", _calendar),
    Scene("contacts-colour-menu", _menu("highlightMenu")),
    Scene("contacts-people-menu", _menu("personMenu")),
    Scene("contacts-empty", _empty_day),
    Scene("contacts-offline", _offline),
    Scene("contacts-toast", _toast),
    Scene("result", _result),
    Scene("plan", _plan),
    Scene("history", _history),
    Scene("changes", _changes),
    Scene("reschedule", lambda window: RescheduleDialog(window.workplace, _chosen(window), window)),
    Scene("activity", lambda window: ActivityDialog(window.workplace, _chosen(window), window)),
    Scene("conflict", _conflict),
    Scene("counterparties", _counterparties),
    Scene("counterparties-selected", _counterparties_selected),
    Scene("counterparties-empty", _counterparties_empty),
    Scene("save-view", _save_view),
    Scene("change-attribute", _attribute),
    Scene("find-anything", _find_anything),
    Scene("company", _company),
    Scene("requisites", _requisites),
    Scene("employee", _employee),
    Scene("absence", _absence),
    Scene("settings", _settings),
    Scene("directory-regions", _directory("region")),
    Scene("directory-result-kinds", _directory("result_kind")),
    Scene("directory-colours", _directory("legend")),
    Scene("ad-expenses", _ad_expenses),
    Scene("error", _error),
    Scene("crash", _crash),
    Scene("counterparty-card", _card),
    Scene("contact-person", _person),
    Scene("quick-entry", _quick_entry),
    Scene("login-server", _login_server),
    Scene("change-password", lambda window: PasswordDialog(window.workplace, window)),
    *NOTICE_SCENES,
    *REMINDER_SCENES,
)

# In the window of an administrator.
ADMINISTRATION_SCENES = (
    Scene("administration", _administration),
    Scene("administration-settings", _settings),
    Scene("new-login", _account),
    Scene(
        "login-roles",
        lambda window: RolesDialog(window.workplace, _employee_account(window).account, window),
    ),
    Scene("first-password", lambda window: FirstPasswordDialog("schukina", "kzv4-mpe7-hda2", window)),
    Scene("leaving", _leaving),
)
