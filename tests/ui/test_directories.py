"""The window of a directory, and a new value from within a field."""

from decimal import Decimal

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QPushButton

from altius_desktop.domain.ids import new_id
from altius_desktop.i18n import _
from altius_desktop.services.ad_expenses import list_expenses
from altius_desktop.services.directory_rows import list_values
from altius_desktop.services.directory_values import add_value, move_value, update_value
from altius_desktop.ui import theme
from altius_desktop.ui.directories import DIRECTORIES, DirectoryDialog
from altius_desktop.ui.form import (
    DialogFrame,
    DirectoryLookup,
    Field,
    FormDialog,
    LookupItem,
    MoneyEdit,
    NumberEdit,
)
from altius_desktop.ui.form.directory_lookup import why_read_only
from altius_desktop.ui.pages.settings import SettingsPage
from tests.ui.workplaces import working_as

REGION = next(one for one in DIRECTORIES if one.table == "region")
AD_SOURCE = next(one for one in DIRECTORIES if one.table == "ad_source")
BY_TABLE = {one.table: one for one in DIRECTORIES}


@pytest.fixture(autouse=True)
def light(qapp):
    theme.apply_theme(qapp, "light")


@pytest.fixture
def work_as(office, qtbot):
    opened = []

    def enter(login, *, live=True):
        context = working_as(office, login, live=live)
        workplace = context.__enter__()
        opened.append((context, workplace))
        return workplace

    yield enter
    for context, workplace in reversed(opened):
        qtbot.waitUntil(lambda workplace=workplace: workplace.worker.pending == 0)
        context.__exit__(None, None, None)


@pytest.fixture
def secretary(work_as):
    return work_as("lapina")


def shown(qtbot, dialog):
    qtbot.addWidget(dialog, before_close_func=DialogFrame.close_saved)
    dialog.show()
    dialog.activateWindow()
    qtbot.waitExposed(dialog)
    return dialog


def opened(qtbot, workplace, directory=REGION, **arguments):
    dialog = shown(qtbot, DirectoryDialog(workplace, directory, None, **arguments))
    settle(qtbot, workplace)
    assert dialog.table.rows_model.rowCount()
    return dialog


def settle(qtbot, workplace):
    qtbot.waitUntil(lambda: workplace.worker.pending == 0)


def names(dialog):
    return [row.value.name for row in dialog.table.rows_model.rows()]


def stored(workplace, table="region"):
    with workplace.database.transaction() as session:
        return list_values(session, table=table)


def press(widget, key, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(widget, key, modifiers)


def type_text(widget, text):
    for sign in text:
        QApplication.sendEvent(
            widget, QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, sign)
        )


def button(dialog, name):
    found = dialog.findChild(QPushButton, name)
    assert found is not None, name
    return found


def form_over(qtbot, dialog, name):
    qtbot.waitUntil(lambda: any(one.isVisible() for one in dialog.findChildren(QDialog, name)))
    return next(one for one in dialog.findChildren(QDialog, name) if one.isVisible())


def answer(*names):
    """Press the buttons of these names, one in each question that comes; the texts of the questions."""
    seen = []
    answered = []

    def look():
        box = QApplication.activeModalWidget()
        if box is None or box.objectName() != "choiceDialog" or box in answered:
            QTimer.singleShot(5, look)
            return
        seen.append("\n".join(one.text() for one in box.findChildren(QLabel)))
        answered.append(box)
        if len(answered) < len(names):
            QTimer.singleShot(5, look)
        button(box, names[len(answered) - 1]).click()

    QTimer.singleShot(0, look)
    return seen


def test_ins_adds_a_value_at_the_end_and_selects_it(qtbot, secretary):
    dialog = opened(qtbot, secretary)
    before = names(dialog)
    press(dialog.table, Qt.Key.Key_Insert)
    form = form_over(qtbot, dialog, "valueDialog")
    form.findChild(QLineEdit, "nameEdit").setText("Камчатка")
    form.save()
    qtbot.waitUntil(lambda: names(dialog) == [*before, "Камчатка"])
    assert dialog.current().name == "Камчатка"


def test_a_name_that_is_there_is_told_under_the_field_and_the_form_stays(qtbot, secretary):
    dialog = opened(qtbot, secretary)
    dialog.acts.add()
    form = form_over(qtbot, dialog, "valueDialog")
    form.findChild(QLineEdit, "nameEdit").setText(names(dialog)[0].upper())
    form.save()
    qtbot.waitUntil(lambda: bool(form.findChild(QLabel, "nameError").text()))
    assert form.isVisible()
    form.findChild(QLineEdit, "nameEdit").setText("Камчатка")
    form.save()
    qtbot.waitUntil(lambda: "Камчатка" in names(dialog))


def drag(dialog, row, y):
    """Press a row and draw it to this height of the table, without letting go."""
    table = dialog.table
    start = QPoint(60, table.rowViewportPosition(row) + table.row_height // 2)
    QTest.mousePress(table.viewport(), Qt.MouseButton.LeftButton, pos=start)
    middle = QPoint(60, (start.y() + y) // 2)
    for point in (middle, QPoint(60, y)):
        moved = QMouseEvent(
            QEvent.Type.MouseMove,
            point.toPointF(),
            table.viewport().mapToGlobal(point).toPointF(),
            Qt.MouseButton.NoButton,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(table.viewport(), moved)


def drop(dialog, y):
    QTest.mouseRelease(dialog.table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(60, y))


def test_a_row_drawn_by_the_mouse_takes_its_place_and_ctrl_z_takes_it_back(qtbot, secretary):
    dialog = opened(qtbot, secretary)
    before = names(dialog)
    first, second, third, *rest = before
    y = dialog.table.rowViewportPosition(2) + dialog.table.row_height - 4
    drag(dialog, 0, y)
    assert dialog.drag.line.isVisible()
    assert abs(dialog.drag.line.y() - dialog.table.rowViewportPosition(3)) <= 3
    drop(dialog, y)
    assert not dialog.drag.line.isVisible()
    qtbot.waitUntil(lambda: names(dialog) == [second, third, first, *rest])
    assert dialog.current().name == first
    assert [value.name for value in stored(secretary)] == names(dialog)
    press(dialog.table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: names(dialog) == before)


def test_a_row_let_go_below_the_last_one_comes_last(qtbot, secretary):
    dialog = opened(qtbot, secretary)
    first, *rest = names(dialog)
    y = dialog.table.rowViewportPosition(len(rest)) + dialog.table.row_height + 10
    drag(dialog, 0, y)
    drop(dialog, y)
    qtbot.waitUntil(lambda: names(dialog) == [*rest, first])


def test_esc_while_drawing_lets_the_row_stay_and_the_window_open(qtbot, secretary):
    dialog = opened(qtbot, secretary)
    before = names(dialog)
    y = dialog.table.rowViewportPosition(2)
    drag(dialog, 0, y)
    press(dialog.table, Qt.Key.Key_Escape)
    drop(dialog, y)
    settle(qtbot, secretary)
    assert dialog.isVisible()
    assert not dialog.drag.line.isVisible()
    assert names(dialog) == before


@pytest.mark.parametrize("login", ["scherbakova", "lapina"])
def test_nothing_is_drawn_by_who_may_not_write_nor_while_a_search_hides_rows(qtbot, work_as, login):
    workplace = work_as(login)
    dialog = opened(qtbot, workplace)
    if login == "lapina":
        dialog.search.setText("о")
    before = stored(workplace)
    drag(dialog, 0, dialog.table.rowViewportPosition(2))
    assert not dialog.drag.line.isVisible()
    drop(dialog, dialog.table.rowViewportPosition(2))
    settle(qtbot, workplace)
    assert stored(workplace) == before


def test_a_colleagues_order_shows_here_and_ctrl_z_does_not_overrule_it(qtbot, office, secretary):
    dialog = opened(qtbot, secretary)
    first, second, *rest = names(dialog)
    dialog.table.select_id(dialog.shown_ids()[0])
    press(dialog.table, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: names(dialog) == [second, first, *rest])
    moved_id = dialog.current().id
    with office.database("gromov").transaction() as session:
        move_value(session, act_id=new_id(), table="region", value_id=moved_id, before_id=None)
    qtbot.waitUntil(lambda: names(dialog) == [second, *rest, first])
    press(dialog.table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(dialog.banner.isVisible)
    settle(qtbot, secretary)
    assert names(dialog) == [second, *rest, first]


def test_ctrl_z_takes_back_nothing_that_was_done_elsewhere(qtbot, secretary):
    secretary.act(
        lambda session, act: add_value(
            session, act_id=act, table="region", value_id=new_id(), name="Камчатка", fields={}
        ),
        parent=secretary,
    )
    settle(qtbot, secretary)
    dialog = opened(qtbot, secretary)
    press(dialog.table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, secretary)
    assert secretary.last_act
    assert "Камчатка" in [value.name for value in stored(secretary) if not value.archived]


def test_alt_down_and_up_change_the_order_for_everybody(qtbot, secretary):
    dialog = opened(qtbot, secretary)
    first, second, *rest = names(dialog)
    dialog.table.select_id(dialog.table.rows_model.row_at(0).id)
    press(dialog.table, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: names(dialog) == [second, first, *rest])
    assert dialog.current().name == first
    assert [value.name for value in stored(secretary)] == [second, first, *rest]
    press(dialog.table, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: names(dialog) == [first, second, *rest])


def test_del_archives_and_the_archive_gives_it_back(qtbot, secretary):
    dialog = opened(qtbot, secretary)
    name = dialog.current().name
    press(dialog.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: name not in names(dialog))
    dialog.archive_switch.setChecked(True)
    assert name in names(dialog)
    dialog.table.select_id(next(value.id for value in stored(secretary) if value.name == name))
    press(dialog.table, Qt.Key.Key_Delete)
    dialog.archive_switch.setChecked(False)
    qtbot.waitUntil(lambda: name in names(dialog))


def test_the_snapshot_of_every_window_follows(qtbot, secretary, work_as):
    other = work_as("scherbakova")
    dialog = opened(qtbot, secretary)
    value = dialog.current()
    with qtbot.waitSignal(other.directories_changed):
        dialog.acts.archive()
    assert next(row for row in other.directories.regions if row.id == value.id).archived


def theirs(office, value, table="region", **fields):
    """The director changes the same value meanwhile."""
    with office.database("gromov").transaction() as session:
        update_value(
            session, act_id=new_id(), table=table, value_id=value.id, seen=value.editable(), mine=fields
        )


@pytest.mark.parametrize(
    ("pressed", "stays"), [("mineButton", "Моё имя"), ("theirsButton", "Их имя"), ("cancelButton", "Их имя")]
)
def test_two_who_rename_one_value_see_all_three_names_and_choose(qtbot, office, work_as, pressed, stays):
    secretary = work_as("lapina", live=False)
    dialog = opened(qtbot, secretary)
    value = dialog.current()
    press(dialog.table, Qt.Key.Key_F2)
    form = form_over(qtbot, dialog, "valueDialog")
    theirs(office, value, name="Их имя")
    form.findChild(QLineEdit, "nameEdit").setText("Моё имя")
    told = answer(pressed)
    form.save()
    qtbot.waitUntil(lambda: bool(told))
    settle(qtbot, secretary)
    assert all(word in "\n".join(told) for word in (value.name, "Моё имя", "Их имя", "Громов"))
    assert next(one.name for one in stored(secretary) if one.id == value.id) == stays
    if pressed == "cancelButton":
        assert form.isVisible()
        assert form.findChild(QLineEdit, "nameEdit").text() == "Моё имя"
    else:
        assert stays in names(dialog)


def test_two_fields_that_both_changed_are_asked_about_one_by_one(qtbot, office, work_as):
    secretary = work_as("lapina", live=False)
    dialog = opened(qtbot, secretary, BY_TABLE["result_kind"])
    value = dialog.current()
    dialog.acts.change()
    form = form_over(qtbot, dialog, "valueDialog")
    icons = [icon for icon in ("done", "message", "day_empty") if icon != value.field("icon")]
    theirs(office, value, "result_kind", name="Их имя", icon=icons[0])
    form.set_values({"name": "Моё имя", "icon": icons[1]})
    told = answer("theirsButton", "mineButton")
    form.save()
    qtbot.waitUntil(lambda: len(told) == 2)
    settle(qtbot, secretary)
    assert all(name in told[0] and name not in told[1] for name in ("Их имя", "Моё имя"))
    now = next(one for one in stored(secretary, "result_kind") if one.id == value.id)
    assert (now.name, now.field("icon")) == ("Их имя", icons[1])


def test_a_merge_tells_beforehand_what_it_touches_and_afterwards_how_much(qtbot, office, secretary):
    ((loser_id, count),) = office.fetch(
        "lapina",
        "SELECT region_id::text, count(*) FROM counterparty WHERE region_id IS NOT NULL"
        " GROUP BY region_id ORDER BY count(*) DESC, region_id LIMIT 1",
    )
    dialog = opened(qtbot, secretary)
    loser = next(value for value in stored(secretary) if str(value.id) == loser_id)
    winner = next(value for value in stored(secretary) if str(value.id) != loser_id)
    dialog.table.select_id(loser.id)
    dialog.acts.merge()
    merge = form_over(qtbot, dialog, "mergeDialog")
    preview = merge.findChild(QLabel, "mergePreview")
    qtbot.waitUntil(lambda: str(count) in preview.text())
    assert not merge.save_button.isEnabled()
    merge.winner.set_value(LookupItem(winner.id, winner.name))
    merge.winner.chosen.emit(merge.winner.item)
    merge.save()
    qtbot.waitUntil(lambda: loser.name not in names(dialog))
    settle(qtbot, secretary)
    left = office.fetch("lapina", "SELECT count(*) FROM counterparty WHERE region_id = %s", loser_id)
    assert left == [(0,)]
    assert dialog.current().id == winner.id
    toast = dialog.findChild(QPushButton, "toastAction")
    toast.click()
    qtbot.waitUntil(lambda: loser.name in names(dialog))
    settle(qtbot, secretary)
    back = office.fetch("lapina", "SELECT count(*) FROM counterparty WHERE region_id = %s", loser_id)
    assert back == [(count,)]


def test_a_merge_too_large_to_take_back_says_so_before_it_is_done(qtbot, office, secretary, monkeypatch):
    monkeypatch.setattr("altius_desktop.ui.directories.merging.MOST_TAKEN_BACK", 0)
    ((used_id,),) = office.fetch(
        "lapina", "SELECT region_id::text FROM counterparty WHERE region_id IS NOT NULL LIMIT 1"
    )
    dialog = opened(qtbot, secretary)
    dialog.table.select_id(next(value.id for value in stored(secretary) if str(value.id) == used_id))
    dialog.acts.merge()
    merge = form_over(qtbot, dialog, "mergeDialog")
    told = merge.findChild(QLabel, "wayBack")
    qtbot.waitUntil(lambda: bool(told.text()))
    assert told.property("tone") == "warn"


@pytest.mark.parametrize("directory", DIRECTORIES, ids=lambda one: one.table)
def test_an_ordinary_manager_reads_and_is_told_why_he_does_not_write(qtbot, work_as, directory):
    manager = work_as("scherbakova")
    dialog = opened(qtbot, manager, directory)
    for name in (
        "addValueButton",
        "changeValueButton",
        "upButton",
        "downButton",
        "mergeButton",
        "archiveButton",
    ):
        found = dialog.findChild(QPushButton, name)
        if found is not None:
            assert not found.isEnabled()
            assert found.toolTip() == why_read_only(directory.table, manager.identity.groups) != ""
    before = names(dialog)
    for key in (Qt.Key.Key_Insert, Qt.Key.Key_F2, Qt.Key.Key_Delete, Qt.Key.Key_Return):
        press(dialog.table, key)
    settle(qtbot, manager)
    assert names(dialog) == before
    assert not dialog.findChildren(QDialog, "valueDialog")


@pytest.mark.parametrize("directory", DIRECTORIES, ids=lambda one: one.table)
def test_every_directory_opens_and_its_values_can_be_changed(qtbot, work_as, directory):
    director = work_as("gromov")
    dialog = opened(qtbot, director, directory)
    value_id = dialog.current().id
    dialog.acts.change()
    form = form_over(qtbot, dialog, "valueDialog")
    form.findChild(QLineEdit, "nameEdit").setText("Новое имя")
    form.save()
    qtbot.waitUntil(lambda: "Новое имя" in names(dialog))
    changed = next(value for value in stored(director, directory.table) if value.id == value_id)
    assert changed.name == "Новое имя"


def test_a_kind_of_contact_is_added_with_its_table_and_icon(qtbot, work_as):
    director = work_as("gromov")
    dialog = opened(qtbot, director, BY_TABLE["activity_kind"])
    dialog.acts.add()
    form = form_over(qtbot, dialog, "valueDialog")
    form.set_values({"name": "Видеозвонок", "section": "call"})
    form.save()
    assert form.findChild(QLabel, "iconError").text()
    form.set_values({"icon": "phone"})
    form.save()
    qtbot.waitUntil(lambda: "Видеозвонок" in names(dialog))
    assert ("section", "call") in dialog.current().fields


def test_search_and_archive_filter_what_is_shown(qtbot, secretary):
    dialog = opened(qtbot, secretary)
    name = names(dialog)[1]
    type_text(dialog.search, name[:4].upper())
    assert name in names(dialog)
    assert all(name[:4].lower() in one.lower() for one in names(dialog))
    assert not button(dialog, "upButton").isEnabled()
    dialog.search.setText("такого нет")
    assert names(dialog) == []


def test_expenses_of_a_source_are_entered_and_summed(qtbot, work_as):
    advertiser = work_as("vlasova")
    dialog = opened(qtbot, advertiser, AD_SOURCE)
    source = dialog.current()
    button(dialog, "expensesButton").click()
    expenses = form_over(qtbot, dialog, "expensesDialog")
    settle(qtbot, advertiser)
    before = Decimal(sum(row.amount for row in read_expenses(advertiser, source)))
    press(expenses.table, Qt.Key.Key_Insert)
    form = form_over(qtbot, expenses, "expenseDialog")
    form.findChild(QLineEdit, "amountEdit").setText("12 500,5 руб.")
    form.save()
    qtbot.waitUntil(lambda: len(read_expenses(advertiser, source)) > 0)
    settle(qtbot, advertiser)
    assert sum(row.amount for row in read_expenses(advertiser, source)) == before + Decimal("12500.50")
    qtbot.waitUntil(lambda: "500,50" in expenses.total.text())
    form_gone = [one for one in expenses.findChildren(QDialog, "expenseDialog") if one.isVisible()]
    assert not form_gone
    expenses.archive()
    qtbot.waitUntil(lambda: all(row.archived for row in read_expenses(advertiser, source)[:1]))
    settle(qtbot, advertiser)


def read_expenses(workplace, source):
    with workplace.database.transaction() as session:
        return list_expenses(session, ad_source_id=source.id)


class Form:
    """A form with one lookup of a directory, as the card has it."""

    def __init__(self, qtbot, workplace, table="region"):
        self.lookup = DirectoryLookup(workplace, table)
        self.dialog = shown(
            qtbot,
            FormDialog(
                None,
                name="cardForm",
                icon="card",
                title="Карточка",
                fields=(Field("value", "Значение", "lookup", directory=self.lookup),),
                today=None,
                on_save=lambda _values: None,
            ),
        )
        self.edit = self.dialog.editor("value")
        self.line = self.edit.line
        self.line.setFocus()
        qtbot.waitUntil(self.line.hasFocus)


def test_f8_in_a_lookup_adds_what_was_typed_and_chooses_it(qtbot, secretary):
    form = Form(qtbot, secretary)
    type_text(form.line, "Камчатка")
    press(form.line, Qt.Key.Key_F8)
    asked = form_over(qtbot, form.dialog, "newValueDialog")
    assert asked.findChild(QLineEdit, "nameEdit").text() == "Камчатка"
    asked.save()
    qtbot.waitUntil(lambda: form.edit.item is not None)
    (added,) = [value for value in stored(secretary) if value.name == "Камчатка"]
    assert (form.edit.value(), form.line.text()) == (added.id, "Камчатка")
    qtbot.waitUntil(lambda: any(row.id == added.id for row in secretary.directories.regions))


def test_f8_with_a_name_that_is_there_chooses_it_and_adds_none(qtbot, secretary):
    form = Form(qtbot, secretary)
    row = secretary.directories.regions[0]
    form.line.setText(row.name.upper())
    press(form.line, Qt.Key.Key_F8)
    before = stored(secretary)
    form_over(qtbot, form.dialog, "newValueDialog").save()
    qtbot.waitUntil(lambda: form.edit.value() == row.id)
    assert stored(secretary) == before


def test_f8_tells_a_manager_why_he_adds_nothing(qtbot, work_as):
    manager = work_as("scherbakova")
    form = Form(qtbot, manager)
    press(form.line, Qt.Key.Key_F8)
    assert not form.dialog.findChildren(QDialog, "newValueDialog")
    reason = why_read_only("region", manager.identity.groups)
    assert reason in [one.text() for one in form.dialog.findChildren(QLabel)]


def test_a_manager_of_advertising_adds_ad_sources_alone(work_as):
    advertiser = work_as("vlasova")
    assert DirectoryLookup(advertiser, "ad_source").why_not() == ""
    assert DirectoryLookup(advertiser, "region").why_not()


def test_f4_lists_live_values_and_the_ways_to_the_directory(qtbot, secretary):
    form = Form(qtbot, secretary)
    asked = []
    secretary.directory_asked.connect(asked.append)
    press(form.line, Qt.Key.Key_F4)
    popup = form.edit._list
    lines = [popup.model().index(row, 0).data() for row in range(popup.model().rowCount())]
    live = [row.name for row in secretary.directories.regions if not row.archived]
    assert lines[:-2] == live
    assert "F8" in lines[-2]
    popup.setCurrentIndex(popup.model().index(len(lines) - 1, 0))
    press(popup, Qt.Key.Key_Return)
    assert [request.table for request in asked] == ["region"]
    asked[0].deliver(form.lookup.item(secretary.directories.regions[1].id))
    assert form.edit.value() == secretary.directories.regions[1].id
    press(form.line, Qt.Key.Key_F4, Qt.KeyboardModifier.ShiftModifier)
    assert form.edit.value() is None


def test_the_other_layout_and_yo_are_understood(secretary, office):
    with secretary.database.transaction() as session:
        add_value(
            session, act_id=new_id(), table="region", value_id=new_id(), name="Орёл и область", fields={}
        )
    with working_as(office, "lapina", live=False) as fresh:
        found = []
        for text in ("орел обл", "jh`k", "ОБЛАСТЬ ОРЁЛ"):
            DirectoryLookup(fresh, "region").find(text, found.append)
        assert [[item.text for item in items][:1] for items in found] == [["Орёл и область"]] * 3


def test_an_archived_value_is_shown_where_it_is_stored_and_not_offered(qtbot, secretary):
    dialog = opened(qtbot, secretary)
    value = dialog.current()
    with qtbot.waitSignal(secretary.directories_changed):
        dialog.acts.archive()
    lookup = DirectoryLookup(secretary, "region")
    offered = []
    lookup.find("", offered.extend)
    assert value.id not in {item.id for item in offered}
    assert lookup.item(value.id).text == value.name
    assert lookup.item(value.id).detail


def test_enter_chooses_where_a_lookup_asked(qtbot, secretary):
    chosen = []
    dialog = opened(qtbot, secretary, deliver=chosen.append)
    name = dialog.current().name
    press(dialog.table, Qt.Key.Key_Return)
    assert [item.text for item in chosen] == [name]
    assert not dialog.isVisible()


def test_the_settings_open_every_directory(qtbot, secretary):
    page = SettingsPage(secretary)
    qtbot.addWidget(page)
    page.show()
    for directory in DIRECTORIES:
        button(page, f"{directory.table}DirectoryButton").click()
        dialog = form_over(qtbot, page, "directoryDialog")
        settle(qtbot, secretary)
        assert names(dialog)
        dialog.close_saved()


@pytest.mark.parametrize("page", ["contacts", "counterparties"])
def test_alt_d_and_a_digit_open_every_directory_from_any_page(qtbot, open_window, page):
    window = open_window("scherbakova")
    window.show_page(getattr(window, page))
    button_shown = window.findChild(QPushButton, "directoriesButton")
    for number, directory in enumerate(DIRECTORIES, 1):
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        press(window, Qt.Key.Key_D, Qt.KeyboardModifier.AltModifier)
        menu = button_shown.menu_shown
        qtbot.waitUntil(menu.isVisible)
        action = menu.actions()[number - 1]
        assert action.toolTip() == why_read_only(directory.table, window.workplace.identity.groups) != ""
        press(menu, Qt.Key(Qt.Key.Key_0 + number))
        dialog = form_over(qtbot, window, "directoryDialog")
        settle(qtbot, window.workplace)
        assert dialog.windowTitle() == _(directory.title)
        dialog.close_saved()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12 500,50", Decimal("12500.50")),
        ("12500.5", Decimal("12500.50")),
        ("99 ₽", Decimal("99.00")),
        ("1 000 руб.", Decimal("1000.00")),
        ("0", Decimal("0.00")),
        ("999999999999,99", Decimal("999999999999.99")),
        ("1000000000000", None),
        ("-5", None),
        ("1,234", None),
        ("NaN", None),
        ("1e5", None),
        ("", None),
    ],
)
def test_money_is_read_as_people_type_it(qtbot, text, value):
    edit = MoneyEdit()
    qtbot.addWidget(edit)
    edit.line.setText(text)
    assert edit.value() == value
    assert bool(edit.problem()) == (value is None and text != "")
    if value is not None:
        edit.set_value(value)
        assert edit.value() == value


def test_a_whole_number_keeps_to_its_bounds(qtbot):
    edit = NumberEdit(lowest=0, highest=1000)
    qtbot.addWidget(edit)
    for text, value in (("14", 14), ("1 000", 1000), ("1001", None), ("-1", None), ("1,5", None), ("", None)):
        edit.line.setText(text)
        assert edit.value() == value
        assert bool(edit.problem()) == (value is None and text != "")
