"""The history of a counterparty: periods, search, copying, and what colleagues commit meanwhile."""

from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from altius_desktop.ui.dialogs.history import HistoryDialog
from altius_desktop.ui.table import DataTable


@pytest.fixture
def firm(office):
    """The counterparty with the most finished contacts: its id, its name, and how many it has in all."""
    query = """SELECT c.id, c.name, count(*) FROM counterparty AS c JOIN activity AS a ON a.counterparty_id = c.id
               GROUP BY 1, 2 ORDER BY count(*) FILTER (WHERE a.status = 'done') DESC, 1 LIMIT 1"""
    return office.fetch("gromov", query)[0]


def opened(qtbot, workplace, firm):
    dialog = HistoryDialog(workplace, UUID(firm[0]), firm[1])
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    settle(qtbot, workplace)
    return dialog


def settle(qtbot, workplace):
    qtbot.waitUntil(lambda: workplace.worker.pending == 0, timeout=10_000)


def part(dialog, name, kind=QWidget):
    found = dialog.findChild(kind, name)
    assert found is not None, name
    return found


def rows(dialog):
    return part(dialog, "historyTable", DataTable).rows_model.rows()


def test_all_time_shows_every_contact_and_counts_them(qtbot, office, live_desk, firm):
    dialog = opened(qtbot, live_desk, firm)
    part(dialog, "allButton", QPushButton).click()
    settle(qtbot, live_desk)
    assert len(rows(dialog)) == firm[2]
    done, attempts = office.fetch(
        "gromov",
        """SELECT (SELECT count(*) FROM activity WHERE counterparty_id = %s AND status = 'done'),
                  (SELECT count(*) FROM attempt AS t JOIN activity AS a ON a.id = t.activity_id
                   WHERE a.counterparty_id = %s AND t.withdrawn_at IS NULL)""",
        firm[0],
        firm[0],
    )[0]
    counts = part(dialog, "historyCounts", QLabel).text()
    assert [word for word in counts.replace("\u00a0", "").split() if word.isdigit()] == [
        str(firm[2]),
        str(done),
        str(attempts),
    ]


def test_own_days_bound_the_period(qtbot, live_desk, firm):
    dialog = opened(qtbot, live_desk, firm)
    dialog.period.choose("all")
    settle(qtbot, live_desk)
    days = sorted(row.day for row in rows(dialog))
    first, last = days[2], days[-3]
    part(dialog, "fromDay", QLineEdit).setText(first.strftime("%d.%m.%Y"))
    part(dialog, "toDay", QLineEdit).setText(last.strftime("%d.%m.%Y"))
    settle(qtbot, live_desk)
    assert sorted(row.day for row in rows(dialog)) == [day for day in days if first <= day <= last]
    assert not part(dialog, "allButton", QPushButton).isChecked()


def test_a_period_that_ends_before_it_begins_is_told_in_place(qtbot, live_desk, firm):
    dialog = opened(qtbot, live_desk, firm)
    before = rows(dialog)
    part(dialog, "fromDay", QLineEdit).setText("25.12.2026")
    part(dialog, "toDay", QLineEdit).setText("24.12.2026")
    settle(qtbot, live_desk)
    assert part(dialog, "periodError", QLabel).isVisible()
    assert rows(dialog) == before
    part(dialog, "monthButton", QPushButton).click()
    assert not part(dialog, "periodError", QLabel).isVisible()


def test_an_empty_period_offers_to_show_everything(qtbot, live_desk, firm):
    dialog = opened(qtbot, live_desk, firm)
    part(dialog, "fromDay", QLineEdit).setText("01.01.1990")
    part(dialog, "toDay", QLineEdit).setText("02.01.1990")
    settle(qtbot, live_desk)
    assert rows(dialog) == ()
    part(dialog, "showAllButton", QPushButton).click()
    settle(qtbot, live_desk)
    assert len(rows(dialog)) == firm[2]


def test_the_search_takes_the_wrong_layout_and_leaves_what_fits(qtbot, live_desk, firm):
    dialog = opened(qtbot, live_desk, firm)
    dialog.period.choose("all")
    settle(qtbot, live_desk)
    everything = rows(dialog)
    calls = [row.id for row in everything if "Звонок" in row.kind_name]
    assert 0 < len(calls) < len(everything)
    QTest.keyClick(dialog, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    find = part(dialog, "historyFind", QLineEdit)
    assert dialog.focusWidget() is find
    find.setText("pdjyjr")
    assert {row.id for row in rows(dialog)} >= set(calls)
    assert len(rows(dialog)) < len(everything)
    find.setText("нет такого слова")
    assert rows(dialog) == ()
    find.clear()
    assert rows(dialog) == everything


def test_the_selected_row_shows_its_whole_text_and_is_copied_with_tabs(qtbot, live_desk, firm):
    dialog = opened(qtbot, live_desk, firm)
    table = part(dialog, "historyTable", DataTable)
    row = next(row for row in rows(dialog) if row.result_text)
    table.select_id(row.id)
    assert row.result_text in part(dialog, "historyDetails", QPlainTextEdit).toPlainText()
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    cells = QGuiApplication.clipboard().text().split("\t")
    assert len(cells) == len(table.rows_model.columns)
    assert cells[2] == row.topic
    part(dialog, "copyAllButton", QPushButton).click()
    assert len(QGuiApplication.clipboard().text().split("\n")) == len(rows(dialog)) + 1


def test_a_contact_that_a_colleague_adds_appears_by_itself(qtbot, office, live_desk, firm):
    dialog = opened(qtbot, live_desk, firm)
    other = opened(
        qtbot,
        live_desk,
        office.fetch("gromov", "SELECT id, name FROM counterparty WHERE id <> %s LIMIT 1", firm[0])[0],
    )
    count, unconcerned = len(rows(dialog)), rows(other)
    assert not dialog.isModal()
    office.fetch(
        "gromov",
        """INSERT INTO activity (id, section, kind_id, counterparty_id, assignee_id, due_on, topic)
           SELECT gen_random_uuid(), 'call', (SELECT id FROM activity_kind WHERE section = 'call' LIMIT 1), %s,
                  e.id, office_today(), 'Только что' FROM employee AS e WHERE e.login = 'fomin'""",
        firm[0],
    )
    qtbot.waitUntil(lambda: any(row.topic == "Только что" for row in rows(dialog)), timeout=10_000)
    assert len(rows(dialog)) == count + 1
    settle(qtbot, live_desk)
    assert rows(other) == unconcerned


def test_a_change_of_a_contact_shown_is_read_again(qtbot, office, live_desk, firm):
    dialog = opened(qtbot, live_desk, firm)
    row = next(row for row in rows(dialog) if row.status == "planned")
    office.fetch("gromov", "UPDATE activity SET topic = 'Переименовано' WHERE id = %s", str(row.id))
    qtbot.waitUntil(
        lambda: any(now.id == row.id and now.topic == "Переименовано" for now in rows(dialog)), timeout=10_000
    )
