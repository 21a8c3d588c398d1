"""An administrator makes a company from the login window, and its director gets in; what cannot be is told in place."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from altius_desktop.database.connection import Credentials, Database, ServerAddress
from altius_desktop.services.identity import get_identity
from altius_desktop.settings import Settings
from altius_desktop.ui.dialogs.login import LoginDialog
from altius_desktop.ui.worker import Worker
from tests.conftest import Cluster
from tests.roles import drop_company

NAME = "kontora"


@pytest.fixture
def login(cluster: Cluster, qtbot: QtBot, tmp_path) -> Iterator[LoginDialog]:
    """The login window, with this test's server entered; the company is dropped afterwards."""
    settings = Settings(path=tmp_path / "settings.json")
    settings.host, settings.port, settings.database = cluster.admin.host, cluster.admin.port, NAME
    settings.sslmode = "disable"
    worker = Worker()
    dialog = LoginDialog(settings, connect=lambda *_who: None, worker=worker)
    qtbot.addWidget(dialog)
    dialog.show()
    yield dialog
    assert worker.close(30)
    with cluster.admin.connect() as connection, connection.cursor() as cursor:
        drop_company(cursor, NAME)


def shown(qtbot: QtBot, login: LoginDialog, name: str) -> QDialog:
    def find() -> QDialog | None:
        found = [one for one in login.findChildren(QDialog, name) if one.isVisible()]
        return found[0] if found else None

    qtbot.waitUntil(lambda: find() is not None, timeout=30_000)
    dialog = find()
    assert dialog is not None
    return dialog


def fill(dialog: QWidget, **texts: str) -> None:
    for key, text in texts.items():
        line = dialog.findChild(QLineEdit, f"{key}Edit")
        assert line is not None, key
        line.setText(text)


def press(dialog: QWidget, name: str) -> None:
    button = dialog.findChild(QPushButton, f"{name}Button")
    assert button is not None, name
    button.click()


def error(dialog: QWidget, key: str) -> str:
    return dialog.findChild(QLabel, f"{key}Error").text()


def begin(qtbot: QtBot, login: LoginDialog) -> QDialog:
    """Through the first step: the server stands there already."""
    press(login, "server")
    press(shown(qtbot, login, "serverDialog"), "newCompany")
    press(shown(qtbot, login, "serverDialog"), "save")
    return shown(qtbot, login, "newCompanyDialog")


def next_step(qtbot: QtBot, login: LoginDialog, former: QDialog) -> QDialog:
    qtbot.waitUntil(lambda: shown(qtbot, login, "newCompanyDialog") is not former, timeout=60_000)
    return shown(qtbot, login, "newCompanyDialog")


def test_a_company_is_made_step_by_step_and_its_director_gets_in(
    qtbot: QtBot, cluster: Cluster, login: LoginDialog
) -> None:
    step = begin(qtbot, login)
    fill(step, superuser=cluster.admin.superuser, password="wrong")
    press(step, "save")
    banner = step.findChild(QWidget, "dialogBanner")
    qtbot.waitUntil(banner.isVisible, timeout=30_000)
    fill(step, superuser=cluster.admin.superuser, password=cluster.admin.password)
    press(step, "save")

    step = next_step(qtbot, login, step)
    fill(step, company="Контора", full_name="Ли Анна", login="li", password="li", again="li")
    press(step, "save")
    assert error(step, "password")
    fill(step, password="длинный пароль", again="другой пароль")
    press(step, "save")
    assert error(step, "again")
    fill(step, again="длинный пароль")
    press(step, "save")

    step = next_step(qtbot, login, step)
    press(step, "back")
    step = next_step(qtbot, login, step)
    assert step.findChild(QLineEdit, "companyEdit").text() == "Контора"
    assert step.findChild(QLineEdit, "passwordEdit").text() == ""
    fill(step, password="длинный пароль", again="длинный пароль")
    press(step, "save")

    step = next_step(qtbot, login, step)
    fill(step, login="li", password="ещё один пароль", again="ещё один пароль")
    press(step, "save")
    assert error(step, "login")
    fill(step, login="admin")
    press(step, "save")
    told = shown(qtbot, login, "companyMadeDialog")
    assert "Контора" in told.accessibleName()
    press(told, "ok")
    assert login.findChild(QLineEdit, "loginEdit").text() == "li"

    address = ServerAddress(cluster.admin.host, cluster.admin.port, NAME, sslmode="disable")
    for name, password, groups in (
        ("li", "длинный пароль", {"employee", "director"}),
        ("admin", "ещё один пароль", {"administrator"}),
    ):
        database = Database(address, Credentials(name, password))
        with database.transaction() as session:
            assert get_identity(session).groups == groups
        database.close()


def test_a_name_that_is_taken_is_told_before_anything_is_made(
    qtbot: QtBot, cluster: Cluster, login: LoginDialog, qapp: QApplication
) -> None:
    with cluster.admin.connect() as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {NAME}")
    with cluster.admin.connect(NAME) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE somebody_elses (x int)")
    step = begin(qtbot, login)
    fill(step, superuser=cluster.admin.superuser, password=cluster.admin.password)
    press(step, "save")
    banner = step.findChild(QWidget, "dialogBanner")
    qtbot.waitUntil(banner.isVisible, timeout=30_000)
    assert NAME in " ".join(part.text() for part in banner.findChildren(QLabel))
    step.close_dropped()
    qapp.processEvents()
