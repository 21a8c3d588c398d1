"""The Result dialog on a real company: what is saved, who was first, what a lost server leaves."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QPushButton, QWidget

from altius_desktop.services.activities import record_result
from altius_desktop.ui.dialogs.result import ResultDialog
from tests.ui.workplaces import find_row, opened, part, read_row, working_as


def kind_place(workplace, *, postpones):
    return next(n for n, kind in enumerate(workplace.directories.result_kinds) if kind.postpones == postpones)


def press_alt(dialog, place):
    QTest.keyClick(dialog, Qt.Key(Qt.Key.Key_1 + place), Qt.KeyboardModifier.AltModifier)


def type_text(dialog, text):
    part(dialog, "resultText", QPlainTextEdit).setPlainText(text)


def result_of(office, row):
    query = "SELECT status, result_text FROM activity WHERE id = %s"
    return office.fetch("gromov", query, str(row.id))[0]


def test_saving_records_the_kind_and_the_cleaned_text(qtbot, desk, call):
    dialog = opened(qtbot, desk, ResultDialog(desk, call))
    press_alt(dialog, 2)
    type_text(dialog, "  Ждут\x00 счёт\x07 ")
    with qtbot.waitSignal(dialog.accepted):
        QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    saved = read_row(desk, call.id)
    assert (saved.status, saved.result_text) == ("done", "Ждут счёт")
    assert saved.result_kind_id == desk.directories.result_kinds[2].id
    assert not dialog.plan_requested


def test_control_shift_enter_saves_and_asks_for_a_plan(qtbot, desk, call):
    dialog = opened(qtbot, desk, ResultDialog(desk, call))
    press_alt(dialog, 0)
    with qtbot.waitSignal(dialog.accepted):
        QTest.keyClick(
            dialog,
            Qt.Key.Key_Return,
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
        )
    assert dialog.plan_requested
    assert read_row(desk, call.id).status == "done"


def test_without_a_kind_the_tiles_turn_red_and_take_the_focus(qtbot, office, desk, call):
    dialog = opened(qtbot, desk, ResultDialog(desk, call))
    type_text(dialog, "Что-то решили")
    part(dialog, "saveButton").click()
    tiles = part(dialog, "resultKindList")
    assert tiles.property("wrong") is True
    assert part(dialog, "resultKindError", QLabel).text()
    assert tiles.isAncestorOf(dialog.focusWidget())
    assert result_of(office, call) == ("planned", "")


def test_arrows_move_between_the_tiles_and_space_chooses(qtbot, desk, call):
    dialog = opened(qtbot, desk, ResultDialog(desk, call))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Space):
        QTest.keyClick(dialog.focusWidget(), key)
    with qtbot.waitSignal(dialog.accepted):
        part(dialog, "saveButton").click()
    assert read_row(desk, call.id).result_kind_id == desk.directories.result_kinds[5].id


def test_the_eighth_tile_opens_every_kind_of_the_directory(qtbot, desk, call):
    dialog = opened(qtbot, desk, ResultDialog(desk, call))
    press_alt(dialog, 7)
    menu = part(dialog, "resultKindMenu")
    kinds = desk.directories.result_kinds
    assert [action.data() for action in menu.actions()] == [kind.id for kind in kinds]
    menu.actions()[8].trigger()
    menu.close()
    with qtbot.waitSignal(dialog.accepted):
        part(dialog, "saveButton").click()
    assert read_row(desk, call.id).result_kind_id == kinds[8].id


def test_a_text_over_the_limit_is_told_in_place_and_not_cut(qtbot, office, desk, call):
    dialog = opened(qtbot, desk, ResultDialog(desk, call))
    press_alt(dialog, 0)
    type_text(dialog, "я" * 5001)
    assert "5001" in part(dialog, "resultTextError", QLabel).text()
    part(dialog, "saveButton").click()
    assert not dialog.busy
    assert len(part(dialog, "resultText", QPlainTextEdit).toPlainText()) == 5001
    type_text(dialog, "я" * 5000)
    assert part(dialog, "resultTextError", QLabel).text() == ""
    with qtbot.waitSignal(dialog.accepted):
        part(dialog, "saveButton").click()
    assert result_of(office, call) == ("done", "я" * 5000)


def test_postponed_makes_the_follow_up_on_the_chosen_day(qtbot, office, desk, call):
    dialog = opened(qtbot, desk, ResultDialog(desk, call))
    assert not part(dialog, "postponedDay").isVisible()
    press_alt(dialog, kind_place(desk, postpones=True))
    assert part(dialog, "postponedDay").isVisible()
    part(dialog, "weekLaterButton", QPushButton).click()
    part(dialog, "postponedTime").setText("930")
    with qtbot.waitSignal(dialog.accepted):
        part(dialog, "saveButton").click()
    followers = office.fetch(
        "gromov",
        "SELECT due_on, (due_at AT TIME ZONE office_zone())::time::text, status, counterparty_id::text"
        " FROM activity WHERE follows_id = %s",
        str(call.id),
    )
    week_later = office.today() + timedelta(days=7)
    assert followers == [(week_later, "09:30:00", "planned", str(call.counterparty_id))]


@pytest.mark.parametrize("typed", ["", "позапрошлый год", "01.01.2020"])
def test_postponed_needs_a_day_that_is_one_and_is_not_past(qtbot, office, desk, call, typed):
    dialog = opened(qtbot, desk, ResultDialog(desk, call))
    press_alt(dialog, kind_place(desk, postpones=True))
    part(dialog, "postponedDay").setText(typed)
    part(dialog, "saveButton").click()
    assert part(dialog, "postponedError", QLabel).text()
    assert not dialog.busy
    assert result_of(office, call) == ("planned", "")


def test_who_comes_second_is_told_who_was_first_and_keeps_his_text(qtbot, office, desk, call):
    dialog = opened(qtbot, desk, ResultDialog(desk, call))
    press_alt(dialog, 0)
    type_text(dialog, "Мой текст")
    with working_as(office, "gromov", live=False) as other:
        first = opened(qtbot, other, ResultDialog(other, call))
        press_alt(first, 6)
        type_text(first, "Их текст")
        with qtbot.waitSignal(first.accepted):
            part(first, "saveButton").click()
        qtbot.waitUntil(lambda: other.worker.pending == 0)
    part(dialog, "saveButton").click()
    banner = part(dialog, "finishedBanner")
    qtbot.waitUntil(banner.isVisible)
    assert "Громов А." in banner.accessibleName()
    assert desk.directories.result_kinds[6].name in banner.accessibleName()
    assert not part(dialog, "saveButton").isEnabled()
    assert not part(dialog, "saveAndPlanButton").isEnabled()
    part(dialog, "copyTextButton", QPushButton).click()
    assert QGuiApplication.clipboard().text() == "Мой текст"
    assert result_of(office, call) == ("done", "Их текст")


def test_a_colleagues_result_shows_while_the_dialog_is_open(qtbot, office, call):
    with working_as(office, "scherbakova") as workplace:
        dialog = opened(qtbot, workplace, ResultDialog(workplace, call))
        type_text(dialog, "Начал писать")
        qtbot.waitUntil(lambda: listening(office) > 0)
        with working_as(office, "gromov", live=False) as other:
            first = opened(qtbot, other, ResultDialog(other, call))
            press_alt(first, 6)
            with qtbot.waitSignal(first.accepted):
                part(first, "saveButton").click()
            qtbot.waitUntil(lambda: other.worker.pending == 0)
        qtbot.waitUntil(part(dialog, "finishedBanner").isVisible)
        assert not part(dialog, "saveButton").isEnabled()
        assert part(dialog, "resultText", QPlainTextEdit).toPlainText() == "Начал писать"
        dialog.done(0)


def listening(office):
    with office.admin.connect() as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND query LIKE 'LISTEN%%'",
            (office.address.database,),
        )
        return cursor.fetchone()[0]


def shut(office):
    """The server refuses and drops everybody, as one that was stopped."""
    with office.admin.connect() as connection, connection.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {office.address.database} ALLOW_CONNECTIONS false")
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
            (office.address.database,),
        )


def open_again(office):
    with office.admin.connect() as connection, connection.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {office.address.database} ALLOW_CONNECTIONS true")


def test_a_lost_server_keeps_the_dialog_and_a_second_press_saves_once(qtbot, office, desk, call):
    dialog = opened(qtbot, desk, ResultDialog(desk, call))
    press_alt(dialog, kind_place(desk, postpones=True))
    type_text(dialog, "Просили перезвонить")
    shut(office)
    try:
        part(dialog, "saveButton").click()
        qtbot.waitUntil(part(dialog, "dialogBanner").isVisible, timeout=15_000)
    finally:
        open_again(office)
    assert dialog.isVisible()
    assert part(dialog, "resultText", QPlainTextEdit).toPlainText() == "Просили перезвонить"
    with qtbot.waitSignal(dialog.accepted, timeout=15_000):
        part(dialog, "saveButton").click()
    assert result_of(office, call) == ("done", "Просили перезвонить")
    assert followers(office, call) == 1


def followers(office, row):
    query = "SELECT count(*) FROM activity WHERE follows_id = %s"
    return office.fetch("gromov", query, str(row.id))[0][0]


def commit_unheard(desk, dialog, row, kind, text):
    """What the server does when it commits the first press and its answer never arrives."""
    with desk.database.transaction() as session:
        record_result(
            session,
            act_id=dialog._act_id,
            activity_id=row.id,
            seen_version=row.row_version,
            kind_id=kind.id,
            text=text,
            follow_up_id=dialog._follow_up_id,
        )


def press_against_a_lost_server(qtbot, office, dialog):
    shut(office)
    try:
        part(dialog, "saveButton").click()
        qtbot.waitUntil(part(dialog, "dialogBanner").isVisible, timeout=15_000)
    finally:
        open_again(office)


def test_a_press_whose_answer_was_lost_is_not_taken_for_a_colleagues(qtbot, office, desk, call):
    dialog = opened(qtbot, desk, ResultDialog(desk, call))
    press_alt(dialog, 0)
    type_text(dialog, "Договор")
    press_against_a_lost_server(qtbot, office, dialog)
    commit_unheard(desk, dialog, call, desk.directories.result_kinds[0], "Договор")
    with qtbot.waitSignal(dialog.accepted, timeout=15_000):
        part(dialog, "saveButton").click()
    assert result_of(office, call) == ("done", "Договор")


def test_what_was_typed_after_a_lost_answer_is_not_lost_silently(qtbot, office, desk, call):
    dialog = opened(qtbot, desk, ResultDialog(desk, call))
    press_alt(dialog, 0)
    type_text(dialog, "Договор")
    press_against_a_lost_server(qtbot, office, dialog)
    commit_unheard(desk, dialog, call, desk.directories.result_kinds[0], "Договор")
    type_text(dialog, "Договор и спецификация")
    part(dialog, "saveButton").click()
    qtbot.waitUntil(part(dialog, "finishedBanner").isVisible, timeout=15_000)
    assert dialog.isVisible()
    assert part(dialog, "resultText", QPlainTextEdit).toPlainText() == "Договор и спецификация"
    assert result_of(office, call) == ("done", "Договор")


def test_attempts_are_saved_at_once_and_taken_back(qtbot, office, desk, call):
    dialog = opened(qtbot, desk, ResultDialog(desk, call))
    count = part(dialog, "not_reachedCount", QLabel)
    before = int(count.text())
    part(dialog, "not_reachedMoreButton", QPushButton).click()
    qtbot.waitUntil(lambda: count.text() == str(before + 1))
    query = (
        "SELECT count(*) FILTER (WHERE withdrawn_at IS NULL), count(*) FROM attempt"
        " WHERE activity_id = %s AND outcome = 'not_reached'"
    )
    kept, every = office.fetch("gromov", query, str(call.id))[0]
    part(dialog, "not_reachedLessButton", QPushButton).click()
    qtbot.waitUntil(lambda: count.text() == str(before))
    assert office.fetch("gromov", query, str(call.id)) == [(kept - 1, every)]
    assert read_row(desk, call.id).status == "planned"


def test_an_event_has_no_attempts(qtbot, office, desk):
    event = find_row(office, desk, "a.section = 'event' AND a.status = 'planned'")
    dialog = opened(qtbot, desk, ResultDialog(desk, event))
    assert dialog.findChild(QWidget, "talkedStepper") is None


def answer_the_question(name):
    """Press a button of the question that the dialog is about to ask."""

    def press():
        asked = QApplication.activeModalWidget()
        assert asked is not None and asked.objectName() == "confirmDialog"
        asked.findChild(QPushButton, name).click()

    QTimer.singleShot(0, press)


def test_escape_asks_before_it_throws_a_text_away(qtbot, desk, call):
    dialog = opened(qtbot, desk, ResultDialog(desk, call))
    type_text(dialog, "Важное")
    answer_the_question("noButton")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    answer_the_question("yesButton")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_escape_closes_an_untouched_dialog_without_a_word(qtbot, desk, call):
    dialog = opened(qtbot, desk, ResultDialog(desk, call))
    with qtbot.waitSignal(dialog.rejected):
        QTest.keyClick(dialog, Qt.Key.Key_Escape)


def test_nothing_is_cut_at_the_size_of_the_mock_up(qtbot, desk, call):
    dialog = opened(qtbot, desk, ResultDialog(desk, call))
    assert (dialog.width(), dialog.height()) == (780, 598)
    assert dialog.minimumSizeHint().width() <= 780
    assert dialog.minimumSizeHint().height() <= 598
