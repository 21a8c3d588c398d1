"""The Plan dialog: typed by keys, saved as one act or not at all, and nothing typed is lost."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time, timedelta
from uuid import UUID

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from altius_desktop.domain.errors import CellError, ConnectionLost
from altius_desktop.domain.ids import new_id
from altius_desktop.services.search import CounterpartyHit
from altius_desktop.ui import theme
from altius_desktop.ui.controls import Button
from altius_desktop.ui.dialogs.plan import PlanDialog, PlanSeed
from altius_desktop.ui.dialogs.plan.lines import first_line, plan_day
from altius_desktop.ui.dialogs.plan.model import DAILY, PlanModel
from altius_desktop.ui.workplace import Workplace
from tests.ui.test_picker import shown_names, type_text
from tests.ui.workplaces import working_as

SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def workplace(office, qapp) -> Iterator[Workplace]:
    theme.apply_theme(qapp, "light")
    with working_as(office, "scherbakova") as made:
        yield made


@pytest.fixture
def make_dialog(workplace, qtbot):
    def make(seed: PlanSeed | None = None) -> PlanDialog:
        dialog = PlanDialog(workplace, seed or PlanSeed(day=TODAY))
        qtbot.addWidget(dialog, before_close_func=lambda made: setattr(made, "_sure", True))
        dialog.show()
        dialog.activateWindow()
        QTest.qWaitForWindowActive(dialog)
        qtbot.waitUntil(lambda: workplace.worker.pending == 0)
        return dialog

    return make


TODAY = date(2026, 11, 25)


@pytest.fixture
def dialog(make_dialog) -> PlanDialog:
    return make_dialog()


def cell(dialog: PlanDialog, row: int, field: str):
    return dialog.model.index(row, dialog.model.column_of(field))


def put(dialog: PlanDialog, row: int, **values: object) -> None:
    for field, value in values.items():
        dialog.model.setData(cell(dialog, row, field), value)


def type_into(dialog: PlanDialog, row: int, field: str, text: str) -> QWidget:
    """Type over a cell, and leave its editor open."""
    dialog.grid.go_to(row, field)
    type_text(dialog.grid, text[0])
    editor = dialog.grid.cells.editor
    assert editor is not None
    type_text(editor, text[1:])
    return editor


def colleague(workplace: Workplace, surname: str):
    return next(row for row in workplace.directories.employees if row.full_name.startswith(surname))


def plans_of(office) -> list[tuple]:
    return office.fetch(
        "scherbakova",
        "SELECT a.topic, e.login, d.name, a.due_on, a.plan_id, a.step, a.section FROM activity AS a"
        " LEFT JOIN employee AS e ON e.id = a.assignee_id LEFT JOIN department AS d ON d.id = a.department_id"
        " WHERE a.plan_id IS NOT NULL AND a.topic LIKE 'Проба%%' ORDER BY a.step",
    )


def press_save(dialog: PlanDialog) -> None:
    QTest.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)


def saved(dialog: PlanDialog, qtbot) -> None:
    with qtbot.waitSignal(dialog.accepted, timeout=10000):
        press_save(dialog)


def test_two_rows_for_two_people_are_saved_as_one_plan(dialog, workplace, office, qtbot):
    petrova = colleague(workplace, "Петрова")
    put(dialog, 0, topic="Проба 1", due_on=TODAY, due_time="9")
    QTest.mouseClick(dialog.add_row_button, Qt.MouseButton.LeftButton)
    put(dialog, 1, topic="Проба 2", due_on=TODAY + timedelta(days=2), assignee=("employee", petrova.id))
    saved(dialog, qtbot)
    one, two = plans_of(office)
    assert (one[0], one[1], two[0], two[1]) == ("Проба 1", "scherbakova", "Проба 2", petrova.login)
    assert one[4] == two[4] and (one[5], two[5]) == (1, 2)
    assert len(dialog.saved_ids) == 2


def test_a_whole_row_is_typed_by_keys_alone(dialog, office, qtbot):
    QTest.keyClick(type_into(dialog, 0, "kind_id", "докум"), Qt.Key.Key_Tab)
    assert dialog.grid.currentIndex() == cell(dialog, 0, "counterparty_id")
    picker = type_into(dialog, 0, "counterparty_id", "домострой")
    qtbot.waitUntil(lambda: bool(shown_names(dialog)))
    QTest.keyClick(picker, Qt.Key.Key_Tab)
    QTest.keyClick(type_into(dialog, 0, "assignee", "gtnhjd"), Qt.Key.Key_Return)
    QTest.keyClick(type_into(dialog, 0, "due_on", "01.12.26"), Qt.Key.Key_Tab)
    QTest.keyClick(type_into(dialog, 0, "due_time", "930"), Qt.Key.Key_Tab)
    QTest.keyClick(type_into(dialog, 0, "topic", "Проба рук"), Qt.Key.Key_Return)
    line = dialog.model.line(0)
    assert line.counterparty_name == "ООО «Домострой Плюс»" and line.counterparty_id is not None
    assert (line.section, line.due_on, line.due_time) == ("event", date(2026, 12, 1), time(9, 30))
    assert dialog.model.text_of(0, "due_on") == "вт, 01.12.26"
    with qtbot.waitSignal(dialog.accepted, timeout=10000):
        QTest.keyClick(dialog.grid, Qt.Key.Key_Return, CTRL)
    ((topic, login, *_rest),) = plans_of(office)
    assert (topic, login) == ("Проба рук", "petrova")


def test_ctrl_enter_saves_what_an_open_editor_holds(dialog, office, qtbot):
    editor = type_into(dialog, 0, "topic", "Проба пера")
    with qtbot.waitSignal(dialog.accepted, timeout=10000):
        QTest.keyClick(editor, Qt.Key.Key_Return, CTRL)
    assert [row[0] for row in plans_of(office)] == ["Проба пера"]


def test_a_row_that_the_database_refuses_leaves_nothing_saved_and_is_marked(dialog, office, qtbot):
    put(dialog, 0, topic="Проба 1")
    dialog.add_line()
    dialog.add_line()
    put(dialog, 2, topic="Проба 2", due_on=TODAY)
    dialog.add_line()
    firm = CounterpartyHit(new_id(), "Фирма, которой уже нет", "", "", "")
    put(dialog, 3, topic="Проба 3", due_on=TODAY, counterparty_id=firm, description="Не потерять")
    press_save(dialog)
    qtbot.waitUntil(lambda: dialog.banner.isVisible(), timeout=10000)
    assert plans_of(office) == []
    assert dialog.isVisible() and dialog.save_button.isEnabled()
    assert dialog.model.line(3).description == "Не потерять"
    assert dialog.model.wrong_text(cell(dialog, 3, "counterparty_id")) != ""
    assert dialog.grid.currentIndex() == cell(dialog, 3, "counterparty_id")
    put(dialog, 3, counterparty_id=None)
    assert dialog.model.wrong_text(cell(dialog, 3, "counterparty_id")) == ""
    saved(dialog, qtbot)
    assert [row[0] for row in plans_of(office)] == ["Проба 1", "Проба 2", "Проба 3"]


def test_what_can_be_told_here_marks_the_cells_and_asks_no_server(dialog, workplace, office):
    put(dialog, 0, topic="я" * 201, due_on="32.13", due_time="77", counterparty_id="Несуществующая")
    assert dialog.model.text_of(0, "due_on") == "32.13"
    asked = (
        workplace.worker.pending
    )  # the search for what was typed as the organisation, and what was read before
    press_save(dialog)
    assert workplace.worker.pending <= asked
    for field in ("topic", "due_on", "due_time", "counterparty_id"):
        assert dialog.model.wrong_text(cell(dialog, 0, field)) != "", field
    assert dialog.grid.currentIndex() == cell(dialog, 0, "counterparty_id")
    assert dialog.model.line(0).topic == "я" * 201
    assert plans_of(office) == []


def test_saving_again_after_a_lost_answer_leaves_exactly_one_record(
    dialog, workplace, office, qtbot, monkeypatch
):
    put(dialog, 0, topic="Проба связи")
    lose_answers(workplace, monkeypatch, times=1)
    press_save(dialog)
    qtbot.waitUntil(lambda: dialog.banner.isVisible(), timeout=10000)
    assert dialog.isVisible() and dialog.save_button.isEnabled() and not dialog.busy
    assert dialog.model.line(0).topic == "Проба связи"
    assert len(plans_of(office)) == 1
    saved(dialog, qtbot)
    assert len(plans_of(office)) == 1


def test_rows_changed_after_a_lost_answer_are_saved_as_they_are_now(
    dialog, workplace, office, qtbot, monkeypatch
):
    put(dialog, 0, topic="Проба связи")
    lose_answers(workplace, monkeypatch, times=1)
    press_save(dialog)
    qtbot.waitUntil(lambda: dialog.banner.isVisible(), timeout=10000)
    put(dialog, 0, topic="Проба связи, исправлено")
    saved(dialog, qtbot)
    rows = office.fetch(
        "scherbakova", "SELECT topic, status FROM activity WHERE topic LIKE 'Проба%%' ORDER BY planned_at"
    )
    assert rows == [("Проба связи", "cancelled"), ("Проба связи, исправлено", "planned")]


def lose_answers(workplace: Workplace, monkeypatch, *, times: int) -> None:
    """The line breaks after the server has committed: the work is done, the answer never comes."""
    act = workplace.act
    left = [times]

    def lossy(op, *, parent, done=None, failed=None, act_id=None):
        if not left[0]:
            act(op, parent=parent, done=done, failed=failed, act_id=act_id)
            return
        left[0] -= 1
        act(
            op,
            parent=parent,
            done=lambda _acted: failed(ConnectionLost("Связь потеряна.")),
            failed=failed,
            act_id=act_id,
        )

    monkeypatch.setattr(workplace, "act", lossy)


def test_a_server_that_is_gone_leaves_the_dialog_with_its_text(dialog, office, qtbot):
    put(dialog, 0, topic="Проба без связи")
    name = office.address.database
    with office.admin.connect() as connection, connection.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
    press_save(dialog)
    assert not dialog.save_button.isEnabled()
    qtbot.waitUntil(lambda: dialog.banner.isVisible(), timeout=20000)
    assert dialog.save_button.isEnabled() and dialog.model.line(0).topic == "Проба без связи"
    with office.admin.connect() as connection, connection.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    saved(dialog, qtbot)
    assert len(plans_of(office)) == 1


def answer_question(button: str, seen: list[str]) -> None:
    """Press a button of the question that is about to open."""

    def press() -> None:
        asked = QApplication.activeModalWidget()
        assert isinstance(asked, QDialog)
        seen.append(asked.objectName())
        QTest.mouseClick(asked.findChild(Button, button), Qt.MouseButton.LeftButton)

    QTimer.singleShot(0, press)


def test_esc_asks_before_it_throws_away_what_was_typed(dialog):
    seen: list[str] = []
    type_into(dialog, 0, "topic", "Проба")
    answer_question("noButton", seen)
    dialog.cancel_button.click()
    assert seen == ["confirmDialog"] and dialog.isVisible() and dialog.model.line(0).topic == "Проба"
    answer_question("yesButton", seen)
    QTest.keyClick(dialog.grid, Qt.Key.Key_Escape)
    assert len(seen) == 2 and not dialog.isVisible()


def test_esc_closes_an_untouched_plan_at_once(dialog):
    QTest.keyClick(dialog.grid, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_esc_in_a_cell_takes_back_what_was_typed_there(dialog):
    put(dialog, 0, topic="Проба")
    QTest.keyClick(type_into(dialog, 0, "topic", "другое"), Qt.Key.Key_Escape)
    assert dialog.model.line(0).topic == "Проба" and dialog.isVisible() and dialog.grid.hasFocus()


def test_tab_past_the_last_cell_begins_a_line_for_the_same_people(make_dialog, office, qtbot):
    (firm_id, firm, person_id) = office.fetch(
        "scherbakova",
        "SELECT c.id, c.name, p.id FROM contact_person AS p JOIN counterparty AS c ON c.id = p.counterparty_id"
        " ORDER BY p.id LIMIT 1",
    )[0]
    dialog = make_dialog(
        PlanSeed(
            counterparty_id=UUID(firm_id),
            counterparty_name=firm,
            contact_person_id=UUID(person_id),
            day=TODAY,
        )
    )
    qtbot.waitUntil(lambda: dialog.model.text_of(0, "contact_person_id") != "")
    put(dialog, 0, topic="Проба 1")
    dialog.grid.go_to(0, "delete")
    QTest.keyClick(dialog.grid, Qt.Key.Key_Tab)
    assert dialog.model.rowCount() == 2
    one, two = dialog.model.lines
    same = ("counterparty_id", "counterparty_name", "contact_person_id", "assignee", "section", "kind_id")
    assert [getattr(one, name) for name in same] == [getattr(two, name) for name in same]
    assert (two.topic, two.due_on) == ("", None)
    dialog.grid.go_to(1, "delete")
    QTest.keyClick(dialog.grid, Qt.Key.Key_Tab)
    assert dialog.model.rowCount() == 2 and not dialog.grid.hasFocus()
    saved(dialog, qtbot)
    assert [row[0] for row in plans_of(office)] == ["Проба 1"]


def test_shift_tab_goes_back_and_leaves_before_the_first_cell(dialog):
    dialog.grid.go_to(0, "counterparty_id")
    QTest.keyClick(dialog.grid, Qt.Key.Key_Backtab, SHIFT)
    assert dialog.grid.currentIndex() == cell(dialog, 0, "kind_id")
    QTest.keyClick(dialog.grid, Qt.Key.Key_Backtab, SHIFT)
    assert not dialog.grid.hasFocus()


def test_only_a_blank_row_is_marked_and_not_saved(make_dialog):
    dialog = make_dialog(PlanSeed())
    press_save(dialog)
    assert dialog.banner.isVisible()
    assert dialog.model.wrong_text(cell(dialog, 0, "topic")) != ""
    assert dialog.model.wrong_text(cell(dialog, 0, "due_on")) != ""


def test_ctrl_d_duplicates_in_both_layouts(dialog):
    put(dialog, 0, topic="Проба", due_time="10")
    QTest.keyClick(dialog.grid, Qt.Key.Key_D, CTRL)
    one, two = dialog.model.lines
    assert replace(two, id=one.id) == one and two.id != one.id
    bound = [made.keys() for made in dialog.findChildren(QShortcut)]
    assert any(QKeySequence("Ctrl+В") in sequences for sequences in bound)


def test_ins_and_ctrl_del_add_and_take_away_the_current_row(dialog):
    put(dialog, 0, topic="первая")
    QTest.keyClick(dialog.grid, Qt.Key.Key_Insert)
    put(dialog, 1, topic="вторая")
    dialog.grid.go_to(0, "topic")
    QTest.keyClick(dialog.grid, Qt.Key.Key_Delete, CTRL)
    assert [line.topic for line in dialog.model.lines] == ["вторая"]
    QTest.keyClick(dialog.grid, Qt.Key.Key_Delete, CTRL)
    assert [line.topic for line in dialog.model.lines] == [""]
    assert not dialog.has_changes()


def test_a_click_on_the_bin_removes_its_row(dialog):
    put(dialog, 0, topic="первая")
    dialog.add_line()
    put(dialog, 1, topic="вторая")
    place = dialog.grid.visualRect(cell(dialog, 0, "delete")).center()
    QTest.mouseClick(dialog.grid.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert [line.topic for line in dialog.model.lines] == ["вторая"]


def test_one_click_opens_a_cell_with_its_list(dialog):
    place = dialog.grid.visualRect(cell(dialog, 0, "assignee")).center()
    QTest.mouseClick(dialog.grid.viewport(), Qt.MouseButton.LeftButton, pos=place)
    names = shown_names(dialog)
    assert names[0] == "Щербакова Юлия Олеговна"
    assert "Петрова Анна Викторовна" in names
    assert any("Бухгалтерия (" in name for name in names)


def test_a_department_as_a_whole_can_be_the_assignee_of_all_rows(dialog, workplace, office, qtbot):
    department = next(row for row in workplace.directories.departments if row.name == "Бухгалтерия")
    put(dialog, 0, topic="Проба 1")
    dialog.add_line()
    dialog.assign_all(("department", department.id))
    assert dialog.model.counts() == (1, 1)
    saved(dialog, qtbot)
    ((_topic, login, name, *_rest),) = plans_of(office)
    assert (login, name) == (None, "Бухгалтерия")


def test_a_daily_task_has_a_deadline_and_others_have_none(dialog, office, qtbot):
    column = dialog.model.column_of("deadline_on")
    assert dialog.grid.isColumnHidden(column)
    put(dialog, 0, kind_id=DAILY, topic="Проба дела")
    assert not dialog.grid.isColumnHidden(column)
    put(dialog, 0, deadline_on=TODAY - timedelta(days=1))
    press_save(dialog)
    assert dialog.model.wrong_text(cell(dialog, 0, "deadline_on")) != ""
    put(dialog, 0, deadline_on=TODAY + timedelta(days=7))
    saved(dialog, qtbot)
    (row,) = office.fetch(
        "scherbakova", "SELECT section, kind_id, deadline_on FROM activity WHERE topic = 'Проба дела'"
    )
    assert row == ("daily", None, TODAY + timedelta(days=7))


def test_the_only_firm_that_fits_is_taken_though_the_cell_was_left_before_the_answer(dialog, qtbot):
    editor = type_into(dialog, 0, "counterparty_id", "домострой")
    QTest.keyClick(editor, Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: dialog.model.line(0).counterparty_id is not None)
    assert dialog.model.line(0).counterparty_name == "ООО «Домострой Плюс»"


def test_persons_are_read_when_their_cell_is_opened(dialog, office, qtbot):
    firm_id, firm, person = office.fetch(
        "scherbakova",
        "SELECT c.id, c.name, p.full_name FROM contact_person AS p"
        " JOIN counterparty AS c ON c.id = p.counterparty_id ORDER BY p.id LIMIT 1",
    )[0]
    put(dialog, 0, counterparty_id=CounterpartyHit(UUID(firm_id), firm, "", "", ""))
    dialog.grid.go_to(0, "contact_person_id")
    QTest.keyClick(dialog.grid, Qt.Key.Key_F4)
    qtbot.waitUntil(lambda: person in shown_names(dialog))


def test_control_characters_are_left_out_and_line_breaks_of_a_description_kept(dialog):
    put(dialog, 0, topic="Про\x00ба\n пера", description="первая\r\nвторая\x00")
    assert dialog.model.line(0).topic == "Проба пера"
    assert dialog.model.line(0).description == "первая\nвторая"


def test_shift_enter_breaks_a_line_of_the_description_and_enter_ends_it(dialog):
    editor = type_into(dialog, 0, "description", "раз")
    QTest.keyClick(editor, Qt.Key.Key_Return, SHIFT)
    type_text(editor, "два")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert dialog.model.line(0).description == "раз\nдва"
    assert dialog.grid.cells.editor is None


def test_shift_f4_clears_a_cell(dialog):
    put(dialog, 0, due_time="9")
    dialog.grid.go_to(0, "due_time")
    QTest.keyClick(dialog.grid, Qt.Key.Key_F4, SHIFT)
    assert dialog.model.line(0).due_time is None


def test_rows_and_assignees_are_counted_in_words(dialog, workplace):
    petrova = colleague(workplace, "Петрова")
    put(dialog, 0, topic="а")
    dialog.add_line()
    put(dialog, 1, topic="б", assignee=("employee", petrova.id))
    assert dialog.model.counts() == (2, 2)


def test_widths_are_kept_for_the_next_time(make_dialog, workplace):
    first = make_dialog()
    column = first.model.column_of("topic")
    first.grid.horizontalHeader().resizeSection(column, 207)
    assert workplace.layout("planGrid")["topic"] == 207
    assert make_dialog().grid.columnWidth(column) == 207


def test_everything_fits_at_1280_by_722(dialog):
    dialog.resize(1280, 722)
    put(dialog, 0, kind_id=DAILY)
    QApplication.processEvents()
    assert not dialog.grid.horizontalScrollBar().isVisible()
    assert dialog.grid.horizontalHeader().length() == dialog.grid.viewport().width()


def test_the_model_keeps_the_rules_of_qt(workplace):
    line = first_line(PlanSeed(day=TODAY), workplace.directories, workplace.identity)
    model = PlanModel(line, directories=workplace.directories, today=TODAY)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.setData(model.index(0, model.column_of("topic")), "а")
    assert model.add_line(0) == 1
    assert model.duplicate_line(0) == 1
    model.show_wrong([CellError(2, "topic", "нет"), CellError(0, "phone", "чужое")])
    assert model.first_wrong() == model.index(0, 0)
    for _number in range(4):
        model.remove_line(0)
    assert model.rowCount() == 1


def test_a_day_is_shown_with_its_weekday_and_a_far_year_in_full():
    assert plan_day(date(2026, 11, 27)) == "пт, 27.11.26"
    assert plan_day(date(2150, 1, 1)).endswith("01.01.2150")
    assert plan_day(None) == ""


def test_what_is_typed_wrong_is_told_when_the_cell_is_left(dialog):
    put(dialog, 0, due_time="77", topic="я" * 201, description="я" * 5001)
    for field in ("due_time", "topic", "description"):
        assert dialog.model.wrong_text(cell(dialog, 0, field)) != "", field
    put(dialog, 0, due_time="7", topic="я" * 200, description="")
    for field in ("due_time", "topic", "description"):
        assert dialog.model.wrong_text(cell(dialog, 0, field)) == "", field


def test_f4_opens_the_calendar_and_enter_there_takes_the_day(dialog, qtbot):
    dialog.grid.go_to(0, "due_on")
    QTest.keyClick(dialog.grid, Qt.Key.Key_F4)
    calendar = dialog.findChild(QWidget, "calendarGrid")
    qtbot.waitUntil(calendar.isVisible)
    QTest.keyClick(calendar, Qt.Key.Key_Right)
    QTest.keyClick(calendar, Qt.Key.Key_Return)
    assert dialog.model.line(0).due_on == TODAY + timedelta(days=1)
    assert dialog.grid.cells.editor is None
