"""The login window and the system's keyring: what is remembered, what is forgotten, and that nobody waits for it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from keyring.backends.fail import Keyring as NoKeyring
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from altius_desktop.app import Desktop, Start
from altius_desktop.database.connection import Credentials
from altius_desktop.database.kept_passwords import service_name
from altius_desktop.i18n import _
from altius_desktop.services.accounts import set_own_password
from altius_desktop.services.demo import DEMO_PASSWORD
from altius_desktop.settings import Settings
from altius_desktop.ui.dialogs.login import LoginDialog
from altius_desktop.ui.dialogs.login_people import OfferedLogin
from altius_desktop.ui.dialogs.password import PasswordDialog
from tests.conftest import Office
from tests.db.desks import as_owner
from tests.keyrings import MemoryKeyring, keyring_of
from tests.roles import roles_kept
from tests.ui.workplaces import part

Begin = Callable[[], Desktop]


@pytest.fixture
def memory() -> Iterator[MemoryKeyring]:
    with keyring_of(backend := MemoryKeyring()):
        yield backend


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(path=tmp_path / "settings.json", language="ru", theme="light", login="lapina")


@pytest.fixture
def begin(qapp: QApplication, office: Office, settings: Settings) -> Iterator[Begin]:
    """The program at its login window, over the test's company; closed at the end, and roles put back."""
    begun: list[Desktop] = []

    def start() -> Desktop:
        desktop = Desktop(qapp, settings, Start(office.address, embedded=True))
        begun.append(desktop)
        desktop.ask_login()
        return desktop

    with roles_kept(office):
        yield start
        for desktop in begun:
            desktop.close()
        qapp.processEvents()


def login_of(desktop: Desktop) -> LoginDialog:
    assert desktop._login is not None
    return desktop._login


def box_of(desktop: Desktop, qtbot: QtBot) -> QCheckBox:
    """The box, once it is known whether there is a keyring."""
    login = login_of(desktop)
    qtbot.waitUntil(lambda: login._worker.pending == 0, timeout=10_000)
    return part(login, "rememberPasswordBox", QCheckBox)


def enter(desktop: Desktop, qtbot: QtBot, password: str = "") -> None:
    login = login_of(desktop)
    part(login, "passwordEdit", QLineEdit).setText(password)
    part(login, "loginButton", QPushButton).click()
    qtbot.waitUntil(lambda: desktop.window is not None, timeout=15_000)
    window = desktop.window
    assert window is not None
    qtbot.waitUntil(lambda: window.workplace.worker.pending == 0, timeout=15_000)


def test_a_ticked_box_keeps_the_password_and_the_next_login_needs_none(
    qtbot: QtBot, office: Office, settings: Settings, memory: MemoryKeyring, begin: Begin
) -> None:
    desktop = begin()
    box_of(desktop, qtbot).click()
    enter(desktop, qtbot, DEMO_PASSWORD)
    assert memory.entries == {(service_name(office.address), "lapina"): DEMO_PASSWORD}
    assert settings.path is not None and DEMO_PASSWORD not in settings.path.read_text("utf-8")
    assert memory.threads == {"altius-keyring"}, "never the thread of the window"
    desktop.close()
    again = begin()
    assert box_of(again, qtbot).isChecked()
    edit = part(login_of(again), "passwordEdit", QLineEdit)
    qtbot.waitUntil(lambda: bool(edit.placeholderText()), timeout=10_000)
    assert edit.text() == "", "what is kept is not put where it could be shown"
    enter(again, qtbot)
    assert again.window is not None and again.window.workplace.identity.login == "lapina"


def test_unticking_forgets_at_once(
    qtbot: QtBot, office: Office, settings: Settings, memory: MemoryKeyring, begin: Begin
) -> None:
    settings.remember_password = True
    memory.entries[service_name(office.address), "lapina"] = DEMO_PASSWORD
    desktop = begin()
    box = box_of(desktop, qtbot)
    qtbot.waitUntil(lambda: bool(part(login_of(desktop), "passwordEdit", QLineEdit).placeholderText()))
    box.click()
    qtbot.waitUntil(lambda: memory.entries == {}, timeout=10_000)
    assert not Settings.load(settings.path).remember_password
    enter(desktop, qtbot, DEMO_PASSWORD)
    assert memory.entries == {}


def test_a_refused_password_is_forgotten_and_asked_for(
    qtbot: QtBot, office: Office, settings: Settings, memory: MemoryKeyring, begin: Begin
) -> None:
    settings.remember_password = True
    memory.entries[service_name(office.address), "lapina"] = "outdated"
    desktop = begin()
    box_of(desktop, qtbot)
    login = login_of(desktop)
    edit = part(login, "passwordEdit", QLineEdit)
    qtbot.waitUntil(lambda: bool(edit.placeholderText()), timeout=10_000)
    part(login, "loginButton", QPushButton).click()
    qtbot.waitUntil(part(login, "loginFailure", QLabel).isVisible, timeout=15_000)
    qtbot.waitUntil(lambda: memory.entries == {}, timeout=10_000)
    assert edit.placeholderText() == "" and login.focusWidget() is edit
    enter(desktop, qtbot, DEMO_PASSWORD)
    qtbot.waitUntil(lambda: list(memory.entries.values()) == [DEMO_PASSWORD], timeout=10_000)


def test_a_server_that_is_not_there_makes_nobody_forget(
    qtbot: QtBot, office: Office, settings: Settings, memory: MemoryKeyring, begin: Begin
) -> None:
    settings.remember_password = True
    memory.entries[service_name(office.address), "vlasova"] = DEMO_PASSWORD
    settings.login = "vlasova"
    desktop = begin()
    box_of(desktop, qtbot)
    login = login_of(desktop)
    qtbot.waitUntil(lambda: bool(part(login, "passwordEdit", QLineEdit).placeholderText()), timeout=10_000)
    with office.admin.connect() as connection, connection.cursor() as cursor:
        cursor.execute("ALTER ROLE altius_vlasova NOLOGIN")
    part(login, "loginButton", QPushButton).click()
    qtbot.waitUntil(part(login, "loginFailure", QLabel).isVisible, timeout=15_000)
    qtbot.waitUntil(lambda: login._worker.pending == 0)
    assert list(memory.entries.values()) == [DEMO_PASSWORD]


def test_without_a_keyring_the_box_says_why_it_cannot_be_ticked(qtbot: QtBot, begin: Begin) -> None:
    with keyring_of(NoKeyring()):
        box = box_of(begin(), qtbot)
        assert not box.isEnabled() and not box.isChecked()
        assert box.toolTip() == _("This computer has no keyring that could keep the password.")


def test_a_keyring_that_waits_for_its_owner_keeps_nobody_from_logging_in(
    qtbot: QtBot, settings: Settings, memory: MemoryKeyring, begin: Begin
) -> None:
    settings.remember_password = True
    memory.silent = True
    desktop = begin()
    login = login_of(desktop)
    # Whether there is a keyring is known without asking it for anything.
    qtbot.waitUntil(part(login, "rememberPasswordBox", QCheckBox).isEnabled, timeout=10_000)
    part(login, "passwordEdit", QLineEdit).setText(DEMO_PASSWORD)
    part(login, "loginButton", QPushButton).click()
    qtbot.waitUntil(lambda: desktop.window is not None, timeout=15_000)
    desktop.close()
    assert desktop.window is None


def test_a_demo_offers_no_keyring(qapp: QApplication, office: Office, settings: Settings) -> None:
    offered = (OfferedLogin("lapina", "Лапина", "секретарь", DEMO_PASSWORD),)
    desktop = Desktop(qapp, settings, Start(office.address, offered=offered, embedded=True))
    desktop.ask_login()
    assert login_of(desktop).findChild(QCheckBox, "rememberPasswordBox") is None
    desktop.close()


# One's own password


def changing(desktop: Desktop, qtbot: QtBot, old: str, new: str, again: str | None = None) -> PasswordDialog:
    """The dialog, filled in and sent."""
    assert desktop.window is not None
    open_ones = [one for one in desktop.window.findChildren(PasswordDialog) if one.isVisible()]
    if not open_ones:
        desktop.window.change_password()
        open_ones = [one for one in desktop.window.findChildren(PasswordDialog) if one.isVisible()]
    (dialog,) = open_ones
    for key, text in (("old", old), ("new", new), ("again", new if again is None else again)):
        dialog.edits[key].setText(text)
    part(dialog, "saveButton", QPushButton).click()
    qtbot.waitUntil(lambda: not dialog.busy, timeout=15_000)
    return dialog


def test_a_changed_password_holds_everywhere_and_the_work_goes_on_with_it(
    qtbot: QtBot, office: Office, settings: Settings, memory: MemoryKeyring, begin: Begin
) -> None:
    settings.remember_password = True
    desktop = begin()
    box_of(desktop, qtbot)
    enter(desktop, qtbot, DEMO_PASSWORD)
    window = desktop.window
    assert window is not None
    changing(desktop, qtbot, DEMO_PASSWORD, "Новый пароль 7")
    assert not [one for one in window.findChildren(PasswordDialog) if one.isVisible()]
    qtbot.waitUntil(lambda: list(memory.entries.values()) == ["Новый пароль 7"], timeout=10_000)
    # Every connection that is open is cut: the next ones are made with the new password.
    cut = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE usename = 'altius_lapina' AND datname = current_database()"
    )
    with qtbot.waitSignal(window.workplace.live.returned, timeout=15_000):
        as_owner(office, cut)
    with qtbot.waitSignal(window.contacts.painted, timeout=15_000):
        window.contacts.reload()
    assert window.workplace.live.connected
    desktop.close()
    again = begin()
    box_of(again, qtbot)
    qtbot.waitUntil(lambda: bool(part(login_of(again), "passwordEdit", QLineEdit).placeholderText()))
    enter(again, qtbot)


def test_what_is_wrong_with_a_new_password_is_told_at_its_field_and_nothing_is_changed(
    qtbot: QtBot, office: Office, memory: MemoryKeyring, begin: Begin
) -> None:
    desktop = begin()
    box_of(desktop, qtbot)
    enter(desktop, qtbot, DEMO_PASSWORD)
    good = "достаточно длинный"
    for old, new, again, field in (
        ("", good, good, "old"),
        ("не тот пароль", good, good, "old"),
        (DEMO_PASSWORD, "корот", "корот", "new"),
        (DEMO_PASSWORD, good, f"{good}!", "again"),
        (DEMO_PASSWORD, "с\x00нулём внутри", "с\x00нулём внутри", "new"),
    ):
        dialog = changing(desktop, qtbot, old, new, again)
        told = {key: part(dialog, f"{key}Error", QLabel).isVisible() for key in ("old", "new", "again")}
        assert told == {key: key == field for key in told}, (old, new)
    dialog.close_saved()
    assert office.fetch("lapina", "SELECT 1") == [(1,)], "the old password still holds"
    assert memory.entries == {}


def test_a_password_that_was_changed_though_the_answer_was_lost_is_found_when_asked_again(
    qtbot: QtBot, office: Office, memory: MemoryKeyring, begin: Begin
) -> None:
    desktop = begin()
    box_of(desktop, qtbot)
    enter(desktop, qtbot, DEMO_PASSWORD)
    database = office.database("lapina")
    with database.transaction() as session:
        set_own_password(session, password="Новый пароль 7")
    database.close()
    changing(desktop, qtbot, DEMO_PASSWORD, "Новый пароль 7")
    assert desktop.window is not None
    assert desktop.window.workplace.database.credentials == Credentials("lapina", "Новый пароль 7")
    assert memory.entries == {}


def test_caps_lock_is_told_of_in_the_password_dialog_too(
    qtbot: QtBot, memory: MemoryKeyring, begin: Begin
) -> None:
    desktop = begin()
    box_of(desktop, qtbot)
    enter(desktop, qtbot, DEMO_PASSWORD)
    assert desktop.window is not None and memory.entries == {}
    desktop.window.change_password()
    (dialog,) = desktop.window.findChildren(PasswordDialog)
    typed = QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, "D")
    QApplication.sendEvent(dialog.edits["new"], typed)
    assert part(dialog, "keyboardHint", QLabel).text() == _("Caps Lock is on")
    dialog.close_saved()
