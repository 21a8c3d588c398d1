"""«Сообщить…»: to several at once, about what is chosen, never twice and never lost."""

from dataclasses import replace
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from altius_desktop.domain.errors import ConnectionLost
from altius_desktop.services.notices import TEXT_LIMIT, take_fresh
from altius_desktop.ui.dialogs.message import MessageSeed, SendMessageDialog, seed_of_activity
from altius_desktop.ui.messages import Banner, Toast
from altius_desktop.ui.multi_choice import MultiChoice
from altius_desktop.ui.picker import CounterpartyPicker
from altius_desktop.ui.workplace import Workplace
from tests.conftest import Office
from tests.db.desks import Desk, as_owner, employee_id
from tests.ui import cards
from tests.ui.conftest import OpenWindow
from tests.ui.notices import said, wait_quiet, wait_toast
from tests.ui.workplaces import MY_CALL, find_row, opened, part, read_row

pytestmark = pytest.mark.usefixtures("nothing_waits")


def open_dialog(qtbot: QtBot, desk: Workplace, *to: UUID) -> SendMessageDialog:
    return opened(qtbot, desk, SendMessageDialog(desk, MessageSeed(employee_ids=to)))


def type_text(dialog: QWidget, text: str) -> None:
    part(dialog, "messageText", QPlainTextEdit).setPlainText(text)


def send(dialog: SendMessageDialog) -> None:
    QTest.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)


def wrong(dialog: QWidget) -> str:
    return part(dialog, "messageError", QLabel).text()


def test_ctrl_m_sends_to_people_and_departments_and_they_are_told_at_once(
    qtbot: QtBot, open_window: OpenWindow
) -> None:
    here, there = open_window("scherbakova"), open_window("fomin")
    fomin = there.workplace.identity
    here.activateWindow()
    QTest.qWaitForWindowActive(here)
    QTest.keyClick(here, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    dialog = part(here, "messageDialog", SendMessageDialog)
    part(dialog, "recipients", MultiChoice).set_chosen([("department", fomin.department_id)])
    type_text(dialog, "Машина пришла")
    sent: list[int] = []
    dialog.sent.connect(sent.append)
    send(dialog)
    qtbot.waitUntil(lambda: sent != [], timeout=10_000)
    assert said(wait_toast(qtbot, there)) == "Машина пришла"
    for window in (here, there):
        wait_quiet(qtbot, window.workplace)


def test_it_begins_with_the_chosen_rows_colleague_and_counterparty(
    qtbot: QtBot, office: Office, open_window: OpenWindow, petrova: Desk
) -> None:
    window = open_window("scherbakova")
    ((firm,),) = as_owner(office, "SELECT id::text FROM counterparty WHERE NOT archived LIMIT 1")
    me = window.workplace.identity.employee_id
    activity = petrova.plan(assignee_id=me, counterparty_id=UUID(firm), topic="Отгрузка")
    row = read_row(window.workplace, activity)
    qtbot.waitUntil(lambda: row.id in window.contacts.day.rows, timeout=10_000)
    wait_quiet(qtbot, window.workplace)
    window.contacts.calls.take_focus(row.id)
    qtbot.waitUntil(lambda: window.contacts.chosen() is not None)
    window.write_message()
    dialog = part(window, "messageDialog", SendMessageDialog)
    assert part(dialog, "recipients", MultiChoice).chosen() == {("employee", petrova.me.employee_id)}
    assert part(dialog, "messageCounterparty", CounterpartyPicker).text() == row.counterparty_name
    type_text(dialog, "Когда отгрузка?")
    with qtbot.waitSignal(dialog.accepted, timeout=10_000):
        send(dialog)
    (notice,) = petrova.ask(take_fresh)
    assert (notice.activity_id, notice.counterparty_id) == (row.id, row.counterparty_id)
    wait_quiet(qtbot, window.workplace)


def test_nothing_is_sent_without_recipients_or_text_and_a_sentence_says_so(
    qtbot: QtBot, desk: Workplace
) -> None:
    dialog = open_dialog(qtbot, desk)
    type_text(dialog, "Привет")
    send(dialog)
    qtbot.waitUntil(lambda: wrong(dialog) != "", timeout=10_000)
    first = wrong(dialog)
    part(dialog, "recipients", MultiChoice).set_chosen([("employee", desk.identity.employee_id)])
    type_text(dialog, "   ")
    send(dialog)
    qtbot.waitUntil(lambda: wrong(dialog) not in ("", first), timeout=10_000)
    # To oneself alone is to nobody.
    second = wrong(dialog)
    type_text(dialog, "Привет")
    send(dialog)
    qtbot.waitUntil(lambda: wrong(dialog) not in ("", second), timeout=10_000)
    assert dialog.isVisible()


def test_a_hundred_kilobytes_are_refused_with_a_sentence_and_stay_where_they_are(
    qtbot: QtBot, desk: Workplace, petrova: Desk
) -> None:
    dialog = open_dialog(qtbot, desk, petrova.me.employee_id)
    type_text(dialog, "я" * 100_000)
    send(dialog)
    assert str(TEXT_LIMIT) in wrong(dialog)
    assert dialog.isVisible() and len(part(dialog, "messageText", QPlainTextEdit).toPlainText()) == 100_000
    type_text(dialog, "я" * TEXT_LIMIT)
    assert wrong(dialog) == ""
    with qtbot.waitActive(dialog):
        dialog.activateWindow()
    with qtbot.waitSignal(dialog.accepted, timeout=10_000):
        QTest.keyClick(part(dialog, "messageText"), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    (notice,) = petrova.ask(take_fresh)
    assert len(notice.text) == TEXT_LIMIT


def test_pressed_again_after_a_lost_answer_it_arrives_once_and_a_changed_text_arrives_too(
    qtbot: QtBot, desk: Workplace, petrova: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    transaction = desk.database.transaction
    answers_lost = 0

    class Swallowed:
        """A commit that gets through and whose answer does not."""

        def __enter__(self) -> object:
            self._inner = transaction()
            return self._inner.__enter__()

        def __exit__(self, *error: object) -> None:
            nonlocal answers_lost
            self._inner.__exit__(*error)  # type: ignore[arg-type]
            answers_lost += 1
            raise ConnectionLost("…")

    dialog = open_dialog(qtbot, desk, petrova.me.employee_id)
    type_text(dialog, "Первый текст")
    monkeypatch.setattr(desk.database, "transaction", Swallowed)
    send(dialog)
    qtbot.waitUntil(lambda: part(dialog, "dialogBanner", Banner).isVisible(), timeout=10_000)
    assert answers_lost == 1 and dialog.isVisible()
    send(dialog)
    qtbot.waitUntil(lambda: answers_lost == 2 and not dialog.busy, timeout=10_000)
    assert [row.text for row in petrova.ask(take_fresh)] == ["Первый текст"]

    monkeypatch.undo()
    type_text(dialog, "Второй текст")
    with qtbot.waitSignal(dialog.accepted, timeout=10_000):
        send(dialog)
    assert [row.text for row in petrova.ask(take_fresh)] == ["Второй текст"]


def test_a_private_activity_is_not_mentioned(office: Office, desk: Workplace) -> None:
    row = find_row(office, desk, MY_CALL)
    assert seed_of_activity(row, desk.identity.employee_id).activity_id == row.id
    assert seed_of_activity(replace(row, is_private=True), desk.identity.employee_id) == MessageSeed()
    assert (
        employee_id(office, "scherbakova")
        not in seed_of_activity(row, desk.identity.employee_id).employee_ids
    )


def test_from_a_card_it_begins_with_the_counterparty_and_whoever_is_responsible(
    qtbot: QtBot, desk: Workplace, petrova: Desk
) -> None:
    firm = cards.enter(desk, "ООО «Ромашка»", responsible_id=petrova.me.employee_id)
    card = cards.opened(qtbot, desk, firm)
    QTest.mouseClick(part(card, "messageButton"), Qt.MouseButton.LeftButton)
    dialog = part(card, "messageDialog", SendMessageDialog)
    assert part(dialog, "recipients", MultiChoice).chosen() == {("employee", petrova.me.employee_id)}
    type_text(dialog, "Просят скидку")
    send(dialog)
    qtbot.waitUntil(lambda: card.findChild(Toast) is not None, timeout=10_000)
    (notice,) = petrova.ask(take_fresh)
    assert (notice.text, notice.counterparty_id) == ("Просят скидку", firm)
