"""What only an administrator of the server does: databases, roles and logins of a company.

Nothing that a user works in comes here. The owner and the group roles cannot log in; each
employee has a login role `<prefix>_<login>` with a SCRAM verifier made on this side. In daily work
the company's own administrator makes logins: through functions that belong to `<prefix>__accounts`, a
role with CREATEROLE that nobody is a member of.
"""

from collections.abc import Iterable
from typing import Any

from psycopg2 import sql
from psycopg2.extensions import encrypt_password

from altius_desktop.database.admin import AdminAddress
from altius_desktop.database.schema import SCHEMA_REVISION, migrate
from altius_desktop.domain.errors import UserError
from altius_desktop.domain.logins import LOGIN_FORM as LOGIN_FORM
from altius_desktop.domain.logins import STAFF_GROUPS
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
    "backup",
)

# Comfort, not protection: a role can change its own settings.
LOGIN_SETTINGS = {"lock_timeout": "3s", "idle_in_transaction_session_timeout": "60s"}


def create_company_database(admin: AdminAddress, *, database: str, prefix: str) -> None:
    """Roles, an empty database and its schema; what exists already is kept."""
    with admin.connect() as connection, connection.cursor() as cursor:
        owner = ensure_roles(cursor, prefix)
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,))
        if cursor.fetchone() is None:
            cursor.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0" + _encoding(cursor)).format(
                    sql.Identifier(database), sql.Identifier(owner)
                )
            )
        else:
            cursor.execute(
                sql.SQL("ALTER DATABASE {} OWNER TO {}").format(
                    sql.Identifier(database), sql.Identifier(owner)
                )
            )
        grant_connect(cursor, database=database, prefix=prefix)
        close_common_databases(cursor)
    with admin.connect(database) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        _check_trigrams(cursor, database)
        cursor.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        cursor.execute(sql.SQL("GRANT ALL ON SCHEMA public TO {}").format(sql.Identifier(owner)))
        cursor.execute("SELECT oid::regprocedure::text FROM pg_proc WHERE proname ~ '^lo_|^lo(read|write)$'")
        for (function,) in cursor.fetchall():
            cursor.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")
    upgrade_schema(admin, database=database)


def _encoding(cursor: Any) -> str:
    """What a new database needs on a server that was set up without Unicode or without a language."""
    cursor.execute(
        "SELECT pg_encoding_to_char(encoding), datctype FROM pg_database WHERE datname = 'template0'"
    )
    encoding, ctype = cursor.fetchone()
    plain = encoding == "UTF8" and ctype.upper() not in ("C", "POSIX")
    return "" if plain else " ENCODING 'UTF8' LOCALE 'C.UTF-8'"


def _check_trigrams(cursor: Any, database: str) -> None:
    """Without letters other than Latin there is no search: that must not come out with the first million rows."""
    cursor.execute("SHOW server_encoding")
    # Elsewhere the Cyrillic question itself could not be sent.
    good = cursor.fetchone() == ("UTF8",)
    if good:
        cursor.execute("SELECT array_length(public.show_trgm('Строй'), 1)")
        good = cursor.fetchone() == (6,)
    if not good:
        raise UserError(
            _(
                "The database {database} does not know Russian letters: words cannot be searched for in it."
            ).format(database=database),
            _(
                "Drop it and let the program make it, or: CREATE DATABASE {database} "
                "TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';"
            ).format(database=f'"{database}"'),
        )


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
        cursor.execute("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", (database,))
        prefix = cursor.fetchone()[0].removesuffix("__owner")
        # A newer program may want roles that an older one did not make.
        ensure_roles(cursor, prefix)
        grant_connect(cursor, database=database, prefix=prefix)
    engine = admin.engine(database)
    with engine.begin() as connection:
        migrate(connection)
    engine.dispose()


def grant_connect(cursor: Any, *, database: str, prefix: str) -> None:
    """Let the company's people into the database and nobody else; a copied database needs it anew."""
    cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database)))
    for group in ("employee", "administrator", "backup"):
        cursor.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                sql.Identifier(database), sql.Identifier(f"{prefix}__{group}")
            )
        )


def close_common_databases(cursor: Any) -> bool:
    """Keep a company's people out of the server's own databases, unless others use the server: then False.

    There they could make temporary tables and large objects until the disk is full.
    """
    cursor.execute(
        """SELECT EXISTS (SELECT FROM pg_roles AS r WHERE r.rolcanlogin AND NOT r.rolsuper AND NOT EXISTS (
               SELECT FROM pg_roles AS o WHERE o.rolname ~ '__owner$'
               AND starts_with(r.rolname, left(o.rolname, -length('_owner')))))"""
    )
    if cursor.fetchone()[0]:
        return False
    cursor.execute(
        """SELECT datname FROM pg_database WHERE datname IN ('postgres', 'template1')
           AND (has_database_privilege('public', oid, 'CONNECT') OR has_database_privilege('public', oid, 'TEMPORARY'))"""
    )
    for (name,) in cursor.fetchall():
        cursor.execute(
            sql.SQL("REVOKE CONNECT, TEMPORARY ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name))
        )
    return True


def ensure_roles(cursor: Any, prefix: str) -> str:
    """The owner, the groups and the keeper of accounts, with what each needs; the name of the owner."""
    owner, accounts, backup = (f"{prefix}__{name}" for name in ("owner", "accounts", "backup"))
    for role in (owner, accounts, *(f"{prefix}__{group}" for group in GROUPS)):
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,))
        if cursor.fetchone() is None:
            cursor.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))
    for group in sorted(STAFF_GROUPS):
        _grant_role(cursor, f"{prefix}__employee", f"{prefix}__{group}")
    cursor.execute(sql.SQL("ALTER ROLE {} CREATEROLE").format(sql.Identifier(accounts)))
    cursor.execute(sql.SQL("ALTER ROLE {} BYPASSRLS").format(sql.Identifier(backup)))
    _grant_role(cursor, "pg_signal_backend", accounts)
    _grant_role(cursor, "pg_read_all_data", backup)
    if _bounds_createrole(cursor):
        for group in GROUPS:
            _let_accounts_manage(cursor, prefix, f"{prefix}__{group}")
        cursor.execute(
            "SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s) AND substr(rolname, %s) ~ %s",
            (f"{prefix}_", len(prefix) + 2, f"^{LOGIN_FORM.pattern}$"),
        )
        for (role,) in cursor.fetchall():
            _hand_over_login(cursor, prefix, role)
    return owner


def _bounds_createrole(cursor: Any) -> bool:
    """From 16 on CREATEROLE reaches only roles that one has the ADMIN OPTION on; before, every ordinary role."""
    return bool(cursor.connection.server_version >= 160000)


def _grant_role(cursor: Any, role: str, member: str) -> None:
    cursor.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(role), sql.Identifier(member)))


def _let_accounts_manage(cursor: Any, prefix: str, role: str) -> None:
    cursor.execute(
        sql.SQL("GRANT {} TO {} WITH ADMIN OPTION, INHERIT FALSE, SET FALSE").format(
            sql.Identifier(role), sql.Identifier(f"{prefix}__accounts")
        )
    )


def _hand_over_login(cursor: Any, prefix: str, role: str) -> None:
    """Make the groups of a login grants of the accounts role's: nobody else's could it take back."""
    _let_accounts_manage(cursor, prefix, role)
    cursor.execute(
        """SELECT g.rolname, grantor.rolname FROM pg_auth_members AS m JOIN pg_roles AS g ON g.oid = m.roleid
           JOIN pg_roles AS l ON l.oid = m.member JOIN pg_roles AS grantor ON grantor.oid = m.grantor
           WHERE l.rolname = %s AND starts_with(g.rolname, %s) AND grantor.rolname <> %s""",
        (role, f"{prefix}__", f"{prefix}__accounts"),
    )
    for group, grantor in cursor.fetchall():
        _grant_group(cursor, prefix, group, role)
        cursor.execute(
            sql.SQL("REVOKE {} FROM {} GRANTED BY {}").format(
                sql.Identifier(group), sql.Identifier(role), sql.Identifier(grantor)
            )
        )


def _grant_group(cursor: Any, prefix: str, group: str, role: str) -> None:
    grant = sql.SQL("GRANT {} TO {}").format(sql.Identifier(group), sql.Identifier(role))
    if _bounds_createrole(cursor):
        grant += sql.SQL(" GRANTED BY {}").format(sql.Identifier(f"{prefix}__accounts"))
    cursor.execute(grant)


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
        add_login_groups(cursor, prefix=prefix, role=role, groups=groups)


def add_login_groups(cursor: Any, *, prefix: str, role: str, groups: Iterable[str]) -> None:
    """Add groups to a login role, and let the company's administrator manage it from now on."""
    if _bounds_createrole(cursor):
        _hand_over_login(cursor, prefix, role)
    for group in groups:
        if group not in GROUPS:
            raise ValueError(f"no such group role: {group}")
        _grant_group(cursor, prefix, f"{prefix}__{group}", role)
