"""Forms: fields that take what people type, errors in place, nothing lost by Esc."""

from datetime import date

import pytest
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton

from altius_desktop.domain.errors import FieldError, UserError
from altius_desktop.ui import theme
from altius_desktop.ui.form import DialogFrame, Field, FormDialog, LookupItem

TODAY = date(2026, 11, 24)
STROY, SEVER = LookupItem("a", "Stroy", "Moscow"), LookupItem("b", "Sever", "Tver")


@pytest.fixture(autouse=True)
def light(qapp):
    theme.apply_theme(qapp, "light")


class Office:
    """The edge of a form: who is asked for rows, and what arrives when it is saved."""

    def __init__(self) -> None:
        self.saved: list[dict] = []
        self.asked: list[tuple] = []

    def find(self, text, deliver) -> None:
        self.asked.append((text, deliver))


@pytest.fixture
def office():
    return Office()


@pytest.fixture
def form(office, qtbot):
    made = FormDialog(
        None,
        name="activityDialog",
        icon="plan",
        title="New call",
        fields=(
            Field("topic", "Topic", required=True, max_length=20),
            Field("firm", "Counterparty", "lookup", find=office.find),
            Field("day", "Date", "date", required=True),
            Field("kind", "Kind", "choice", choices=((1, "Call"), (2, "Meeting"))),
            Field("text", "Description", "note", max_length=50),
            Field("fixed", "Cannot be moved", "check"),
        ),
        today=TODAY,
        on_save=office.saved.append,
        values={"topic": "Discount", "firm": STROY, "day": TODAY, "kind": 2},
    )
    # Closed as saved: a form with changes would ask.
    qtbot.addWidget(made, before_close_func=FormDialog.close_saved)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(lambda: made.isActiveWindow() and QApplication.focusWidget() is not None)
    return made


def line(form, key) -> QLineEdit:
    return form.findChild(QLineEdit, f"{key}Edit")


def error(form, key) -> str:
    found = form.findChild(QLabel, f"{key}Error")
    return found.text() if found.isVisible() else ""


def press(widget, key, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(widget, key, modifiers)


def type_text(widget, text: str) -> None:
    for sign in text:
        QApplication.sendEvent(
            widget, QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, sign)
        )


def answering(name: str) -> list:
    """Press the button of this name in the next dialog that opens."""
    seen: list = []

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        if dialog is None:
            QTimer.singleShot(5, answer)
            return
        seen.append(dialog.objectName())
        QTest.mouseClick(dialog.findChild(QPushButton, name), Qt.MouseButton.LeftButton)

    QTimer.singleShot(0, answer)
    return seen


def test_values_come_back_as_they_were_given(form):
    assert form.values() == {
        "topic": "Discount", "firm": "a", "day": TODAY, "kind": 2, "text": "", "fixed": False,
    }  # fmt: skip
    assert not form.has_changes()


def test_ctrl_enter_saves_what_was_typed(form, office):
    line(form, "topic").clear()
    type_text(line(form, "topic"), "Новая тема")
    press(form, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert [values["topic"] for values in office.saved] == ["Новая тема"]
    assert form.isVisible()


def test_enter_alone_in_a_field_sends_nothing(form, office):
    press(line(form, "topic"), Qt.Key.Key_Return)
    assert office.saved == []
    assert form.isVisible()


def test_nul_and_control_characters_do_not_get_through(form):
    line(form, "topic").setText("a\x00b\x07\u202ec")
    form.editor("text").set_value("one\r\ntwo\x00\x0bthree")
    assert form.values()["topic"] == "abc"
    assert form.values()["text"] == "one\ntwo\nthree"


def test_text_that_is_too_long_is_told_while_typing_and_not_cut(form, office):
    QGuiApplication.clipboard().setText("x" * 25)
    line(form, "topic").selectAll()
    line(form, "topic").paste()
    assert "5" in error(form, "topic")
    form.save()
    assert office.saved == []
    assert form.values()["topic"] == "x" * 25
    line(form, "topic").setText("x" * 20)
    assert error(form, "topic") == ""
    form.save()
    assert len(office.saved) == 1


def test_missing_field_is_marked_and_gets_the_focus(form, office, qtbot):
    line(form, "day").clear()
    line(form, "topic").setText("   ")
    form.save()
    assert office.saved == []
    assert error(form, "topic")
    assert error(form, "day")
    assert line(form, "topic").property("wrong")
    qtbot.waitUntil(line(form, "topic").hasFocus)
    assert line(form, "topic").accessibleDescription() == error(form, "topic")


@pytest.mark.parametrize(
    ("typed", "day", "shown"),
    [
        ("27.11", date(2026, 11, 27), "27.11.2026"),
        ("завтра", date(2026, 11, 25), "25.11.2026"),
        ("12.03.85", date(1985, 3, 12), "12.03.1985"),
    ],
)
def test_typed_date_is_taken_and_written_out(form, typed, day, shown):
    field = line(form, "day")
    field.setFocus()
    field.clear()
    type_text(field, typed)
    assert form.values()["day"] == day
    line(form, "topic").setFocus()
    assert field.text() == shown


@pytest.mark.parametrize("typed", ["31.02.2026", "24.11.1899", "24.11.2201", "soon"])
def test_date_that_cannot_be_stored_is_refused_in_place(form, office, typed):
    line(form, "day").setText(typed)
    form.save()
    assert office.saved == []
    assert "1900" in error(form, "day")
    assert line(form, "day").text() == typed


def test_calendar_opens_by_f4_and_its_day_is_taken(form):
    field = line(form, "day")
    field.setFocus()
    press(field, Qt.Key.Key_F4)
    popup = QApplication.activePopupWidget()
    assert popup.objectName() == "calendarPopup"
    popup.view.set_day(date(2026, 12, 10))
    popup.view.picked.emit(date(2026, 12, 10))
    assert form.values()["day"] == date(2026, 12, 10)
    assert not popup.isVisible()
    press(field, Qt.Key.Key_F4, Qt.KeyboardModifier.ShiftModifier)
    assert form.values()["day"] is None


def test_lookup_asks_while_typing_and_takes_what_is_chosen(form, office, qtbot):
    field = line(form, "firm")
    field.setFocus()
    field.selectAll()
    type_text(field, "sev")
    assert form.values()["firm"] is None
    qtbot.waitUntil(lambda: bool(office.asked))
    text, deliver = office.asked[-1]
    assert text == "sev"
    deliver([SEVER])
    popup = form.editor("firm").findChild(object, "lookupList") or QApplication.activePopupWidget()
    assert popup.isVisible()
    press(popup, Qt.Key.Key_Down)
    press(popup, Qt.Key.Key_Return)
    assert form.values()["firm"] == "b"
    assert field.text() == "Sever"


def test_late_rows_for_an_older_search_are_not_shown(form, office, qtbot):
    field = line(form, "firm")
    field.setFocus()
    field.selectAll()
    type_text(field, "st")
    qtbot.waitUntil(lambda: len(office.asked) == 1)
    type_text(field, "x")
    qtbot.waitUntil(lambda: len(office.asked) == 2)
    office.asked[0][1]([STROY])
    assert QApplication.activePopupWidget() is None
    office.asked[1][1]([SEVER])
    assert QApplication.activePopupWidget() is not None
    QApplication.activePopupWidget().close()


def test_lookup_text_that_was_not_chosen_is_not_saved_silently(form, office):
    field = line(form, "firm")
    field.selectAll()
    type_text(field, "nobody")
    form.save()
    assert office.saved == []
    assert error(form, "firm")
    press(field, Qt.Key.Key_F4, Qt.KeyboardModifier.ShiftModifier)
    form.save()
    assert office.saved[-1]["firm"] is None


def test_error_of_the_server_is_shown_at_its_field_or_above_the_form(form):
    form.show_error(FieldError("day", "That day is protected."))
    assert error(form, "day") == "That day is protected."
    form.show_error(UserError("No connection.", "Try again."))
    assert form.banner.isVisible()
    assert "No connection." in form.banner.accessibleName()
    assert form.values()["topic"] == "Discount"


def test_esc_without_changes_closes_at_once(form):
    press(form, Qt.Key.Key_Escape)
    assert not form.isVisible()


def test_esc_with_changes_asks_and_keeps_the_text_if_wanted(form):
    type_text(line(form, "topic"), "!")
    seen = answering("noButton")
    press(form, Qt.Key.Key_Escape)
    assert seen == ["confirmDialog"]
    assert form.isVisible()
    assert form.values()["topic"].count("!") == 1
    answering("yesButton")
    press(form, Qt.Key.Key_Escape)
    assert not form.isVisible()


def test_half_typed_date_is_a_change_too(form):
    line(form, "day").setText("so")
    assert form.has_changes()


def test_closing_the_window_asks_like_esc(form):
    type_text(line(form, "topic"), "!")
    answering("noButton")
    form.close()
    assert form.isVisible()


def test_dialog_that_waits_for_its_answer_can_neither_be_closed_nor_saved_again(form, office):
    form.set_busy(True)
    press(form, Qt.Key.Key_Escape)
    press(form, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert form.isVisible()
    assert office.saved == []
    form.show_error(UserError("No."))
    press(form, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert len(office.saved) == 1


def test_wheel_over_a_choice_changes_nothing_and_shift_f4_clears_it(form):
    combo = form.editor("kind").inner
    combo.setFocus()
    press(combo, Qt.Key.Key_F4, Qt.KeyboardModifier.ShiftModifier)
    assert form.values()["kind"] is None
    form.set_values({"kind": 99})
    assert form.values()["kind"] is None


def test_frame_opens_as_high_as_its_body_and_changes_its_header(qtbot):
    frame = DialogFrame(None, name="x", icon="result", title="Result", details="plan: 10:45")
    qtbot.addWidget(frame)
    tall = QLabel("x")
    tall.setMinimumHeight(300)
    frame.body.addWidget(tall)
    frame.show()
    assert not frame.scroll_area.verticalScrollBar().isVisible()
    frame.set_header(title="Result of the call", subtitle="Stroy", details="")
    assert frame.windowTitle() == frame.accessibleName() == "Result of the call"
    assert frame.findChild(QLabel, "dialogSubtitle").isVisible()
    assert not frame.findChild(QLabel, "dialogDetails").isVisible()
