"""Making a backup: one file with everything the company's database holds, from one snapshot, proved before it counts."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2 import sql

from altius_desktop import __version__
from altius_desktop.database.admin import AdminAddress
from altius_desktop.database.backups.archive import CHUNK, ArchiveWriter, SavedLogin, is_backup
from altius_desktop.database.backups.clients import SUFFIX, Child, Reach, client_programs
from altius_desktop.database.backups.restoring import Progress, Proof, count_rows, prove
from altius_desktop.database.backups.scratch import swept_if_killed
from altius_desktop.database.errors import plain_words, translate
from altius_desktop.database.provisioning import GROUPS
from altius_desktop.database.schema import FORM_OF_REVISION
from altius_desktop.domain.errors import UserError
from altius_desktop.domain.logins import LOGIN_FORM
from altius_desktop.i18n import _


@dataclass(frozen=True)
class Backup:
    """A finished backup; `proof` says whether it was tried out."""

    file: Path
    size: int
    proof: Proof


def back_up(reach: Reach, file: Path, progress: Progress) -> Backup:
    """Write the company into `file`, try it out, and note it in the company; UserError leaves no half file.

    An older backup under this name is replaced by the new one as soon as that is proved.
    """
    _check_target(file)
    part = file.with_name(f".{file.name}.{secrets.token_hex(4)}.part")
    with plain_words(), _disk_in_plain_words(part), swept_if_killed(part):
        try:
            _write(reach, part, progress)
            size = part.stat().st_size
            proof = prove(part, progress)
            part.replace(file)
            _sync_folder(file.parent)
        finally:
            part.unlink(missing_ok=True)
        _note(reach, proof, file.name, size)
    return Backup(file, size, proof)


def before_upgrade(admin: AdminAddress, *, database: str, folder: Path, progress: Progress) -> Backup:
    """The backup that a schema upgrade begins with, named after the database, its revision and the server's time."""
    reach = Reach.of_administrator(admin, database)
    with admin.connect(database) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT version_num, to_char(now() AT TIME ZONE 'UTC', 'YYYYMMDD-HH24MISS') FROM public.alembic_version"
        )
        revision, moment = cursor.fetchone()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from error
    return back_up(reach, folder / f"{database}-{revision}-{moment}.altius", progress)


def _check_target(file: Path) -> None:
    try:
        if file.exists() and not is_backup(file):
            raise UserError(
                _("The file {file} is no backup; it stays as it is.").format(file=file),
                _("Choose another name."),
            )
        if not file.parent.is_dir():
            raise UserError(_("There is no folder {folder}.").format(folder=file.parent))
    except OSError as error:
        raise _unwritable(file, error) from error


def _unwritable(file: Path, error: OSError) -> UserError:
    return UserError(
        _("The backup cannot be written to {file}: {reason}").format(
            file=file, reason=error.strerror or error
        ),
        _("Check the free space and the rights on the folder."),
    )


@contextmanager
def _disk_in_plain_words(part: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _unwritable(part.parent, error) from error


def _write(reach: Reach, part: Path, progress: Progress) -> None:
    connection = reach.connect()
    try:
        connection.autocommit = False
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        with connection.cursor() as cursor:
            known, role = _look(cursor, progress)
            cursor.execute("SELECT pg_export_snapshot()")
            (snapshot,) = cursor.fetchone()
            programs = client_programs(known["server_major"])
            command = [
                str(programs / f"pg_dump{SUFFIX}"),
                "--format=custom",
                "--verbose",
                f"--snapshot={snapshot}",
                *([f"--role={role}"] if role else []),
                f"--dbname={reach.conninfo()}",
            ]
            with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as stream:
                writer = ArchiveWriter(stream)
                try:
                    _dump(command, reach, writer, known["tables"], progress)
                    writer.close(**known)
                    stream.flush()
                    os.fsync(stream.fileno())
                finally:
                    writer.abandon()
    finally:
        with suppress(psycopg2.Error):
            connection.close()


def _dump(
    command: list[str], reach: Reach, writer: ArchiveWriter, tables: dict[str, int], progress: Progress
) -> None:
    done = 0

    def told(line: str) -> None:
        nonlocal done
        if "dumping contents of table" in line:
            done += 1
            table = line.rsplit(".", 1)[-1].strip('"')
            progress(_("Saving {table}").format(table=table), done, len(tables))

    child = Child(command, reach.environment(), told)
    try:
        writer.write_dump(lambda: child.output.read(CHUNK))
        ending = child.finish()
    finally:
        child.abandon()
    if ending.killed:
        raise UserError(_("pg_dump was ended from outside; there is no backup."), _("Try again."))
    if ending.lost_server:
        raise UserError(_("The connection to the server broke; there is no backup."), _("Try again."))
    if ending.status:
        raise UserError(_("The company could not be saved: {reason}").format(reason=ending.reason))


def _look(cursor: Any, progress: Progress) -> tuple[dict[str, Any], str | None]:
    """What the manifest says of the snapshot, and the role that reads everything, where the company has one."""
    cursor.execute(
        """SELECT left(pg_get_userbyid(datdba), -length('__owner')), current_setting('server_version'),
                  current_setting('server_version_num')::int / 10000, now()
           FROM pg_database WHERE datname = current_database() AND pg_get_userbyid(datdba) LIKE '%\\_\\_owner'"""
    )
    found = cursor.fetchone()
    cursor.execute("SELECT to_regclass('public.alembic_version') IS NOT NULL")
    if found is None or not cursor.fetchone()[0]:
        raise _no_company()
    prefix, server, major, made_at = found
    role = _reading_role(cursor, prefix)
    if role:
        cursor.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))
    cursor.execute(
        "SELECT (SELECT version_num FROM public.alembic_version), (SELECT name FROM public.company)"
    )
    revision, company = cursor.fetchone()
    if revision is None or not FORM_OF_REVISION.fullmatch(revision):
        raise _no_company()
    progress(_("Counting the rows"), 0, 0)
    tables = count_rows(cursor)
    known = {
        "program": __version__,
        "revision": revision,
        "server": server,
        "server_major": major,
        "prefix": prefix,
        "company": company or "",
        "made_at": made_at,
        "roles": _group_roles(cursor, prefix),
        "tables": tables,
        "logins": _logins(cursor, prefix),
    }
    return known, role


def _reading_role(cursor: Any, prefix: str) -> str | None:
    """The company's role for backups; None where the server's administrator saves a company that has none yet."""
    role = f"{prefix}__backup"
    cursor.execute(
        """SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %(role)s),
                  rolsuper OR EXISTS (SELECT FROM pg_roles WHERE rolname = %(role)s AND pg_has_role(oid, 'MEMBER'))
           FROM pg_roles WHERE rolname = current_user""",
        {"role": role},
    )
    exists, may = cursor.fetchone()
    if not may:
        raise UserError(
            _("This login may not make backups."),
            _("Ask your administrator for a login of the group backup."),
        )
    return role if exists else None


def _no_company() -> UserError:
    return UserError(_("This database is not a company of Altius."), _("Check the name of the database."))


def _group_roles(cursor: Any, prefix: str) -> tuple[str, ...]:
    cursor.execute(
        "SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s) AND NOT rolcanlogin ORDER BY rolname",
        (f"{prefix}__",),
    )
    return tuple(role for (role,) in cursor.fetchall())


def _logins(cursor: Any, prefix: str) -> tuple[SavedLogin, ...]:
    cursor.execute(
        """SELECT substr(r.rolname, length(%(prefix)s) + 2), r.rolcanlogin, e.full_name,
                  ARRAY(SELECT substr(g.rolname, length(%(prefix)s) + 3) FROM pg_auth_members AS m
                        JOIN pg_roles AS g ON g.oid = m.roleid
                        WHERE m.member = r.oid AND starts_with(g.rolname, %(prefix)s || '__') ORDER BY 1)
           FROM pg_roles AS r LEFT JOIN public.employee AS e
             ON r.rolname = %(prefix)s || '_' || e.login
           WHERE starts_with(r.rolname, %(prefix)s || '_') ORDER BY r.rolname""",
        {"prefix": prefix},
    )
    return tuple(
        SavedLogin(login, tuple(group for group in groups if group in GROUPS), full_name, not can_login)
        for login, can_login, full_name, groups in cursor.fetchall()
        if LOGIN_FORM.fullmatch(login)
    )


def _sync_folder(folder: Path) -> None:
    """The new name survives a power cut, where the system lets a folder be synchronised."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _note(reach: Reach, proof: Proof, file_name: str, size: int) -> None:
    """Tell the company; a schema that knows no backups yet has nowhere to note them."""
    try:
        connection = reach.connect()
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT to_regprocedure('public.note_backup(timestamptz,text,bigint,boolean)')"
                )
                if cursor.fetchone()[0] is not None:
                    cursor.execute(
                        "SELECT public.note_backup(%s, %s, %s, %s)",
                        (proof.manifest.made_at, file_name[:500], size, proof.proved),
                    )
        finally:
            connection.close()
    except (psycopg2.Error, UserError) as error:
        raise UserError(
            _("The backup {file} is whole, but the company could not be told of it.").format(file=file_name),
            str(translate(error)).strip(),
        ) from error
