"""Editing one activity while somebody else edits it too."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from altius_desktop.ui.dialogs.activity import ActivityDialog
from altius_desktop.ui.dialogs.conflict import ConflictDialog
from tests.ui.workplaces import MY_CALL, find_row, opened, part, read_row, working_as


@pytest.fixture
def call(office, desk):
    """A call with something in every field."""
    return find_row(office, desk, f"{MY_CALL} AND a.description <> '' AND a.counterparty_id IS NOT NULL")


def save(qtbot, dialog):
    with qtbot.waitSignal(dialog.accepted, timeout=15_000):
        part(dialog, "saveButton", QPushButton).click()


def conflict_of(qtbot, dialog):
    part(dialog, "saveButton", QPushButton).click()
    qtbot.waitUntil(lambda: dialog.findChild(ConflictDialog) is not None)
    return dialog.findChild(ConflictDialog)


def others_topic(qtbot, office, call, topic):
    """A colleague opens the same call, gives it another topic and saves."""
    with working_as(office, "gromov", live=False) as other:
        dialog = opened(qtbot, other, ActivityDialog(other, call))
        part(dialog, "topicEdit", QLineEdit).setText(topic)
        save(qtbot, dialog)
        qtbot.waitUntil(lambda: other.worker.pending == 0)


def test_an_unchanged_form_has_no_changes_and_shows_the_row(qtbot, desk, call):
    dialog = opened(qtbot, desk, ActivityDialog(desk, call))
    assert not dialog.has_changes()
    assert part(dialog, "counterpartyEdit", QLineEdit).text() == call.counterparty_name
    assert part(dialog, "assigneeEdit", QLineEdit).text() == call.assignee_name
    assert part(dialog, "contactPersonEdit", QLineEdit).text() == call.contact_person_name
    with qtbot.waitSignal(dialog.rejected):
        QTest.keyClick(dialog, Qt.Key.Key_Escape)


def test_what_was_changed_is_saved_and_nothing_else(qtbot, desk, call):
    dialog = opened(qtbot, desk, ActivityDialog(desk, call))
    tomorrow = call.due_on + timedelta(days=1)
    part(dialog, "dueDay", QLineEdit).setText("завтра")
    part(dialog, "dueTime", QLineEdit).setText("1530")
    part(dialog, "descriptionEdit", QPlainTextEdit).setPlainText("Две\nстроки")
    save(qtbot, dialog)
    saved = read_row(desk, call.id)
    assert (saved.due_on, saved.due_time.strftime("%H:%M"), saved.description) == (
        tomorrow,
        "15:30",
        "Две\nстроки",
    )
    assert (saved.topic, saved.own_phone, saved.assignee_id) == (call.topic, call.own_phone, call.assignee_id)


def test_two_people_changing_different_fields_both_keep_theirs(qtbot, office, desk, call):
    dialog = opened(qtbot, desk, ActivityDialog(desk, call))
    part(dialog, "descriptionEdit", QPlainTextEdit).setPlainText("Моё описание")
    others_topic(qtbot, office, call, "Тема директора")
    save(qtbot, dialog)
    saved = read_row(desk, call.id)
    assert (saved.topic, saved.description) == ("Тема директора", "Моё описание")


@pytest.mark.parametrize(("choice", "topic"), [("Mine", "Моя тема"), ("Theirs", "Тема директора")])
def test_the_same_field_is_asked_about_with_its_three_values(qtbot, office, desk, call, choice, topic):
    dialog = opened(qtbot, desk, ActivityDialog(desk, call))
    part(dialog, "topicEdit", QLineEdit).setText("Моя тема")
    part(dialog, "descriptionEdit", QPlainTextEdit).setPlainText("Моё описание")
    others_topic(qtbot, office, call, "Тема директора")
    question = conflict_of(qtbot, dialog)
    shown = [part(question, f"topic{whose}Text", QLabel).text() for whose in ("Original", "Mine", "Theirs")]
    assert shown == [call.topic, "Моя тема", "Тема директора"]
    assert question.findChild(QWidget, "descriptionConflict") is None
    assert "Громов А." in part(question, "dialogDetails", QLabel).text()
    assert not part(question, "saveButton", QPushButton).isEnabled()
    assert read_row(desk, call.id).topic == "Тема директора"
    part(question, f"topic{choice}Button", QPushButton).click()
    with qtbot.waitSignal(dialog.accepted, timeout=15_000):
        part(question, "saveButton", QPushButton).click()
    saved = read_row(desk, call.id)
    assert (saved.topic, saved.description) == (topic, "Моё описание")


def test_going_back_from_the_question_keeps_the_form_as_it_was(qtbot, office, desk, call):
    dialog = opened(qtbot, desk, ActivityDialog(desk, call))
    part(dialog, "topicEdit", QLineEdit).setText("Моя тема")
    others_topic(qtbot, office, call, "Тема директора")
    question = conflict_of(qtbot, dialog)
    with qtbot.waitSignal(question.rejected):
        part(question, "cancelButton", QPushButton).click()
    assert dialog.isVisible()
    assert part(dialog, "topicEdit", QLineEdit).text() == "Моя тема"
    assert part(dialog, "saveButton", QPushButton).isEnabled()
    assert read_row(desk, call.id).topic == "Тема директора"


def test_what_a_third_one_changed_after_the_question_is_asked_about_again(qtbot, office, desk, call):
    dialog = opened(qtbot, desk, ActivityDialog(desk, call))
    part(dialog, "topicEdit", QLineEdit).setText("Моя тема")
    others_topic(qtbot, office, call, "Тема директора")
    question = conflict_of(qtbot, dialog)
    others_topic(qtbot, office, read_row(desk, call.id), "Ещё одна тема")
    part(question, "topicMineButton", QPushButton).click()
    part(question, "saveButton", QPushButton).click()
    qtbot.waitUntil(
        lambda: any(
            other is not question and part(other, "topicTheirsText", QLabel).text() == "Ещё одна тема"
            for other in dialog.findChildren(ConflictDialog)
        )
    )
    assert read_row(desk, call.id).topic == "Ещё одна тема"


def test_a_colleagues_change_is_told_quietly_while_the_form_is_open(qtbot, office, call):
    with working_as(office, "scherbakova") as workplace:
        dialog = opened(qtbot, workplace, ActivityDialog(workplace, call))
        part(dialog, "descriptionEdit", QPlainTextEdit).setPlainText("Пишу")
        with qtbot.waitSignal(workplace.live.news, timeout=15_000):
            others_topic(qtbot, office, call, "Тема директора")
        banner = part(dialog, "dialogBanner")
        qtbot.waitUntil(banner.isVisible)
        assert "Громов А." in banner.accessibleName()
        assert part(dialog, "topicEdit", QLineEdit).text() == call.topic
        assert part(dialog, "descriptionEdit", QPlainTextEdit).toPlainText() == "Пишу"
        dialog.done(0)


def test_who_may_not_change_a_row_reads_it_and_is_told_who_may(qtbot, office, call):
    with working_as(office, "fomin", live=False) as workplace:
        dialog = opened(qtbot, workplace, ActivityDialog(workplace, call))
        assert not part(dialog, "saveButton", QPushButton).isVisible()
        assert part(dialog, "topicEdit", QLineEdit).isReadOnly()
        assert not part(dialog, "assigneeEdit").isEnabled()
        assert "Щербакова Ю." in part(dialog, "dialogBanner").accessibleName()
        dialog.done(0)


@pytest.mark.parametrize(
    ("field", "typed", "error"),
    [
        ("dueDay", "32.13.2026", "due_onError"),
        ("dueDay", "", "due_onError"),
        ("dueTime", "25:00", "due_onError"),
        ("topicEdit", "я" * 201, "topicError"),
    ],
)
def test_a_wrong_field_is_told_in_place_and_nothing_is_saved(qtbot, desk, call, field, typed, error):
    dialog = opened(qtbot, desk, ActivityDialog(desk, call))
    part(dialog, field, QLineEdit).setText(typed)
    part(dialog, "saveButton", QPushButton).click()
    assert not dialog.busy
    assert part(dialog, error, QLabel).isVisible()
    assert part(dialog, field, QLineEdit).text() == typed
    assert read_row(desk, call.id).row_version == call.row_version


def test_a_daily_task_keeps_being_one_and_its_deadline_may_not_lie_before_it(qtbot, office, desk):
    task = find_row(
        office,
        desk,
        "a.section = 'daily' AND a.status = 'planned' AND a.assignee_id = "
        "(SELECT id FROM employee WHERE login = 'scherbakova')",
    )
    dialog = opened(qtbot, desk, ActivityDialog(desk, task))
    assert not part(dialog, "dueTime").isVisible()
    deadline = part(dialog, "deadlineDay", QLineEdit)
    deadline.setText("01.01.2020")
    part(dialog, "saveButton", QPushButton).click()
    assert part(dialog, "deadline_onError", QLabel).isVisible()
    deadline.setText("+9")
    part(dialog, "topicEdit", QLineEdit).setText("Новое дело")
    save(qtbot, dialog)
    saved = read_row(desk, task.id)
    assert (saved.section, saved.kind_id, saved.topic) == ("daily", None, "Новое дело")
    assert saved.deadline_on == office.today() + timedelta(days=9)
