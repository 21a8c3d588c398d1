"""The page of our own company: who sees and changes what, who answers for whom, and that news come by themselves."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QMenu, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from altius_desktop.domain import rights
from altius_desktop.domain.ids import new_id
from altius_desktop.services.company import CompanyCard, CompanyFields, CompanyRow
from altius_desktop.services.employees import EmployeeFields, StaffRow, list_staff, save_employee
from altius_desktop.ui import messages
from altius_desktop.ui.dialogs.conflict import ConflictDialog
from altius_desktop.ui.dialogs.leaving import LeavingDialog
from altius_desktop.ui.form import LookupItem
from altius_desktop.ui.main_window import MainWindow
from altius_desktop.ui.pages.company import AbsenceDialog, CompanyPage
from altius_desktop.ui.pages.company.covering import ReferentDialog, RouteDialog
from altius_desktop.ui.pages.company.forms import EmployeeForm, RemindersForm, RequisitesForm
from altius_desktop.ui.pages.company.people import ShownEmployee, birthdays, shown_employees
from tests.conftest import Office
from tests.db.desks import Desk, as_owner, employee_id
from tests.roles import roles_kept
from tests.ui.conftest import OpenWindow
from tests.ui.workplaces import part, working_as

OpenPage = Callable[[str], CompanyPage]
WITHOUT_LOGIN = "Ахметов"


@pytest.fixture
def open_page(open_window: OpenWindow, qtbot: QtBot) -> OpenPage:
    """Log somebody in and show him the company with everybody in it."""

    def open_for(login: str) -> CompanyPage:
        window = open_window(login)
        with qtbot.waitSignal(window.company.loaded, timeout=10_000):
            window.show_page(window.company)
        quiet(qtbot, window.company)
        return window.company

    return open_for


@pytest.fixture
def page(open_page: OpenPage) -> CompanyPage:
    """What the secretary sees."""
    return open_page("lapina")


def quiet(qtbot: QtBot, page: CompanyPage) -> None:
    qtbot.waitUntil(lambda: page.workplace.worker.pending == 0, timeout=10_000)


def row_of(page: CompanyPage, name: str) -> ShownEmployee:
    return next(row for row in page.model.rows() if row.name.startswith(name))


def choose(page: CompanyPage, name: str) -> ShownEmployee:
    row = row_of(page, name)
    assert page.table.select_id(row.id)
    return row


def cell(page: CompanyPage, name: str, column: str) -> str:
    index = page.model.index_of(row_of(page, name).id, page.model.column_of(column))
    return str(index.data())


def button(page: CompanyPage, name: str) -> QAbstractButton:
    return part(page, name, QAbstractButton)


def shown_dialog(qtbot: QtBot, kind: type[Any]) -> Any:
    """The one dialog of this kind that is open; waited for."""

    def found() -> list[QWidget]:
        return [one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible()]

    qtbot.waitUntil(lambda: len(found()) == 1, timeout=10_000)
    return found()[0]


def save(qtbot: QtBot, page: CompanyPage, dialog: Any) -> None:
    """Press Save and wait until the page shows what came of it."""
    with qtbot.waitSignals([dialog.accepted, page.loaded], timeout=10_000):
        dialog.save()
    quiet(qtbot, page)


def error_under(dialog: QWidget, field: str) -> str:
    words = part(dialog, f"{field}Error", QLabel)
    return words.text() if words.isVisible() else ""


def side_texts(page: CompanyPage, name: str) -> list[str]:
    return [words.text() for words in page.side.findChildren(QLabel, name) if words.isVisible()]


def item(page: CompanyPage, office: Office, login: str) -> LookupItem:
    person = page.workplace.directories.employee(employee_id(office, login))
    assert person is not None
    return LookupItem(person.id, person.full_name)


def press(key: str) -> None:
    """Press this button of the next question."""

    def now() -> None:
        dialog = QApplication.activeModalWidget()
        if dialog is None or dialog.objectName() != "confirmDialog":
            QTimer.singleShot(20, now)
            return
        part(dialog, f"{key}Button", QAbstractButton).click()

    QTimer.singleShot(0, now)


# What is shown


def test_an_employee_without_a_computer_and_a_receiver_is_said_to_be_the_directors(
    office: Office, open_page: OpenPage
) -> None:
    as_owner(office, "UPDATE reminder_route SET archived = true")
    page = open_page("lapina")
    row = choose(page, WITHOUT_LOGIN)
    mark = page.model.columns[page.model.column_of("receivers")].value(row)
    assert (mark.text, mark.role) == ("Громов А.", "warn")
    assert cell(page, WITHOUT_LOGIN, "login") != ""
    (told,) = side_texts(page, "coverText")
    assert told.startswith("Громов Андрей Николаевич: ")
    assert cell(page, "Петрова", "receivers") == "—"


def test_what_a_colleague_changes_comes_by_itself_and_the_selection_stays(
    page: CompanyPage, office: Office, qtbot: QtBot
) -> None:
    choose(page, "Фомин")
    gromov = Desk(office, "gromov")
    row = next(one for one in gromov.ask(list_staff) if one.login == "petrova")
    gromov.act(
        save_employee, employee_id=row.id, seen=row.fields, mine=replace(row.fields, position="аудитор")
    )
    qtbot.waitUntil(lambda: cell(page, "Петрова", "position") == "аудитор", timeout=10_000)
    gromov.sql("UPDATE company SET phone = '112'")
    qtbot.waitUntil(
        lambda: any(words.text() == "112" for words in page.requisites.findChildren(QLabel)), timeout=10_000
    )
    gromov.sql("UPDATE department SET name = 'Учёт' WHERE name = 'Бухгалтерия'")
    qtbot.waitUntil(lambda: cell(page, "Петрова", "department") == "Учёт", timeout=10_000)
    away = "INSERT INTO absence (id, employee_id, valid_from, valid_to) VALUES (%s, %s, %s, %s)"
    gromov.sql(away, new_id(), row.id, office.today(), office.today())
    qtbot.waitUntil(lambda: row_of(page, "Петрова").absence is not None, timeout=10_000)
    route = "INSERT INTO reminder_route (id, employee_id, receiver_id) VALUES (%s, %s, %s)"
    gromov.sql(route, new_id(), row.id, gromov.me.employee_id)
    qtbot.waitUntil(lambda: len(row_of(page, "Петрова").routes) == 1, timeout=10_000)
    gromov.close()
    assert page.table.current_row().name.startswith("Фомин")


def test_the_filter_line_finds_by_any_word_in_either_layout(page: CompanyPage) -> None:
    for typed in ("петрова", "gtnhjdf", "главный бухг"):
        page.search.setText(typed)
        assert [row.name for row in page.model.rows()] == ["Петрова Анна Викторовна"], typed
    page.search.clear()
    page.department.set_value("Продажи")
    assert {row.staff.department_name for row in page.model.rows()} == {"Продажи"}


def test_whoever_may_not_change_anything_is_told_why_and_keeps_his_own_absence(
    open_page: OpenPage,
) -> None:
    page = open_page("scherbakova")
    choose(page, "Петрова")
    for name in ("addEmployeeButton", "changeEmployeeButton", "absenceEmployeeButton", "leaveEmployeeButton"):
        assert not button(page, name).isEnabled(), name
        assert button(page, name).toolTip(), name
    groups = page.workplace.identity.groups
    assert button(page, "changeEmployeeButton").toolTip() == rights.why_not_company(groups)
    assert button(page, "leaveEmployeeButton").toolTip() == rights.why_not_dismiss(groups, own=False)
    assert button(page, "absenceEmployeeButton").toolTip() == rights.why_not_absence(groups, own=False)
    for name in ("changeRequisitesButton", "changeRemindersButton", "addRouteButton", "addAbsenceButton"):
        assert not button(page, name).isEnabled(), name
        assert button(page, name).toolTip(), name
    page.acts.add()
    page.acts.change()
    page.acts.leave()
    assert QApplication.activeModalWidget() is None
    choose(page, "Щербакова")
    assert button(page, "absenceEmployeeButton").isEnabled()
    assert button(page, "addAbsenceButton").isEnabled()


def test_markup_in_a_name_is_shown_as_it_was_typed(page: CompanyPage, office: Office, qtbot: QtBot) -> None:
    evil = "<b>Петров</b> <img src='x'> " + "Пётр " * 20 + "Ильич"
    as_owner(office, "UPDATE employee SET full_name = %s WHERE login = 'petrova'", evil)
    page.reload()
    quiet(qtbot, page)
    choose(page, evil)
    for words in page.side.findChildren(QLabel):
        assert words.textFormat() == Qt.TextFormat.PlainText, words.text()
    assert side_texts(page, "employeeName") == [evil]
    index = page.model.index_of(row_of(page, evil).id, page.model.column_of("name"))
    assert evil in page.table.tip_at(index)
    place = page.table.visualRect(index).center()
    page.table.viewportEvent(QHelpEvent(QEvent.Type.ToolTip, place, page.table.viewport().mapToGlobal(place)))
    assert QToolTip.text()
    assert "<b>" not in QToolTip.text()
    assert "&lt;b&gt;" in QToolTip.text()
    QToolTip.hideText()


def test_a_birthday_on_29_february_is_told_for_28_in_a_common_year() -> None:
    company = CompanyRow(
        CompanyFields("ООО", "", "", "", "", "", "", "", "Europe/Moscow", 3, 15),
        None,
        "",
        None,
        1,
        datetime(2027, 2, 1),
        "",
    )
    born = EmployeeFields(full_name="Високосный Олег", birthday=date(2000, 2, 29))
    person = StaffRow(new_id(), born, "Склад", None, True, 1, datetime(2027, 2, 1), "")
    left = replace(person, id=new_id(), active=False)
    card = CompanyCard(company, (person, left), (), (), (), date(2027, 2, 20))
    (near,) = birthdays(shown_employees(card))
    assert (near.id, near.next_birthday, near.days_left) == (person.id, date(2027, 2, 28), 8)


# Requisites and reminders


def test_requisites_are_changed_and_taken_back_by_ctrl_z(page: CompanyPage, qtbot: QtBot) -> None:
    button(page, "changeRequisitesButton").click()
    form = shown_dialog(qtbot, RequisitesForm)
    form.editor("inn").set_value("7720485916")
    form.save()
    assert error_under(form, "inn")
    form.editor("inn").set_value("7707083893")
    save(qtbot, page, form)
    assert page.card is not None and page.card.company.fields.inn == "7707083893"
    with qtbot.waitSignal(page.loaded, timeout=10_000):
        QTest.keyClick(page.table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: page.card is not None and page.card.company.fields.inn == "7720485915")


def test_a_form_that_changed_nothing_offers_no_way_back(page: CompanyPage, qtbot: QtBot) -> None:
    button(page, "changeRequisitesButton").click()
    form = shown_dialog(qtbot, RequisitesForm)
    with qtbot.waitSignal(form.accepted, timeout=10_000):
        form.save()
    quiet(qtbot, page)
    assert page.window().findChildren(messages.Toast) == []


def test_how_far_ahead_is_reminded_is_shown_and_changed(page: CompanyPage, qtbot: QtBot) -> None:
    button(page, "changeRemindersButton").click()
    form = shown_dialog(qtbot, RemindersForm)
    form.editor("remind_days").line.setText("400")
    form.save()
    assert error_under(form, "remind_days")
    form.editor("remind_days").set_value(7)
    save(qtbot, page, form)
    assert page.card is not None and page.card.company.fields.remind_days == 7


# Employees


def test_a_new_employee_is_entered_by_one_key_and_selected(page: CompanyPage, qtbot: QtBot) -> None:
    page.search.setText("Петрова")
    QTest.keyClick(page.table, Qt.Key.Key_Insert)
    form = shown_dialog(qtbot, EmployeeForm)
    form.editor("full_name").set_value("Яковлев Пётр Ильич")
    form.save()
    assert error_under(form, "department_id")
    form.editor("department_id").set_value(page.workplace.identity.department_id)
    save(qtbot, page, form)
    qtbot.waitUntil(lambda: page.table.current_row() is not None)
    assert page.table.current_row().name == "Яковлев Пётр Ильич"


def test_computer_no_asks_for_a_receiver_in_the_form(page: CompanyPage, office: Office, qtbot: QtBot) -> None:
    choose(page, "Петрова")
    page.acts.change()
    form = shown_dialog(qtbot, EmployeeForm)
    assert not form.editor("receiver_id").isVisible()
    form.editor("has_workplace").set_value(False)
    assert form.editor("receiver_id").isVisible()
    form.save()
    qtbot.waitUntil(lambda: bool(error_under(form, "receiver_id")), timeout=10_000)
    form.editor("receiver_id").set_value(item(page, office, "fomin"))
    save(qtbot, page, form)
    assert cell(page, "Петрова", "receivers") == "Фомин Р."


def test_a_long_name_is_told_under_the_field_and_nothing_is_lost(page: CompanyPage, qtbot: QtBot) -> None:
    choose(page, "Петрова")
    page.acts.change()
    form = shown_dialog(qtbot, EmployeeForm)
    form.editor("full_name").set_value("я" * 10_000)
    assert error_under(form, "full_name")
    form.save()
    assert form.isVisible()
    assert form.editor("full_name").value() == "я" * 10_000
    form.close_saved()


def test_two_people_edit_one_employee_and_the_second_is_asked_about_the_same_field_only(
    page: CompanyPage, office: Office, qtbot: QtBot
) -> None:
    choose(page, "Петрова")
    page.acts.change()
    form = shown_dialog(qtbot, EmployeeForm)
    form.editor("position").set_value("экономист")
    form.editor("daily_norm").set_value(20)
    gromov = Desk(office, "gromov")
    row = next(one for one in gromov.ask(list_staff) if one.login == "petrova")
    theirs = replace(row.fields, position="аудитор", phone="112")
    gromov.act(save_employee, employee_id=row.id, seen=row.fields, mine=theirs)
    gromov.close()
    form.save()
    asked = shown_dialog(qtbot, ConflictDialog)
    part(asked, "positionMineButton", QAbstractButton).click()
    with qtbot.waitSignals([form.accepted, page.loaded], timeout=10_000):
        asked.save()
    quiet(qtbot, page)
    fields = row_of(page, "Петрова").staff.fields
    assert (fields.position, fields.daily_norm, fields.phone) == ("экономист", 20, "112")


# Absences and receivers


def absence_form(page: CompanyPage, qtbot: QtBot, office: Office, *, days: int, substitute: str) -> Any:
    page.acts.add_absence()
    form = shown_dialog(qtbot, AbsenceDialog)
    today = office.today()
    form.editor("valid_from").set_value(today)
    form.editor("valid_to").set_value(today + timedelta(days))
    form.editor("substitute_id").set_value(item(page, office, substitute))
    return form


def test_an_absence_marks_the_row_with_its_substitute_and_is_taken_off_again(
    page: CompanyPage, office: Office, qtbot: QtBot
) -> None:
    choose(page, "Петрова")
    save(qtbot, page, absence_form(page, qtbot, office, days=2, substitute="fomin"))
    until = office.today() + timedelta(2)
    assert cell(page, "Петрова", "receivers").startswith("Фомин Р.")
    assert f"{until:%d.%m}" in cell(page, "Петрова", "receivers")
    (told,) = side_texts(page, "coverText")
    assert told.startswith("Фомин Роман Андреевич: ")
    assert f"{until:%d.%m.%Y}" in told
    (end,) = page.side.findChildren(QAbstractButton, "endButton")
    with qtbot.waitSignal(page.loaded, timeout=10_000):
        end.click()
    quiet(qtbot, page)
    assert cell(page, "Петрова", "receivers") == "—"
    with qtbot.waitSignal(page.loaded, timeout=10_000):
        QTest.keyClick(page.table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: cell(page, "Петрова", "receivers").startswith("Фомин Р."), timeout=10_000)


def test_an_absence_that_ends_before_it_begins_and_a_route_to_oneself_stay_in_their_forms(
    page: CompanyPage, office: Office, qtbot: QtBot
) -> None:
    choose(page, "Петрова")
    form = absence_form(page, qtbot, office, days=-1, substitute="fomin")
    form.save()
    qtbot.waitUntil(lambda: bool(error_under(form, "valid_to")), timeout=10_000)
    form.close_saved()
    page.acts.add_route()
    route = shown_dialog(qtbot, RouteDialog)
    route.editor("receiver_id").set_value(item(page, office, "petrova"))
    route.save()
    qtbot.waitUntil(lambda: "сам себя" in error_under(route, "receiver_id"), timeout=10_000)
    route.editor("receiver_id").set_value(item(page, office, "vlasova"))
    save(qtbot, page, route)
    assert cell(page, "Петрова", "receivers") == "Власова Д."


def test_a_circle_of_substitutes_ends_at_the_director_and_the_page_says_so(
    page: CompanyPage, office: Office, qtbot: QtBot
) -> None:
    for name, substitute in (("Петрова", "fomin"), ("Фомин", "petrova")):
        choose(page, name)
        save(qtbot, page, absence_form(page, qtbot, office, days=0, substitute=substitute))
    for name in ("Петрова", "Фомин"):
        assert cell(page, name, "receivers").startswith("Громов А.")
    (told,) = side_texts(page, "coverText")
    assert told.startswith("Громов Андрей Николаевич: ")


def test_everybody_enters_his_own_absence_in_his_menu(
    open_window: OpenWindow, office: Office, qtbot: QtBot
) -> None:
    window: MainWindow = open_window("scherbakova")
    menu = part(window, "userMenu", QMenu)
    next(action for action in menu.actions() if action.objectName() == "absenceAction").trigger()
    form = shown_dialog(qtbot, AbsenceDialog)
    form.editor("valid_from").set_value(office.today())
    form.editor("reason").set_value("отпуск")
    with qtbot.waitSignal(form.accepted, timeout=10_000):
        form.save()
    found = office.fetch(
        "lapina", "SELECT e.login, a.reason FROM absence a JOIN employee e ON e.id = a.employee_id"
    )
    assert found == [("scherbakova", "отпуск")]
    next(action for action in menu.actions() if action.objectName() == "absenceAction").trigger()
    again = shown_dialog(qtbot, AbsenceDialog)
    (end,) = again.findChildren(QAbstractButton, "endButton")
    end.click()
    qtbot.waitUntil(lambda: again.findChildren(QAbstractButton, "endButton") == [], timeout=10_000)
    assert office.fetch("lapina", "SELECT archived FROM absence") == [(True,)]
    again.close_saved()


# Leaving and the referent


def test_the_administrator_keeps_the_company_and_lets_go_without_seeing_anybodys_work(
    office: Office, qtbot: QtBot
) -> None:
    with roles_kept(office), working_as(office, "admin") as workplace:
        page = CompanyPage(workplace)
        qtbot.addWidget(page)
        with qtbot.waitSignal(page.loaded, timeout=10_000):
            page.show()
        leaver = choose(page, WITHOUT_LOGIN)
        assert button(page, "changeRequisitesButton").isEnabled()
        button(page, "leaveEmployeeButton").click()
        dialog = shown_dialog(qtbot, LeavingDialog)
        quiet(qtbot, page)
        assert not part(dialog, "openWork", QLabel).isVisible()
        dialog.editor("successor_id").set_value(item(page, office, "fomin"))
        press("yes")
        with qtbot.waitSignals([dialog.accepted, page.loaded], timeout=10_000):
            dialog.save()
        quiet(qtbot, page)
        assert leaver.id not in {row.id for row in page.model.rows()}


def test_the_director_lets_somebody_without_a_login_go_and_sees_what_is_handed_over(
    open_page: OpenPage, office: Office, qtbot: QtBot
) -> None:
    with roles_kept(office):
        page = open_page("gromov")
        leaver = choose(page, WITHOUT_LOGIN)
        button(page, "leaveEmployeeButton").click()
        dialog = shown_dialog(qtbot, LeavingDialog)
        work = part(dialog, "openWork", QLabel)
        qtbot.waitUntil(work.isVisible, timeout=10_000)
        ((planned,),) = as_owner(
            office,
            "SELECT count(*) FROM activity WHERE assignee_id = %s AND status = 'planned' AND NOT is_private",
            leaver.id,
        )
        assert str(planned) in work.text()
        dialog.editor("successor_id").set_value(item(page, office, "fomin"))
        press("yes")
        with qtbot.waitSignals([dialog.accepted, page.loaded], timeout=10_000):
            dialog.save()
        quiet(qtbot, page)
        assert leaver.id not in {row.id for row in page.model.rows()}
        page.state.set_value("left")
        assert [row.id for row in page.model.rows()] == [leaver.id]
        choose(page, WITHOUT_LOGIN)
        assert not button(page, "changeEmployeeButton").isEnabled()
        assert as_owner(
            office, "SELECT count(*) FROM activity WHERE assignee_id = %s AND status = 'planned'", leaver.id
        ) == [(0,)]


def test_the_director_names_his_referent_and_others_only_see_him(
    open_page: OpenPage, office: Office, qtbot: QtBot
) -> None:
    page = open_page("gromov")
    choose(page, "Петрова")
    assert side_texts(page, "referentText") == []
    choose(page, "Громов")
    button(page, "referentButton").click()
    dialog = shown_dialog(qtbot, ReferentDialog)
    dialog.editor("employee_id").set_value(item(page, office, "lapina"))
    save(qtbot, page, dialog)
    assert side_texts(page, "referentText") == ["Лапина Ольга Сергеевна"]
    other = open_page("kryukov")
    choose(other, "Громов")
    assert side_texts(other, "referentText") == ["Лапина Ольга Сергеевна"]
    assert not button(other, "referentButton").isEnabled()
