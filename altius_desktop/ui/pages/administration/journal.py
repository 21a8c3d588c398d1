"""The journal of the accounts and, for the director, of what was erased: who did it, when, to whom."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PySide6.QtWidgets import QWidget

from altius_desktop.domain.rights import why_not_erase
from altius_desktop.i18n import _
from altius_desktop.services.accounts import AccountEventRow, list_account_events
from altius_desktop.services.erasure import ErasureRow, list_erasures
from altius_desktop.ui.form import DialogFrame
from altius_desktop.ui.formats import clock, full_day
from altius_desktop.ui.keys import shortcut
from altius_desktop.ui.pages.administration.columns import roles_text
from altius_desktop.ui.table import Column, DataTable, RowTableModel
from altius_desktop.ui.workplace import Workplace


@dataclass(frozen=True)
class JournalRow:
    """One entry; `at` is the office's time."""

    id: str
    at: datetime
    who: str
    what: str
    whom: str
    detail: str


class JournalDialog(DialogFrame):
    """Read anew by F5; open it with show(): it does not block the window."""

    def __init__(self, workplace: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(
            parent,
            name="journalDialog",
            icon="history",
            title=_("Journal of the logins"),
            subtitle=_("Accounts and erased personal data"),
            scroll=False,
        )
        self._workplace = workplace
        self.model = RowTableModel(_columns())
        self.table = DataTable(self.model, name="journalTable", title=_("Journal of the logins"))
        self.table.restore_state(workplace.layout("journalTable"))
        self.table.state_changed.connect(
            lambda: workplace.save_layout("journalTable", self.table.save_state())
        )
        self.table.show_when_empty("history", _("Nothing has happened yet"))
        self.body.addWidget(self.table, 1)
        self.save_nothing()
        shortcut(self, "F5", self.reload)
        self.resize(1060, 560)
        self.table.setFocus()
        self.reload()

    def reload(self) -> None:
        """Read the latest entries."""
        sees_erasures = not why_not_erase(self._workplace.identity.groups)
        self._workplace.read(
            lambda session: _rows(
                list_account_events(session), list_erasures(session) if sees_erasures else ()
            ),
            parent=self,
            done=self._on_read,
            failed=self.show_error,
            key="journal",
        )

    def _on_read(self, rows: tuple[JournalRow, ...]) -> None:
        self.banner.hide()
        self.model.set_rows(rows)
        if rows and self.table.current_row() is None:
            self.table.select_id(rows[0].id)


def _rows(events: Collection[AccountEventRow], erasures: Collection[ErasureRow]) -> tuple[JournalRow, ...]:
    words = {
        "created": _("login made"),
        "groups": _("roles changed"),
        "password": _("new password"),
        "locked": _("login locked"),
        "unlocked": _("login unlocked"),
        "dismissed": _("let go"),
        "reinstated": _("taken back"),
    }
    rows = [
        JournalRow(f"account {number}", event.at, event.login, words[event.what], event.whom, _detail(event))
        for number, event in enumerate(events)
    ]
    rows += [
        JournalRow(
            f"erasure {one.id}",
            one.erased_at,
            one.erased_by_name,
            _("personal data erased"),
            one.counterparty_name,
            f"{one.reason} ({', '.join(one.kinds)})",
        )
        for one in erasures
    ]
    return tuple(sorted(rows, key=lambda row: row.at, reverse=True))


def _detail(event: AccountEventRow) -> str:
    if event.what in ("created", "groups"):
        return roles_text(event.detail.split(", "))
    if event.what == "dismissed":
        return _("{name} takes over").format(name=event.detail)
    return ""


def _columns() -> tuple[Column, ...]:
    def column(key: str, title: str, width: int, value: Any, **how: Any) -> Column:
        return Column(key, title, width, value, sort=value, **how)

    return (
        Column(
            "at",
            _("When"),
            18,
            lambda row: f"{full_day(row.at.date())}, {clock(row.at)}",
            sort=lambda row: -row.at.timestamp(),
        ),
        column("who", _("Who"), 20, lambda row: row.who),
        column("what", _("What"), 20, lambda row: row.what),
        column("whom", _("Whom"), 22, lambda row: row.whom),
        column("detail", _("Details"), 40, lambda row: row.detail, stretch=True),
    )
