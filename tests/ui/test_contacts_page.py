"""The Contacts document in a real window on a real database: keys, clicks, and what colleagues do meanwhile."""

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from altius_desktop.i18n import _
from altius_desktop.services.activities import why_not_change
from altius_desktop.services.day import ActivityRow
from altius_desktop.ui import messages
from altius_desktop.ui.dialogs.activity import ActivityDialog
from altius_desktop.ui.dialogs.plan import PlanDialog
from altius_desktop.ui.main_window import MainWindow
from tests.conftest import Office
from tests.ui.conftest import OpenWindow


def open_call(window: MainWindow) -> ActivityRow:
    """Select the first open call of the day and give its table the focus."""
    page = window.contacts
    row = next(row for row in page.calls.rows() if row.status == "planned" and row.due_on == page.day.day)
    page.calls.take_focus(row.id)
    return row


def shown(window: MainWindow, row: ActivityRow) -> ActivityRow:
    return window.contacts.day.rows[row.id]


def toasts(window: MainWindow) -> list[str]:
    """What the messages in the corner say."""
    return [toast.accessibleName() for toast in window.findChildren(messages.Toast) if toast.isVisible()]


def press(
    window: MainWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    """Press a key where the focus is, or in the calls table (offscreen windows are not always active)."""
    QTest.keyClick(QApplication.focusWidget() or window.contacts.calls.table, key, modifiers)


def test_the_day_of_the_mock_up_is_shown_in_three_tables(open_window: OpenWindow) -> None:
    page = open_window("scherbakova").contacts
    assert [len(section.rows()) for section in page.sections] == [9, 5, 4]
    first = page.calls.rows()[0]
    assert first.is_overdue(page.day.today)
    assert first.counterparty_name == "ООО «СтройГарант»"
    assert any(row.author_name != row.assignee_name for row in page.calls.rows())
    assert any(row.is_done for row in page.calls.rows())


def test_each_press_of_a_counter_key_adds_an_attempt_and_undo_withdraws_it(
    open_window: OpenWindow, qtbot: QtBot, office: Office
) -> None:
    window = open_window("scherbakova")
    row = open_call(window)
    for key in (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_3):
        QTest.keyClick(window.contacts.calls.table, key)
    before = (row.no_answer, row.not_reached, row.talked)
    qtbot.waitUntil(
        lambda: (
            (shown(window, row).no_answer, shown(window, row).not_reached, shown(window, row).talked)
            == (before[0] + 1, before[1] + 1, before[2] + 2)
        )
    )
    window.contacts.acts.undoing.undo()
    qtbot.waitUntil(lambda: shown(window, row).talked == before[2] + 1)
    kept = office.fetch(
        "scherbakova",
        "SELECT count(*), count(withdrawn_at) FROM attempt WHERE activity_id = %s AND outcome = 'talked'"
        " AND attempted_at > now() - interval '1 minute'",
        str(row.id),
    )
    assert kept == [(2, 1)]


def test_digits_do_nothing_while_a_text_field_has_the_focus(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window("scherbakova")
    row = open_call(window)
    window.contacts.search.setFocus()
    QTest.keyClick(window.contacts.search, Qt.Key.Key_1)
    assert window.contacts.search.text() == "1"
    window.contacts.search.clear()
    qtbot.waitUntil(lambda: window.workplace.worker.pending == 0)
    assert shown(window, row).no_answer == row.no_answer


def test_what_a_colleague_commits_shows_by_itself_and_leaves_selection_and_scroll(
    open_window: OpenWindow, qtbot: QtBot, office: Office
) -> None:
    window = open_window("scherbakova")
    with office.connect("egorov") as connection, connection.cursor() as cursor:
        cursor.execute("SELECT id FROM employee WHERE login = 'scherbakova'")
        me = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO activity (id, section, kind_id, assignee_id, counterparty_id, due_on, due_at, topic)"
            " SELECT gen_random_uuid(), 'call', (SELECT id FROM activity_kind WHERE section = 'call' LIMIT 1),"
            " %s, (SELECT id FROM counterparty LIMIT 1), office_today(),"
            " (office_today() + time '06:00' + n * interval '10 minutes') AT TIME ZONE office_zone(), 'Звонок ' || n"
            " FROM generate_series(1, 60) AS n",
            (me,),
        )
    page = window.contacts
    model, table = page.calls.model, page.calls.table
    qtbot.waitUntil(lambda: model.rowCount() == 69)
    chosen = model.row_at(40)
    page.calls.take_focus(chosen.id)
    table.verticalScrollBar().setValue(table.verticalScrollBar().maximum() // 2)
    scroll = table.verticalScrollBar().value()
    resets, changes = [], []
    model.modelReset.connect(lambda: resets.append(1))
    model.dataChanged.connect(lambda top, bottom: changes.append((top.row(), bottom.row())))
    other = model.row_at(10)
    office.fetch("egorov", "UPDATE activity SET topic = 'Новая тема' WHERE id = %s", str(other.id))
    qtbot.waitUntil(lambda: shown(window, other).topic == "Новая тема")
    assert resets == []
    assert changes == [(10, 10)]
    assert table.current_row().id == chosen.id
    assert table.verticalScrollBar().value() == scroll


def test_news_of_strangers_make_no_query(open_window: OpenWindow, qtbot: QtBot, office: Office) -> None:
    window = open_window("scherbakova")
    asked = []
    window.workplace.live.news.connect(lambda _news: asked.append(window.workplace.worker.pending))
    office.fetch(
        "petrova",
        "UPDATE activity SET priority = 1 WHERE id = (SELECT a.id FROM activity AS a"
        " JOIN employee AS e ON e.id = a.assignee_id AND e.login = 'fomin'"
        " WHERE a.author_id = a.assignee_id AND a.department_id IS NULL LIMIT 1)",
    )
    qtbot.waitUntil(lambda: bool(asked))
    assert window.workplace.worker.pending == 0


def test_a_moved_activity_leaves_the_day_and_undo_brings_it_back(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window("scherbakova")
    page = window.contacts
    row = open_call(window)
    page.acts._move_to(page.day.today + timedelta(days=1))
    qtbot.waitUntil(lambda: row.id not in page.day.rows)
    assert page.calls.model.position_of(row.id) is None
    page.acts.undoing.undo()
    qtbot.waitUntil(lambda: row.id in page.day.rows)


def test_space_marks_a_daily_task_done_and_again_opens_it(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window("scherbakova")
    page = window.contacts
    row = next(row for row in page.daily.rows() if not row.is_done)
    page.daily.take_focus(row.id)
    QTest.keyClick(page.daily.table, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: shown(window, row).is_done)
    page.daily.take_focus(row.id)
    QTest.keyClick(page.daily.table, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not shown(window, row).is_done)


def test_opening_ones_own_day_notes_that_the_daily_tasks_were_shown(
    open_window: OpenWindow, qtbot: QtBot, office: Office
) -> None:
    query = "SELECT count(*) FROM daily_showing WHERE shown_on = office_today()"
    (before,) = office.fetch("gromov", query)[0]
    window = open_window("scherbakova")
    qtbot.waitUntil(lambda: office.fetch("gromov", query)[0][0] > before)
    (after,) = office.fetch("gromov", query)[0]
    window.contacts.day.show(
        day=None, person=next(p.id for p in window.workplace.directories.employees if p.login == "egorov")
    )
    qtbot.waitUntil(lambda: window.contacts.day.cover.employees == {window.contacts.day.person})
    qtbot.waitUntil(lambda: window.workplace.worker.pending == 0)
    assert office.fetch("gromov", query)[0][0] == after


def test_a_colour_set_here_shows_on_the_other_workplace(open_window: OpenWindow, qtbot: QtBot) -> None:
    mine, other = open_window("scherbakova"), open_window("gromov")
    other.contacts.day.show(day=None, person=mine.contacts.day.person)
    row = open_call(mine)
    qtbot.waitUntil(lambda: row.id in other.contacts.day.rows)
    QTest.keyClick(mine.contacts.calls.table, Qt.Key.Key_5, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: other.contacts.day.rows[row.id].highlight == 5)
    index = other.contacts.calls.model.index_of(row.id)
    assert "Розовый" in (index.data(Qt.ItemDataRole.ToolTipRole) or "")


def test_of_two_who_take_a_task_of_the_department_one_wins_and_the_other_is_told(
    open_window: OpenWindow, qtbot: QtBot, office: Office
) -> None:
    first, second = open_window("petrova"), open_window("sorokina")
    row = next(row for row in first.contacts.day.rows.values() if row.assignee_id is None)
    for window in (first, second):
        section = next(s for s in window.contacts.sections if s.model.position_of(row.id) is not None)
        section.take_focus(row.id)
    first.contacts.acts.take()
    second.contacts.acts.take()
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is not None)
    told = QApplication.activeModalWidget()
    assert told.objectName() == "errorDialog"
    names = {"Петрова Анна Викторовна", "Сорокина Ирина Львовна"}
    (winner,) = office.fetch(
        "gromov",
        "SELECT e.full_name FROM activity AS a JOIN employee AS e ON e.id = a.assignee_id WHERE a.id = %s",
        str(row.id),
    )[0]
    assert winner in names
    assert winner in told.accessibleName()
    told.close()
    loser = second if winner.startswith("Петрова") else first
    qtbot.waitUntil(lambda: row.id not in loser.contacts.day.rows)


def test_the_search_field_narrows_the_tables_and_says_so_when_nothing_fits(open_window: OpenWindow) -> None:
    page = open_window("scherbakova").contacts
    page.search.setText("домострой")
    assert {row.counterparty_name for row in page.calls.rows()} == {"ООО «Домострой Плюс»"}
    page.search.setText("нетакогослова")
    assert page.calls.model.rowCount() == 0
    page.search.clear()
    assert page.calls.model.rowCount() == 9


@pytest.mark.parametrize("section", ["calls", "events", "daily"])
def test_an_empty_day_says_what_to_do(open_window: OpenWindow, qtbot: QtBot, section: str) -> None:
    page = open_window("scherbakova").contacts
    page.day.show_overdue = False
    page.day.show(day=page.day.today + timedelta(days=500))
    qtbot.waitUntil(lambda: page.calls.model.rowCount() == 0)
    if section == "daily":
        return
    table = getattr(page, section).table
    qtbot.waitUntil(lambda: table._empty is not None and table._empty.isVisible())


def test_only_one_row_of_the_three_tables_is_selected(open_window: OpenWindow) -> None:
    page = open_window("scherbakova").contacts
    page.calls.take_focus(page.calls.rows()[1].id)
    page.events.take_focus(page.events.rows()[1].id)
    assert page.calls.table.current_row() is None
    assert page.chosen().id == page.events.rows()[1].id
    assert page.calls.table.currentIndex() == QModelIndex()


def test_another_ones_row_may_be_read_planned_for_and_coloured_but_not_changed(
    open_window: OpenWindow, qtbot: QtBot, office: Office
) -> None:
    window = open_window("vlasova")
    page = window.contacts
    fomin = next(person.id for person in window.workplace.directories.employees if person.login == "fomin")
    page.day.show(day=None, person=fomin)
    qtbot.waitUntil(lambda: fomin in page.day.cover.employees and bool(page.day.rows))
    row = next(
        row
        for section in page.sections
        for row in section.rows()
        if row.status == "planned"
        and row.author_name != "Власова Дарья Игоревна"
        and row.assignee_id == fomin
    )
    section = next(s for s in page.sections if s.model.position_of(row.id) is not None)
    section.take_focus(row.id)
    assert not page.actions_bar.result.isEnabled()
    assert row.assignee_name in page.actions_bar.result.toolTip()
    assert not page.actions_bar.reschedule.isEnabled()
    QTest.keyClick(section.table, Qt.Key.Key_Delete)
    QTest.keyClick(section.table, Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: window.workplace.worker.pending == 0)
    assert office.fetch("gromov", "SELECT highlight, status FROM activity WHERE id = %s", str(row.id)) == [
        (3, "planned")
    ]


def test_of_a_row_of_a_department_its_people_are_named_among_those_who_may_change_it(
    open_window: OpenWindow, qtbot: QtBot, office: Office
) -> None:
    window = open_window("vlasova")
    page, workplace = window.contacts, window.workplace
    fomin = next(person.id for person in workplace.directories.employees if person.login == "fomin")
    department = next(
        row for row in workplace.directories.departments if row.id != workplace.identity.department_id
    )
    office.fetch(
        "gromov",
        "UPDATE activity SET department_id = %s WHERE assignee_id = %s AND author_id = %s AND status = 'planned'",
        *(str(department.id), str(fomin), str(fomin)),
    )
    page.day.show(day=None, person=fomin)
    qtbot.waitUntil(lambda: fomin in page.day.cover.employees and bool(page.day.rows))
    row = next(
        row for row in page.calls.rows() if row.status == "planned" and row.department_id == department.id
    )
    page.calls.take_focus(row.id)
    for key in (Qt.Key.Key_R, Qt.Key.Key_D):
        QTest.keyClick(page.calls.table, key, Qt.KeyboardModifier.ControlModifier)
        assert QApplication.activeModalWidget() is None
    why = why_not_change(row, workplace.identity)
    assert toasts(window) == [why, why]
    alone = why_not_change(replace(row, department_id=None), workplace.identity)
    assert why != alone
    page.acts.open_activity()
    qtbot.waitUntil(lambda: window.findChild(ActivityDialog) is not None)
    dialog = window.findChild(ActivityDialog)
    assert department.name in dialog.banner.accessibleName()
    dialog.close_saved()


def test_the_plan_says_how_much_was_planned_and_its_way_back_goes_with_it(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window("scherbakova")
    page, workplace = window.contacts, window.workplace
    page.acts.plan_section("daily")
    dialog = window.findChild(PlanDialog)
    assert dialog is not None
    dialog.model.setData(dialog.model.index(0, dialog.model.column_of("topic")), "Проба")
    dialog.save()
    told = _("Planned: {count}").format(count=1)
    qtbot.waitUntil(lambda: told in toasts(window))
    page.acts.undoing.undo()
    qtbot.waitUntil(lambda: workplace.worker.pending == 0 and bool(toasts(window)))
    assert told not in toasts(window)


def test_column_widths_splitter_and_the_overdue_switch_are_kept(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window("scherbakova")
    page = window.contacts
    table = page.calls.table
    table.horizontalHeader().resizeSection(table.rows_model.column_of("topic"), 333)
    page.splitter.moveSplitter(260, 1)
    page.day_bar.overdue.click()
    qtbot.waitUntil(lambda: page.calls.model.rowCount() == 8)
    shares = [size / sum(page.splitter.sizes()) for size in page.splitter.sizes()]
    window.close()
    again = open_window("scherbakova").contacts
    assert again.calls.table.columnWidth(again.calls.table.rows_model.column_of("topic")) == 333
    # A smaller screen may make the window smaller: the parts keep their shares.
    kept = [size / sum(again.splitter.sizes()) for size in again.splitter.sizes()]
    assert kept == pytest.approx(shares, abs=0.02)
    assert not again.day_bar.overdue.isChecked()


def test_a_stopped_connection_shows_the_banner_and_heals(
    open_window: OpenWindow, qtbot: QtBot, office: Office
) -> None:
    window = open_window("scherbakova")
    page = window.contacts
    row = open_call(window)
    with office.admin.connect() as connection, connection.cursor() as cursor:
        cursor.execute("ALTER ROLE altius_scherbakova NOLOGIN")
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'altius_scherbakova'"
        )
    try:
        qtbot.waitUntil(page.banner.isVisible, timeout=10_000)
        QTest.keyClick(page.calls.table, Qt.Key.Key_1)
        qtbot.waitUntil(lambda: QApplication.activeModalWidget() is not None, timeout=10_000)
        QApplication.activeModalWidget().close()
    finally:
        with office.admin.connect() as connection, connection.cursor() as cursor:
            cursor.execute("ALTER ROLE altius_scherbakova LOGIN")
    office.fetch("gromov", "UPDATE activity SET topic = 'Пока не было связи' WHERE id = %s", str(row.id))
    qtbot.waitUntil(lambda: not page.banner.isVisible(), timeout=15_000)
    qtbot.waitUntil(lambda: shown(window, row).topic == "Пока не было связи", timeout=5_000)
