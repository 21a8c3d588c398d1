"""The panel of notices: what came and what was sent, day by day, worked with keys and buttons."""

from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from altius_desktop.domain.errors import ConnectionLost
from altius_desktop.domain.ids import new_id
from altius_desktop.domain.names import with_initial
from altius_desktop.i18n import set_language
from altius_desktop.services.notices import (
    NoticeItem,
    NoticeRow,
    answer_notice,
    list_inbox,
    list_sent,
    open_notices,
    take_fresh,
)
from altius_desktop.ui.dialogs.activity import ActivityDialog
from altius_desktop.ui.dialogs.counterparty_card import CounterpartyCard
from altius_desktop.ui.dialogs.notice_answers import SnoozeDialog
from altius_desktop.ui.main_window import MainWindow
from altius_desktop.ui.messages import Toast
from altius_desktop.ui.pages.notices.rows import NoticeModel
from altius_desktop.ui.pages.notices.words import (
    answer_words,
    notice_words,
    refusal_words,
    sender_words,
    state_words,
)
from altius_desktop.ui.tick_box import TickBox
from tests.conftest import Office
from tests.db.desks import Desk, as_owner
from tests.ui.conftest import OpenWindow
from tests.ui.notices import wait_quiet, write
from tests.ui.workplaces import part

pytestmark = pytest.mark.usefixtures("nothing_waits")

TODAY = date(2026, 11, 24)


@pytest.fixture
def window(qtbot: QtBot, open_window: OpenWindow, petrova: Desk) -> MainWindow:
    """Her window, with the panel open on two messages and a plan of a colleague's, and nothing of old."""
    result = open_window("scherbakova")
    result.workplace.settings.do_not_disturb = True
    for text in ("Первое", "Второе"):
        write(petrova, "scherbakova", text=text)
    petrova.plan(assignee_id=result.workplace.identity.employee_id, topic="Счёт")
    QTest.keyClick(result, Qt.Key.Key_5, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(result.notices.list.rows.notices()) == 3, timeout=10_000)
    wait_quiet(qtbot, result.workplace)
    return result


def choose(window: MainWindow, text: str) -> NoticeRow:
    """Make the notice with this text, or about an activity of this topic, the current one."""
    for row in window.notices.list.rows.notices():
        if row.text == text or any(item.topic == text for item in row.items):
            window.notices.choose(row.id)
            return row
    raise AssertionError(text)


def mine(window: MainWindow) -> dict[str, NoticeRow]:
    with window.workplace.database.transaction() as session:
        return {row.text or row.items[0].topic: row for row in list_inbox(session)}


def press(window: MainWindow, key: Qt.Key) -> None:
    QTest.keyClick(window.notices.list, key)


def tab(window: MainWindow, name: str) -> str:
    return part(window.notices, name, QPushButton).text()


def test_ctrl_5_opens_the_panel_escape_closes_it_and_gives_the_keyboard_back(
    qtbot: QtBot, window: MainWindow
) -> None:
    notices = window.notices
    assert notices.isVisible() and notices.list.hasFocus()
    QTest.keyClick(notices.list, Qt.Key.Key_Escape)
    assert notices.isHidden()
    table = window.contacts.calls.table
    table.setFocus()
    for _time in range(2):
        QTest.keyClick(table, Qt.Key.Key_5, Qt.KeyboardModifier.ControlModifier)
        assert notices.isVisible()
        qtbot.waitUntil(lambda: notices.pos() == window.pages.pos())
        QTest.keyClick(notices.list, Qt.Key.Key_Escape)
        assert notices.isHidden() and QApplication.focusWidget() is table
    notices.open_panel()
    window.show_page(window.counterparties)
    assert notices.isHidden()
    wait_quiet(qtbot, window.workplace)


def test_space_marks_as_read_and_the_counts_and_the_badge_follow(qtbot: QtBot, window: MainWindow) -> None:
    assert [tab(window, name)[-1] for name in ("inboxTab", "unreadTab", "sentTab")] == ["3", "3", "0"]
    choose(window, "Первое")
    press(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: tab(window, "unreadTab").endswith("2"), timeout=10_000)
    assert part(window, "noticesNavigationButton").badge == "2"  # type: ignore[attr-defined]
    assert not mine(window)["Первое"].is_unread
    assert mine(window)["Второе"].is_unread

    window.notices.show_tab("unread")
    qtbot.waitUntil(lambda: len(window.notices.list.rows.notices()) == 2, timeout=10_000)
    qtbot.mouseClick(window.notices.read_all_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: tab(window, "unreadTab").endswith("0"), timeout=10_000)
    qtbot.waitUntil(lambda: part(window.notices, "noticesEmpty").isVisible(), timeout=10_000)
    window.notices.show_tab("inbox")
    qtbot.waitUntil(lambda: len(window.notices.list.rows.notices()) == 3, timeout=10_000)
    assert part(window, "noticesNavigationButton").badge == ""  # type: ignore[attr-defined]
    wait_quiet(qtbot, window.workplace)


def test_delete_hides_and_the_message_offers_the_way_back(qtbot: QtBot, window: MainWindow) -> None:
    choose(window, "Первое")
    press(window, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: len(window.notices.list.rows.notices()) == 2, timeout=10_000)
    assert window.notices.list.current() is not None
    qtbot.waitUntil(lambda: window.findChild(Toast) is not None, timeout=10_000)
    qtbot.mouseClick(part(window, "toastAction"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(window.notices.list.rows.notices()) == 3, timeout=10_000)
    wait_quiet(qtbot, window.workplace)


def test_enter_opens_the_activity_and_accept_tells_its_planner(
    qtbot: QtBot, window: MainWindow, petrova: Desk
) -> None:
    choose(window, "Счёт")
    press(window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.findChild(ActivityDialog) is not None, timeout=10_000)
    wait_quiet(qtbot, window.workplace)
    window.findChild(ActivityDialog).close_saved()
    row = choose(window, "Счёт")
    qtbot.mouseClick(window.notices.accept_button, Qt.MouseButton.LeftButton)

    def answer() -> str | None:
        return next(one.answer for one in petrova.ask(list_sent) if one.id == row.id)

    qtbot.waitUntil(lambda: answer() == "accepted", timeout=10_000)
    qtbot.waitUntil(lambda: not window.notices.accept_button.isEnabled(), timeout=10_000)
    wait_quiet(qtbot, window.workplace)


def test_a_message_about_a_counterparty_opens_its_card(
    qtbot: QtBot, window: MainWindow, petrova: Desk
) -> None:
    ((firm,),) = as_owner(petrova.office, "SELECT id::text FROM counterparty WHERE NOT archived LIMIT 1")
    write(petrova, "scherbakova", text="Третье", counterparty_id=UUID(firm))
    qtbot.waitUntil(lambda: len(window.notices.list.rows.notices()) == 4, timeout=10_000)
    choose(window, "Третье")
    press(window, Qt.Key.Key_Return)

    def cards() -> list[CounterpartyCard]:
        return [
            one
            for one in QApplication.topLevelWidgets()
            if isinstance(one, CounterpartyCard) and one.isVisible()
        ]

    qtbot.waitUntil(lambda: [str(one.counterparty_id) for one in cards()] == [firm], timeout=10_000)
    wait_quiet(qtbot, window.workplace)
    cards()[0].close_saved()


def test_snooze_offers_its_times_and_a_typed_one_that_is_past_is_refused(
    qtbot: QtBot, window: MainWindow, office: Office
) -> None:
    choose(window, "Первое")
    menu = part(window.notices, "snoozeMenu", QMenu)
    menu.aboutToShow.emit()
    actions = [one for one in menu.actions() if not one.isSeparator()]
    assert len(actions) == 5
    for number, least in ((0, 14), (1, 59), (2, 179)):
        actions[number].trigger()
        wait_quiet(qtbot, window.workplace)
        ((minutes,),) = as_owner(
            office,
            "SELECT extract(epoch FROM snoozed_until - clock_timestamp()) / 60 FROM notice WHERE text = 'Первое'",
        )
        assert least <= minutes <= least + 1
    actions[3].trigger()
    wait_quiet(qtbot, window.workplace)
    assert as_owner(
        office,
        "SELECT (snoozed_until AT TIME ZONE office_zone())::text = (office_today() + 1)::text || ' 09:00:00'"
        " FROM notice WHERE text = 'Первое'",
    ) == [(True,)]
    actions[4].trigger()
    dialog = part(window, "snoozeDialog", SnoozeDialog)
    dialog.save()
    assert part(dialog, "snoozeError", QLabel).text()
    part(dialog, "snoozeDay").setText("01.01.2020")  # type: ignore[attr-defined]
    part(dialog, "snoozeTime").setText("9:00")  # type: ignore[attr-defined]
    asked = part(dialog, "snoozeError", QLabel).text()
    dialog.save()
    qtbot.waitUntil(lambda: part(dialog, "snoozeError", QLabel).text() not in ("", asked), timeout=10_000)
    part(dialog, "snoozeDay").setText("31.12.2150")  # type: ignore[attr-defined]
    dialog.save()
    qtbot.waitUntil(lambda: mine(window)["Первое"].snoozed_until == datetime(2150, 12, 31, 9), timeout=10_000)
    wait_quiet(qtbot, window.workplace)


def test_the_sent_tab_follows_what_becomes_of_a_message_at_each_recipient(
    qtbot: QtBot, window: MainWindow, petrova: Desk
) -> None:
    me = Desk(petrova.office, "scherbakova")
    write(me, "petrova", "fomin", text="Совещание")
    me.close()
    window.notices.show_tab("sent")
    model = window.notices.list.rows

    def line(text: str) -> str:
        name = with_initial(petrova.me.full_name)
        return next((words for words in lines(model) if name in words and text in words), "")

    qtbot.waitUntil(lambda: len(model.notices()) == 2, timeout=10_000)
    seen = {line("Совещание")}
    (row,) = petrova.ask(take_fresh)
    for step in (
        lambda: petrova.ask(open_notices, ids=[row.id]),
        lambda: petrova.act(answer_notice, notice_id=row.id, answer="cannot", reason="Болею"),
    ):
        step()
        qtbot.waitUntil(lambda: line("Совещание") not in seen, timeout=10_000)
        seen.add(line("Совещание"))
    qtbot.waitUntil(lambda: "Болею" in line("Совещание"), timeout=10_000)
    assert not window.notices.accept_button.isEnabled()
    wait_quiet(qtbot, window.workplace)


def lines(model: NoticeModel) -> list[str]:
    return [str(model.index(number).data()) for number in range(model.rowCount())]


def test_without_a_connection_the_panel_says_how_old_it_is(qtbot: QtBot, window: MainWindow) -> None:
    told = part(window.notices, "noticesOffline", QLabel)
    assert told.text() == ""
    window.workplace.live.connection_changed.emit(False, ConnectionLost("—"))
    assert ":" in told.text()
    assert len(window.notices.list.rows.notices()) == 3
    window.workplace.live.connection_changed.emit(True, None)
    assert told.text() == ""
    wait_quiet(qtbot, window.workplace)


def test_the_switch_in_the_panel_and_the_box_in_the_settings_are_one(
    qtbot: QtBot, window: MainWindow
) -> None:
    settings = window.workplace.settings
    qtbot.mouseClick(window.notices.quiet, Qt.MouseButton.LeftButton)
    assert settings.do_not_disturb is False
    window.show_page(window.settings_page)
    box = part(window.settings_page, "do_not_disturb", TickBox)
    assert not box.isChecked()
    box.click()
    assert settings.do_not_disturb is True
    window.notices.open_panel()
    assert window.notices.quiet.isChecked()
    wait_quiet(qtbot, window.workplace)


def notice(*items: NoticeItem, count: int = 0, **more: object) -> NoticeRow:
    values: dict[str, object] = {
        "id": uuid4(),
        "kind": "activity",
        "recipient_id": uuid4(),
        "recipient_name": "Фомин Роман",
        "sender_id": uuid4(),
        "sender_name": "Петрова Анна Викторовна",
        "text": "",
        "counterparty_id": None,
        "counterparty_name": "",
        "activity_id": None,
        "items": items,
        "item_count": count or len(items),
        "created_at": datetime(2026, 11, 24, 10, 41),
        "delivered_at": None,
        "opened_at": None,
        "answer": None,
        "answer_text": "",
        "answered_at": None,
        "answer_seen_at": None,
        "snoozed_until": None,
        "on_behalf_of": (),
    }
    return NoticeRow(**{**values, **more})  # type: ignore[arg-type]


def item(what: str, **more: object) -> NoticeItem:
    values: dict[str, object] = {
        "activity_id": new_id(),
        "what": what,
        "before": None,
        "after": TODAY + timedelta(1),
        "on_behalf_of": "",
        "topic": "Invoice",
        "counterparty_name": "Vector",
        "section": "call",
        "kind_name": "Call",
        "assignee_name": "Fomin Roman",
        "due_time": time(15, 0),
        "priority": 2,
    }
    return NoticeItem(**{**values, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (notice(item("planned")), "Planned for you: call “Invoice”, Vector, tomorrow 15:00"),
        (
            notice(item("moved", before=TODAY)),
            "Moved from today to tomorrow: call “Invoice”, Vector, 15:00",
        ),
        (notice(item("moved", before=TODAY, after=TODAY)), "Another time: call “Invoice”, Vector, 15:00"),
        (
            notice(item("finished", after=date(2025, 3, 4), due_time=None)),
            "Finished: call “Invoice”, Vector, 04.03.25",
        ),
        (
            notice(item("cancelled", topic="", counterparty_name="", kind_name="", section="daily")),
            "Cancelled: daily task, tomorrow 15:00",
        ),
        (
            notice(item("handed_over")),
            f"Handed over to {with_initial('Fomin Roman')}: call “Invoice”, Vector, tomorrow 15:00",
        ),
        (notice(item("planned"), count=1070), "1,070 activities are planned for you"),
        (notice(item("planned"), item("moved"), count=70), "70 activities are changed"),
        (
            notice(kind="message", text="Line\n<b>two</b>", counterparty_name="Vector"),
            "Line <b>two</b> (Vector)",
        ),
    ],
)
def test_a_notice_says_in_one_line_what_happened(row: NoticeRow, words: str) -> None:
    set_language("en")
    assert notice_words(row, TODAY) == words


def test_what_became_of_a_notice_is_said_with_its_time() -> None:
    set_language("en")
    at = {"delivered_at": datetime(2026, 11, 24, 10, 41), "opened_at": datetime(2026, 11, 24, 10, 42)}
    assert state_words(notice(), TODAY) == "sent 10:41"
    assert state_words(notice(delivered_at=at["delivered_at"]), TODAY) == "delivered 10:41"
    assert state_words(notice(**at), TODAY + timedelta(1)) == "opened 24.11 10:42"
    answered = {**at, "answered_at": datetime(2026, 11, 24, 11, 0)}
    assert state_words(notice(**answered, answer="accepted"), TODAY) == "accepted 11:00"
    refused = notice(**answered, answer="cannot", answer_text="away")
    assert state_words(refused, TODAY) == "cannot: away, 11:00"
    assert refusal_words(refused) == "Фомин Р. cannot: away"
    snoozed = notice(snoozed_until=datetime(2026, 11, 24, 15, 0))
    assert answer_words(snoozed, TODAY) == "comes back 15:00"
    assert sender_words(notice(on_behalf_of=("Кузнецов Виктор",))) == "Петрова А., for Кузнецов В."
