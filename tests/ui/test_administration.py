"""The administrator's page: the accounts as they are, what he does with them, and what the director may."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from altius_desktop.app import Desktop, Start, open_company
from altius_desktop.database.connection import Credentials, Database
from altius_desktop.domain import rights
from altius_desktop.domain.errors import UserError
from altius_desktop.i18n import _
from altius_desktop.services.accounts import list_account_events, list_accounts
from altius_desktop.services.demo import DEMO_PASSWORD
from altius_desktop.services.identity import get_identity
from altius_desktop.settings import Settings
from altius_desktop.ui import gallery
from altius_desktop.ui.dialogs.leaving import LeavingDialog
from altius_desktop.ui.form import LookupItem
from altius_desktop.ui.main_window import MainWindow
from altius_desktop.ui.pages.administration import AdministrationPage
from altius_desktop.ui.pages.administration.account_form import AccountForm
from altius_desktop.ui.pages.administration.first_password import FirstPasswordDialog
from altius_desktop.ui.pages.administration.roles import RolesDialog
from tests.conftest import Office
from tests.db.desks import as_owner, employee_id
from tests.roles import roles_kept
from tests.ui import looks
from tests.ui.workplaces import part

OpenWindow = Callable[..., MainWindow]


@pytest.fixture
def open_account_window(
    qapp: QApplication, qtbot: QtBot, office: Office, tmp_path: Path
) -> Iterator[OpenWindow]:
    """Log in somebody who sees accounts and wait until they are read; closed at the end, and roles put back."""
    opened: list[Desktop] = []

    def open_for(login: str, language: str = "ru") -> MainWindow:
        settings = Settings.load(tmp_path / f"{login}.json")
        settings.language, settings.theme = language, "light"
        desktop = Desktop(qapp, settings, Start())
        opened.append(desktop)
        desktop.open(open_company(office.address, Credentials(login, DEMO_PASSWORD)))
        window = desktop.window
        assert window is not None
        with qtbot.waitSignal(window.administration.loaded, timeout=10_000):
            window.show_page(window.administration)
        qtbot.waitUntil(lambda: window.workplace.worker.pending == 0, timeout=10_000)
        return window

    with roles_kept(office):
        yield open_for
        for desktop in opened:
            desktop.close()
        qapp.processEvents()


def choose(page: AdministrationPage, login: str) -> None:
    assert page.table.select_id(login), login


def button(page: AdministrationPage, name: str) -> QAbstractButton:
    return part(page, f"{name}AccountButton", QAbstractButton)


def state(page: AdministrationPage, login: str) -> str:
    return str(page.model.index_of(login, 3).data())


def open_dialog(kind: type[QDialog]) -> QDialog:
    found = [
        widget for widget in QApplication.topLevelWidgets() if isinstance(widget, kind) and widget.isVisible()
    ]
    assert len(found) == 1, found
    return found[0]


def waited_dialog(qtbot: QtBot, kind: type[QDialog]) -> QDialog:
    qtbot.waitUntil(
        lambda: any(
            isinstance(widget, kind) and widget.isVisible() for widget in QApplication.topLevelWidgets()
        ),
        timeout=10_000,
    )
    return open_dialog(kind)


def answer(key: str) -> list[str]:
    """Press this button of the next question; what it asked is in the list afterwards."""
    asked: list[str] = []

    def press() -> None:
        dialog = QApplication.activeModalWidget()
        if dialog is None or dialog.objectName() != "confirmDialog":
            QTimer.singleShot(20, press)
            return
        asked.append(f"{dialog.accessibleName()} {dialog.accessibleDescription()}")
        part(dialog, f"{key}Button", QAbstractButton).click()

    QTimer.singleShot(0, press)
    return asked


def enters(office: Office, login: str, password: str) -> str:
    """Log in as the program does and give the name; what refuses is raised."""
    database = Database(office.address, Credentials(login, password))
    try:
        with database.transaction() as session:
            return get_identity(session).full_name
    finally:
        database.close()


def account_of(window: MainWindow, login: str) -> object:
    with window.workplace.database.transaction() as session:
        return next(row for row in list_accounts(session) if row.login == login)


def test_the_administrator_finds_accounts_and_settings_and_nothing_of_the_business(
    qtbot: QtBot, open_account_window: OpenWindow
) -> None:
    window = open_account_window("admin")
    names = [window.pages.widget(number).objectName() for number in range(window.pages.count())]
    assert names == ["administrationPage", "companyPage", "settingsPage"]
    assert window.findChild(QWidget, "findAnythingButton") is None
    assert not hasattr(window, "contacts")
    assert "admin" in window.windowTitle()
    window.show_page(window.settings_page)
    window.settings_page.findChild(QAbstractButton, "regionDirectoryButton").click()
    dialog = QApplication.activeModalWidget()
    assert dialog is not None and dialog.objectName() == "directoryDialog"
    qtbot.waitUntil(lambda: part(dialog, "addValueButton", QAbstractButton).isEnabled())
    dialog.close()
    # How his table is arranged stays on this PC: he has no row of his own on the server.
    window.workplace.save_layout("accountsTable", {"widths": {"login": 200}})
    window.workplace.flush_layouts()
    qtbot.waitUntil(lambda: window.workplace.worker.pending == 0)
    assert window.workplace.layout("accountsTable") == {"widths": {"login": 200}}


def test_every_login_stands_there_with_its_employee_roles_state_and_sessions(
    open_account_window: OpenWindow,
) -> None:
    page = open_account_window("admin").administration
    rows = {
        row.id: [str(page.model.index_of(row.id, column).data()) for column in range(5)]
        for row in page.model.rows()
    }
    assert rows["admin"][1:4] == ["—", _("administrator"), _("may log in")]
    assert int(rows["admin"][4]) >= 1
    assert rows["scherbakova"][1].startswith("Щербакова")
    assert rows["scherbakova"][2] == _("manager")
    assert rows["vlasova"][4] == "—"
    page.search.setText(_("accountant"))
    assert [row.id for row in page.model.rows()] == ["petrova", "sorokina"]


def test_a_login_is_made_with_a_password_that_is_shown_once_and_gets_in(
    qtbot: QtBot, office: Office, open_account_window: OpenWindow
) -> None:
    window = open_account_window("admin")
    page = window.administration
    QTest.keyClick(page.table, Qt.Key.Key_Insert)
    form = open_dialog(AccountForm)
    assert isinstance(form, AccountForm)
    ((free, name),) = as_owner(
        office, "SELECT id::text, full_name FROM employee WHERE login IS NULL AND active ORDER BY 2 LIMIT 1"
    )
    row = next(row for row in window.workplace.directories.employees if str(row.id) == free)
    form.editor("employee_id").set_value(LookupItem(row.id, row.full_name))
    login = form.values()["login"]
    assert login and login.isascii()
    form.roles.boxes["supply"].click()
    part(form, "saveButton", QAbstractButton).click()
    shown = waited_dialog(qtbot, FirstPasswordDialog)
    password = part(shown, "firstPassword", QLabel).text()
    part(shown, "copyPasswordButton", QAbstractButton).click()
    assert QGuiApplication.clipboard().text() == password
    assert enters(office, login, password) == name
    shown.close()
    qtbot.waitUntil(lambda: page.table.current_row() is not None and page.table.current_row().id == login)
    assert account_of(window, login).groups == ("employee", "supply")


def test_an_employee_who_is_new_is_entered_together_with_his_login(
    qtbot: QtBot, office: Office, open_account_window: OpenWindow
) -> None:
    window = open_account_window("admin")
    window.administration.acts.add()
    form = open_dialog(AccountForm)
    form.editor("whose").set_value("new")
    assert not form.editor("employee_id").isVisible() and form.editor("full_name").isVisible()
    form.editor("full_name").set_value("Щукин Ёж Петрович")
    assert form.values()["login"] == "schukin"
    part(form, "saveButton", QAbstractButton).click()
    assert part(form, "department_idError", QLabel).isVisible()
    form.editor("department_id").set_value(window.workplace.directories.departments[0].id)
    part(form, "saveButton", QAbstractButton).click()
    shown = waited_dialog(qtbot, FirstPasswordDialog)
    password = part(shown, "firstPassword", QLabel).text()
    shown.close()
    assert enters(office, "schukin", password) == "Щукин Ёж Петрович"
    page = window.administration
    qtbot.waitUntil(lambda: page.model.position_of("schukin") is not None, timeout=10_000)
    page.acts.add()
    again = open_dialog(AccountForm)
    again.editor("whose").set_value("new")
    again.editor("full_name").set_value("Щукин Иван Петрович")
    qtbot.waitUntil(lambda: window.workplace.worker.pending == 0)
    assert again.values()["login"] == "schukin.i"
    again.close_saved()


def test_a_login_that_exists_is_refused_at_its_field_and_the_form_stays(
    qtbot: QtBot, open_account_window: OpenWindow
) -> None:
    window = open_account_window("admin")
    window.administration.acts.add()
    form = open_dialog(AccountForm)
    form.editor("whose").set_value("administrator")
    for login, told in (
        ("petrova", _("This login exists already.")),
        ("Петрова", _("A login begins with a Latin letter; letters, digits, dots and hyphens may follow.")),
    ):
        form.editor("login").set_value(login)
        part(form, "saveButton", QAbstractButton).click()
        assert part(form, "loginError", QLabel).text() == told
    form.editor("login").set_value("admin2")
    part(form, "saveButton", QAbstractButton).click()
    waited_dialog(qtbot, FirstPasswordDialog).close()
    assert account_of(window, "admin2").groups == ("administrator",)


def test_roles_are_changed_by_f2_and_hold_at_once(
    qtbot: QtBot, office: Office, open_account_window: OpenWindow
) -> None:
    window = open_account_window("admin")
    page = window.administration
    choose(page, "fomin")
    QTest.keyClick(page.table, Qt.Key.Key_F2)
    dialog = open_dialog(RolesDialog)
    assert [group for group, box in dialog.roles.boxes.items() if box.isChecked()] == ["supply"]
    dialog.roles.boxes["secretary"].click()
    assert dialog.has_changes()
    part(dialog, "saveButton", QAbstractButton).click()
    qtbot.waitUntil(lambda: _("secretary") in page.model.index_of("fomin", 2).data(), timeout=10_000)
    assert office.fetch("fomin", "SELECT session_has_group('secretary')") == [(True,)]


def test_a_locked_login_loses_its_sessions_and_is_let_in_again(
    qtbot: QtBot, office: Office, open_account_window: OpenWindow
) -> None:
    window = open_account_window("admin")
    page = window.administration
    with office.connect("vlasova") as theirs:
        page.reload()
        qtbot.waitUntil(lambda: page.model.index_of("vlasova", 4).data() == "1", timeout=10_000)
        choose(page, "vlasova")
        asked = answer("no")
        button(page, "lock").click()
        assert len(asked) == 1 and "1" in asked[0]
        assert theirs.closed == 0
        answer("yes")
        button(page, "lock").click()
        qtbot.waitUntil(lambda: state(page, "vlasova") == _("locked"), timeout=10_000)
        with pytest.raises(Exception), theirs.cursor() as cursor:  # noqa: B017 whatever a cut line raises
            cursor.execute("SELECT 1")
    with pytest.raises(UserError, match=_("This login is locked.")):
        enters(office, "vlasova", DEMO_PASSWORD)
    assert button(page, "lock").text() == _("Unlock")
    button(page, "lock").click()
    qtbot.waitUntil(lambda: state(page, "vlasova") == _("may log in"), timeout=10_000)
    assert enters(office, "vlasova", DEMO_PASSWORD).startswith("Власова")


def test_a_new_password_is_shown_once_and_the_old_one_gets_nobody_in(
    qtbot: QtBot, office: Office, open_account_window: OpenWindow
) -> None:
    page = open_account_window("admin").administration
    choose(page, "vlasova")
    answer("yes")
    button(page, "password").click()
    shown = waited_dialog(qtbot, FirstPasswordDialog)
    password = part(shown, "firstPassword", QLabel).text()
    shown.close()
    assert enters(office, "vlasova", password).startswith("Власова")
    with pytest.raises(UserError):
        enters(office, "vlasova", DEMO_PASSWORD)


def test_who_leaves_hands_his_plan_over_and_gets_in_no_more(
    qtbot: QtBot, office: Office, open_account_window: OpenWindow
) -> None:
    window = open_account_window("admin")
    page = window.administration
    fomin, petrova = employee_id(office, "fomin"), employee_id(office, "petrova")
    planned = "SELECT count(*) FROM activity WHERE status = 'planned' AND assignee_id = %s"
    ((his,),), ((hers,),) = as_owner(office, planned, fomin), as_owner(office, planned, petrova)
    choose(page, "fomin")
    button(page, "leave").click()
    dialog = open_dialog(LeavingDialog)
    part(dialog, "saveButton", QAbstractButton).click()
    assert part(dialog, "successor_idError", QLabel).isVisible()
    row = window.workplace.directories.employee(petrova)
    dialog.editor("successor_id").set_value(LookupItem(row.id, row.full_name))
    asked = answer("yes")
    part(dialog, "saveButton", QAbstractButton).click()
    assert "Фомин" in asked[0] and "Петрова" in asked[0]
    qtbot.waitUntil(lambda: state(page, "fomin") == _("has left"), timeout=10_000)
    assert as_owner(office, planned, petrova) == [(his + hers,)]
    assert as_owner(office, planned, fomin) == [(0,)]
    with pytest.raises(UserError):
        enters(office, "fomin", DEMO_PASSWORD)
    choose(page, "fomin")
    assert not button(page, "lock").isEnabled() and button(page, "lock").toolTip() == _(
        "This employee has left the company."
    )

    assert button(page, "leave").text().startswith(_("Take back…"))
    asked = answer("yes")
    button(page, "leave").click()
    assert "Фомин" in asked[0]
    qtbot.waitUntil(lambda: state(page, "fomin") == _("locked"), timeout=10_000)
    assert button(page, "leave").text().startswith(_("Let go…"))
    button(page, "lock").click()
    qtbot.waitUntil(lambda: state(page, "fomin") == _("may log in"), timeout=10_000)
    assert enters(office, "fomin", DEMO_PASSWORD).startswith("Фомин")


def test_what_another_administrator_does_appears_by_itself(
    qtbot: QtBot, office: Office, open_account_window: OpenWindow
) -> None:
    page = open_account_window("admin").administration
    page._timer.stop()
    ((free,),) = as_owner(
        office, "SELECT id::text FROM employee WHERE login IS NULL AND active ORDER BY full_name LIMIT 1"
    )
    verifier = as_owner(office, "SELECT rolpassword FROM pg_authid WHERE rolname = 'altius_admin'")[0][0]
    office.fetch("admin", "SELECT create_account('novikova', %s, '{employee}', %s)", verifier, free)
    qtbot.waitUntil(lambda: page.model.position_of("novikova") is not None, timeout=10_000)


def test_the_director_may_lock_and_is_told_why_he_may_do_nothing_else(
    qtbot: QtBot, open_account_window: OpenWindow
) -> None:
    window = open_account_window("gromov")
    page = window.administration
    assert window.pages.currentWidget() is page
    choose(page, "vlasova")
    for name in ("add", "roles", "password", "leave"):
        assert not button(page, name).isEnabled()
        assert button(page, name).toolTip() == rights.why_not_accounts({"director"}) != ""
    QTest.keyClick(page.table, Qt.Key.Key_Insert)
    QTest.keyClick(page.table, Qt.Key.Key_F2)
    assert QApplication.activeModalWidget() is None
    answer("yes")
    button(page, "lock").click()
    qtbot.waitUntil(lambda: state(page, "vlasova") == _("locked"), timeout=10_000)
    assert not button(page, "lock").isEnabled() and button(page, "lock").toolTip()
    choose(page, "gromov")
    assert not button(page, "lock").isEnabled() and button(page, "lock").toolTip() == _(
        "Nobody can lock himself out."
    )
    with window.workplace.database.transaction() as session:
        assert [(row.login, row.what, row.whom) for row in list_account_events(session, limit=1)] == [
            ("gromov", "locked", "vlasova")
        ]


def test_the_age_of_the_last_good_backup_is_told(
    qtbot: QtBot, office: Office, open_account_window: OpenWindow
) -> None:
    page = open_account_window("admin").administration
    told = part(page, "lastBackup", QLabel)
    assert told.property("tone") == "warn"
    for age, proved, tone in (
        ("3 hours", False, "warn"),
        ("5 days", True, "warn"),
        ("3 hours", True, "muted"),
    ):
        as_owner(
            office,
            "INSERT INTO backup (made_at, file_name, size_bytes, proved, noted_by) "
            "VALUES (now() - %s::interval, 'a.dump', 1, %s, 'x')",
            age,
            proved,
        )
        before = told.text()
        page.reload()
        qtbot.waitUntil(lambda before=before: told.text() != before, timeout=10_000)
        assert told.property("tone") == tone
    assert "3" in told.text()


@pytest.mark.parametrize("language", ["ru", "en"])
def test_nothing_is_cut_covered_or_nameless_on_the_administrators_screens(
    open_account_window: OpenWindow, language: str
) -> None:
    window = open_account_window("admin", language)
    faults = []
    for scene in gallery.ADMINISTRATION_SCENES:
        with gallery.shown(window, scene) as widget:
            sizes = (gallery.WINDOW_SIZE, gallery.SMALL_SIZE) if widget is window else (None,)
            for size in sizes:
                if size is not None:
                    window.resize(*size)
                    gallery.settle(window)
                widget.grab()
                found = (*looks.cut_texts(widget), *looks.misplaced(widget), *looks.nameless(widget))
                faults += [f"{scene.name}: {fault}" for fault in found]
    assert not faults, "\n".join(faults)
