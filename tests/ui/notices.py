"""What a colleague writes, and what a window says of it."""

from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from altius_desktop.domain.ids import new_id
from altius_desktop.services.notices import send_message
from altius_desktop.ui.pages.notices.toasts import NoticeToast
from altius_desktop.ui.workplace import Workplace
from tests.db.desks import Desk, employee_id
from tests.ui.workplaces import part


def write(desk: Desk, *logins: str, text: str = "Приехал курьер", **more: object) -> None:
    desk.ask(
        send_message,
        act_id=new_id(),
        message_id=new_id(),
        employee_ids=[employee_id(desk.office, login) for login in logins],
        department_ids=(),
        text=text,
        **more,
    )


def toasts(window: QWidget) -> list[NoticeToast]:
    return [one for one in window.findChildren(NoticeToast) if one.isVisible()]


def said(toast: QWidget) -> str:
    return part(toast, "toastText", QLabel).text()


def wait_toast(qtbot: QtBot, window: QWidget) -> NoticeToast:
    qtbot.waitUntil(lambda: len(toasts(window)) == 1, timeout=10_000)
    return toasts(window)[0]


def wait_quiet(qtbot: QtBot, workplace: Workplace) -> None:
    qtbot.waitUntil(lambda: workplace.worker.pending == 0, timeout=10_000)
