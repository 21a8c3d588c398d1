"""Words to the user: dialogs, banners, toasts."""

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt, QTimer
from PySide6.QtGui import QEnterEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from altius_desktop.domain.errors import UserError
from altius_desktop.ui import messages, theme
from altius_desktop.ui.messages import Banner, Toast, ToastAction


@pytest.fixture
def window(qapp, qtbot):
    theme.apply_theme(qapp, "light")
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(800, 500)
    QVBoxLayout(made).addWidget(QLineEdit())
    made.show()
    made.activateWindow()
    made.findChild(QLineEdit).setFocus()
    qtbot.waitUntil(made.findChild(QLineEdit).hasFocus)
    return made


def words(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel))


def click(widget: QWidget, name: str) -> None:
    QTest.mouseClick(widget.findChild(QPushButton, name), Qt.MouseButton.LeftButton)


def when_open(act) -> None:
    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if dialog is None:
            QTimer.singleShot(5, look)
        else:
            act(dialog)

    QTimer.singleShot(0, look)


def closed(dialog, qtbot) -> None:
    with qtbot.waitSignal(dialog.destroyed):
        pass


def test_error_says_what_happened_and_what_to_do_without_stopping_the_program(window, qtbot):
    dialog = messages.show_error(window, UserError("Ivanova was first.", "Press F5."))
    assert "Ivanova was first.\nPress F5." in words(dialog)
    assert dialog.isModal()
    click(dialog, "okButton")
    closed(dialog, qtbot)


def test_crash_names_the_log_copies_the_details_and_does_not_pile_up(window, qtbot, tmp_path):
    messages.set_log_path(Path(tmp_path, "altius.log"))
    try:
        raise RuntimeError("ours")
    except RuntimeError:
        dialog = messages.show_crash(window, sys.exc_info())
        again = messages.show_crash(window, sys.exc_info())
    assert again is dialog
    assert "altius.log" in words(dialog)
    click(dialog, "copyButton")
    assert "RuntimeError: ours" in QGuiApplication.clipboard().text()
    assert dialog.isVisible()
    click(dialog, "okButton")
    closed(dialog, qtbot)


@pytest.mark.parametrize(("button", "answer"), [("yesButton", True), ("noButton", False)])
def test_question_is_answered_by_its_buttons(window, button, answer):
    when_open(lambda dialog: click(dialog, button))
    assert messages.confirm(window, "Delete?", "It stays in the history.", "Delete", "Keep") is answer


@pytest.mark.parametrize(
    ("danger", "key", "answer"),
    [(False, Qt.Key.Key_Return, True), (True, Qt.Key.Key_Return, False), (False, Qt.Key.Key_Escape, False)],
)
def test_enter_never_says_yes_to_what_is_dangerous(window, danger, key, answer):
    when_open(lambda dialog: QTest.keyClick(dialog, key))
    assert messages.confirm(window, "Delete?", "", "Delete", "Keep", danger=danger) is answer


@pytest.mark.parametrize("danger", [True, False])
def test_enter_presses_the_button_that_was_reached_by_tab(window, danger):
    def tab_to_the_other(dialog):
        other = dialog.findChild(QPushButton, "yesButton" if danger else "noButton")
        other.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(other, Qt.Key.Key_Return)

    when_open(tab_to_the_other)
    assert messages.confirm(window, "Delete?", "", "Delete", "Keep", danger=danger) is danger


def test_choice_gives_the_key_of_the_button_or_none(window):
    choices = [("mine", "Save mine"), ("theirs", "Take theirs")]
    when_open(lambda dialog: click(dialog, "theirsButton"))
    assert messages.ask_choice(window, "Changed", "", choices) == "theirs"
    when_open(lambda dialog: QTest.keyClick(dialog, Qt.Key.Key_Return))
    assert messages.ask_choice(window, "Changed", "", choices) == "mine"
    when_open(lambda dialog: QTest.keyClick(dialog, Qt.Key.Key_Escape))
    assert messages.ask_choice(window, "Changed", "", choices) is None
    when_open(lambda dialog: click(dialog, "cancelButton"))
    assert messages.ask_choice(window, "Changed", "", choices) is None


def test_what_people_typed_is_never_read_as_markup(window, qtbot):
    dialog = messages.show_error(window, UserError("<b>Firm</b>", "<img src=x>"))
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in dialog.findChildren(QLabel))
    click(dialog, "okButton")
    closed(dialog, qtbot)


def test_toast_takes_no_focus_and_lies_in_the_corner_as_the_window_grows(window):
    toast = messages.show_toast(window, "Call moved")
    assert toast.isVisible()
    assert window.findChild(QLineEdit).hasFocus()
    assert toast.geometry().right() > 760
    window.resize(1000, 600)
    assert toast.geometry().right() > 960
    QTest.mouseClick(toast, Qt.MouseButton.LeftButton)
    assert window.findChild(QLineEdit).hasFocus()


def test_fourth_toast_pushes_the_first_out(window):
    toasts = [messages.show_toast(window, f"Number {number}") for number in range(4)]
    assert [toast.isVisible() for toast in toasts] == [False, True, True, True]
    tops = [toast.geometry().top() for toast in toasts[1:]]
    assert tops == sorted(tops)


def test_toast_stays_under_the_mouse_and_goes_after_it_leaves(window, qtbot, monkeypatch):
    monkeypatch.setattr(messages, "_TOAST_SECONDS", 0.1)
    under, other = messages.show_toast(window, "Under the mouse"), messages.show_toast(window, "Other")
    place = QPointF(1, 1)
    QApplication.sendEvent(under, QEnterEvent(place, place, place))
    qtbot.waitUntil(lambda: other not in window.findChildren(Toast))
    assert under.isVisible()
    QApplication.sendEvent(under, QEvent(QEvent.Type.Leave))
    qtbot.waitUntil(lambda: not window.findChildren(Toast))


def test_action_of_a_toast_is_done_once_and_the_toast_goes(window):
    done = []
    toast = messages.show_toast(window, "Call moved", action=ToastAction("Undo", lambda: done.append(1)))
    click(toast, "toastAction")
    assert done == [1]
    assert not toast.isVisible()
    toast.dismiss()


def test_banner_is_hidden_until_it_has_something_to_say(window):
    banner = Banner("danger", icon="offline", name="connectionBanner")
    pressed = []
    banner.add_button("Try again", lambda: pressed.append(1), name="retryButton")
    window.layout().addWidget(banner)
    assert not banner.isVisible()
    banner.show_text("No connection", "Next try in 12 s")
    assert banner.isVisible()
    assert banner.accessibleName() == "No connection. Next try in 12 s"
    click(banner, "retryButton")
    assert pressed == [1]
