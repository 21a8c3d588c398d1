"""Roles are the whole server's: a test that changes them puts them back for the tests after it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.conftest import PREFIX, Office
from tests.db.desks import as_owner

_ROLES = """SELECT r.rolname, r.rolcanlogin, r.rolpassword,
                   ARRAY(SELECT DISTINCT g.rolname::text FROM pg_auth_members AS m
                         JOIN pg_roles AS g ON g.oid = m.roleid WHERE m.member = r.oid ORDER BY 1)
            FROM pg_authid AS r WHERE starts_with(r.rolname, %s) ORDER BY 1"""


def drop_company(cursor: Any, name: str) -> None:
    """Drop a company's database, if it is there, and its roles, which were named after it."""
    cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    # The keeper of accounts last: what a role has granted holds it.
    cursor.execute(
        "SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s) ORDER BY rolname = %s",
        (f"{name}_", f"{name}__accounts"),
    )
    for (role,) in cursor.fetchall():
        cursor.execute(f'DROP ROLE "{role}"')


@contextmanager
def roles_kept(office: Office) -> Iterator[None]:
    """Afterwards the company's roles are those of before, with their passwords, locks and groups."""
    before = as_owner(office, _ROLES, f"{PREFIX}_")
    yield
    for name in {row[0] for row in as_owner(office, _ROLES, f"{PREFIX}_")} - {row[0] for row in before}:
        as_owner(office, f'DROP ROLE "{name}"')
    # From 16 on a grant is taken back in the name of whoever gave it.
    bounded = int(as_owner(office, "SHOW server_version_num")[0][0]) >= 160000
    grantor = f' GRANTED BY "{PREFIX}__accounts"' if bounded else ""
    after = {name: groups for name, _can, _password, groups in as_owner(office, _ROLES, f"{PREFIX}_")}
    for name, can_login, password, groups in before:
        as_owner(office, f'ALTER ROLE "{name}" {"LOGIN" if can_login else "NOLOGIN"}')
        if password:
            as_owner(office, f'ALTER ROLE "{name}" PASSWORD %s', password)
        for group in set(after[name]) - set(groups):
            as_owner(office, f'REVOKE "{group}" FROM "{name}"{grantor}')
        for group in set(groups) - set(after[name]):
            as_owner(office, f'GRANT "{group}" TO "{name}"{grantor}')
    assert as_owner(office, _ROLES, f"{PREFIX}_") == before
