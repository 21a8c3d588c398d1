"""Moving an activity, and the calendar it is moved with."""

from datetime import date, timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton

from altius_desktop.domain.dates import FIRST_DAY, LAST_DAY, next_monday
from altius_desktop.domain.ids import new_id
from altius_desktop.services.activities import record_result
from altius_desktop.services.day import BusyDay
from altius_desktop.ui.calendar import CalendarPopup, CalendarView
from altius_desktop.ui.dialogs.reschedule import RescheduleDialog
from tests.ui.workplaces import opened, part, read_row, working_as


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("tomorrowButton", lambda today: today + timedelta(days=1)),
        ("dayAfterTomorrowButton", lambda today: today + timedelta(days=2)),
        ("mondayButton", next_monday),
        ("weekLaterButton", lambda today: today + timedelta(days=7)),
    ],
)
def test_a_quick_day_and_save_move_the_call_and_keep_its_time(qtbot, office, desk, call, name, expected):
    dialog = opened(qtbot, desk, RescheduleDialog(desk, call))
    part(dialog, name, QPushButton).click()
    with qtbot.waitSignal(dialog.accepted):
        part(dialog, "saveButton", QPushButton).click()
    moved = read_row(desk, call.id)
    assert (moved.due_on, moved.due_time) == (expected(office.today()), call.due_time)


def test_the_typed_day_and_the_calendar_go_together(qtbot, office, desk, call):
    dialog = opened(qtbot, desk, RescheduleDialog(desk, call))
    typed = part(dialog, "rescheduleDay", QLineEdit)
    calendar = part(dialog, "rescheduleCalendar", CalendarView)
    typed.setText("+30")
    assert calendar.day == office.today() + timedelta(days=30)
    QTest.keyClick(part(dialog, "calendarGrid"), Qt.Key.Key_Right)
    assert typed.text() == (office.today() + timedelta(days=31)).strftime("%d.%m.%Y")


@pytest.mark.parametrize(("day", "time"), [("вчера", ""), ("", ""), ("не день", ""), ("завтра", "25:00")])
def test_a_past_or_wrong_day_is_told_in_place(qtbot, desk, call, day, time):
    dialog = opened(qtbot, desk, RescheduleDialog(desk, call))
    part(dialog, "rescheduleDay", QLineEdit).setText(day)
    part(dialog, "rescheduleTime", QLineEdit).setText(time)
    part(dialog, "saveButton", QPushButton).click()
    assert not dialog.busy
    assert part(dialog, "rescheduleError", QLabel).text()
    assert read_row(desk, call.id).due_on == call.due_on


def test_a_finished_call_is_not_moved_and_it_is_told_who_finished_it(qtbot, office, desk, call):
    dialog = opened(qtbot, desk, RescheduleDialog(desk, call))
    with working_as(office, "gromov", live=False) as other, other.database.transaction() as session:
        record_result(
            session,
            act_id=new_id(),
            activity_id=call.id,
            seen_version=call.row_version,
            kind_id=desk.directories.result_kinds[0].id,
            text="",
            follow_up_id=new_id(),
        )
    part(dialog, "saveButton", QPushButton).click()
    banner = part(dialog, "dialogBanner")
    qtbot.waitUntil(banner.isVisible)
    assert "Громов А." in banner.accessibleName()
    assert not part(dialog, "saveButton", QPushButton).isEnabled()
    assert read_row(desk, call.id).due_on == call.due_on


@pytest.fixture
def calendar(qtbot):
    view = CalendarView(day=date(2026, 11, 24), today=date(2026, 11, 25))
    qtbot.addWidget(view)
    view.show()
    return view


@pytest.mark.parametrize(
    ("key", "day"),
    [
        (Qt.Key.Key_Left, date(2026, 11, 23)),
        (Qt.Key.Key_Right, date(2026, 11, 25)),
        (Qt.Key.Key_Up, date(2026, 11, 17)),
        (Qt.Key.Key_Down, date(2026, 12, 1)),
        (Qt.Key.Key_PageUp, date(2026, 10, 24)),
        (Qt.Key.Key_PageDown, date(2026, 12, 24)),
        (Qt.Key.Key_Home, date(2026, 11, 25)),
    ],
)
def test_keys_move_the_day_and_the_month_follows(calendar, key, day):
    QTest.keyClick(calendar.focusProxy(), key)
    assert calendar.day == day
    first, last = calendar.shown
    assert first <= day.replace(day=1) <= last
    assert first.weekday() == 0


def test_a_turned_month_tells_which_days_can_be_seen(qtbot, calendar):
    with qtbot.waitSignal(calendar.month_shown) as told:
        calendar.turn_month(1)
    assert told.args == [date(2026, 11, 30), date(2027, 1, 10)]
    assert calendar.day == date(2026, 11, 24)


def test_the_last_day_of_a_month_stays_the_last_in_a_shorter_one(calendar):
    calendar.set_day(date(2027, 1, 31))
    QTest.keyClick(calendar.focusProxy(), Qt.Key.Key_PageDown)
    assert calendar.day == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("day", "keys"),
    [
        (FIRST_DAY, (Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_PageUp)),
        (LAST_DAY, (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_PageDown)),
    ],
)
def test_the_calendar_ends_where_the_office_can_store_no_more(calendar, day, keys):
    calendar.set_day(day)
    for key in keys:
        QTest.keyClick(calendar.focusProxy(), key)
        assert calendar.day == day
    calendar.turn_month(-1 if day == FIRST_DAY else 1)
    calendar.grab()


def test_a_busy_day_gets_a_dot_in_the_colour_of_what_is_there(calendar):
    plain = calendar.grab().toImage()
    calendar.set_busy([BusyDay(date(2026, 11, 19), 2, False)])
    planned = calendar.grab().toImage()
    calendar.set_busy([BusyDay(date(2026, 11, 19), 2, True)])
    assert plain != planned
    assert calendar.grab().toImage() != planned
    calendar.set_busy([])
    assert calendar.grab().toImage() == plain


def test_the_popup_asks_for_the_days_of_each_month_and_gives_the_day_picked(qtbot):
    popup = CalendarPopup()
    qtbot.addWidget(popup)
    asked = []
    popup.month_shown.connect(lambda first, last: asked.append((first, last)))
    popup.open_at(QPoint(10, 10), day=date(2026, 11, 24), today=date(2026, 11, 25))
    assert asked == [(date(2026, 10, 26), date(2026, 12, 6))]
    QTest.keyClick(popup.view.focusProxy(), Qt.Key.Key_PageDown)
    assert asked[1:] == [(date(2026, 11, 30), date(2027, 1, 10))]
    with qtbot.waitSignal(popup.picked) as picked:
        QTest.keyClick(popup.view.focusProxy(), Qt.Key.Key_Return)
    assert picked.args == [date(2026, 12, 24)]
    assert not popup.isVisible()
