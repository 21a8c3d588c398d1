"""What others did and wrote arrives at once, once, and nothing is lost while nobody listens."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QPushButton, QSystemTrayIcon, QWidget
from pytestqt.qtbot import QtBot

from altius_desktop.domain.ids import new_id
from altius_desktop.domain.names import with_initial
from altius_desktop.services.notices import (
    Arrivals,
    answer_notice,
    list_sent,
    send_message,
    snooze_for,
    take_fresh,
    take_refusals,
)
from altius_desktop.services.plans import save_plan
from altius_desktop.ui.dialogs.activity import ActivityDialog
from altius_desktop.ui.dialogs.notice_answers import CannotDialog
from altius_desktop.ui.inbox import inbox_of
from altius_desktop.ui.main_window.tray import Tray
from altius_desktop.ui.messages import standing_toasts
from altius_desktop.ui.pages.notices.toasts import MoreToast
from altius_desktop.ui.workplace import Workplace
from tests.conftest import PREFIX, Office
from tests.db.desks import Desk, as_owner
from tests.ui.conftest import OpenWindow
from tests.ui.notices import said, toasts, wait_quiet, wait_toast, write
from tests.ui.workplaces import part, working_as

pytestmark = pytest.mark.usefixtures("nothing_waits")

MARKUP = "<b>жирный</b> <img src='file:///etc/passwd'> <a href='x'>жми</a>"


def follow(qtbot: QtBot, workplace: Workplace) -> list[Arrivals]:
    """What its inbox shows from now on."""
    shown: list[Arrivals] = []
    inbox_of(workplace).arrived.connect(shown.append)
    with qtbot.waitSignal(inbox_of(workplace).counted):
        inbox_of(workplace).follow()
    return shown


def test_what_is_planned_for_me_is_said_at_once_with_who_and_what_and_its_sender_sees_it_opened(
    qtbot: QtBot, open_window: OpenWindow, petrova: Desk
) -> None:
    window = open_window("scherbakova")
    before = QApplication.focusWidget()
    me = window.workplace.identity.employee_id
    petrova.plan(assignee_id=me, topic="Счёт", due_on=petrova.office.today() + timedelta(1))
    toast = wait_toast(qtbot, window)
    assert part(toast, "toastTitle", QLabel).text() == with_initial(petrova.me.full_name)
    assert "Счёт" in said(toast)
    assert QApplication.focusWidget() is before
    buttons = {one.objectName() for one in toast.findChildren(QPushButton) if one.isVisible()}
    assert buttons == {"openButton", "acceptButton", "cannotButton", "snoozeButton", "toastClose"}
    (sent,) = petrova.ask(list_sent, limit=1)
    assert (sent.delivered_at is not None, sent.opened_at) == (True, None)

    qtbot.mouseClick(part(toast, "openButton"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.findChild(ActivityDialog) is not None, timeout=10_000)
    assert toasts(window) == []
    wait_quiet(qtbot, window.workplace)
    window.findChild(ActivityDialog).close_saved()
    (sent,) = petrova.ask(list_sent, limit=1)
    assert sent.opened_at is not None


def test_a_plan_of_seventy_is_one_toast(qtbot: QtBot, open_window: OpenWindow, petrova: Desk) -> None:
    window = open_window("scherbakova")
    me = window.workplace.identity.employee_id
    rows = [petrova.plan_row(assignee_id=me, topic=f"Дело {number}") for number in range(70)]
    petrova.act(save_plan, plan_id=new_id(), title="", rows=rows)
    toast = wait_toast(qtbot, window)
    assert "70" in said(toast) and "Дело" not in said(toast)
    wait_quiet(qtbot, window.workplace)
    assert len(toasts(window)) == 1


def test_a_refusal_comes_back_to_the_sender_with_its_reason(
    qtbot: QtBot, open_window: OpenWindow, petrova: Desk
) -> None:
    window = open_window("scherbakova")
    me = window.workplace.identity
    with window.workplace.database.transaction() as session:
        send_message(
            session,
            act_id=new_id(),
            message_id=new_id(),
            employee_ids=[petrova.me.employee_id],
            department_ids=(),
            text="Позвоните в банк",
        )
    (mine,) = petrova.ask(take_fresh)
    assert mine.sender_id == me.employee_id
    petrova.act(answer_notice, notice_id=mine.id, answer="cannot", reason="в отъезде")
    toast = wait_toast(qtbot, window)
    title = part(toast, "toastTitle", QLabel).text()
    assert with_initial(petrova.me.full_name) in title and "в отъезде" in title
    assert said(toast) == "Позвоните в банк"


def test_a_refusal_typed_in_the_toasts_dialog_reaches_the_sender(
    qtbot: QtBot, open_window: OpenWindow, petrova: Desk
) -> None:
    window = open_window("scherbakova")
    write(petrova, "scherbakova")
    qtbot.mouseClick(part(wait_toast(qtbot, window), "cannotButton"), Qt.MouseButton.LeftButton)
    dialog = part(window, "cannotDialog", CannotDialog)
    dialog.save()
    qtbot.waitUntil(lambda: dialog.findChild(QLabel, "reasonError").text() != "", timeout=10_000)
    part(dialog, "reasonEdit", QPlainTextEdit).setPlainText("Занята до пятницы")
    dialog.save()
    qtbot.waitUntil(lambda: [row.answer_text for row in petrova.ask(take_refusals)] == ["Занята до пятницы"])
    wait_quiet(qtbot, window.workplace)


def test_what_was_snoozed_comes_back_by_itself(qtbot: QtBot, office: Office, petrova: Desk) -> None:
    with working_as(office, "scherbakova", live=False) as workplace:
        shown = follow(qtbot, workplace)
        write(petrova, "scherbakova", text="Перезвонить")
        inbox_of(workplace).follow()
        qtbot.waitUntil(lambda: len(shown) == 1)
        (row,) = shown[0].fresh
        with workplace.database.transaction() as session:
            snooze_for(session, row.id, minutes=0)
            session.execute(
                sa.text(
                    "UPDATE notice SET snoozed_until = clock_timestamp() + interval '1 second' WHERE id = :id"
                ),
                {"id": row.id},
            )
        inbox_of(workplace).follow()
        # Nobody asks again: its own timer does, when it is time.
        qtbot.waitUntil(lambda: len(shown) == 2, timeout=10_000)
        assert [one.id for one in shown[1].fresh] == [row.id]
        wait_quiet(qtbot, workplace)


def test_who_does_not_want_to_be_disturbed_gets_it_without_a_toast(
    qtbot: QtBot, open_window: OpenWindow, petrova: Desk
) -> None:
    window = open_window("scherbakova")
    window.workplace.settings.do_not_disturb = True
    with qtbot.waitSignal(inbox_of(window.workplace).arrived, timeout=10_000):
        write(petrova, "scherbakova")
    wait_quiet(qtbot, window.workplace)
    assert toasts(window) == []
    assert part(window, "noticesNavigationButton").badge == "1"  # type: ignore[attr-defined]


def test_markup_is_shown_as_it_was_typed(qtbot: QtBot, open_window: OpenWindow, petrova: Desk) -> None:
    window = open_window("scherbakova")
    write(petrova, "scherbakova", text=MARKUP)
    toast = wait_toast(qtbot, window)
    assert said(toast).startswith("<b>жирный</b> <img")
    assert all(
        one.textFormat() == Qt.TextFormat.PlainText for one in toast.findChildren(QLabel) if one.text()
    )


def test_two_windows_of_one_person_say_it_once(qtbot: QtBot, office: Office, petrova: Desk) -> None:
    with working_as(office, "scherbakova") as first, working_as(office, "scherbakova") as second:
        shown = [follow(qtbot, one) for one in (first, second)]
        for number in range(12):
            write(petrova, "scherbakova", text=f"Сообщение {number}")

        def texts() -> list[str]:
            return sorted(row.text for one in shown for some in one for row in some.fresh)

        qtbot.waitUntil(lambda: len(texts()) >= 12, timeout=15_000)
        for one in (first, second):
            wait_quiet(qtbot, one)
        assert texts() == sorted(f"Сообщение {number}" for number in range(12))


def test_what_was_sent_while_nobody_listened_arrives_on_the_return(
    qtbot: QtBot, office: Office, petrova: Desk
) -> None:
    with working_as(office, "scherbakova") as workplace:
        with qtbot.waitSignal(workplace.live.returned, timeout=15_000):
            pass
        shown = follow(qtbot, workplace)
        login = f"{PREFIX}_scherbakova"
        as_owner(office, f'ALTER ROLE "{login}" NOLOGIN')
        try:
            with qtbot.waitSignal(workplace.live.connection_changed, timeout=15_000):
                as_owner(
                    office, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", login
                )
            write(petrova, "scherbakova", text="Пока вас не было")
            inbox_of(workplace).follow()
            wait_quiet(qtbot, workplace)
            assert shown == []
        finally:
            as_owner(office, f'ALTER ROLE "{login}" LOGIN')
        with qtbot.waitSignal(workplace.live.returned, timeout=15_000):
            workplace.live.retry_now()
        qtbot.waitUntil(lambda: len(shown) == 1, timeout=15_000)
        assert [row.text for row in shown[0].fresh] == ["Пока вас не было"]
        wait_quiet(qtbot, workplace)


def test_of_many_at_once_two_are_shown_and_the_rest_is_counted(
    qtbot: QtBot, office: Office, petrova: Desk, open_window: OpenWindow
) -> None:
    write(petrova, "scherbakova", text="Сообщение 0")
    as_owner(
        office,
        "INSERT INTO notice (id, recipient_id, sender_id, kind, message_id, text)"
        " SELECT gen_random_uuid(), recipient_id, sender_id, kind, gen_random_uuid(), 'Сообщение ' || n"
        " FROM notice, generate_series(1, 999) AS n WHERE text = 'Сообщение 0'",
    )
    window = open_window("scherbakova")
    qtbot.waitUntil(lambda: window.findChild(MoreToast) is not None, timeout=10_000)
    # A reminder may have taken a place.
    qtbot.waitUntil(lambda: 997 <= part(window, "moreToast", MoreToast).count <= 999, timeout=20_000)
    wait_quiet(qtbot, window.workplace)
    assert 997 <= part(window, "moreToast", MoreToast).count <= 999
    assert len(standing_toasts(window)) == 3
    assert part(window, "noticesNavigationButton").badge == "99+"  # type: ignore[attr-defined]
    qtbot.mouseClick(part(window, "showButton"), Qt.MouseButton.LeftButton)
    wait_quiet(qtbot, window.workplace)
    assert window.notices.isVisible()


def test_a_toast_goes_by_itself_but_waits_under_the_mouse_and_an_urgent_one_stays(
    qtbot: QtBot, open_window: OpenWindow, petrova: Desk
) -> None:
    window = open_window("scherbakova")
    write(petrova, "scherbakova")
    toast = wait_toast(qtbot, window)
    assert toast._timer.isActive()
    QApplication.sendEvent(toast, QEnterEvent(QPointF(5, 5), QPointF(5, 5), QPointF(5, 5)))
    assert not toast._timer.isActive()
    QApplication.sendEvent(toast, QEvent(QEvent.Type.Leave))
    assert toast._timer.isActive()
    toast._timer.timeout.emit()
    assert toasts(window) == []
    petrova.plan(assignee_id=window.workplace.identity.employee_id, topic="Срочно", priority=1)
    urgent = wait_toast(qtbot, window)
    assert urgent.stays and not urgent._timer.isActive()


def test_it_is_heard_only_where_the_sound_is_wanted(
    qtbot: QtBot, open_window: OpenWindow, petrova: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window("scherbakova")
    heard: list[None] = []
    monkeypatch.setattr(QApplication, "beep", lambda: heard.append(None))
    write(petrova, "scherbakova", text="Тихо")
    wait_toast(qtbot, window).dismiss()
    assert heard == []
    window.workplace.settings.notice_sound = True
    write(petrova, "scherbakova", text="Громко")
    wait_toast(qtbot, window)
    assert heard == [None]
    wait_quiet(qtbot, window.workplace)


def test_the_trays_icon_tells_how_much_is_unread_and_a_click_brings_the_window_back(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    without = Tray(window)
    without.show_unread(3)
    assert without.findChild(QSystemTrayIcon) is None
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: True)
    tray = Tray(window)
    icon = tray.findChild(QSystemTrayIcon)
    tray.show_unread(1070)
    assert "1 070" in icon.toolTip().replace("\u00a0", " ")
    window.showMinimized()
    icon.activated.emit(QSystemTrayIcon.ActivationReason.Trigger)
    assert window.isVisible() and not window.isMinimized()
    tray.close()
    assert not icon.isVisible()
