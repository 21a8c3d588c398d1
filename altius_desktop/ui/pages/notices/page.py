"""The panel of notices that slides out from the rail: inbox, unread, sent."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QEasingCurve, QEvent, QObject, QPoint, QPropertyAnimation, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QButtonGroup, QFrame, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from altius_desktop.domain.errors import UserError
from altius_desktop.i18n import _, ngettext
from altius_desktop.services.notices import (
    PAGE,
    NoticeCounts,
    NoticeRow,
    list_inbox,
    list_sent,
    list_unread,
)
from altius_desktop.ui.controls import Button, Switch, label, rule
from altius_desktop.ui.dialogs.day_edits import likely_today
from altius_desktop.ui.dialogs.message import MessageSeed
from altius_desktop.ui.formats import clock, number
from altius_desktop.ui.inbox import Inbox, inbox_of
from altius_desktop.ui.pages.notices.acts import NoticeActs
from altius_desktop.ui.pages.notices.rows import NoticeList
from altius_desktop.ui.pages.notices.words import may_answer
from altius_desktop.ui.theme import Font
from altius_desktop.ui.workplace import Workplace

WIDTH = 440
_SLIDE_MS = 130
_READERS: dict[str, Callable[..., tuple[NoticeRow, ...]]] = {
    "inbox": list_inbox,
    "unread": list_unread,
    "sent": list_sent,
}


class NoticesPage(QFrame):
    """A panel over the page at hand; `message_asked` wants a message written, the rest it does itself."""

    shown = Signal(bool)
    message_asked = Signal(object)  # MessageSeed

    def __init__(self, workplace: Workplace, over: QWidget) -> None:
        """It covers the left of `over`, whose window is that of its dialogs."""
        super().__init__(over.parentWidget())
        window = over.window()
        self.setObjectName("noticesPage")
        self.setAccessibleName(_("Notices"))
        self.setProperty("surface", "rail")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._workplace = workplace
        self._over = over
        self._inbox: Inbox = inbox_of(workplace)
        self._today = likely_today(workplace.identity)
        self._read_at: datetime | None = None
        self._tab = "inbox"
        self._limit = PAGE
        self._full = False
        self._came_from: QWidget | None = None
        self.acts = NoticeActs(workplace, window, today=lambda: self._today)
        self.acts.done.connect(self.reload)
        self.list = NoticeList()
        self._empty = label("", tone="muted", name="noticesEmpty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._offline = label(role=Font.CAPTION, tone="muted", name="noticesOffline")
        self._lay_out()
        self._wire()
        self._slide = QPropertyAnimation(self, b"pos", self)
        self._slide.setDuration(_SLIDE_MS)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        over.installEventFilter(self)
        self.hide()
        if self._inbox.counts is not None:
            self.show_counts(self._inbox.counts)
        self._empty.hide()
        self._on_chosen()

    # What it is made of

    def _lay_out(self) -> None:
        self._new = label(role=Font.CAPTION, tone="muted", name="newNotices")
        self.read_all_button = Button(
            _("Read all"), icon="check", small=True, name="readAllButton", on_click=self.read_all
        )
        self.message_button = Button(
            icon="message",
            small=True,
            name="messageButton",
            tip=_("Tell colleagues…"),
            hint="Ctrl+M",
            on_click=lambda: self.message_asked.emit(MessageSeed()),
        )
        close = Button(
            icon="close",
            kind="flat",
            small=True,
            name="closeButton",
            tip=_("Close"),
            hint="Esc",
            on_click=self.close_panel,
        )
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(label(_("Notices"), role=Font.TITLE))
        head.addWidget(self._new)
        head.addStretch()
        for button in (self.read_all_button, self.message_button, close):
            head.addWidget(button)
        self._tabs: dict[str, Button] = {}
        group = QButtonGroup(self)
        tabs = QHBoxLayout()
        tabs.setSpacing(6)
        for key, text in (("inbox", _("Inbox")), ("unread", _("Unread")), ("sent", _("Sent"))):
            button = Button(text, small=True, name=f"{key}Tab", on_click=partial(self.show_tab, key))
            button.setCheckable(True)
            button.setChecked(key == self._tab)
            group.addButton(button)
            tabs.addWidget(button)
            self._tabs[key] = button
        self._tab_words = {key: button.text() for key, button in self._tabs.items()}
        tabs.addStretch()
        self.quiet = Switch(_("Do not disturb"), name="doNotDisturb")
        self.quiet.setToolTip(_("Notices come without a message on the screen and without sound"))
        quiet = QHBoxLayout()
        quiet.addWidget(self.quiet)
        quiet.addStretch()
        quiet.addWidget(self._offline)
        top = QVBoxLayout()
        top.setContentsMargins(16, 12, 12, 10)
        top.setSpacing(8)
        for row in (head, tabs, quiet):
            top.addLayout(row)
        self.open_button = Button(
            _("Open"), hint="Enter", kind="primary", small=True, name="openButton", on_click=self._open
        )
        self.accept_button = Button(_("Accept"), small=True, name="acceptButton", on_click=self._accept)
        self.cannot_button = Button(_("Cannot…"), small=True, name="cannotButton", on_click=self._refuse)
        self.snooze_button = Button(_("Snooze"), small=True, arrow=True, name="snoozeButton")
        self._snooze = QMenu(self.snooze_button)
        self._snooze.setObjectName("snoozeMenu")
        self.snooze_button.setMenu(self._snooze)
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 8, 12, 8)
        foot.setSpacing(6)
        for button in (self.open_button, self.accept_button, self.cannot_button, self.snooze_button):
            foot.addWidget(button)
        foot.addStretch()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 1, 0)
        whole.setSpacing(0)
        whole.addLayout(top)
        whole.addWidget(rule())
        whole.addWidget(self.list, 1)
        whole.addWidget(self._empty, 1)
        whole.addWidget(rule())
        whole.addLayout(foot)

    def _wire(self) -> None:
        self.list.chosen.connect(self._on_chosen)
        self.list.opened.connect(self._open)
        self.list.read_asked.connect(self._mark_read)
        self.list.hide_asked.connect(self._hide_notice)
        self.list.bottom_reached.connect(self._read_more)
        self._snooze.aboutToShow.connect(self._fill_snooze)
        self.quiet.toggled.connect(self._on_quiet)
        self._inbox.counted.connect(self.show_counts)
        self._inbox.changed.connect(self._reload_if_shown)
        live = self._workplace.live
        live.returned.connect(self._reload_if_shown)
        live.connection_changed.connect(self._on_connection)

    # Coming and going

    def toggle(self) -> None:
        if self.isVisible():
            self.close_panel()
        else:
            self.open_panel()

    def open_panel(self) -> None:
        """Slide out over the page, read what there is, and take the keyboard."""
        if not self.isVisible():
            self._came_from = QApplication.focusWidget()
            self.quiet.setChecked(self._workplace.settings.do_not_disturb)
            self._slide.stop()
            self._place()
            self._slide.setStartValue(self.pos() - QPoint(WIDTH, 0))
            self._slide.setEndValue(self.pos())
            self.show()
            self.raise_()
            self._slide.start()
            self.shown.emit(True)
        self.reload()
        self._take_focus()

    def _take_focus(self) -> None:
        # Without a list the keys are the panel's.
        (self if self.list.isHidden() else self.list).setFocus()

    def close_panel(self) -> None:
        if self.isHidden():
            return
        had_focus = self.isAncestorOf(QApplication.focusWidget() or self.window())
        self.hide()
        self.shown.emit(False)
        try:
            if had_focus and self._came_from is not None and self._came_from.isVisible():
                self._came_from.setFocus()
        except RuntimeError:
            # What had the keyboard before is gone.
            self._over.setFocus()
        self._came_from = None

    def _place(self) -> None:
        corner = self._over.pos()
        self.setGeometry(corner.x(), corner.y(), min(WIDTH, self._over.width()), self._over.height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self._slide.stop()
            self._place()
        return False

    def event(self, event: QEvent) -> bool:
        # The page under the panel has the same keys.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_F5)
            and not event.modifiers()
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not event.modifiers():
            self.close_panel()
        elif event.key() == Qt.Key.Key_F5 and not event.modifiers():
            self.reload()
        else:
            super().keyPressEvent(event)

    # What is shown

    def show_tab(self, key: str) -> None:
        """Show the inbox, what of it is unread, or what was sent."""
        if key != self._tab:
            self._tab, self._limit = key, PAGE
            self._tabs[key].setChecked(True)
        self.reload()

    def reload(self) -> None:
        """Read the chosen tab anew; the counts come from the inbox."""
        tab, limit = self._tab, self._limit
        read = _READERS[tab]
        self._workplace.read(
            lambda session: read(session, limit=limit),
            parent=self,
            done=partial(self._on_read, tab, limit),
            failed=self._on_failed,
            key="notices",
        )

    def _reload_if_shown(self) -> None:
        if self.isVisible():
            self.reload()

    def _read_more(self) -> None:
        if not self._full:
            self._limit += PAGE
            self.reload()

    def _on_read(self, tab: str, limit: int, rows: tuple[NoticeRow, ...]) -> None:
        self._full = len(rows) < limit
        self.show_rows(tab, rows)
        self._inbox.follow()

    def show_rows(self, tab: str, rows: tuple[NoticeRow, ...]) -> None:
        """Show these notices as those of the tab; what was chosen stays chosen."""
        has_keys = self.list.hasFocus() or self.hasFocus()
        present, place = self.list.current(), self.list.currentIndex().row()
        if tab == "sent":
            self.list.rows.show_sent(rows, self._today)
        else:
            self.list.rows.show_inbox(rows, self._today)
        self.list.setVisible(bool(rows))
        self._empty.setVisible(not rows)
        if has_keys:
            self._take_focus()
        self._empty.setText(
            {"inbox": _("No notices yet"), "unread": _("No new notices"), "sent": _("Nothing sent yet")}[tab]
        )
        self.list.keep_current(present.id if present is not None else None, place)

    def _on_failed(self, error: UserError) -> None:
        self._tell_age(str(error))

    def _on_connection(self, connected: bool, _error: object) -> None:
        if connected:
            self._offline.setText("")
            self._offline.setToolTip("")
        else:
            self._tell_age("")

    def _tell_age(self, why: str) -> None:
        if self._read_at is not None:
            self._offline.setText(_("As of {time}").format(time=clock(self._read_at)))
        else:
            self._offline.setText(_("No connection"))
        self._offline.setToolTip(why)

    def show_counts(self, counts: NoticeCounts) -> None:
        self._read_at, self._today = counts.now, counts.now.date()
        if self._workplace.live.connected:
            self._offline.setText("")
        self._new.setText(
            ngettext("{count} new", "{count} new", counts.unread).format(count=number(counts.unread))
            if counts.unread
            else ""
        )
        self.read_all_button.setEnabled(counts.unread > 0)
        for key, count in (("inbox", counts.inbox), ("unread", counts.unread), ("sent", counts.sent)):
            text = f"{self._tab_words[key]} {number(count)}"
            self._tabs[key].setText(text)
            self._tabs[key].setAccessibleName(text)

    # What is done

    def choose(self, notice_id: UUID) -> None:
        index = self.list.rows.index_of(notice_id)
        if index.isValid():
            self.list.setCurrentIndex(index)

    def read_all(self) -> None:
        """Mark all that is shown as read."""
        self.acts.mark_read(self.list.rows.notices())

    def _on_chosen(self) -> None:
        row = self.list.current()
        mine = row is not None and row.recipient_id == self._workplace.identity.employee_id
        asked = row is not None and mine and may_answer(row)
        self.open_button.setEnabled(row is not None)
        self.accept_button.setEnabled(asked)
        self.cannot_button.setEnabled(asked)
        self.snooze_button.setEnabled(mine)

    def _with_current(self, act: Callable[[NoticeRow], Any]) -> None:
        row = self.list.current()
        if row is not None:
            act(row)

    def _open(self) -> None:
        self._with_current(self.acts.open)

    def _accept(self) -> None:
        self._with_current(self.acts.accept)

    def _refuse(self) -> None:
        self._with_current(self.acts.refuse)

    def _mark_read(self) -> None:
        self._with_current(lambda row: self.acts.mark_read([row]))

    def _hide_notice(self) -> None:
        row = self.list.current()
        if row is not None and row.recipient_id == self._workplace.identity.employee_id:
            self.acts.hide(row)

    def _fill_snooze(self) -> None:
        row = self.list.current()
        if row is not None:
            self.acts.fill_snooze_menu(self._snooze, row)

    def _on_quiet(self, on: bool) -> None:
        settings = self._workplace.settings
        if settings.do_not_disturb != on:
            settings.do_not_disturb = on
            settings.save()
