"""A backup's way back: into a scratch server as a proof, or into a server that does not hold the company.

Who restores runs what the dump says as the server's administrator: a backup is taken from people one trusts.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2 import sql

from altius_desktop.database.admin import AdminAddress
from altius_desktop.database.backups.archive import CHUNK, Archive, Manifest, SavedLogin
from altius_desktop.database.backups.clients import (
    SUFFIX,
    Child,
    Reach,
    client_programs,
    scratch_programs,
)
from altius_desktop.database.backups.scratch import scratch_server
from altius_desktop.database.errors import plain_words
from altius_desktop.database.provisioning import (
    GROUPS,
    LOGIN_SETTINGS,
    add_login_groups,
    create_login,
    ensure_roles,
    grant_connect,
    upgrade_schema,
)
from altius_desktop.database.schema import SCHEMA_REVISION
from altius_desktop.database.shared_server import DATABASE_FORM
from altius_desktop.domain.errors import UserError
from altius_desktop.domain.logins import LOGIN_FORM, password_complaint
from altius_desktop.i18n import _

USUAL_ADMINISTRATOR = "admin"

Progress = Callable[[str, int, int], None]
"""What is being done, and how much of it: the third number is 0 where nobody knows the end."""


@dataclass(frozen=True)
class Proof:
    """Whether a backup was restored and counted; `why_not` says what was missing for trying it."""

    proved: bool
    manifest: Manifest
    why_not: str = ""


@dataclass(frozen=True)
class Restored:
    """A company that is back: `logins` need a new password, `locked_before` were locked when it was saved."""

    manifest: Manifest
    logins: tuple[str, ...]
    locked_before: tuple[str, ...]
    administrator: str | None


def prove(file: Path, progress: Progress) -> Proof:
    """Restore the file into a scratch server and compare the counts; UserError if it is no good."""
    with plain_words(), _open(file, progress) as archive:
        manifest = archive.manifest
        programs = scratch_programs(manifest.server_major)
        if programs is None:
            why_not = _(
                "The backup was made by PostgreSQL {version}; to try it out this computer needs "
                "the programs of its server (the package postgresql-{version}) or newer ones."
            ).format(version=manifest.server_major)
            return Proof(False, manifest, why_not)
        with scratch_server(programs) as admin:
            with admin.connect() as connection, connection.cursor() as cursor:
                _make_roles(cursor, manifest)
                _make_database(cursor, "scratch", manifest.prefix)
            command = [str(programs.bin_dir / f"pg_restore{SUFFIX}")]
            _fill(archive, Reach.of_administrator(admin, "scratch"), command, progress)
            _compare(admin, "scratch", file, manifest)
    return Proof(True, manifest)


def restore(file: Path, admin: AdminAddress, *, database: str, prefix: str, progress: Progress) -> Restored:
    """Bring the company back into an absent or empty database, its schema as new as this program, its logins locked.

    What fails leaves the server without the company, as it was.
    """
    with plain_words(), _open(file, progress) as archive:
        manifest = archive.manifest
        if not DATABASE_FORM.fullmatch(database):
            raise UserError(
                _("“{database}” cannot be the name of a company's database.").format(database=database)
            )
        if manifest.revision > SCHEMA_REVISION:
            raise UserError(
                _("The backup {file} was made by a newer version of this program.").format(file=file),
                _("Install version {version} or newer.").format(version=manifest.program),
            )
        major = _check_server(admin, manifest)
        pg_restore = client_programs(major) / f"pg_restore{SUFFIX}"
        with admin.connect() as connection, connection.cursor() as cursor:
            _check_place(admin, cursor, database)
            _check_names(cursor, database, manifest.prefix, prefix)
            _make_roles(cursor, manifest)
            made = _make_database(cursor, database, manifest.prefix)
            try:
                _fill(archive, Reach.of_administrator(admin, database), [str(pg_restore)], progress)
                _compare(admin, database, file, manifest)
                _rename_roles(cursor, manifest.prefix, prefix)
                ensure_roles(cursor, prefix)
                grant_connect(cursor, database=database, prefix=prefix)
                upgrade_schema(admin, database=database)
                _lock_logins(cursor, manifest, prefix)
            except BaseException:
                with suppress(psycopg2.Error):
                    name = sql.Identifier(database)
                    cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
                    if not made:
                        cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(name))
                raise
    logins = [saved for saved in manifest.logins if LOGIN_FORM.fullmatch(saved.login)]
    return Restored(
        manifest,
        logins=tuple(saved.login for saved in logins if not saved.locked),
        locked_before=tuple(saved.login for saved in logins if saved.locked),
        administrator=_first_administrator(logins),
    )


def _first_administrator(logins: list[SavedLogin]) -> str | None:
    """Who lets the others in: one who is there, or in a company without any the usual one, if nobody is called so."""
    there = [saved.login for saved in logins if "administrator" in saved.groups]
    free = [] if any(saved.login == USUAL_ADMINISTRATOR for saved in logins) else [USUAL_ADMINISTRATOR]
    return next(iter(there + free), None)


def unlock_administrator(admin: AdminAddress, *, prefix: str, login: str, password: str) -> None:
    """Give a restored company its first login back; the administrator lets in the others."""
    complaint = password_complaint(login, password)
    if complaint:
        raise UserError(complaint)
    with plain_words(), admin.connect() as connection:
        create_login(connection, prefix=prefix, login=login, password=password, groups=("administrator",))


def _open(file: Path, progress: Progress) -> Archive:
    return Archive(file, lambda done, total: progress(_("Reading the file"), done, total))


def _check_server(admin: AdminAddress, manifest: Manifest) -> int:
    with admin.connect() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000, rolsuper FROM pg_roles"
                       " WHERE rolname = current_user")  # fmt: skip
        major, superuser = cursor.fetchone()
    if not superuser:
        raise UserError(_("Only the administrator of the PostgreSQL server can restore a company."))
    if major < manifest.server_major:
        raise UserError(
            _("The backup was made by PostgreSQL {theirs}, but the server is PostgreSQL {ours}.").format(
                theirs=manifest.server_major, ours=major
            ),
            _("Restore it on a server of version {theirs} or newer.").format(theirs=manifest.server_major),
        )
    return int(major)


def _check_place(admin: AdminAddress, cursor: Any, database: str) -> None:
    cursor.execute("SELECT FROM pg_database WHERE datname = %s", (database,))
    if cursor.fetchone() is None:
        return
    with admin.connect(database) as connection, connection.cursor() as look:
        look.execute(
            """SELECT EXISTS (SELECT FROM pg_class WHERE oid >= 16384 AND relnamespace = 'public'::regnamespace)
               OR EXISTS (SELECT FROM pg_namespace WHERE oid >= 16384 AND nspname !~ '^pg_')"""
        )
        if look.fetchone()[0]:
            raise UserError(
                _("The database {database} is not empty; it stays as it is.").format(database=database),
                _("A backup is restored where there is no company: choose another database or folder."),
            )


def _check_names(cursor: Any, database: str, theirs: str, ours: str) -> None:
    """Roles belong to the whole server: no other company may be using those that are locked or renamed here."""
    cursor.execute(
        "SELECT datname FROM pg_database WHERE pg_get_userbyid(datdba) = %s AND datname <> %s",
        (f"{ours}__owner", database),
    )
    other = cursor.fetchone()
    if other is not None:
        raise UserError(
            _("The logins of {database} belong to the database {other}.").format(
                database=database, other=other[0]
            ),
            _("Choose another name for the new company's database."),
        )
    if theirs == ours:
        return
    cursor.execute(
        "SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s) OR starts_with(rolname, %s)",
        (f"{theirs}__", f"{ours}__"),
    )
    if cursor.fetchone() is not None:
        raise UserError(
            _("This server knows the company {name} already.").format(name=theirs),
            _("Restore the backup into a database called {name}, or on another server.").format(name=theirs),
        )


def _make_roles(cursor: Any, manifest: Manifest) -> None:
    """The owner and the groups of this version, and those that only the backup's version had."""
    ensure_roles(cursor, manifest.prefix)
    for role in manifest.roles:
        if not role.startswith(f"{manifest.prefix}__"):
            continue
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", (role,))
        if cursor.fetchone() is None:
            cursor.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))


def _make_database(cursor: Any, database: str, prefix: str) -> bool:
    """Whether it had to be made; one that is there becomes the owner's."""
    name, owner = sql.Identifier(database), sql.Identifier(f"{prefix}__owner")
    cursor.execute("SELECT FROM pg_database WHERE datname = %s", (database,))
    absent = cursor.fetchone() is None
    statement = (
        "CREATE DATABASE {} OWNER {} TEMPLATE template0" if absent else "ALTER DATABASE {} OWNER TO {}"
    )
    cursor.execute(sql.SQL(statement).format(name, owner))
    cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    return absent


def _fill(archive: Archive, reach: Reach, command: list[str], progress: Progress) -> None:
    """Run pg_restore over the dump in one transaction."""
    command = [*command, "--exit-on-error", "--single-transaction", f"--dbname={reach.conninfo()}"]
    total, done = archive.manifest.dump_bytes, 0
    child = Child(command, reach.environment(), lambda _line: None)
    try:
        with archive.dump() as dump, suppress(BrokenPipeError):
            while chunk := dump.read(CHUNK):
                child.input.write(chunk)
                done += len(chunk)
                progress(_("Restoring"), done, total)
        ending = child.finish()
    finally:
        child.abandon()
    if ending.killed:
        raise UserError(_("pg_restore was ended from outside; nothing was restored."), _("Try again."))
    if ending.lost_server:
        raise UserError(_("The connection to the server broke; nothing was restored."), _("Try again."))
    if ending.status:
        raise UserError(_("The backup cannot be restored: {reason}").format(reason=ending.reason))


def _compare(admin: AdminAddress, database: str, file: Path, manifest: Manifest) -> None:
    with admin.connect(database) as connection, connection.cursor() as cursor:
        found = count_rows(cursor)
    wrong = sorted(
        table for table in found.keys() | manifest.tables.keys()
        if found.get(table) != manifest.tables.get(table)
    )  # fmt: skip
    if wrong:
        raise UserError(
            _("The backup {file} is not complete: {table} has {found} rows instead of {expected}.").format(
                file=file,
                table=wrong[0],
                found=found.get(wrong[0], 0),
                expected=manifest.tables.get(wrong[0], 0),
            ),
            _("Take another backup."),
        )


def count_rows(cursor: Any) -> dict[str, int]:
    """How many rows each table of the company has."""
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        " ORDER BY relname"
    )
    counts = {}
    for (table,) in cursor.fetchall():
        cursor.execute(sql.SQL("SELECT count(*) FROM public.{}").format(sql.Identifier(table)))
        counts[table] = int(cursor.fetchone()[0])
    return counts


def _rename_roles(cursor: Any, theirs: str, ours: str) -> None:
    if theirs == ours:
        return
    cursor.execute("SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s)", (f"{theirs}__",))
    for (role,) in cursor.fetchall():
        cursor.execute(
            sql.SQL("ALTER ROLE {} RENAME TO {}").format(
                sql.Identifier(role), sql.Identifier(ours + role.removeprefix(theirs))
            )
        )


def _lock_logins(cursor: Any, manifest: Manifest, prefix: str) -> None:
    """Make the backup's logins, with their groups and without a password; nobody of this company can log in."""
    cursor.execute(
        "SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s) AND rolcanlogin", (f"{prefix}_",)
    )
    left = [role for (role,) in cursor.fetchall() if LOGIN_FORM.fullmatch(role.removeprefix(f"{prefix}_"))]
    for role in left:
        cursor.execute(sql.SQL("ALTER ROLE {} NOLOGIN PASSWORD NULL").format(sql.Identifier(role)))
    for saved in manifest.logins:
        if LOGIN_FORM.fullmatch(saved.login):
            _make_locked_login(cursor, prefix, saved.login, [g for g in saved.groups if g in GROUPS])


def _make_locked_login(cursor: Any, prefix: str, login: str, groups: list[str]) -> None:
    role = f"{prefix}_{login}"
    cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", (role,))
    if cursor.fetchone() is None:
        cursor.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))
    for name, value in LOGIN_SETTINGS.items():
        cursor.execute(
            sql.SQL("ALTER ROLE {} SET {} = {}").format(
                sql.Identifier(role), sql.Identifier(name), sql.Literal(value)
            )
        )
    add_login_groups(cursor, prefix=prefix, role=role, groups=groups)
    _take_other_groups(cursor, prefix, role, groups)


def _take_other_groups(cursor: Any, prefix: str, role: str, groups: list[str]) -> None:
    """A role that outlived its company loses what it was given after the backup."""
    cursor.execute(
        """SELECT g.rolname, pg_get_userbyid(m.grantor) FROM pg_auth_members AS m
           JOIN pg_roles AS g ON g.oid = m.roleid
           WHERE m.member = (SELECT oid FROM pg_roles WHERE rolname = %s) AND g.rolname <> ALL (%s)""",
        (role, [f"{prefix}__{group}" for group in groups]),
    )
    for group, grantor in cursor.fetchall():
        revoke = sql.SQL("REVOKE {} FROM {}").format(sql.Identifier(group), sql.Identifier(role))
        # Before 16 there is one grant, whoever made it.
        if cursor.connection.server_version >= 160000:
            revoke += sql.SQL(" GRANTED BY {}").format(sql.Identifier(grantor))
        cursor.execute(revoke)
