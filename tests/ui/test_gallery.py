"""Every page and dialog in both languages: nothing cut, nothing untranslated, nothing nameless, nothing dead."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QMenu,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.exceptions import TimeoutError as PytestQtTimeoutError
from pytestqt.qtbot import QtBot

from altius_desktop.app import Desktop, Start, open_company
from altius_desktop.database.connection import Credentials
from altius_desktop.services.demo import DEMO_LOGINS, DEMO_PASSWORD
from altius_desktop.settings import Settings
from altius_desktop.ui import gallery, theme
from altius_desktop.ui.controls import ElidedLabel, Switch, label
from altius_desktop.ui.dialogs.activity import ActivityDialog
from altius_desktop.ui.dialogs.login import LoginDialog
from altius_desktop.ui.dialogs.login_people import OfferedLogin
from altius_desktop.ui.form import DialogFrame
from altius_desktop.ui.main_window import MainWindow
from tests.conftest import Office
from tests.ui import looks

OFFERED = (
    OfferedLogin("gromov", "Громов Андрей Николаевич", "генеральный директор", DEMO_PASSWORD),
    OfferedLogin("petrova", "Петрова Анна Викторовна", "главный бухгалтер", DEMO_PASSWORD),
)
SCENES = (gallery.login_scene(OFFERED), *gallery.SCENES)
OpenDesktop = Callable[..., Desktop]


@pytest.fixture
def open_desktop(qapp, office: Office, tmp_path: Path) -> Iterator[OpenDesktop]:
    """The program with somebody logged in and his day painted; closed at the end."""
    opened: list[Desktop] = []

    def open_for(login: str = "scherbakova", language: str = "ru", start: Start | None = None) -> Desktop:
        settings = Settings.load(tmp_path / f"{login}.json")
        settings.language, settings.theme = language, "light"
        desktop = Desktop(qapp, settings, start or Start())
        opened.append(desktop)
        desktop.open(open_company(office.address, Credentials(login, DEMO_PASSWORD)))
        gallery.settle(window_of(desktop))
        return desktop

    yield open_for
    for desktop in opened:
        desktop.close()
    theme.apply_theme(qapp, "light")
    qapp.processEvents()


def window_of(desktop: Desktop) -> MainWindow:
    assert desktop.window is not None
    return desktop.window


def every_picture(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
    """Each scene's name and widget; what is a page is shown in the small size too."""
    for scene in SCENES:
        with gallery.shown(window, scene) as widget:
            widget.grab()
            yield scene.name, widget
            if widget is window and scene.name != "contacts-small":
                window.resize(*gallery.SMALL_SIZE)
                gallery.settle(window)
                window.grab()
                yield f"{scene.name} {gallery.SMALL_SIZE}", window


def test_a_part_that_is_shown_before_it_has_an_owner_is_found(qapp: QApplication, qtbot: QtBot) -> None:
    strays = looks.Strays()
    qapp.installEventFilter(strays)
    part = QPushButton("Early")
    qtbot.addWidget(part)
    part.setVisible(True)
    qapp.removeEventFilter(strays)
    assert ["Early" in found for found in strays.found] == [True]


@pytest.mark.parametrize("login", ["petrova", "gromov", "lapina", "fomin", "vlasova"])
def test_nothing_is_cut_in_the_day_of_another_employee(open_desktop: OpenDesktop, login: str) -> None:
    window = window_of(open_desktop(login))
    for scene in SCENES:
        if scene.name in ("contacts", "contacts-small"):
            with gallery.shown(window, scene):
                window.grab()
                assert [*looks.cut_texts(window), *looks.misplaced(window)] == [], scene.name


# Names, keys, addresses and what the programs around us call themselves.
LATIN = (
    "altius desktop mail ctrl alt shift enter esc ins del space pgup pgdn english europe moscow crm srv"
    " excel xlsx csv utf utc windows"
)


def words_of_the_data(office: Office) -> set[str]:
    """Every word that stands in the company's own data, in lower case."""
    tables = office.fetch(
        "gromov",
        "SELECT table_name FROM information_schema.table_privileges"
        " WHERE table_schema = 'public' AND privilege_type = 'SELECT' GROUP BY 1",
    )
    words: set[str] = set()
    for (table,) in tables:
        rows = office.fetch(
            "gromov",
            "SELECT DISTINCT lower(word) FROM " + table + " AS t, jsonb_each_text(to_jsonb(t)) AS cell,"
            " regexp_split_to_table(cell.value, '[^[:alpha:]]+') AS word",
        )
        words |= {word for (word,) in rows}
    return words


def looks_like_data(offered: tuple[OfferedLogin, ...]) -> set[str]:
    return {word.lower() for person in offered for word in f"{person.full_name} {person.position}".split()}


# The names by which scripts and acceptance checks find things, and the scene that has them.
STABLE_NAMES = {
    "contacts": (
        "mainWindow navigation contactsPage callsTable eventsTable dailyTasksTable resultButton planButton"
        " historyButton highlightButton rescheduleButton addButton overdueToggle dateEdit todayButton searchEdit"
        " counterpartyPanel"
    ),
    "contacts-offline": "connectionBanner",
    "result": "resultDialog resultKindList resultText saveButton saveAndPlanButton",
    "plan": "planDialog planGrid addRowButton saveButton",
    "notices": "noticesPage noticesList",
    "login": "loginDialog serverEdit loginEdit passwordEdit loginButton",
}


@pytest.mark.timeout(240)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_page_and_dialog_is_whole_named_and_speaks_one_language(
    qapp: QApplication, open_desktop: OpenDesktop, office: Office, language: str
) -> None:
    """Nothing cut, covered, untranslated or nameless, and no part that was a window of its own for a moment."""
    strays = looks.Strays()
    qapp.installEventFilter(strays)
    foreign = russian_faults if language == "ru" else english_faults(office)
    faults = []
    try:
        for name, widget in every_picture(window_of(open_desktop(language=language))):
            present = {found.objectName() for found in looks.shown_widgets(widget)}
            missing = set(STABLE_NAMES.get(name, "").split()) - present
            faults += [
                f"{name}: {fault}"
                for fault in (
                    *looks.cut_texts(widget),
                    *looks.misplaced(widget),
                    *foreign(widget),
                    *looks.nameless(widget),
                    *(f"no {one}" for one in sorted(missing)),
                    *strays.found,
                )
            ]
            strays.found.clear()
    finally:
        qapp.removeEventFilter(strays)
    assert not faults, "\n".join(faults)


def russian_faults(widget: QWidget) -> list[str]:
    """Words of the Russian program that are English."""
    # An error of ours is shown as Python tells it; addresses and the database's name are data.
    places = [
        (here, re.sub(r"\S+@\S+|\S+\.example|office_\w+", "", text))
        for here, text in looks.texts(widget)
        if "QPlainTextEdit" not in here
    ]
    known = {*LATIN.split(), *(person.login for person in DEMO_LOGINS)}
    return looks.foreign_words(places, pattern=r"[A-Za-z]{2,}", known=known)


def english_faults(office: Office) -> Callable[[QWidget], list[str]]:
    """Words of the English program that are Russian and no data."""
    known = words_of_the_data(office) | {"русский"} | looks_like_data(OFFERED)
    return lambda widget: looks.foreign_words(looks.texts(widget), pattern=r"[А-Яа-яЁё]{2,}", known=known)


def test_a_word_of_the_other_language_is_found(qtbot: QtBot) -> None:
    box = QWidget()
    qtbot.addWidget(box)
    words = label("Save the контакт", name="mixed")
    QVBoxLayout(box).addWidget(words)
    words.setToolTip("Перенести")
    box.show()
    found = looks.foreign_words(looks.texts(box), pattern=r"[А-Яа-яЁё]{2,}", known={"перенести"})
    assert [fault.split()[0] for fault in found] == ["контакт"]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_buttons_of_the_day_fit_beside_the_one_that_takes_a_departments_task(
    open_desktop: OpenDesktop, language: str
) -> None:
    window = window_of(open_desktop("fomin", language))
    page = window.contacts
    section, row = next(
        (section, row) for section in page.sections for row in section.rows() if row.assignee_id is None
    )
    section.take_focus(row.id)
    for size in (gallery.WINDOW_SIZE, gallery.SMALL_SIZE, (window.minimumWidth(), window.minimumHeight())):
        window.resize(*size)
        gallery.settle(window)
        assert page.actions_bar.take.isVisible()
        assert looks.cut_texts(page.actions_bar) == []


def test_a_text_without_its_room_is_found(qtbot: QtBot) -> None:
    box = QWidget()
    qtbot.addWidget(box)
    column = QVBoxLayout(box)
    parts = {
        "label": label("Контрагент не выбран"),
        "wrapped": label("Контрагент не выбран, выберите его в любой таблице", wrap=True),
        "button": QPushButton("Сохранить"),
        "elided": ElidedLabel("Контрагент не выбран"),
    }
    for name, part in parts.items():
        part.setObjectName(name)
        column.addWidget(part)
    box.show()
    box.resize(400, 400)
    box.grab()
    assert looks.cut_texts(box) == []
    for name in ("label", "button"):
        parts[name].setFixedWidth(30)
    parts["wrapped"].setFixedSize(120, 20)
    box.grab()
    assert [fault.split()[1] for fault in looks.cut_texts(box)] == ["label", "wrapped", "button"]
    # A shortened text is allowed where the tool tip has all of it.
    parts["elided"].setFixedWidth(30)
    box.grab()
    parts["elided"].setToolTip("")
    assert "elided" in " ".join(looks.cut_texts(box))


def test_a_covered_neighbour_and_one_beyond_the_edge_are_found(qtbot: QtBot) -> None:
    box = QWidget()
    qtbot.addWidget(box)
    column = QVBoxLayout(box)
    first, second = label("Первый"), label("Второй")
    column.addWidget(first)
    column.addWidget(second)
    box.show()
    box.resize(300, 200)
    box.grab()
    assert looks.misplaced(box) == []
    second.move(first.pos())
    assert len(looks.misplaced(box)) == 1
    second.move(-10, 100)
    assert "beyond" in looks.misplaced(box)[0]


class Watcher(QObject):
    """Stands by while a click waits in a menu or question of its own: notes it, takes a choice, closes it."""

    def __init__(self, scene: QWidget, *, choice: int | None = None) -> None:
        super().__init__()
        self.menu_names: list[str] = []
        self.questions = 0
        self.choices = 0
        self._scene = scene
        self._choice = choice
        self.takes_choice = choice is not None
        self._timer = QTimer(self, interval=15)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        popup = QApplication.activePopupWidget()
        if isinstance(popup, QMenu) and popup is not self._scene:
            actions = live_actions(popup)
            self.menu_names.append(popup.objectName() or "menu")
            self.choices = len(actions)
            if self._choice is not None and self._choice < len(actions):
                actions[self._choice].trigger()
            popup.close()
            return
        question = QApplication.activeModalWidget()
        if isinstance(question, QDialog) and question.objectName() == "confirmDialog":
            self.questions += 1
            question.reject()

    def stop(self) -> None:
        self._timer.stop()


def live_actions(menu: QMenu) -> list[QAction]:
    """What can be chosen in a menu and is not chosen already; what is in a menu within it has a button too."""
    return [
        action
        for action in menu.actions()
        if action.isEnabled()
        and action.isVisible()
        and not (action.isSeparator() or action.isChecked() or action.menu())
    ]


def press(widget: QAbstractButton) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def does_something(window: MainWindow, qtbot: QtBot, act: Callable[[], object], watcher: Watcher) -> bool:
    """Whether the act shows: on the screen, in the clipboard, in the theme, or in what is asked of the server.

    A menu that opens is something; where a choice is taken from it, the choice has to be.
    """
    QApplication.clipboard().clear()
    before = looks.state()
    asked: list[bool] = []
    worker = window.workplace.worker
    worker.busy_changed.connect(asked.append)
    act()

    def something() -> bool:
        opened = bool(watcher.menu_names) and not watcher.takes_choice
        answered = not watcher.takes_choice or bool(watcher.menu_names)
        return answered and bool(opened or asked or watcher.questions or looks.state() != before)

    try:
        qtbot.waitUntil(something, timeout=1000)
    except PytestQtTimeoutError:
        return False
    finally:
        watcher.stop()
        worker.busy_changed.disconnect(asked.append)
    return True


# A press on these rebuilds the window or ends the program: tests of their own below.
APART = ("language-ru", "language-en", "userMenu")


def pressable(widget: QWidget) -> dict[tuple[str, str], QAbstractButton]:
    """The buttons that promise something: enabled, and not a choice that is the present one already."""
    return {
        (found.objectName(), found.text()): found
        for found in looks.shown_widgets(widget)
        if isinstance(found, QAbstractButton)
        and found.isEnabled()
        and (isinstance(found, Switch) or not found.isChecked())
        and found.objectName() not in APART
    }


def put_back(window: MainWindow, scene_widget: QWidget) -> None:
    """Close what a press opened, and show again what it hid."""
    for top in QApplication.topLevelWidgets():
        if top in (window, scene_widget) or not top.isVisible():
            continue
        if isinstance(top, DialogFrame):
            top.close_saved()
        top.close()
    window.contacts.search.clear()
    window.contacts.show_panel(True)
    window.contacts.day_bar.overdue.setChecked(True)
    window.contacts.day.show(day=None, person=window.workplace.identity.employee_id)


def choices_to_try(count: int) -> list[int]:
    """All of a short menu; of a long list of the same kind one in the middle and the last."""
    return list(range(count)) if count <= 5 else [count // 2, count - 1]


@pytest.mark.timeout(240)
@pytest.mark.parametrize("scene", SCENES, ids=[scene.name for scene in SCENES])
def test_every_enabled_button_and_entry_of_a_menu_does_something(
    open_desktop: OpenDesktop, qtbot: QtBot, scene: gallery.Scene
) -> None:
    window = window_of(open_desktop())
    with gallery.shown(window, scene) as widget:
        names = list(pressable(widget))
        is_page = widget is window
    # What a page shows in another scene as well is pressed there.
    pressed_there = {"contacts", scene.name.split("-")[0]} - {scene.name} if is_page else set()
    for other in SCENES:
        if other.name in pressed_there:
            with gallery.shown(window, other) as widget:
                names = [name for name in names if name not in pressable(widget)]
    dead = []
    for name in names:
        choices: list[int | None] = [None]
        while choices:
            choice = choices.pop()
            with gallery.shown(window, scene) as widget:
                watcher = Watcher(widget, choice=choice)
                if not does_something(window, qtbot, partial(press, pressable(widget)[name]), watcher):
                    dead.append(f"{name}, entry {choice} of {watcher.menu_names}")
                if choice is None and not set(watcher.menu_names) & set(APART):
                    choices += choices_to_try(watcher.choices)
                gallery.settle(window)
                put_back(window, widget)
    assert not dead, "\n".join(dead)


@pytest.mark.timeout(240)
@pytest.mark.parametrize("section", ["call", "event", "daily"])
def test_every_entry_of_a_rows_menu_does_something(
    open_desktop: OpenDesktop, qtbot: QtBot, section: str
) -> None:
    window = window_of(open_desktop())
    page = window.contacts
    table = next(part for part in page.sections if any(row.section == section for row in part.rows()))
    dead, choice, count = [], 0, 1
    while choice < count:
        row = next(row for row in table.rows() if row.status == "planned" and row.due_on <= page.day.day)
        table.take_focus(row.id)
        gallery.settle(window)
        watcher = Watcher(window, choice=choice)
        if not does_something(window, qtbot, lambda: page.acts.open_context_menu(QPoint(300, 300)), watcher):
            dead.append(f"entry {choice} of {watcher.menu_names}")
        count = watcher.choices
        choice += 1
        gallery.settle(window)
        put_back(window, window)
        gallery.settle(window)
    assert not dead, "\n".join(dead)


def tab_stops(window: MainWindow, key: Qt.Key) -> list[QWidget]:
    """Where the focus goes from the first table until it is there again."""
    start = window.contacts.calls.table
    start.setFocus(Qt.FocusReason.TabFocusReason)
    stops: list[QWidget] = [start]
    while len(stops) < 100:
        QTest.keyClick(QApplication.focusWidget(), key)
        focused = QApplication.focusWidget()
        if focused is start:
            return stops
        stops.append(focused)
    raise AssertionError([looks.name_of(stop) for stop in stops])


def test_tab_goes_from_table_to_table_and_reaches_every_control(
    open_desktop: OpenDesktop, qtbot: QtBot
) -> None:
    window = window_of(open_desktop())
    with gallery.shown(window, gallery.SCENES[0]):
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        forward = tab_stops(window, Qt.Key.Key_Tab)
        backward = tab_stops(window, Qt.Key.Key_Backtab)
        wanted = {
            looks.name_of(widget)
            for widget in looks.shown_widgets(window)
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            and widget.isEnabled()
            and widget.focusProxy() is None
        }
    assert [stop.objectName() for stop in forward[:3]] == ["callsTable", "eventsTable", "dailyTasksTable"]
    assert [stop.objectName() for stop in backward[-2:]] == ["dailyTasksTable", "eventsTable"]
    # A table that is entered selects a row: what acts on a call is reached backwards from the calls.
    assert wanted - {looks.name_of(stop) for stop in (*forward, *backward)} == set()


@pytest.mark.parametrize("name", ["callsTable", "eventsTable", "dailyTasksTable"])
def test_enter_in_a_table_opens_the_row(open_desktop: OpenDesktop, qtbot: QtBot, name: str) -> None:
    window = window_of(open_desktop())
    section = next(part for part in window.contacts.sections if part.table.objectName() == name)
    section.take_focus(section.rows()[0].id)
    QTest.keyClick(section.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is not None)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, ActivityDialog)
    gallery.settle(window)
    dialog.close_saved()


CLOSED_BY_ESC = [
    "login",
    "contacts-calendar",
    "contacts-colour-menu",
    "contacts-people-menu",
    "result",
    "plan",
    "history",
    "reschedule",
    "activity",
    "conflict",
    "error",
    "crash",
    "message",
    "notice-cannot",
    "notice-snooze",
]


def test_esc_closes_every_dialog_menu_and_calendar(open_desktop: OpenDesktop) -> None:
    window = window_of(open_desktop())
    scenes = {scene.name: scene for scene in SCENES}
    still_open = []
    for name in CLOSED_BY_ESC:
        with gallery.shown(window, scenes[name]) as widget:
            target = widget.focusWidget() if isinstance(widget, DialogFrame) else None
            QTest.keyClick(target or widget, Qt.Key.Key_Escape)
            if widget.isVisible():
                still_open.append(name)
    assert still_open == []


@pytest.mark.parametrize(
    ("name", "field"), [("result", "resultText"), ("activity", "topicEdit"), ("reschedule", "rescheduleTime")]
)
def test_esc_asks_before_it_throws_away_what_was_typed(
    open_desktop: OpenDesktop, name: str, field: str
) -> None:
    window = window_of(open_desktop())
    scene = next(scene for scene in SCENES if scene.name == name)
    with gallery.shown(window, scene) as widget:
        edit = widget.findChild(QWidget, field)
        assert edit is not None
        edit.setFocus()
        QTest.keyClick(edit, Qt.Key.Key_End)
        QTest.keyClick(edit, Qt.Key.Key_1)
        watcher = Watcher(widget)
        QTest.keyClick(edit, Qt.Key.Key_Escape)
        watcher.stop()
        assert watcher.questions == 1
        assert widget.isVisible()


def choose(window: MainWindow, name: str) -> None:
    """Click a radio button of the Settings page."""
    button = window.findChild(QRadioButton, name)
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(8, button.height() // 2))


def test_the_settings_change_language_and_theme_and_the_day_is_there_again(
    open_desktop: OpenDesktop, tmp_path: Path
) -> None:
    desktop = open_desktop()
    russian = window_of(desktop)
    rows = [len(section.rows()) for section in russian.contacts.sections]
    russian.show_page(russian.settings_page)
    choose(russian, "language-en")
    english = window_of(desktop)
    assert english is not russian
    gallery.settle(english)
    assert english.contacts.accessibleName() == "Contacts"
    assert english.pages.currentWidget() is english.settings_page
    assert [len(section.rows()) for section in english.contacts.sections] == rows
    assert [top for top in QApplication.topLevelWidgets() if isinstance(top, MainWindow)] == [english]

    light = english.grab().toImage().pixelColor(400, 400)
    choose(english, "theme-dark")
    assert window_of(desktop) is english
    dark = english.grab().toImage().pixelColor(400, 400)
    assert dark.lightness() < 80 < light.lightness()
    kept = Settings.load(tmp_path / "scherbakova.json")
    assert (kept.language, kept.theme) == ("en", "dark")


def test_the_users_menu_lets_another_employee_in(
    open_desktop: OpenDesktop, qtbot: QtBot, office: Office
) -> None:
    desktop = open_desktop(start=Start(address=office.address, offered=OFFERED, embedded=True))
    first = window_of(desktop)
    button = first.findChild(QAbstractButton, "userButton")
    assert button is not None
    watcher = Watcher(first, choice=0)
    press(button)
    qtbot.waitUntil(lambda: bool(watcher.menu_names))
    watcher.stop()
    login = next(
        top for top in QApplication.topLevelWidgets() if isinstance(top, LoginDialog) and top.isVisible()
    )
    assert desktop.window is None
    for name in ("petrovaOffer", "loginButton"):
        wanted = login.findChild(QAbstractButton, name)
        assert wanted is not None
        press(wanted)
    qtbot.waitUntil(lambda: desktop.window is not None, timeout=10_000)
    window = window_of(desktop)
    gallery.settle(window)
    assert window.workplace.identity.login == "petrova"
    assert all(section.rows() for section in window.contacts.sections)


def test_quit_in_the_users_menu_closes_the_program(open_desktop: OpenDesktop, qtbot: QtBot) -> None:
    desktop = open_desktop()
    button = window_of(desktop).findChild(QAbstractButton, "userButton")
    assert button is not None
    watcher = Watcher(window_of(desktop), choice=4)
    press(button)
    qtbot.waitUntil(lambda: desktop.window is None)
    watcher.stop()
