"""The table whose rows come page by page: what is told of them, ticks, hidden columns, what was searched for in bold."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from altius_desktop.ui import theme
from altius_desktop.ui.picker.popup import matched_spans
from altius_desktop.ui.table import Column, DataTable, Mark, PagedTableModel


@dataclass(frozen=True)
class Row:
    id: int
    name: str = "Фирма"
    place: str = "Москва"


TICKED: set[int] = set()
COLUMNS = (
    Column("tick", "Ticked", 0, lambda row: row.id in TICKED, kind="tick", icon="check", optional=False),
    Column("name", "Name", 20, lambda row: row.name, stretch=True, finds=True, sort=lambda row: row.name),
    Column("place", "Place", 10, lambda row: Mark("", row.place, "on_soft"), kind="badge"),
    Column("note", "Note", 10, lambda _row: "", hidden=True),
)


@pytest.fixture(autouse=True)
def _light(qapp) -> Iterator[None]:
    theme.apply_theme(qapp, "light")
    TICKED.clear()
    yield


@pytest.fixture
def model(qtmodeltester) -> Iterator[PagedTableModel]:
    made = PagedTableModel(COLUMNS)
    yield made
    qtmodeltester.check(made)


@pytest.fixture
def table(model: PagedTableModel, qtbot: QtBot) -> DataTable:
    made = DataTable(model, name="pagedTable", title="Firms")
    qtbot.addWidget(made)
    made.resize(600, 300)
    model.append_rows(Row(number) for number in range(30))
    made.show()
    return made


def ids(model: PagedTableModel) -> list[int]:
    return [row.id for row in model.rows()]


def test_a_page_is_put_behind_the_last_row_and_nothing_else_is_told(model: PagedTableModel) -> None:
    model.append_rows(Row(number) for number in range(3))
    told: list[tuple[int, int]] = []
    model.rowsInserted.connect(lambda _parent, first, last: told.append((first, last)))
    model.dataChanged.connect(lambda *_args: told.append((-1, -1)))
    model.append_rows([Row(2, name="Ещё раз"), Row(7), Row(5)])
    assert ids(model) == [0, 1, 2, 7, 5]
    assert told == [(3, 4)]
    assert model.position_of(5) == 4
    assert model.row_at(2).name == "Фирма"


def test_fresh_rows_take_their_places_and_strangers_are_not_added(model: PagedTableModel) -> None:
    model.append_rows(Row(number) for number in range(5))
    model.put_rows([replace(Row(3), name="Новое имя"), Row(99)], removed_ids=[1, 98])
    assert ids(model) == [0, 2, 3, 4]
    assert model.row_at(2).name == "Новое имя"
    assert model.position_of(99) is None


def test_rows_read_anew_stay_in_the_servers_order_whatever_column_shows_the_arrow(
    model: PagedTableModel,
) -> None:
    by_key = [Row(1, name="ИП Абрамова"), Row(2, name="АО «Аква»"), Row(3, name="ООО «Балт»")]
    model.show_order("name", descending=False)
    model.show_others(by_key)
    model.set_rows([*by_key, Row(4, name="АО «Вектор»")])
    assert ids(model) == [1, 2, 3, 4]
    model.upsert([replace(by_key[0], name="ИП Яковлева")])
    assert ids(model) == [1, 2, 3, 4]


def test_another_questions_rows_take_the_whole_table_without_a_reset(model: PagedTableModel) -> None:
    model.append_rows(Row(number) for number in range(5))
    told: list[str] = []
    model.modelReset.connect(lambda: told.append("reset"))
    model.rowsRemoved.connect(lambda *_args: told.append("removed"))
    model.rowsInserted.connect(lambda *_args: told.append("inserted"))
    model.show_others([Row(3), Row(1)])
    assert ids(model) == [3, 1]
    assert told == ["removed", "inserted"]


def test_a_click_on_a_head_asks_for_an_order_and_moves_no_row(
    table: DataTable, model: PagedTableModel
) -> None:
    asked: list[tuple[str, bool] | None] = []
    model.order_asked.connect(lambda: asked.append(model.sorted_by))
    before = ids(model)
    for _click in range(3):
        table.horizontalHeader().sectionClicked.emit(1)
    assert asked == [("name", False), ("name", True), None]
    assert ids(model) == before


def test_a_click_ticks_and_a_double_click_on_the_box_opens_nothing(table: DataTable) -> None:
    clicked: list[str] = []
    opened: list[Row] = []
    table.cell_clicked.connect(lambda _row, key, _modifiers: clicked.append(key))
    table.activated_row.connect(opened.append)
    place = table.visualRect(table.rows_model.index(2, 0)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    for column in (0, 1):
        table.doubleClicked.emit(table.rows_model.index(2, column))
    assert clicked == ["tick"]
    assert opened == [Row(2)]


def test_the_box_over_the_ticks_asks_for_all(table: DataTable, qtbot: QtBot) -> None:
    with qtbot.waitSignal(table.all_ticks_asked, timeout=1000):
        table.horizontalHeader().sectionClicked.emit(0)
    assert table.rows_model.sorted_by is None


def test_hidden_columns_are_kept_and_those_that_must_stay_cannot_be_hidden(
    table: DataTable, model: PagedTableModel, qtbot: QtBot
) -> None:
    assert [column.key for column in table.shown_columns()] == ["tick", "name", "place"]
    with qtbot.waitSignal(table.state_changed):
        table.show_column("note", True)
    table.show_column("place", False)
    state = table.save_state()
    assert state["hidden"] == ["place"]
    assert state["widths"] == {}
    other = DataTable(model, name="pagedTable", title="Firms")
    qtbot.addWidget(other)
    other.restore_state({**state, "hidden": ["place", "tick", "unknown"]})
    assert [column.key for column in other.shown_columns()] == ["tick", "name", "note"]
    assert other.last_section == 3


def test_ticks_badges_and_what_was_searched_for_are_seen(table: DataTable, model: PagedTableModel) -> None:
    def picture() -> QImage:
        table.viewport().update()
        return table.grab().toImage()

    plain = picture()
    TICKED.add(1)
    model.tell_column("tick", [1])
    ticked = picture()
    assert ticked != plain
    table.marked = lambda text: matched_spans(text, "фир")
    marked = picture()
    assert marked != ticked
    table.header_ticked = None
    table.horizontalHeader().viewport().update()
    assert picture() != marked
