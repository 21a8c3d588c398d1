"""The login window: who gets in, what is told to who does not, and what is remembered."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QPushButton, QWidget

from altius_desktop.database.connection import Database, ServerAddress
from altius_desktop.domain.errors import FieldError
from altius_desktop.services.demo import DEMO_LOGINS, DEMO_PASSWORD
from altius_desktop.services.identity import get_identity
from altius_desktop.settings import Settings
from altius_desktop.ui.dialogs.login import LoginDialog
from altius_desktop.ui.dialogs.login_people import OfferedLogin
from altius_desktop.ui.dialogs.login_server import ServerDialog, parse_server, server_text
from altius_desktop.ui.worker import Worker


@pytest.fixture
def worker(qapp):  # noqa: ARG001 a worker answers through the application's loop
    made = Worker()
    yield made
    assert made.close(15)


@pytest.fixture
def settings(tmp_path):
    return Settings(path=tmp_path / "settings.json")


def enter(address, credentials):
    """Log in as the program does, and give the employee's name."""
    database = Database(address, credentials)
    try:
        with database.transaction() as session:
            return get_identity(session).full_name
    finally:
        database.close()


def entering(office):
    """The same for a company whose roles are not named after its database, as those of tests."""
    return lambda address, credentials: enter(
        ServerAddress(address.host, address.port, address.database, office.address.prefix), credentials
    )


def opened(qtbot, settings, worker, connect, **more):
    dialog = LoginDialog(settings, connect=connect, worker=worker, **more)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    return dialog


def part(dialog, name, kind=QWidget):
    found = dialog.findChild(kind, name)
    assert found is not None, name
    return found


def fill(dialog, server, login, password):
    part(dialog, "serverEdit", QLineEdit).setText(server)
    part(dialog, "loginEdit", QLineEdit).setText(login)
    part(dialog, "passwordEdit", QLineEdit).setText(password)


def typed(office):
    return server_text(office.address.host, office.address.port, office.address.database)


def test_the_right_password_gets_in_and_the_server_is_remembered(qtbot, office, settings, worker):
    dialog = opened(qtbot, settings, worker, entering(office))
    fill(dialog, typed(office), "scherbakova", DEMO_PASSWORD)
    with qtbot.waitSignal(dialog.accepted, timeout=15_000):
        QTest.keyClick(part(dialog, "passwordEdit"), Qt.Key.Key_Return)
    assert dialog.result_value.startswith("Щербакова")
    again = Settings.load(settings.path)
    address = office.address
    assert (again.host, again.port, again.database, again.login) == (
        address.host,
        address.port,
        address.database,
        "scherbakova",
    )
    assert DEMO_PASSWORD not in settings.path.read_text(encoding="utf-8")


def test_a_wrong_password_is_told_in_place_and_selected_to_be_typed_again(qtbot, office, settings, worker):
    dialog = opened(qtbot, settings, worker, entering(office))
    fill(dialog, typed(office), "scherbakova", "не тот")
    part(dialog, "loginButton", QPushButton).click()
    assert not part(dialog, "loginButton").isEnabled()
    told = part(dialog, "loginFailure", QLabel)
    qtbot.waitUntil(told.isVisible, timeout=15_000)
    password = part(dialog, "passwordEdit", QLineEdit)
    assert dialog.focusWidget() is password
    assert password.hasSelectedText()
    assert part(dialog, "serverEdit", QLineEdit).text() == typed(office)
    assert part(dialog, "loginEdit", QLineEdit).text() == "scherbakova"
    password.setText(DEMO_PASSWORD)
    with qtbot.waitSignal(dialog.accepted, timeout=15_000):
        part(dialog, "loginButton", QPushButton).click()


def test_a_server_that_is_not_there_leaves_everything_as_it_was_typed(qtbot, settings, worker):
    dialog = opened(qtbot, settings, worker, enter)
    fill(dialog, "127.0.0.1:9", "scherbakova", "demo")
    part(dialog, "loginButton", QPushButton).click()
    qtbot.waitUntil(part(dialog, "loginFailure", QLabel).isVisible, timeout=15_000)
    assert "127.0.0.1:9" in part(dialog, "loginFailure", QLabel).text()
    assert part(dialog, "passwordEdit", QLineEdit).text() == "demo"
    assert part(dialog, "loginButton").isEnabled()
    assert settings.host == ""


@pytest.mark.parametrize(
    ("server", "login", "error"),
    [("", "a", "serverError"), ("a b", "a", "serverError"), ("a", " ", "loginError")],
)
def test_what_is_missing_is_told_at_its_field(qtbot, settings, worker, server, login, error):
    dialog = opened(qtbot, settings, worker, enter)
    fill(dialog, server, login, "x")
    part(dialog, "loginButton", QPushButton).click()
    assert any(label.isVisible() and label.text() for label in dialog.findChildren(QLabel, error))
    assert worker.pending == 0


def test_a_demos_employee_is_entered_by_a_click(qtbot, office, settings, worker):
    offered = tuple(
        OfferedLogin(person.login, person.full_name, person.position, DEMO_PASSWORD) for person in DEMO_LOGINS
    )
    dialog = opened(qtbot, settings, worker, enter, offered=offered, fixed_address=office.address)
    assert dialog.findChild(QLineEdit, "serverEdit") is None
    part(dialog, "fominOffer", QAbstractButton).click()
    with qtbot.waitSignal(dialog.accepted, timeout=15_000):
        QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
    assert dialog.result_value.startswith("Фомин")
    assert (settings.host, settings.login) == ("", "fomin")


def test_the_chosen_language_is_kept_together_with_what_was_typed(qtbot, settings, worker):
    dialog = opened(qtbot, settings, worker, enter)
    fill(dialog, "srv:5433/firma", "lapina", "")
    with qtbot.waitSignal(dialog.language_changed):
        part(dialog, "enButton", QPushButton).click()
    again = Settings.load(settings.path)
    assert (again.language, again.host, again.port, again.database, again.login) == (
        "en",
        "srv",
        5433,
        "firma",
        "lapina",
    )


@pytest.mark.parametrize(
    ("key", "modifiers", "told"),
    [
        ("d", Qt.KeyboardModifier.NoModifier, False),
        ("D", Qt.KeyboardModifier.ShiftModifier, False),
        ("D", Qt.KeyboardModifier.NoModifier, True),
        ("в", Qt.KeyboardModifier.NoModifier, True),
        ("1", Qt.KeyboardModifier.NoModifier, False),
    ],
)
def test_caps_lock_and_the_russian_layout_are_told_while_a_password_is_typed(
    qtbot, settings, worker, key, modifiers, told
):
    dialog = opened(qtbot, settings, worker, enter)
    password = part(dialog, "passwordEdit", QLineEdit)
    QApplication.sendEvent(password, QKeyEvent(QEvent.Type.KeyPress, 0, modifiers, key))
    assert bool(part(dialog, "keyboardHint", QLabel).text()) is told


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("srv", ("srv", 5432, "altius")),
        (" srv:5433 ", ("srv", 5433, "altius")),
        ("10.0.0.5/firma", ("10.0.0.5", 5432, "firma")),
        ("[::1]:5433/firma", ("::1", 5433, "firma")),
    ],
)
def test_an_address_is_read_as_people_write_it_and_written_back(text, address):
    read = parse_server(text)
    assert (read.host, read.port, read.database) == address
    assert server_text(*address) == text.strip()


@pytest.mark.parametrize("text", ["", "srv:0", "srv:99999", "srv:порт", "a b", "srv/a/b", "/db"])
def test_what_is_no_address_is_refused(text):
    with pytest.raises(FieldError):
        parse_server(text)


def server_dialog(dialog):
    part(dialog, "serverButton", QPushButton).click()
    (found,) = [one for one in dialog.findChildren(ServerDialog) if one.isVisible()]
    return found


def test_the_servers_parts_and_the_protection_are_chosen_used_and_remembered(
    qtbot, settings, worker, tmp_path
):
    asked = []
    dialog = opened(qtbot, settings, worker, lambda address, _credentials: asked.append(address))
    fill(dialog, "srv:5433/firma", "lapina", "x")
    server = server_dialog(dialog)
    assert server.values() == {
        "host": "srv",
        "port": 5433,
        "database": "firma",
        "sslmode": "prefer",
        "sslrootcert": "",
    }
    assert not part(server, "certificateButton", QPushButton).isEnabled()
    certificate = tmp_path / "firma.crt"
    server.set_values({"host": "10.0.0.5", "port": 5432, "sslmode": "verify-full"})
    server.editor("sslrootcert").set_value(str(certificate))
    part(server, "saveButton", QPushButton).click()
    assert part(server, "sslrootcertError", QLabel).isVisible(), "there is no such file yet"
    certificate.touch()
    part(server, "saveButton", QPushButton).click()
    assert part(dialog, "serverEdit", QLineEdit).text() == "10.0.0.5/firma"
    with qtbot.waitSignal(dialog.accepted, timeout=15_000):
        part(dialog, "loginButton", QPushButton).click()
    assert asked == [ServerAddress("10.0.0.5", 5432, "firma", "", "verify-full", str(certificate))]
    again = Settings.load(settings.path)
    assert (again.host, again.sslmode, again.sslrootcert) == ("10.0.0.5", "verify-full", str(certificate))
    # Another name typed by hand is no reason to trust it more.
    next_one = opened(qtbot, again, worker, lambda address, _credentials: asked.append(address))
    fill(next_one, "other", "lapina", "x")
    with qtbot.waitSignal(next_one.accepted, timeout=15_000):
        part(next_one, "loginButton", QPushButton).click()
    assert (asked[-1].host, asked[-1].sslmode) == ("other", "verify-full")


@pytest.mark.parametrize(
    ("key", "value"), [("host", "a b"), ("host", ""), ("database", "a/b"), ("database", "")]
)
def test_what_cannot_be_a_server_is_refused_at_its_field(qtbot, settings, worker, key, value):
    dialog = opened(qtbot, settings, worker, enter)
    fill(dialog, "srv", "lapina", "x")
    server = server_dialog(dialog)
    server.editor(key).set_value(value)
    part(server, "saveButton", QPushButton).click()
    assert server.isVisible()
    assert any(part(server, f"{name}Error", QLabel).isVisible() for name in ("host", "database"))
    server.close_saved()
