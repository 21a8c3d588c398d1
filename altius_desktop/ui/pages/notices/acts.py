"""What is done with a notice: opened, marked as read, answered, put off, hidden."""

from collections.abc import Callable, Collection
from datetime import date, time
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QMenu, QWidget

from altius_desktop.domain.errors import UserError
from altius_desktop.domain.ids import new_id
from altius_desktop.i18n import _, ngettext
from altius_desktop.services.acts import Acted
from altius_desktop.services.day import ActivityRow, list_activities
from altius_desktop.services.notices import (
    NoticeRow,
    answer_notice,
    hide_notices,
    open_notices,
    snooze_for,
    snooze_to_tomorrow,
)
from altius_desktop.ui import messages
from altius_desktop.ui.dialogs.activity import ActivityDialog
from altius_desktop.ui.dialogs.counterparty_card import open_card
from altius_desktop.ui.dialogs.notice_answers import NOTHING_TOUCHED, CannotDialog, SnoozeDialog
from altius_desktop.ui.pages.notices.words import item_words, notice_words
from altius_desktop.ui.workplace import Workplace

_ITEMS_IN_MENU = 25
_MORNING = time(9, 0)


class NoticeActs(QObject):
    """Acts on the notice they are given; `window` is the parent of dialogs and messages."""

    done = Signal()  # something was written: whoever shows notices reads them anew

    def __init__(self, workplace: Workplace, window: QWidget, *, today: Callable[[], date]) -> None:
        """`today` is the office's day, for the words of menus and dialogs."""
        super().__init__(window)
        self._workplace = workplace
        self._window = window
        self._today = today

    def open(self, row: NoticeRow) -> None:
        """Show what the notice is about, and mark it as read; of several activities a menu asks which."""
        self.mark_read([row])
        if row.activity_id is not None:
            self._open_activity(row.activity_id)
        elif len(row.items) == 1:
            self._open_activity(row.items[0].activity_id)
        elif row.items:
            self._ask_which(row)
        elif row.counterparty_id is not None:
            open_card(self._workplace, row.counterparty_id, self._window)

    def mark_read(self, rows: Collection[NoticeRow]) -> None:
        me = self._workplace.identity.employee_id
        ids = [row.id for row in rows if row.is_unread and row.recipient_id == me]
        if ids:
            self._write(lambda session: open_notices(session, ids))

    def hide(self, row: NoticeRow) -> None:
        """Take the notice out of the inbox; the message offers to put it back."""

        def hidden() -> None:
            messages.show_toast(
                self._window,
                _("The notice is hidden"),
                action=messages.ToastAction(_("Undo"), lambda: self._put_back(row.id)),
            )

        self._write(lambda session: hide_notices(session, [row.id]), told=hidden)

    def accept(self, row: NoticeRow) -> None:
        notice_id = row.id
        self._workplace.act(
            lambda session, act: answer_notice(session, act_id=act, notice_id=notice_id, answer="accepted"),
            parent=self,
            act_id=new_id(),
            done=lambda _acted: self.done.emit(),
            failed=self._tell,
        )

    def refuse(self, row: NoticeRow) -> None:
        """Ask why not, and tell the sender."""
        dialog = CannotDialog(self._workplace, row.id, self._words(row), self._window)
        dialog.accepted.connect(self.done)
        _open(dialog)

    def fill_snooze_menu(
        self, menu: QMenu, row: NoticeRow, done: Callable[[], object] = lambda: None
    ) -> None:
        """Offer when the notice may come back; `done` hears that one was chosen."""
        menu.clear()

        def put_off(write: Callable[[Any], None]) -> None:
            self._write(write)
            done()

        for minutes in (15, 60, 180):
            hours = minutes // 60
            text = (
                ngettext("In {count} hour", "In {count} hours", hours).format(count=hours)
                if hours
                else ngettext("In {count} minute", "In {count} minutes", minutes).format(count=minutes)
            )
            menu.addAction(text, partial(put_off, partial(_snooze_for, notice_id=row.id, minutes=minutes)))
        menu.addAction(
            _("Tomorrow at 9:00"),
            partial(put_off, lambda session: snooze_to_tomorrow(session, row.id, moment=_MORNING)),
        )
        menu.addSeparator()

        def ask() -> None:
            dialog = SnoozeDialog(self._workplace, row.id, self._words(row), self._window)
            dialog.accepted.connect(self.done)
            dialog.accepted.connect(lambda: done())
            _open(dialog)

        menu.addAction(_("Another time…"), ask)

    def _words(self, row: NoticeRow) -> str:
        return notice_words(row, self._today())

    def _put_back(self, notice_id: UUID) -> None:
        self._write(lambda session: hide_notices(session, [notice_id], hidden=False))

    def _ask_which(self, row: NoticeRow) -> None:
        menu = QMenu(self._window)
        menu.setObjectName("noticeItemsMenu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for item in row.items[:_ITEMS_IN_MENU]:
            # An ampersand in a name is no mnemonic.
            words = item_words(item, self._today()).replace("&", "&&")
            menu.addAction(words, partial(self._open_activity, item.activity_id))
        left = row.item_count - min(len(row.items), _ITEMS_IN_MENU)
        if left > 0:
            menu.addAction(_("and {count} more").format(count=left)).setEnabled(False)
        menu.popup(QCursor.pos())

    def _open_activity(self, activity_id: UUID) -> None:
        def show(rows: tuple[ActivityRow, ...]) -> None:
            if not rows or rows[0].concealed:
                messages.show_toast(self._window, _("This activity can be seen by others alone"), kind="warn")
                return
            _open(ActivityDialog(self._workplace, rows[0], self._window))

        self._workplace.read(
            lambda session: list_activities(session, [activity_id]),
            parent=self,
            done=show,
            failed=self._tell,
            key="open",
        )

    def _write(self, op: Callable[[Any], None], *, told: Callable[[], object] = lambda: None) -> None:
        def write(session: Any, _act: UUID) -> Acted:
            op(session)
            return NOTHING_TOUCHED

        def done(_acted: Acted) -> None:
            self.done.emit()
            told()

        self._workplace.act(write, parent=self, done=done, failed=self._tell)

    def _tell(self, error: UserError) -> None:
        messages.show_error(self._window, error)


def _open(dialog: CannotDialog | SnoozeDialog | ActivityDialog) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()


def _snooze_for(session: Any, *, notice_id: UUID, minutes: int) -> None:
    snooze_for(session, notice_id, minutes=minutes)
