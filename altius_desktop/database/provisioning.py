"""What only an administrator of the server does: databases, roles and logins of a company.

Nothing that a user works in comes here. The owner and the group roles cannot log in; each
employee has a login role `<prefix>_<login>` with a SCRAM verifier made on this side.
"""

import re
from collections.abc import Iterable
from typing import Any

from psycopg2 import sql
from psycopg2.extensions import encrypt_password

from altius_desktop.database.admin import AdminAddress
from altius_desktop.database.schema import SCHEMA_REVISION, migrate
from altius_desktop.domain.errors import UserError
from altius_desktop.i18n import _

GROUPS = (
    "employee",
    "manager",
    "advertising",
    "supply",
    "secretary",
    "accountant",
    "director",
    "administrator",
)
LOGIN_FORM = re.compile(r"[a-z][a-z0-9.-]{0,30}")

# Comfort, not protection: a role can change its own settings.
LOGIN_SETTINGS = {"lock_timeout": "3s", "idle_in_transaction_session_timeout": "60s"}


def create_company_database(admin: AdminAddress, *, database: str, prefix: str) -> None:
    """Roles, an empty database and its schema; what exists already is kept."""
    with admin.connect() as connection, connection.cursor() as cursor:
        owner = _ensure_roles(cursor, prefix)
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,))
        if cursor.fetchone() is None:
            cursor.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(
                    sql.Identifier(database), sql.Identifier(owner)
                )
            )
        grant_connect(cursor, database=database, prefix=prefix)
    with admin.connect(database) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        cursor.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        cursor.execute(sql.SQL("GRANT ALL ON SCHEMA public TO {}").format(sql.Identifier(owner)))
        cursor.execute("SELECT oid::regprocedure::text FROM pg_proc WHERE proname ~ '^lo_|^lo(read|write)$'")
        for (function,) in cursor.fetchall():
            cursor.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")
    upgrade_schema(admin, database=database)


def upgrade_schema(admin: AdminAddress, *, database: str) -> None:
    """Bring the schema to the one that this program ships; a newer one is left for the program to refuse."""
    with admin.connect(database) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.alembic_version')")
        if cursor.fetchone()[0] is not None:
            cursor.execute("SELECT version_num FROM public.alembic_version")
            found = cursor.fetchone()
            # alembic costs a fifth of a second: not at each start.
            if found is not None and found[0] >= SCHEMA_REVISION:
                return
    engine = admin.engine(database)
    with engine.begin() as connection:
        migrate(connection)
    engine.dispose()


def grant_connect(cursor: Any, *, database: str, prefix: str) -> None:
    """Let the company's people into the database and nobody else; a copied database needs it anew."""
    cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database)))
    for group in ("employee", "administrator"):
        cursor.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                sql.Identifier(database), sql.Identifier(f"{prefix}__{group}")
            )
        )


def _ensure_roles(cursor: Any, prefix: str) -> str:
    owner = f"{prefix}__owner"
    for role in (owner, *(f"{prefix}__{group}" for group in GROUPS)):
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,))
        if cursor.fetchone() is None:
            cursor.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))
    for group in GROUPS:
        if group not in ("employee", "administrator"):
            cursor.execute(
                sql.SQL("GRANT {} TO {}").format(
                    sql.Identifier(f"{prefix}__employee"), sql.Identifier(f"{prefix}__{group}")
                )
            )
    return owner


def create_login(connection: Any, *, prefix: str, login: str, password: str, groups: Iterable[str]) -> None:
    """A login role with these groups; an existing one gets the new password. Only a verifier is sent."""
    if not LOGIN_FORM.fullmatch(login):
        raise UserError(
            _("“{login}” cannot be a login.").format(login=login),
            _("A login begins with a Latin letter; letters, digits, dots and hyphens may follow."),
        )
    role = f"{prefix}_{login}"
    verifier = encrypt_password(password, role, scope=connection, algorithm="scram-sha-256")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,))
        verb = "CREATE" if cursor.fetchone() is None else "ALTER"
        cursor.execute(
            sql.SQL(verb + " ROLE {} LOGIN INHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(
                sql.Identifier(role), sql.Literal(verifier)
            )
        )
        for name, value in LOGIN_SETTINGS.items():
            cursor.execute(
                sql.SQL("ALTER ROLE {} SET {} = {}").format(
                    sql.Identifier(role), sql.Identifier(name), sql.Literal(value)
                )
            )
        for group in groups:
            if group not in GROUPS:
                raise ValueError(f"no such group role: {group}")
            cursor.execute(
                sql.SQL("GRANT {} TO {}").format(sql.Identifier(f"{prefix}__{group}"), sql.Identifier(role))
            )
