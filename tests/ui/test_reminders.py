"""Reminders in the window: shown once, opened, moved; and the congratulations that they lead to."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from altius_desktop.services.directories import get_directories
from altius_desktop.services.reminders import Reminder
from altius_desktop.ui.dialogs.activity import ActivityDialog
from altius_desktop.ui.dialogs.congratulations import CongratulationsDialog
from altius_desktop.ui.dialogs.plan import PlanDialog
from altius_desktop.ui.dialogs.reschedule import RescheduleDialog
from altius_desktop.ui.main_window import MainWindow
from altius_desktop.ui.reminders import ReminderFollower, ReminderToast, reminder_words
from altius_desktop.ui.workplace import Workplace
from tests.conftest import Office
from tests.db.desks import Desk, as_owner
from tests.db.test_reminders import born, due, firm, timed
from tests.db.test_reminders import quiet as quiet  # autouse here as there
from tests.ui.conftest import OpenWindow
from tests.ui.workplaces import opened, part


def shown(window: QWidget) -> list[ReminderToast]:
    return [toast for toast in window.findChildren(ReminderToast) if toast.isVisible()]


def follower(window: MainWindow) -> ReminderFollower:
    found = window.findChild(ReminderFollower)
    assert found is not None
    return found


@pytest.fixture
def me(office: Office):
    desk = Desk(office, "scherbakova")
    yield desk
    desk.close()


def test_what_is_due_is_shown_at_login_and_in_the_second_window_no_more(
    open_window: OpenWindow, qtbot: QtBot, me: Desk
) -> None:
    timed(me, 10, topic="<b>Договор</b>")
    window = open_window("scherbakova")
    qtbot.waitUntil(lambda: len(shown(window)) == 1)
    (toast,) = shown(window)
    words = part(toast, "reminderText", QLabel)
    assert "<b>Договор</b>" in words.text()
    assert words.textFormat() == Qt.TextFormat.PlainText
    assert toast.stays
    other = open_window("scherbakova")
    assert shown(other) == []
    part(toast, "openButton", QPushButton).click()
    qtbot.waitUntil(lambda: window.findChild(ActivityDialog) is not None)
    window.findChild(ActivityDialog).done(0)


def test_the_next_minute_brings_what_was_planned_meanwhile(
    open_window: OpenWindow, qtbot: QtBot, me: Desk
) -> None:
    window = open_window("scherbakova")
    assert shown(window) == []
    timed(me, 10)
    asks = follower(window)
    assert 0 < asks._timer.remainingTime() <= 60_500
    asks._timer.timeout.emit()
    qtbot.waitUntil(lambda: len(shown(window)) == 1)
    (toast,) = shown(window)
    part(toast, "postponeButton", QPushButton).click()
    qtbot.waitUntil(lambda: window.findChild(RescheduleDialog) is not None)
    window.findChild(RescheduleDialog).done(0)


def test_several_things_of_a_day_are_one_message_with_a_list(
    open_window: OpenWindow, qtbot: QtBot, me: Desk, office: Office
) -> None:
    today = office.today()
    as_owner(office, "UPDATE employee SET birthday = %s WHERE login = 'fomin'", born(today))
    _firm, person = firm(office, "scherbakova")
    as_owner(office, "UPDATE contact_person SET birthday = %s WHERE id = %s", born(today), person)
    me.plan(due_on=today - timedelta(2))
    window = open_window("scherbakova")
    qtbot.waitUntil(lambda: len(shown(window)) == 1)
    (toast,) = shown(window)
    assert [reminder.kind for reminder in toast.due] == ["overdue", "employee", "person"]
    assert not toast.stays
    menu = part(toast, "openButton", QPushButton).menu()
    assert isinstance(menu, QMenu)
    assert len(menu.actions()) == 3
    menu.actions()[1].trigger()
    qtbot.waitUntil(lambda: window.findChild(CongratulationsDialog) is not None)
    qtbot.waitUntil(lambda: window.workplace.worker.pending == 0)
    window.findChild(CongratulationsDialog).done(0)


def test_who_is_not_to_be_disturbed_is_told_later(open_window: OpenWindow, qtbot: QtBot, me: Desk) -> None:
    window = open_window("scherbakova")
    window.workplace.settings.do_not_disturb = True
    timed(me, 10)
    follower(window).ask()
    qtbot.waitUntil(lambda: window.workplace.worker.pending == 0)
    assert shown(window) == []
    window.workplace.settings.do_not_disturb = False
    follower(window).ask()
    qtbot.waitUntil(lambda: len(shown(window)) == 1)


def test_at_midnight_the_directories_and_the_whole_day_are_asked_for_again(
    open_window: OpenWindow, qtbot: QtBot, me: Desk, office: Office
) -> None:
    window = open_window("scherbakova")
    as_owner(office, "UPDATE reminder_shown SET occasion = occasion || ':before'")
    # News of the name are not sent: only who asks again sees it.
    as_owner(office, "ALTER TABLE region DISABLE TRIGGER USER")
    as_owner(
        office, "UPDATE region SET name = 'Новый край' WHERE id = (SELECT min(id::text)::uuid FROM region)"
    )
    me.plan(due_on=office.today() - timedelta(2))
    asks = follower(window)
    asks.ask()
    qtbot.waitUntil(lambda: window.workplace.worker.pending == 0)
    assert shown(window) == []
    yesterday = office.today() - timedelta(days=1)
    asks._today = yesterday
    assert asks._looked_at is not None
    asks._looked_at = asks._looked_at.replace(year=yesterday.year, month=yesterday.month, day=yesterday.day)
    with qtbot.waitSignal(window.workplace.directories_changed):
        asks.ask()
    qtbot.waitUntil(lambda: len(shown(window)) == 1)
    assert [reminder.kind for reminder in shown(window)[0].due] == ["overdue"]
    with window.workplace.database.transaction() as session:
        assert window.workplace.directories == get_directories(session)


@pytest.mark.parametrize(
    ("reminder", "words"),
    [
        (Reminder("x", "timed", None, "Тема", minutes=15, kind_name="Встреча"), "Встреча"),
        (Reminder("x", "timed", None, "Тема", minutes=15, is_department=True), "Тема"),
        (Reminder("x", "deadline", None, "Отчёт"), "Отчёт"),
        (Reminder("x", "overdue", None, count=5), "5"),
    ],
)
def test_a_reminder_is_one_sentence_that_names_its_matter(reminder: Reminder, words: str) -> None:
    told = reminder_words(reminder)
    assert words.lower() in told.lower()
    assert "\n" not in told
    assert "{" not in told


@pytest.fixture
def congratulations(qtbot: QtBot, desk: Workplace, office: Office) -> CongratulationsDialog:
    """A person's and a colleague's birthday lie ahead, on one day."""
    day = office.today() + timedelta(days=5)
    _firm, person = firm(office, "scherbakova")
    as_owner(office, "UPDATE contact_person SET birthday = %s WHERE id = %s", born(day), person)
    as_owner(office, "UPDATE employee SET birthday = %s WHERE login = 'fomin'", born(day))
    dialog = opened(qtbot, desk, CongratulationsDialog(desk))
    qtbot.waitUntil(lambda: len(dialog._model.rows()) == 2)
    return dialog


def test_one_key_plans_a_call_on_the_persons_day(
    qtbot: QtBot, desk: Workplace, congratulations: CongratulationsDialog
) -> None:
    dialog = congratulations
    row = next(row for row in dialog._model.rows() if row.kind == "person")
    dialog.table.select_id(row.id)
    QTest.keyClick(dialog.table, Qt.Key.Key_Return)
    plan = dialog.findChild(PlanDialog)
    assert plan is not None
    line = plan.model.line(0)
    assert (line.counterparty_id, line.contact_person_id, line.due_on) == (
        row.counterparty_id,
        row.contact_person_id,
        row.day,
    )
    assert line.assignee == ("employee", desk.identity.employee_id)
    assert line.topic
    qtbot.waitUntil(lambda: desk.worker.pending == 0)
    with qtbot.waitSignal(plan.accepted, timeout=10_000):
        plan.save()
    qtbot.waitUntil(lambda: any(row.planned for row in dialog._model.rows() if row.kind == "person"))


def test_several_ticked_days_become_one_plan_of_letters(
    qtbot: QtBot, desk: Workplace, congratulations: CongratulationsDialog, office: Office
) -> None:
    dialog = congratulations
    dialog.toggle_all()
    QTest.keyClick(
        dialog.table, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    if dialog.findChild(PlanDialog) is None:
        dialog.plan_letters()
    plan = dialog.findChild(PlanDialog)
    assert plan is not None
    assert len(plan.model.lines) == 2
    assert {line.kind_id for line in plan.model.lines} == {
        next(kind.id for kind in desk.directories.activity_kinds if kind.name == "Письмо")
    }
    assert [line.counterparty_id is None for line in plan.model.lines] == [True, False]
    qtbot.waitUntil(lambda: desk.worker.pending == 0)
    with qtbot.waitSignal(plan.accepted, timeout=10_000):
        plan.save()
    qtbot.waitUntil(lambda: all(row.planned for row in dialog._model.rows()))
    saved = office.fetch(
        "scherbakova",
        "SELECT topic FROM activity WHERE id = ANY(%s::uuid[])",
        [str(item) for item in plan.saved_ids],
    )
    assert len(saved) == 2


def test_a_wrong_period_is_said_and_nothing_is_asked(
    qtbot: QtBot, desk: Workplace, congratulations: CongratulationsDialog, office: Office
) -> None:
    dialog = congratulations
    dialog.to_edit.set_value(office.today() - timedelta(days=1))
    problem = part(dialog, "periodError", QLabel)
    assert not problem.isHidden()
    assert len(dialog._model.rows()) == 2
    dialog.to_edit.set_value(office.today() + timedelta(days=4))
    qtbot.waitUntil(lambda: dialog._model.rows() == ())
    assert problem.isHidden()
    dialog.to_edit.set_value(office.today() + timedelta(days=700))
    qtbot.waitUntil(lambda: desk.worker.pending == 0)
    assert not dialog.banner.isHidden()


def test_the_key_opens_congratulations_from_the_counterparties_page(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window("scherbakova")
    window.show_page(window.counterparties)
    qtbot.waitUntil(lambda: window.workplace.worker.pending == 0)
    window.counterparties.tools.congratulate.click()
    dialog = window.findChild(CongratulationsDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: window.workplace.worker.pending == 0)
    dialog.done(0)


def test_a_reminder_taken_elsewhere_is_not_due_here(me: Desk) -> None:
    timed(me, 10)
    assert len(due(me)) == 1
    assert due(me) == []
