"""What a login, a password and the groups of a login may look like; the database checks logins and groups again."""

import re

from altius_desktop.i18n import _

LOGIN_FORM = re.compile(r"[a-z][a-z0-9.-]{0,30}")

STAFF_GROUPS = frozenset({"manager", "advertising", "supply", "secretary", "accountant", "director"})
"""What an employee may be beside an employee."""

APART_GROUPS = frozenset({"administrator", "backup"})
"""Logins of these have no employee and no other group."""

SHORTEST_PASSWORD = 8


def password_complaint(login: str, password: str) -> str:
    """Why this password will not do for this login; empty if it will."""
    if len(password) < SHORTEST_PASSWORD:
        return _("The password is shorter than {count} characters.").format(count=SHORTEST_PASSWORD)
    if password.lower() == login.lower():
        return _("The password must not be the login.")
    if "\x00" in password:
        return _("The password contains characters that cannot be used.")
    return ""
