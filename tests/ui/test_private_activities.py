"""Private activities in the window: their owner works with them as with any other, a colleague sees that one is there."""

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from altius_desktop.domain.ids import new_id
from altius_desktop.services.activities import fields_of, update_activity
from altius_desktop.services.day import ActivityRow
from altius_desktop.ui import messages
from altius_desktop.ui.dialogs.activity import ActivityDialog
from altius_desktop.ui.dialogs.conflict import ConflictDialog
from altius_desktop.ui.dialogs.history import HistoryDialog
from altius_desktop.ui.dialogs.plan import PlanDialog, PlanSeed
from altius_desktop.ui.main_window import MainWindow
from altius_desktop.ui.table import Mark
from altius_desktop.ui.workplace import Workplace
from tests.conftest import Office
from tests.ui.workplaces import MY_CALL, find_row, opened, part, read_row, working_as

OpenWindow = Callable[[str], MainWindow]
SECRET = "Кукушкина"


@pytest.fixture
def call(office: Office, desk: Workplace) -> ActivityRow:
    """A call of hers that nobody else planned, with a counterparty and texts."""
    return find_row(
        office, desk, f"{MY_CALL} AND a.author_id = a.assignee_id AND a.counterparty_id IS NOT NULL"
    )


def make_private(workplace: Workplace, row: ActivityRow, **changes: Any) -> ActivityRow:
    with workplace.database.transaction() as session:
        seen = fields_of(row)
        mine = type(seen)(**{**vars(seen), "is_private": True, "topic": f"Тема {SECRET}", **changes})
        update_activity(session, act_id=new_id(), activity_id=row.id, seen=seen, mine=mine)
    return read_row(workplace, row.id)


def day_of(window: MainWindow, qtbot: QtBot, person: UUID, row_id: UUID) -> None:
    page = window.contacts
    page.day.show(day=None, person=person)
    qtbot.waitUntil(lambda: page.day.cover.employees == {person} and row_id in page.day.rows, timeout=15_000)


def painted_texts(window: MainWindow, row_id: UUID) -> list[str]:
    """Everything that the table of calls says of a row, and its tool tips."""
    model = window.contacts.calls.model
    position = model.position_of(row_id)
    assert position is not None
    said = []
    for column in range(model.columnCount()):
        index = model.index(position, column)
        roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)
        said += [str(model.data(index, role) or "") for role in roles]
    return said


def lock_of(window: MainWindow, row_id: UUID) -> Any:
    calls = window.contacts.calls
    row = calls.model.row_at(calls.model.position_of(row_id))
    return calls.model.columns[calls.model.column_of("counterparty")].value(row)


def save(qtbot: QtBot, dialog: Any) -> None:
    with qtbot.waitSignal(dialog.accepted, timeout=15_000):
        part(dialog, "saveButton", QPushButton).click()


def test_made_private_in_one_window_it_turns_to_a_word_in_the_other_and_back(
    open_window: OpenWindow, qtbot: QtBot, call: ActivityRow
) -> None:
    mine, other = open_window("scherbakova"), open_window("gromov")
    assert call.assignee_id is not None
    day_of(other, qtbot, call.assignee_id, call.id)
    assert call.counterparty_name in painted_texts(other, call.id)
    mine.contacts.calls.take_focus(call.id)
    mine.contacts.acts.open_activity()
    dialog = mine.findChild(ActivityDialog)
    qtbot.waitUntil(lambda: mine.workplace.worker.pending == 0)
    part(dialog, "privateEdit", QCheckBox).click()
    part(dialog, "topicEdit", QLineEdit).setText(f"Тема {SECRET}")
    save(qtbot, dialog)
    qtbot.waitUntil(lambda: other.contacts.day.rows[call.id].concealed, timeout=15_000)
    qtbot.waitUntil(lambda: mine.contacts.day.rows[call.id].is_private, timeout=15_000)
    assert lock_of(mine, call.id) == Mark("lock", call.counterparty_name, "muted")
    assert f"Тема {SECRET}" in painted_texts(mine, call.id)
    assert lock_of(other, call.id) == Mark("lock", "Личное", "muted")
    told = "\n".join(painted_texts(other, call.id))
    assert call.assignee_name in told
    assert SECRET not in told and call.counterparty_name not in told
    model = other.contacts.calls.model
    assert model.style_at(model.position_of(call.id)).muted
    mine.contacts.acts.undoing.undo()
    qtbot.waitUntil(lambda: not other.contacts.day.rows[call.id].concealed, timeout=15_000)
    assert call.counterparty_name in painted_texts(other, call.id)


def test_of_a_colleagues_private_one_nothing_is_offered_but_its_colour(
    open_window: OpenWindow, qtbot: QtBot, office: Office, desk: Workplace, call: ActivityRow
) -> None:
    make_private(desk, call)
    window = open_window("gromov")
    assert call.assignee_id is not None
    day_of(window, qtbot, call.assignee_id, call.id)
    page = window.contacts
    page.calls.take_focus(call.id)
    bar = page.actions_bar
    assert not (bar.result.isEnabled() or bar.reschedule.isEnabled() or bar.history.isEnabled())
    assert call.assignee_name in bar.result.toolTip()
    page.acts.open_activity()
    assert window.findChild(ActivityDialog) is None
    assert any(call.assignee_name in toast.accessibleName() for toast in window.findChildren(messages.Toast))
    page.acts.open_context_menu(page.mapToGlobal(page.rect().center()))
    menu = window.findChild(QMenu, "rowMenu")
    assert menu is not None
    offered = {
        action.text().split("\t")[0] for action in menu.actions() if action.isEnabled() and action.text()
    }
    menu.close()
    # What one may do with any row: it tells nothing of this one.
    assert offered == {"План…", "Цвет", "Сообщить…"}
    for key in (Qt.Key.Key_1, Qt.Key.Key_Delete):
        QTest.keyClick(page.calls.table, key)
    QTest.keyClick(page.calls.table, Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: page.day.rows[call.id].highlight == 3, timeout=15_000)
    stored = office.fetch("scherbakova", "SELECT status, topic FROM activity WHERE id = %s", str(call.id))
    assert stored == [("planned", "")]


def test_its_owner_moves_finishes_and_finds_it_in_the_history_and_takes_it_back(
    open_window: OpenWindow, qtbot: QtBot, desk: Workplace, call: ActivityRow
) -> None:
    make_private(desk, call)
    window = open_window("scherbakova")
    page = window.contacts
    page.calls.take_focus(call.id)
    page.acts._move_to(page.day.today + timedelta(days=1))
    qtbot.waitUntil(lambda: call.id not in page.day.rows, timeout=15_000)
    page.acts.undoing.undo()
    qtbot.waitUntil(lambda: call.id in page.day.rows, timeout=15_000)
    page.calls.take_focus(call.id)
    page.acts.enter_result()
    dialog = window.findChild(messages.QDialog, "resultDialog")
    qtbot.waitUntil(lambda: window.workplace.worker.pending == 0)
    QTest.keyClick(dialog, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    save(qtbot, dialog)
    qtbot.waitUntil(lambda: page.day.rows[call.id].is_done, timeout=15_000)
    row = read_row(desk, call.id)
    assert (row.is_private, row.topic, bool(row.result_kind_id)) == (True, f"Тема {SECRET}", True)
    following = PlanDialog(window.workplace, page.acts.seed_after(row))
    assert opened(qtbot, window.workplace, following).model.line(0).is_private
    following.done(0)
    assert call.counterparty_id is not None
    history = opened(
        qtbot, window.workplace, HistoryDialog(window.workplace, call.counterparty_id, call.counterparty_name)
    )
    model = history._model
    shown = model.row_at(model.position_of(call.id))
    assert model.columns[model.column_of("topic")].value(shown) == Mark("lock", f"Тема {SECRET}", "muted")
    page.acts.undoing.undo()
    qtbot.waitUntil(lambda: page.day.rows[call.id].status == "planned", timeout=15_000)
    assert read_row(desk, call.id).result_kind_id is None


def test_the_history_of_a_colleague_does_not_list_it(
    qtbot: QtBot, office: Office, desk: Workplace, call: ActivityRow
) -> None:
    make_private(desk, call)
    assert call.counterparty_id is not None
    with working_as(office, "gromov", live=False) as other:
        history = opened(qtbot, other, HistoryDialog(other, call.counterparty_id, call.counterparty_name))
        assert history._model.position_of(call.id) is None
        history.done(0)


def test_a_departments_row_cannot_be_private_and_says_why(
    qtbot: QtBot, desk: Workplace, call: ActivityRow
) -> None:
    department = desk.directories.departments[0]
    dialog = opened(qtbot, desk, ActivityDialog(desk, call))
    check, words = part(dialog, "privateEdit", QCheckBox), part(dialog, "privateWords", QLabel)
    assert check.isEnabled() and words.text() == "Остальные видят только, что это время занято."
    check.click()
    dialog._form._assignee.show_choice(("department", department.id), department.name)
    dialog._form._on_changed()
    assert check.isEnabled()
    part(dialog, "saveButton", QPushButton).click()
    assert "сотрудник" in part(dialog, "assigneeError", QLabel).text()
    check.click()
    assert not check.isEnabled()
    assert "сотрудник" in words.text() and "сотрудник" in check.toolTip()
    assert part(dialog, "assigneeError", QLabel).text() == ""


def test_whoever_neither_does_nor_planned_it_cannot_make_it_private(
    qtbot: QtBot, office: Office, call: ActivityRow
) -> None:
    with working_as(office, "gromov", live=False) as director:
        dialog = opened(qtbot, director, ActivityDialog(director, call))
        check = part(dialog, "privateEdit", QCheckBox)
        assert not check.isEnabled() and check.toolTip()
        dialog.done(0)


def test_a_conflict_over_it_is_asked_about_in_words(
    qtbot: QtBot, office: Office, desk: Workplace, call: ActivityRow
) -> None:
    office.fetch(
        "scherbakova",
        "UPDATE activity SET assignee_id = (SELECT id FROM employee WHERE login = 'gromov') WHERE id = %s",
        str(call.id),
    )
    shared = make_private(desk, read_row(desk, call.id))
    dialog = opened(qtbot, desk, ActivityDialog(desk, shared))
    with working_as(office, "gromov", live=False) as other:
        made = opened(qtbot, other, ActivityDialog(other, read_row(other, call.id)))
        part(made, "topicEdit", QLineEdit).setText("Его тема")
        save(qtbot, made)
    part(dialog, "topicEdit", QLineEdit).setText("Её тема")
    part(dialog, "saveButton", QPushButton).click()
    qtbot.waitUntil(lambda: dialog.findChild(ConflictDialog) is not None, timeout=15_000)
    question = dialog.findChild(ConflictDialog)
    assert [part(question, f"topic{whose}Text", QLabel).text() for whose in ("Mine", "Theirs")] == [
        "Её тема",
        "Его тема",
    ]
    form = dialog._form
    assert (form.text_of("is_private", True, shared), form.text_of("is_private", False, shared)) == (
        "да",
        "нет",
    )
    form.take_theirs({"is_private": False}, shared)
    assert not part(dialog, "privateEdit", QCheckBox).isChecked()
    part(question, "topicTheirsButton", QPushButton).click()


def test_the_lock_of_a_plans_line_makes_it_private(
    qtbot: QtBot, office: Office, desk: Workplace, call: ActivityRow
) -> None:
    dialog = opened(qtbot, desk, PlanDialog(desk, PlanSeed(day=call.due_on)))
    model, grid = dialog.model, dialog.grid
    model.setData(model.index(0, model.column_of("topic")), f"План {SECRET}")
    model.setData(model.index(0, model.column_of("due_time")), time(10, 0))
    lock = model.index(0, model.column_of("is_private"))
    grid.go_to(0, "is_private")
    QTest.keyClick(grid, Qt.Key.Key_Space)
    assert model.line(0).is_private
    place = grid.visualRect(lock).center()
    for private in (False, True):
        QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert model.line(0).is_private is private
    QTest.keyClick(grid, Qt.Key.Key_A)
    assert grid.cells.editor is None
    save(qtbot, dialog)
    (saved,) = dialog.saved_ids
    assert (read_row(desk, saved).is_private, read_row(desk, saved).topic) == (True, f"План {SECRET}")
    with working_as(office, "gromov", live=False) as other:
        assert read_row(other, saved).concealed


def test_the_lock_of_a_departments_line_stays_open_and_says_why(qtbot: QtBot, desk: Workplace) -> None:
    dialog = opened(qtbot, desk, PlanDialog(desk, PlanSeed()))
    model = dialog.model
    lock, assignee = (model.index(0, model.column_of(field)) for field in ("is_private", "assignee"))
    model.setData(lock, True)
    department = ("department", desk.directories.departments[0].id)
    model.setData(assignee, department)
    assert "сотрудник" in model.wrong_text(assignee)
    model.setData(lock, False)
    assert model.wrong_text(assignee) == ""
    assert not model.setData(lock, True)
    assert "сотрудник" in str(model.data(lock, Qt.ItemDataRole.ToolTipRole))
