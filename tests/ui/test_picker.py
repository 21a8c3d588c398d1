"""The fields that choose from a list under them: what they find, what they keep, and by which keys."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QListView, QVBoxLayout, QWidget

from altius_desktop.services.search import CounterpartyHit, find_counterparties
from altius_desktop.ui import theme
from altius_desktop.ui.picker import Choice, ChoicePicker, CounterpartyPicker, PickerEdit, matched_spans
from altius_desktop.ui.workplace import Workplace
from tests.ui.workplaces import working_as


def type_text(widget: QWidget, text: str) -> None:
    """Keys as they come from the keyboard in any layout."""
    for letter in text:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(widget, QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter))


def shown_names(window: QWidget) -> list[str]:
    """The lines of the open list; none while it is closed."""
    view = window.findChild(QListView, "pickerList")
    if view is None or not view.isVisible():
        return []
    return [view.model().index(row, 0).data() for row in range(view.model().rowCount())]


def note_of(window: QWidget) -> str:
    note = window.findChild(QWidget, "pickerNote")
    return note.text() if note is not None and note.isVisible() else ""


@pytest.fixture
def window(qtbot) -> Iterator[QWidget]:
    made = QWidget()
    made.resize(800, 500)
    made.setLayout(QVBoxLayout())
    qtbot.addWidget(made)
    yield made


@pytest.fixture
def workplace(office, qapp) -> Iterator[Workplace]:
    theme.apply_theme(qapp, "light")
    with working_as(office, "scherbakova") as made:
        yield made


def put_into(window: QWidget, field: PickerEdit) -> PickerEdit:
    other = QLineEdit()
    other.setObjectName("otherEdit")
    window.layout().addWidget(field)
    window.layout().addWidget(other)
    window.layout().addStretch()
    window.show()
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    field.setFocus()
    return field


@pytest.fixture
def picker(window, workplace) -> CounterpartyPicker:
    field = CounterpartyPicker(workplace)
    put_into(window, field)
    return field


def firm_with_phone(workplace: Workplace) -> CounterpartyHit:
    with workplace.database.transaction() as session:
        return next(hit for hit in find_counterparties(session, "домострой") if hit.phone)


@pytest.mark.parametrize("typed", ["домострой", "ДОМОСТРОЙ ПЛ", "ljvjcnhjq", "плюс домос"])
def test_a_firm_is_found_by_parts_of_its_name_in_either_layout(picker, window, qtbot, typed):
    type_text(picker, typed)
    qtbot.waitUntil(lambda: any("Домострой Плюс" in name for name in shown_names(window)))


def test_a_firm_is_found_by_the_digits_of_its_phone_however_they_are_written(
    picker, window, workplace, qtbot
):
    firm = firm_with_phone(workplace)
    digits = "".join(letter for letter in firm.phone if letter.isdigit())[-10:]
    for typed in (
        digits,
        f"8 ({digits[:3]}) {digits[3:6]}-{digits[6:8]}-{digits[8:]}",
        f"+7{digits}",
        digits[-7:],
    ):
        picker.clear()
        type_text(picker, typed)
        qtbot.waitUntil(lambda: firm.name in shown_names(window))
        QTest.keyClick(picker, Qt.Key.Key_Escape)


def test_enter_takes_the_marked_firm_and_says_so(picker, window, qtbot):
    type_text(picker, "ст")
    qtbot.waitUntil(lambda: len(shown_names(window)) > 2)
    second = shown_names(window)[1]
    QTest.keyClick(picker, Qt.Key.Key_Down)
    with qtbot.waitSignal(picker.chosen) as told:
        QTest.keyClick(picker, Qt.Key.Key_Return)
    assert told.args[0].name == second == picker.text() == picker.hit.name
    assert shown_names(window) == []


def test_a_click_takes_the_firm_and_the_focus_stays_in_the_field(picker, window, qtbot):
    type_text(picker, "домострой")
    qtbot.waitUntil(lambda: bool(shown_names(window)))
    view = window.findChild(QListView, "pickerList")
    place = view.visualRect(view.model().index(0, 0)).center()
    with qtbot.waitSignal(picker.chosen):
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert picker.hit is not None and picker.hasFocus()


def test_what_is_typed_and_not_chosen_stays_and_is_told(picker, window, qtbot):
    type_text(picker, "ст")
    qtbot.waitUntil(lambda: bool(shown_names(window)))
    QTest.keyClick(picker, Qt.Key.Key_Escape)
    assert shown_names(window) == []
    window.findChild(QLineEdit, "otherEdit").setFocus()
    assert picker.text() == "ст" and picker.hit is None
    assert picker.accessibleDescription() != ""
    assert theme.palette().muted in picker.styleSheet()


def test_typing_on_takes_the_choice_back(picker, workplace, qtbot):
    firm = firm_with_phone(workplace)
    picker.set_hit(firm)
    with qtbot.waitSignal(picker.chosen) as told:
        QTest.keyClick(picker, Qt.Key.Key_End)
        type_text(picker, "х")
    assert told.args == [None] and picker.hit is None


def test_f4_lists_all_and_shift_f4_clears(picker, window, workplace, qtbot):
    firm = firm_with_phone(workplace)
    picker.set_hit(firm)
    QTest.keyClick(picker, Qt.Key.Key_F4)
    qtbot.waitUntil(lambda: len(shown_names(window)) > 10)
    with qtbot.waitSignal(picker.chosen) as told:
        QTest.keyClick(picker, Qt.Key.Key_F4, Qt.KeyboardModifier.ShiftModifier)
    assert told.args == [None] and picker.text() == "" and shown_names(window) == []


def test_nothing_found_is_said(picker, window, qtbot):
    type_text(picker, "такой фирмы нет нигде")
    qtbot.waitUntil(lambda: "ничего" in note_of(window).lower() or "nothing" in note_of(window).lower())


def test_a_lost_server_is_one_quiet_line_and_what_is_typed_stays(picker, window, office, qtbot):
    with office.admin.connect() as connection, connection.cursor() as cursor:
        name = office.address.database
        cursor.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
    type_text(picker, "ст")
    qtbot.waitUntil(lambda: note_of(window) != "", timeout=15000)
    assert picker.text() == "ст" and picker.hit is None


def test_an_answer_that_comes_after_the_field_was_left_opens_nothing(picker, window, workplace, qtbot):
    picker.open_list()
    assert workplace.worker.pending == 1
    window.findChild(QLineEdit, "otherEdit").setFocus()
    qtbot.waitUntil(lambda: workplace.worker.pending == 0)
    assert shown_names(window) == []


PEOPLE = [
    Choice(1, "Щербакова Юлия", "менеджер"),
    Choice("head", "Бухгалтерия", heading=True),
    Choice(2, "Петрова Анна", "главный бухгалтер"),
    Choice(3, "Сорокина Ирина", "бухгалтер"),
]


@pytest.fixture
def choice(window) -> ChoicePicker:
    field = ChoicePicker(PEOPLE, current=1, name="who", title="Кто")
    put_into(window, field)
    field.selectAll()
    return field


def test_a_short_list_is_narrowed_by_typing_in_either_layout(choice, window):
    type_text(choice, "gtn")
    assert shown_names(window) == ["Бухгалтерия", "Петрова Анна"]
    QTest.keyClick(choice, Qt.Key.Key_Return)
    assert choice.current == 2 and choice.text() == "Петрова Анна"


def test_arrows_pass_over_headings(choice, qtbot):
    QTest.keyClick(choice, Qt.Key.Key_F4)
    QTest.keyClick(choice, Qt.Key.Key_Down)
    with qtbot.waitSignal(choice.chosen) as told:
        QTest.keyClick(choice, Qt.Key.Key_Return)
    assert told.args == [2]


def test_what_fits_no_line_leaves_the_former_choice(choice):
    type_text(choice, "нет такого")
    choice.take_on_leaving()
    assert choice.current == 1 and choice.text() == "Щербакова Юлия"


def test_the_list_goes_with_its_field(choice, window, qtbot):
    QTest.keyClick(choice, Qt.Key.Key_F4)
    assert shown_names(window)
    choice.deleteLater()
    qtbot.waitUntil(lambda: window.findChild(QListView, "pickerList") is None)


@pytest.mark.parametrize(
    ("text", "query", "parts"),
    [
        ("ООО «Домострой Плюс»", "домо плюс", ["Домо", "Плюс"]),
        ("Тёплый дом", "тепл", ["Тёпл"]),
        ("Привет", "ghbd", ["Прив"]),
        ("(495) 555-01-47", "4955550", ["495) 555-0"]),
        ("Альфа", "бета", []),
        ("аабаа", "аа", ["аа"]),
    ],
)
def test_the_matched_part_is_the_one_that_was_typed(text, query, parts):
    assert [text[start : start + length] for start, length in matched_spans(text, query)] == parts
