"""Composition root of the window: builds everything, closes it in order, and catches what nobody caught."""

import contextlib
import logging
import logging.handlers
import os
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import platformdirs
from PySide6.QtCore import QLibraryInfo, QLocale, QObject, QSocketNotifier, QTranslator
from PySide6.QtWidgets import QApplication, QWidget

from altius_desktop.database.connection import Credentials, Database, ServerAddress
from altius_desktop.database.kept_passwords import KeptPasswords
from altius_desktop.database.listener import Listener
from altius_desktop.domain.errors import UserError
from altius_desktop.i18n import _, choose_language, current_language, set_language
from altius_desktop.services.directories import Directories, get_directories
from altius_desktop.services.identity import Identity, get_identity
from altius_desktop.services.layouts import get_layouts
from altius_desktop.settings import Settings
from altius_desktop.ui import messages, theme
from altius_desktop.ui.dialogs.counterparty_card import cards_kept, drop_cards, rebuild_cards
from altius_desktop.ui.dialogs.login import LoginDialog
from altius_desktop.ui.dialogs.login_people import OfferedLogin
from altius_desktop.ui.keys import EditingKeys
from altius_desktop.ui.live import Live
from altius_desktop.ui.main_window import MainWindow, window_icon
from altius_desktop.ui.worker import Worker
from altius_desktop.ui.workplace import Workplace

log = logging.getLogger("altius_desktop")


@dataclass(frozen=True)
class Opened:
    """What a login gives: made on any thread, before there is a window. `layouts` are an employee's alone."""

    database: Database
    identity: Identity
    directories: Directories
    layouts: dict[str, Any] | None


@dataclass(frozen=True)
class Start:
    """How the window begins: with these credentials, or with the login window where there are none.

    `offered` are a demo's employees, `embedded` says that the server lies on this PC.
    """

    address: ServerAddress | None = None
    credentials: Credentials | None = None
    offered: tuple[OfferedLogin, ...] = ()
    embedded: bool = False
    language: str = ""


def open_company(address: ServerAddress, credentials: Credentials) -> Opened:
    """Log in and read what every page needs; UserError says why not."""
    database = Database(address, credentials)
    try:
        database.check()
        with database.transaction() as session:
            identity = get_identity(session)
            layouts = get_layouts(session) if identity.is_employee else None
            return Opened(database, identity, get_directories(session), layouts)
    except BaseException:
        database.close()
        raise


class Desktop(QObject):
    """The running program: at most one workplace and its window at a time."""

    def __init__(self, qapp: QApplication, settings: Settings, start: Start) -> None:
        super().__init__()
        self._qapp = qapp
        self._settings = settings
        self._start = start
        self._translator: QTranslator | None = None
        self.workplace: Workplace | None = None
        self.window: MainWindow | None = None
        self._login: LoginDialog | None = None
        self._end_login: Callable[[], None] = lambda: None
        self.apply_language()
        theme.apply_theme(qapp, settings.theme)

    def begin(self) -> None:
        """Open the window, or ask who works here; UserError if given credentials do not get in."""
        if self._start.address is not None and self._start.credentials is not None:
            self.open(open_company(self._start.address, self._start.credentials))
        else:
            self.ask_login()

    def apply_language(self) -> None:
        """Use the chosen or the system's language, for our texts and for Qt's own."""
        set_language(
            choose_language(self._start.language or self._settings.language, QLocale.system().name())
        )
        if self._translator is not None:
            self._qapp.removeTranslator(self._translator)
            self._translator = None
        if current_language() == "ru":
            self._translator = QTranslator(self)
            folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
            if self._translator.load("qtbase_ru", folder):
                self._qapp.installTranslator(self._translator)

    def ask_login(self) -> None:
        """Show the login window; it opens the workplace, and closing it ends the program."""
        worker = Worker()
        _tell_failures(worker)
        # The passwords of a demo are known to everybody.
        passwords = None if self._start.offered else KeptPasswords()
        login = LoginDialog(
            self._settings,
            offered=self._start.offered,
            connect=open_company,
            worker=worker,
            fixed_address=self._start.address if self._start.embedded else None,
            passwords=passwords,
        )
        self._login = login

        def end() -> None:
            self._login = None
            if passwords is not None:
                passwords.give_up()
            worker.close()
            login.deleteLater()

        def finished(result: int) -> None:
            opened: Opened | None = login.result_value if result else None
            to_keep = login.to_keep
            end()
            if opened is not None:
                self.open(opened)
                if to_keep is not None:
                    self._keep_password(*to_keep)
            else:
                self._qapp.quit()

        self._end_login = end
        login.language_changed.connect(self._on_login_language)
        login.finished.connect(finished)
        login.show()

    def _on_login_language(self) -> None:
        """The login window has to speak the language just chosen."""
        self.apply_language()
        self._drop_login()
        self.ask_login()

    def _drop_login(self) -> None:
        """Put the login window away unanswered, if it is there."""
        if self._login is not None:
            self._login.finished.disconnect()
            self._end_login()

    def _keep_password(self, address: ServerAddress, credentials: Credentials) -> None:
        """Give the password to the keyring, however long that takes; a keyring that fails is told of."""
        workplace = self.workplace
        assert workplace is not None
        passwords = KeptPasswords()
        workplace.leaving.connect(passwords.give_up)

        def failed(error: UserError) -> None:
            if self.window is not None:
                text = _("The password is not remembered. {reason}").format(reason=error)
                messages.show_toast(self.window, text, kind="warn")

        workplace.worker.run(
            lambda: passwords.keep(address, credentials.login, credentials.password),
            parent=workplace,
            done=lambda _none: None,
            failed=failed,
        )

    def _on_password_changed(self, credentials: Credentials) -> None:
        if self.workplace is not None and self._settings.remember_password and not self._start.offered:
            self._keep_password(self.workplace.database.address, credentials)

    def open(self, opened: Opened) -> None:
        """Build the workplace of the employee who got in."""
        address, credentials = opened.database.address, opened.database.credentials
        worker = Worker()
        _tell_failures(worker)
        live = Live(
            lambda on_news, on_state: Listener(address, credentials, on_news=on_news, on_state=on_state)
        )
        self.workplace = Workplace(
            database=opened.database,
            worker=worker,
            live=live,
            identity=opened.identity,
            directories=opened.directories,
            settings=self._settings,
            layouts=opened.layouts,
        )
        self._show_window()
        live.start()

    def _show_window(self) -> None:
        assert self.workplace is not None
        window = MainWindow(self.workplace)
        window.closed.connect(self._on_closed)
        window.switch_asked.connect(self._on_switch)
        window.restyle_asked.connect(self._on_restyle)
        window.password_changed.connect(self._on_password_changed)
        self.window = window
        window.start()

    def _on_restyle(self) -> None:
        theme.apply_theme(self._qapp, self._settings.theme)
        if self.workplace is None:
            return
        before = current_language()
        self.apply_language()
        if current_language() != before and self.window is not None:
            old = self.window
            old.closed.disconnect()
            self._show_window()
            assert self.window is not None
            self.window.show_page(self.window.settings_page)
            old.keeps_dialogs = True
            with cards_kept(self.workplace):
                old.close()
            old.deleteLater()
            rebuild_cards(self.workplace)

    def _on_switch(self) -> None:
        if self.window is not None and self.window.let_go():
            self.close()
            self.ask_login()

    def _on_closed(self) -> None:
        try:
            self.close()
        finally:
            # Whatever goes wrong in closing, no process stays behind a window that is gone.
            self._qapp.quit()

    def close(self) -> None:
        """Close in order: the login window, news, worker (its writes are finished), window, connections."""
        self._drop_login()
        window, workplace = self.window, self.workplace
        self.window = self.workplace = None
        if workplace is not None:
            workplace.live.close()
            workplace.leave()
            workplace.worker.close()
        if window is not None:
            window.closed.disconnect()
            # Whoever closes the program from outside is not there to answer.
            window.keeps_dialogs = True
            drop_cards(window.workplace)
            window.close()
            window.deleteLater()
        if workplace is not None:
            workplace.database.close()
            workplace.deleteLater()


def _tell_failures(worker: Worker) -> None:
    worker.failed_unhandled.connect(lambda parent, error: messages.show_error(_widget(parent), error))
    worker.crashed.connect(lambda parent, exc_info: _report(_widget(parent), exc_info))


def _widget(parent: object) -> QWidget | None:
    return parent if isinstance(parent, QWidget) else None


def _report(parent: QWidget | None, exc_info: Any) -> None:
    log.error("unexpected error", exc_info=exc_info)
    messages.show_crash(parent, exc_info)


def _write_log() -> None:
    """Errors of ours go to a file of this user; a disk that refuses it must not stop the work."""
    path = Path(platformdirs.user_log_dir("altius-desktop", appauthor=False)) / "altius-desktop.log"
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(
            path, maxBytes=1_000_000, backupCount=2, encoding="utf-8"
        )
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        logging.getLogger().addHandler(handler)
        messages.set_log_path(path)


def _catch_everything() -> None:
    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
        else:
            _report(None, (kind, error, trace))

    sys.excepthook = hook


class _Signals(QObject):
    """Ctrl+C, a closed terminal or a system that goes down end the program as its own Quit does."""

    def __init__(self, quit_program: Callable[[], None]) -> None:
        super().__init__()
        self._here, self._there = socket.socketpair()
        for end in (self._here, self._there):
            end.setblocking(False)
        self._before = signal.set_wakeup_fd(self._there.fileno())
        self._notifier = QSocketNotifier(self._here.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_signal)
        self._quit = quit_program
        names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
        self._handlers = {name: signal.signal(getattr(signal, name), lambda *_args: None) for name in names}

    def _on_signal(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._here.recv(64)
        self._quit()

    def close(self) -> None:
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._before)
        for name, handler in self._handlers.items():
            signal.signal(getattr(signal, name), handler)
        self._here.close()
        self._there.close()


def make_application(*, scale: float | None = None) -> QApplication:
    """The one QApplication; `scale` multiplies every size (screenshots)."""
    if scale is not None:
        os.environ["QT_SCALE_FACTOR"] = str(scale)
    qapp = QApplication(["altius-desktop"])
    qapp.setApplicationName("altius-desktop")
    qapp.setApplicationDisplayName("")
    qapp.setDesktopFileName("altius-desktop")
    qapp.setQuitOnLastWindowClosed(False)
    return qapp


def run(start: Start, *, settings: Settings | None = None) -> int:
    """Open the window and work until it is closed; the exit status."""
    qapp = make_application()
    _write_log()
    _catch_everything()
    desktop = Desktop(qapp, settings or Settings.load(), start)
    qapp.setWindowIcon(window_icon())
    EditingKeys(qapp)
    signals = _Signals(qapp.quit)
    try:
        desktop.begin()
        status = qapp.exec()
    finally:
        desktop.close()
        signals.close()
        sys.excepthook = sys.__excepthook__
    return status


def save_screenshots(
    address: ServerAddress,
    credentials: Credentials,
    folder: Path,
    *,
    language: str,
    scale: float,
    offered: tuple[OfferedLogin, ...] = (),
) -> list[Path]:
    """Save a picture of every page and dialog in both themes; the files written."""
    from altius_desktop.ui.gallery import ADMINISTRATION_SCENES, SCENES, login_scene, save_pictures

    qapp = make_application(scale=scale)
    qapp.setCursorFlashTime(0)
    settings = Settings(language=language, theme="light")
    desktop = Desktop(qapp, settings, Start(language=language))
    failures: list[Any] = []
    sys.excepthook = lambda *error: failures.append(error)
    try:
        scenes = (login_scene(offered), *SCENES)
        written: list[Path] = []
        opened = open_company(address, credentials)
        desktop.open(opened)
        if opened.identity.is_employee:
            assert desktop.window is not None
            written += save_pictures(desktop.window, folder, scenes)
            desktop.close()
            theme.apply_theme(qapp, "light")
            # A demo's administrator has the password of everybody there, unless somebody has changed it.
            with contextlib.suppress(UserError):
                desktop.open(open_company(address, Credentials("admin", credentials.password)))
        if desktop.window is not None:
            written += save_pictures(desktop.window, folder, ADMINISTRATION_SCENES, first=len(scenes) + 1)
    finally:
        desktop.close()
        sys.excepthook = sys.__excepthook__
    if failures:
        raise failures[0][1]
    return written
