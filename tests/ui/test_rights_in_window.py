"""What the window shows and offers to whom, and how one employee makes room for another without a restart."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from altius_desktop.app import Desktop, Start, open_company
from altius_desktop.database.connection import Credentials
from altius_desktop.domain.errors import UserError
from altius_desktop.domain.rights import why_not_bulk_export, why_not_change_activity
from altius_desktop.services.activities import may_change
from altius_desktop.services.day import list_activities
from altius_desktop.services.demo import DEMO_LOGINS, DEMO_PASSWORD
from altius_desktop.settings import Settings
from altius_desktop.ui.dialogs.counterparty_card import open_card
from altius_desktop.ui.dialogs.counterparty_card.part_dialog import PartDialog, person_form
from altius_desktop.ui.dialogs.login import LoginDialog
from altius_desktop.ui.form.directory_lookup import why_read_only
from altius_desktop.ui.main_window import MainWindow
from altius_desktop.ui.pages.counterparties.exports import FREE_ROWS, check_bulk
from tests.conftest import Office
from tests.db.desks import Desk, as_owner, employee_id
from tests.ui.workplaces import part

EMPLOYEES = tuple(demo.login for demo in DEMO_LOGINS if demo.login != "admin")


@pytest.fixture
def desktop(qapp: QApplication, office: Office, tmp_path: Path) -> Iterator[Desktop]:
    """The program of one PC; whoever is logged in at the end is logged out."""
    settings = Settings(path=tmp_path / "settings.json", language="ru", theme="light")
    made = Desktop(qapp, settings, Start(office.address, embedded=True))
    yield made
    made.close()
    qapp.processEvents()


def window_of(desktop: Desktop) -> MainWindow:
    assert desktop.window is not None
    return desktop.window


def login_of(desktop: Desktop) -> LoginDialog:
    assert desktop._login is not None
    return desktop._login


def log_in(desktop: Desktop, qtbot: QtBot, login: str) -> MainWindow:
    dialog = login_of(desktop)
    part(dialog, "loginEdit", QLineEdit).setText(login)
    part(dialog, "passwordEdit", QLineEdit).setText(DEMO_PASSWORD)
    part(dialog, "loginButton", QPushButton).click()
    qtbot.waitUntil(lambda: desktop.window is not None, timeout=15_000)
    window = window_of(desktop)
    qtbot.waitUntil(lambda: window.workplace.worker.pending == 0 and window.workplace.live.connected)
    return window


def page_names(window: MainWindow) -> list[str]:
    return [window.pages.widget(number).objectName() for number in range(window.pages.count())]


def sessions(office: Office, login: str) -> int:
    ((count,),) = as_owner(
        office,
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = %s",
        f"{office.address.role_prefix}_{login}",
    )
    return int(count)


def answer(key: str) -> list[str]:
    """Press this button of the next question; its title is in the list afterwards."""
    asked: list[str] = []

    def press() -> None:
        dialog = QApplication.activeModalWidget()
        if dialog is None or dialog.objectName() not in ("confirmDialog", "choiceDialog"):
            QTimer.singleShot(20, press)
            return
        asked.append(dialog.accessibleName())
        part(dialog, f"{key}Button", QAbstractButton).click()

    QTimer.singleShot(0, press)
    return asked


# Another employee at the same PC


def test_the_next_employee_has_his_own_rights_pages_tables_and_news(
    qtbot: QtBot, office: Office, desktop: Desktop
) -> None:
    desktop.open(open_company(office.address, Credentials("scherbakova", DEMO_PASSWORD)))
    first = window_of(desktop)
    qtbot.waitUntil(lambda: first.workplace.worker.pending == 0, timeout=10_000)
    assert page_names(first) == ["contactsPage", "counterpartiesPage", "companyPage", "settingsPage"]
    first.workplace.save_layout("callsTable", {"widths": {"topic": 321}})
    first.workplace.live.news.connect(lambda _news: pytest.fail("she hears news after she has left"))
    first.switch_asked.emit()
    assert desktop.window is None
    assert sessions(office, "scherbakova") == 0
    assert as_owner(
        office,
        "SELECT state->'widths'->>'topic' FROM employee_layout WHERE name = 'callsTable' AND employee_id = %s",
        employee_id(office, "scherbakova"),
    ) == [("321",)]

    second = log_in(desktop, qtbot, "gromov")
    assert page_names(second) == [
        "contactsPage",
        "counterpartiesPage",
        "companyPage",
        "administrationPage",
        "settingsPage",
    ]
    identity = second.workplace.identity
    assert (identity.login, "director" in identity.groups) == ("gromov", True)
    assert second.contacts.day.person == employee_id(office, "gromov")
    assert second.workplace.layout("callsTable") is None
    assert why_read_only("region", identity.groups) == ""
    assert second.workplace.last_act == ""
    with qtbot.waitSignal(second.workplace.live.news, timeout=10_000):
        office.fetch("lapina", "UPDATE region SET name = name || '!' WHERE NOT archived")
    second.switch_asked.emit()
    third = log_in(desktop, qtbot, "admin")
    assert page_names(third) == ["administrationPage", "companyPage", "settingsPage"]
    third.switch_asked.emit()
    again = log_in(desktop, qtbot, "scherbakova")
    assert again.workplace.layout("callsTable") == {"widths": {"topic": 321}}


def test_what_is_typed_and_not_saved_is_asked_about_before_another_employee_comes(
    qtbot: QtBot, office: Office, desktop: Desktop
) -> None:
    desktop.open(open_company(office.address, Credentials("scherbakova", DEMO_PASSWORD)))
    window = window_of(desktop)
    ((firm,),) = as_owner(
        office, "SELECT counterparty_id::text FROM contact_person WHERE NOT archived LIMIT 1"
    )
    card = open_card(window.workplace, UUID(firm), window)
    with qtbot.waitSignal(card.loaded, timeout=15_000):
        pass
    card.parts.open_part(person_form(), card.parts.persons.rows_model.row_at(0))
    (dialog,) = card.findChildren(PartDialog)
    dialog.editor("position").set_value("то, что не сохранено")
    asked = answer("no")
    window.switch_asked.emit()
    assert len(asked) == 1
    assert desktop.window is window and dialog.isVisible() and card.isVisible()
    asked = answer("yes")
    window.switch_asked.emit()
    assert len(asked) == 1
    assert desktop.window is None and login_of(desktop).isVisible()


def test_closing_the_window_asks_about_what_is_typed_too(
    qtbot: QtBot, office: Office, desktop: Desktop, qapp: QApplication
) -> None:
    desktop.open(open_company(office.address, Credentials("scherbakova", DEMO_PASSWORD)))
    window = window_of(desktop)
    window.change_password()
    dialog = next(one for one in window.findChildren(QWidget, "passwordDialog"))
    dialog.edits["old"].setText("x")
    answer("no")
    window.close()
    assert window.isVisible() and dialog.isVisible()
    qtbot.waitUntil(lambda: window.workplace.worker.pending == 0)
    assert qapp.activeModalWidget() is dialog
    dialog.close_saved()


# What is not allowed is told beforehand, and it is what the database refuses


@pytest.mark.parametrize("login", EMPLOYEES)
def test_the_window_offers_to_change_exactly_the_activities_that_the_database_lets_him_change(
    office: Office, login: str
) -> None:
    desk = Desk(office, login)
    try:
        ids = desk.sql(
            "SELECT id::text FROM (SELECT DISTINCT ON (assignee_id, author_id, department_id) id FROM activity "
            "WHERE status = 'planned') AS a LIMIT 40"
        )
        rows = desk.ask(list_activities, ids=[UUID(row[0]) for row in ids])
        answers = set()
        for row in rows:
            ((allowed,),) = desk.sql(
                "SELECT may_change_activity(%s, %s, %s)", row.assignee_id, row.author_id, row.department_id
            )
            assert may_change(row, desk.me) == allowed, row
            answers.add(allowed)
        assert answers == ({True} if login == "gromov" else {True, False})
    finally:
        desk.close()


def test_a_refusal_names_whose_activity_it_is(office: Office) -> None:
    desk = Desk(office, "vlasova")
    try:
        me, other = desk.me, employee_id(office, "petrova")
        told = why_not_change_activity(
            me.groups,
            me=me.employee_id,
            my_department=me.department_id,
            assignee_id=other,
            author_id=other,
            department_id=None,
            whose="Петрова Анна Викторовна",
        )
        assert "Петрова Анна Викторовна" in told
    finally:
        desk.close()


def test_the_director_colours_and_changes_what_is_anothers_and_an_employee_colours_only(
    qtbot: QtBot, office: Office, open_window: Callable[[str], MainWindow]
) -> None:
    scherbakova = employee_id(office, "scherbakova")
    for login, may in (("petrova", False), ("gromov", True)):
        page = open_window(login).contacts
        page.day.show(day=None, person=scherbakova)
        qtbot.waitUntil(lambda page=page: page.day.cover.employees == {scherbakova} and bool(page.day.rows))
        row = next(
            row
            for row in page.calls.rows()
            if row.status == "planned" and row.assignee_id == row.author_id == scherbakova
        )
        page.calls.take_focus(row.id)
        bar = page.actions_bar
        assert (bar.result.isEnabled(), bar.reschedule.isEnabled()) == (may, may)
        assert bar.highlight.isEnabled() and bar.plan.isEnabled()
        assert (row.assignee_name in bar.result.toolTip()) is not may
        page.acts.open_context_menu(page.mapToGlobal(page.rect().center()))
        menu = next(menu for menu in page.findChildren(QMenu, "rowMenu") if menu.isVisible())
        cancel = menu.actions()[-1]
        assert cancel.isEnabled() is may
        assert (row.assignee_name in cancel.toolTip()) is not may
        menu.close()


@pytest.mark.parametrize("login", EMPLOYEES)
def test_a_bulk_export_is_the_secretarys_and_the_directors(office: Office, login: str) -> None:
    desk = Desk(office, login)
    try:
        free = login in ("gromov", "lapina")
        assert bool(why_not_bulk_export(desk.me.groups, free_rows=FREE_ROWS)) is not free
        check_bulk(desk.me, FREE_ROWS)
        if not free:
            with pytest.raises(UserError):
                check_bulk(desk.me, FREE_ROWS + 1)
    finally:
        desk.close()
