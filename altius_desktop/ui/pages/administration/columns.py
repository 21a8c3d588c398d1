"""What the table of accounts shows."""

from collections.abc import Collection
from dataclasses import dataclass

from altius_desktop.domain.rights import has_workplace
from altius_desktop.i18n import _, ngettext
from altius_desktop.services.accounts import AccountRow
from altius_desktop.ui.formats import clock, full_day
from altius_desktop.ui.table import Column, Mark, RowStyle


@dataclass(frozen=True)
class ShownAccount:
    """An account as a row of the table."""

    id: str
    account: AccountRow


def role_names() -> dict[str, str]:
    """The groups as people call them, in the order they are offered; without `employee`, which everybody is."""
    return {
        "manager": _("manager"),
        "advertising": _("advertising"),
        "supply": _("supply"),
        "secretary": _("secretary"),
        "accountant": _("accountant"),
        "director": _("director"),
        "administrator": _("administrator"),
        "backup": _("backup"),
    }


def roles_text(groups: Collection[str]) -> str:
    names = [name for group, name in role_names().items() if group in groups]
    return ", ".join(names) if names or not has_workplace(groups) else _("employee")


def columns() -> tuple[Column, ...]:
    return (
        Column("login", _("Login"), 14, lambda row: row.id, strong=True, sort=lambda row: row.id),
        Column(
            "employee",
            _("Employee"),
            30,
            lambda row: row.account.full_name or "—",
            stretch=True,
            sort=lambda row: row.account.full_name.lower() or None,
        ),
        Column("roles", _("Roles"), 24, lambda row: roles_text(row.account.groups), sort=_roles_order),
        Column("state", _("State"), 15, _state, sort=lambda row: _state(row).text),
        Column(
            "sessions", _("Sessions"), 9, _sessions, align="right", sort=lambda row: -row.account.sessions
        ),
        Column("seen", _("Last act"), 18, _seen, sort=_seen_order),
    )


def style(row: ShownAccount) -> RowStyle:
    return RowStyle(done=not row.account.can_login)


def state_text(account: AccountRow) -> str:
    if not account.active:
        return _("has left")
    return _("may log in") if account.can_login else _("locked")


def _state(row: ShownAccount) -> Mark:
    open_account = row.account.can_login and row.account.active
    return Mark(
        "check" if open_account else "lock", state_text(row.account), "ok" if open_account else "warn"
    )


def _sessions(row: ShownAccount) -> str:
    return str(row.account.sessions) if row.account.sessions else "—"


def _seen(row: ShownAccount) -> str:
    at = row.account.last_act_at
    return f"{full_day(at.date())}, {clock(at)}" if at is not None else _("never")


def _roles_order(row: ShownAccount) -> str:
    return roles_text(row.account.groups)


def _seen_order(row: ShownAccount) -> float | None:
    at = row.account.last_act_at
    return -at.timestamp() if at is not None else None


def counts_text(rows: Collection[ShownAccount]) -> str:
    """How many accounts there are, and how many of these people are logged in."""
    here = sum(1 for row in rows if row.account.sessions)
    told = ngettext("{count} login", "{count} logins", len(rows)).format(count=len(rows))
    return _("{logins} · in the program now: {count}").format(logins=told, count=here)
