"""The administrator's page: the accounts, what may be done with them, and how old the last backup is."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from altius_desktop.database.listener import News
from altius_desktop.domain.errors import ConnectionLost, UserError
from altius_desktop.i18n import _, ngettext
from altius_desktop.services.accounts import AccountRow, list_accounts
from altius_desktop.services.backups import BackupRow, last_backup
from altius_desktop.ui import messages
from altius_desktop.ui.controls import Button, IconLabel, label, set_tone
from altius_desktop.ui.formats import clock, full_day
from altius_desktop.ui.keys import shortcut
from altius_desktop.ui.pages.administration.acts import AccountActs
from altius_desktop.ui.pages.administration.columns import (
    ShownAccount,
    columns,
    counts_text,
    roles_text,
    style,
)
from altius_desktop.ui.pages.administration.journal import JournalDialog
from altius_desktop.ui.table import DataTable, RowTableModel
from altius_desktop.ui.theme import Font
from altius_desktop.ui.workplace import Workplace

# Nobody sends news of who comes and goes.
_EVERY_MS = 10_000
_BACKUP_DUE = timedelta(days=2)


class AdministrationPage(QWidget):
    """`top` goes into the window's top bar, `counts_changed` into its status bar. Read anew while it is seen."""

    counts_changed = Signal(str, str)  # what is shown, when it was read
    loaded = Signal()

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self.setObjectName("administrationPage")
        self.setAccessibleName(_("Administration"))
        self._workplace = workplace
        self._rows: tuple[ShownAccount, ...] = ()
        self._wanted: str | None = None
        self.top = QWidget()
        self.search = QLineEdit()
        self.search.setObjectName("accountSearch")
        self.search.setAccessibleName(_("Find a login or an employee"))
        self.search.setPlaceholderText(_("Find a login or an employee"))
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(320)
        self.search.setMinimumWidth(260)
        self.search.textChanged.connect(lambda _text: self._show_rows())
        top = QHBoxLayout(self.top)
        top.setContentsMargins(0, 0, 0, 0)
        top.addWidget(label(_("Administration"), role=Font.TITLE))
        top.addStretch(1)
        top.addWidget(self.search)

        self.model = RowTableModel(columns(), style=style, parent=self)
        self.table = DataTable(self.model, name="accountsTable", title=_("Logins"))
        self.table.restore_state(workplace.layout("accountsTable"))
        self.table.state_changed.connect(
            lambda: workplace.save_layout("accountsTable", self.table.save_state())
        )
        self.acts = acts = AccountActs(workplace, self, self.chosen, self._taken)
        acts.done.connect(self._on_done)
        self.table.current_row_changed.connect(lambda _row: self._show_state())
        self.table.activated_row.connect(lambda _row: acts.change_roles())
        self.buttons: dict[str, Button] = {}
        bar = QHBoxLayout()
        bar.setSpacing(6)
        for name, text, icon, keys, action in (
            ("add", _("Add"), "user_add", "Ins", acts.add),
            ("roles", _("Roles…"), "edit", "F2", acts.change_roles),
            ("lock", _("Lock…"), "lock", "", acts.toggle_lock),
            ("password", _("New password…"), "key", "", acts.new_password),
            ("leave", _("Let go…"), "logout", "", acts.leave),
        ):
            button = Button(text, icon=icon, hint=keys, name=f"{name}AccountButton", on_click=action)
            self.buttons[name] = button
            bar.addWidget(button)
        bar.addWidget(Button(_("Journal…"), icon="history", name="journalButton", on_click=self.show_journal))
        bar.addStretch()
        self._backup_icon = IconLabel("archive", role="muted")
        self._backup = label(role=Font.TABLE, tone="muted", name="lastBackup")
        bar.addWidget(self._backup_icon)
        bar.addWidget(self._backup)
        self.banner = messages.Banner("danger", icon="offline", name="accountsBanner")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(14, 10, 14, 12)
        whole.setSpacing(8)
        whole.addLayout(bar)
        whole.addWidget(self.banner)
        whole.addWidget(self.table, 1)
        for keys, action in (
            ("Ins", acts.add),
            ("F2", acts.change_roles),
            ("F5", self.reload),
            ("Ctrl+F", self.search.setFocus),
        ):
            shortcut(self, keys, action)
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self.reload)
        workplace.live.news.connect(self._on_news)
        workplace.live.returned.connect(self._reload_if_seen)
        workplace.live.connection_changed.connect(self._on_connection)
        self._show_state()

    def chosen(self) -> AccountRow | None:
        """The selected account."""
        row = self.table.current_row()
        return row.account if row is not None else None

    def show_journal(self) -> None:
        """Show what was done to accounts, and what was erased."""
        dialog = JournalDialog(self._workplace, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def _taken(self) -> frozenset[str]:
        return frozenset(row.id for row in self._rows)

    def reload(self) -> None:
        """Read the accounts and the last backup anew."""
        self._workplace.read(
            lambda session: (list_accounts(session), last_backup(session)),
            parent=self,
            done=self._on_read,
            failed=self._on_read_failed,
            key="accounts",
        )

    def _on_read(self, found: tuple[list[AccountRow], BackupRow | None]) -> None:
        accounts, backup = found
        self.banner.hide()
        self._rows = tuple(ShownAccount(account.login, account) for account in accounts)
        self._show_rows()
        if self._wanted is not None and self.table.select_id(self._wanted):
            self._wanted = None
        elif self.table.current_row() is None and self.model.rowCount():
            self.table.select_id(self.model.row_at(0).id)
        self._show_backup(backup)
        self.loaded.emit()

    def _on_read_failed(self, error: UserError) -> None:
        self.banner.show_text(error.text, error.hint)

    def _show_rows(self) -> None:
        words = self.search.text().lower().replace("ё", "е").split()
        shown = [row for row in self._rows if all(word in _searchable(row) for word in words)]
        self.table.show_when_empty("nothing_found", _("Nothing found"))
        self.model.set_rows(shown)
        self.counts_changed.emit(counts_text(self._rows), "")
        self._show_state()

    def _show_backup(self, backup: BackupRow | None) -> None:
        if backup is None:
            text, tip, good = _("There is no backup yet."), "", False
        else:
            told = (
                _("The last good backup: {age}")
                if backup.proved
                else _("The last backup, never tried out: {age}")
            )
            text = told.format(age=_age_text(backup.age))
            made_at = backup.made_at.astimezone(ZoneInfo(self._workplace.identity.zone))
            tip = f"{backup.file_name}, {full_day(made_at.date())}, {clock(made_at)}"
            good = backup.proved and backup.age <= _BACKUP_DUE
        self._backup.setText(text)
        self._backup.setToolTip(tip)
        set_tone(self._backup, "tone", "muted" if good else "warn")
        self._backup_icon.show_icon("archive" if good else "warn", "muted" if good else "warn")

    def _show_state(self) -> None:
        account = self.chosen()
        locked = account is not None and not account.can_login
        button = self.buttons["lock"]
        button.setText(_("Unlock") if locked else _("Lock…"))
        button.setAccessibleName(button.text())
        button.updateGeometry()
        gone = account is not None and not account.active
        leave = self.buttons["leave"]
        leave.setText(_("Take back…") if gone else _("Let go…"))
        leave.setAccessibleName(leave.text())
        set_tone(leave, "kind", "secondary" if gone else "danger")
        leave.updateGeometry()
        other = {"lock": "unlock" if locked else "lock", "leave": "reinstate" if gone else "leave"}
        for name, one in self.buttons.items():
            why = self.acts.why_not(other.get(name, name))
            one.setEnabled(not why)
            one.setToolTip(why)

    def _on_done(self, login: str) -> None:
        self._wanted = login
        self.reload()

    def _on_news(self, news: tuple[News, ...]) -> None:
        if any(item.table in ("employee", "company") for item in news):
            self._reload_if_seen()

    def _reload_if_seen(self) -> None:
        if self.isVisible():
            self.reload()

    def _on_connection(self, connected: bool, error: UserError | None) -> None:
        if connected:
            self.banner.hide()
        elif self.isVisible():
            lost = error or ConnectionLost(_("The connection to the server is lost."))
            self.banner.show_text(lost.text, _("The program keeps trying to connect."))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()
        self.reload()
        self.table.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()


def _searchable(row: Any) -> str:
    text = f"{row.id} {row.account.full_name} {roles_text(row.account.groups)}"
    return text.lower().replace("ё", "е")


def _age_text(age: timedelta) -> str:
    hours = int(age.total_seconds() // 3600)
    if hours < 1:
        return _("less than an hour ago")
    if hours < 48:
        return ngettext("{count} hour ago", "{count} hours ago", hours).format(count=hours)
    return ngettext("{count} day ago", "{count} days ago", hours // 24).format(count=hours // 24)
