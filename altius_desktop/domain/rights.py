"""Who may do what in the window, by the groups of the login: each answer is the reason why not, "" if he may.

The database decides the same way and has the last word; this only spares people a refusal. Who changes a
directory is declared with the directory.
"""

from collections.abc import Collection
from uuid import UUID

from altius_desktop.i18n import _

BULK_EXPORTERS = frozenset({"secretary", "director"})


def has_workplace(groups: Collection[str]) -> bool:
    """Whether he sees counterparties and activities at all: an administrator has accounts and directories only."""
    return "employee" in groups


def sees_accounts(groups: Collection[str]) -> bool:
    """Whether he has the page of the accounts."""
    return bool({"administrator", "director"} & set(groups))


def why_not_accounts(groups: Collection[str]) -> str:
    """Making logins, their roles and passwords, letting somebody in again, and leaving."""
    if "administrator" in groups:
        return ""
    return _("Only the administrator does this; the director may lock a login.")


def why_not_lock(groups: Collection[str], *, own: bool) -> str:
    if not sees_accounts(groups):
        return _("Only the administrator and the director lock a login.")
    return _("Nobody can lock himself out.") if own else ""


def why_not_company(groups: Collection[str]) -> str:
    """Our own company: requisites, departments, employees, and who gets whose reminders."""
    if {"secretary", "director", "administrator"} & set(groups):
        return ""
    return _("Only the secretary, the director and the administrator change the company's card.")


def why_not_absence(groups: Collection[str], *, own: bool) -> str:
    """Entering when somebody is away; everybody does so for himself."""
    if own or not why_not_company(groups):
        return ""
    return _("Only he himself, the secretary and the director enter when somebody is away.")


def why_not_dismiss(groups: Collection[str], *, own: bool) -> str:
    if not sees_accounts(groups):
        return _("Only the administrator and the director let somebody go.")
    return _("Nobody lets himself go.") if own else ""


def why_not_referent(groups: Collection[str], *, own: bool) -> str:
    """Whoever keeps a director's private activities is named by him alone."""
    if own and "director" in groups:
        return ""
    return _("Only the director names his referent.")


def why_not_change_activity(
    groups: Collection[str],
    *,
    me: UUID,
    my_department: UUID,
    assignee_id: UUID | None,
    author_id: UUID,
    department_id: UUID | None,
    whose: str,
    answers_for: Collection[UUID] = (),
) -> str:
    """Result, attempts, another day, cancelling; the colour is everybody's. `whose` is the assignee or department.

    `answers_for` are the employees for whom he stands in today.
    """
    if me in (assignee_id, author_id) or department_id == my_department or "director" in groups:
        return ""
    if assignee_id in answers_for:
        return ""
    if assignee_id is None:
        return _(
            "This activity is one of the department “{name}”: only somebody of the department, whoever planned "
            "it and the director may change it."
        ).format(name=whose)
    if department_id is not None:
        return _(
            "This activity is one of {name}: only its assignee, somebody of its department, whoever planned it "
            "and the director may change it."
        ).format(name=whose)
    return _(
        "This activity is one of {name}: only its assignee, whoever planned it and the director may change it."
    ).format(name=whose)


def why_not_erase(groups: Collection[str]) -> str:
    """Erasing a person's data for good, and reading what was erased."""
    return "" if "director" in groups else _("Only the director erases personal data.")


def why_not_bulk_export(groups: Collection[str], *, free_rows: int) -> str:
    if BULK_EXPORTERS & set(groups):
        return ""
    return _("More than {count} counterparties are exported by the secretary or the director.").format(
        count=free_rows
    )
