"""Is the company in good health: what monitoring asks each morning, and an administrator when something is odd."""

import ipaddress
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import psycopg2

from altius_desktop import __version__
from altius_desktop.database.backups.clients import Reach, client_programs
from altius_desktop.database.errors import plain_words
from altius_desktop.database.programs import OLDEST_VERSION
from altius_desktop.database.rights import expected_facts, facts_of
from altius_desktop.database.schema import SCHEMA_REVISION
from altius_desktop.domain.clock import utc_now
from altius_desktop.domain.errors import UserError
from altius_desktop.domain.logins import LOGIN_FORM
from altius_desktop.i18n import _, ngettext

State = Literal["ok", "warning", "fault"]

BACKUP_DUE = timedelta(days=2)
_CLOCK_TOLERANCE = timedelta(minutes=2)
_FEW_CONNECTIONS = 10


@dataclass(frozen=True)
class Check:
    """One thing looked at: its name for scripts, how it is, a sentence, and single findings where there are many."""

    name: str
    state: State
    text: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Company:
    cursor: Any
    prefix: str
    major: int


def examine(reach: Reach) -> tuple[Check, ...]:
    """Look at everything that this login may see; UserError if nobody gets in or it is no company."""
    connection = reach.connect()
    try:
        with plain_words(), connection.cursor() as cursor:
            company = _look(cursor)
            return tuple(_run(name, check, company) for name, check in _CHECKS)
    finally:
        connection.close()


def _look(cursor: Any) -> _Company:
    cursor.execute(
        """SELECT left(pg_get_userbyid(datdba), -length('__owner')),
                  current_setting('server_version_num')::int / 10000
           FROM pg_database WHERE datname = current_database() AND right(pg_get_userbyid(datdba), 7) = '__owner'
           AND to_regclass('public.alembic_version') IS NOT NULL"""
    )
    found = cursor.fetchone()
    if found is None:
        raise UserError(_("This database is not a company of Altius."), _("Check the name of the database."))
    return _Company(cursor, *found)


def _run(
    name: str, check: Callable[[_Company], tuple[State, str, Iterable[str]]], company: _Company
) -> Check:
    try:
        state, text, details = check(company)
    except psycopg2.errors.InsufficientPrivilege:
        return Check(name, "warning", _("This login may not look at it."))
    except psycopg2.errors.UndefinedTable:
        return Check(name, "warning", _("The older schema knows nothing of it."))
    return Check(name, state, text, tuple(details))


Finding = tuple[State, str, Iterable[str]]


def _server(company: _Company) -> Finding:
    company.cursor.execute("SHOW server_version")
    (version,) = company.cursor.fetchone()
    text = _("PostgreSQL {server}, Altius Desktop {program}.").format(server=version, program=__version__)
    if company.major < OLDEST_VERSION:
        return (
            "fault",
            text + " " + _("Version {version} or newer is needed.").format(version=OLDEST_VERSION),
            (),
        )
    return "ok", text, ()


def _programs(company: _Company) -> Finding:
    try:
        folder = client_programs(company.major)
    except UserError as error:
        return "warning", str(error), ()
    return "ok", _("Backups are made with the programs in {folder}.").format(folder=folder), ()


def _locale(company: _Company) -> Finding:
    company.cursor.execute(
        """SELECT pg_encoding_to_char(encoding), datctype FROM pg_database WHERE datname = current_database()"""
    )
    encoding, ctype = company.cursor.fetchone()
    try:
        company.cursor.execute("SELECT array_length(public.show_trgm('Строй'), 1)")
        (trigrams,) = company.cursor.fetchone()
    except psycopg2.errors.UndefinedFunction:
        return "fault", _("The extension pg_trgm is missing: every search is slow or fails."), ()
    if trigrams != 6:
        return "fault", _("Under the locale {locale} Cyrillic words are not found.").format(locale=ctype), ()
    if encoding != "UTF8":
        return "fault", _("The encoding is {encoding} instead of UTF8.").format(encoding=encoding), ()
    return "ok", _("Encoding {encoding}, locale {locale}.").format(encoding=encoding, locale=ctype), ()


def _revision(company: _Company) -> str:
    company.cursor.execute("SELECT version_num FROM public.alembic_version")
    found = company.cursor.fetchone()
    return str(found[0]) if found else ""


def _schema(company: _Company) -> Finding:
    found = _revision(company)
    if found == SCHEMA_REVISION:
        return "ok", _("The schema is {revision}, as this program needs it.").format(revision=found), ()
    text = (
        _("The schema is {revision}, older than this program's {ours}: run server upgrade.")
        if found < SCHEMA_REVISION
        else _("The schema is {revision}, newer than this program's {ours}: install the newer program.")
    )
    return "fault", text.format(revision=found or "—", ours=SCHEMA_REVISION), ()


def _rights(company: _Company) -> Finding:
    if _revision(company) != SCHEMA_REVISION:
        return "warning", _("The rights were not compared: the schema is another one."), ()
    expected = expected_facts(company.prefix, company.major)
    if expected is None:
        text = _(
            "The rights were not compared: this needs the programs of PostgreSQL {version} or newer here."
        )
        return "warning", text.format(version=company.major), ()
    found = facts_of(company.cursor, company.prefix)
    details = [
        *(f"+ {' '.join(fact)}" for fact in sorted(found - expected)),
        *(f"- {' '.join(fact)}" for fact in sorted(expected - found)),
    ]
    if details:
        text = ngettext(
            "The rights differ in {count} place from what this program sets up.",
            "The rights differ in {count} places from what this program sets up.",
            len(details),
        )
        return "fault", text.format(count=len(details)), details
    return "ok", _("The rights are those that this program sets up."), ()


def _clock(company: _Company) -> Finding:
    before = utc_now()
    company.cursor.execute("SELECT clock_timestamp()")
    (theirs,) = company.cursor.fetchone()
    after = utc_now()
    difference = abs(theirs - (before + (after - before) / 2))
    if difference > _CLOCK_TOLERANCE:
        text = _("The clocks of the server and of this computer differ by {minutes} min.")
        return "warning", text.format(minutes=round(difference.total_seconds() / 60)), ()
    return "ok", _("The clocks of the server and of this computer agree."), ()


def _backup(company: _Company) -> Finding:
    company.cursor.execute(
        "SELECT max(made_at) FILTER (WHERE proved), max(made_at), now() FROM public.backup"
    )
    good, latest, now = company.cursor.fetchone()
    if good is None:
        text = _("The backups were never tried out.") if latest else _("There is no backup yet.")
        return "warning", text, ()
    days = (now - good) // timedelta(days=1)
    age = ngettext(
        "The last good backup is {days} day old.", "The last good backup is {days} days old.", days
    ).format(days=days)
    return ("warning" if now - good > BACKUP_DUE else "ok"), age, ()


def _connections(company: _Company) -> Finding:
    company.cursor.execute(
        """SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
                  - coalesce(current_setting('reserved_connections', true)::int, 0)
                  - (SELECT count(*) FROM pg_stat_activity WHERE datid IS NOT NULL)"""
    )
    free = max(company.cursor.fetchone()[0], 0)
    text = ngettext("{count} connection is free.", "{count} connections are free.", free).format(count=free)
    if free < _FEW_CONNECTIONS:
        return "warning", text + " " + _("Raise max_connections on the server."), ()
    return "ok", text, ()


def _logins(company: _Company) -> Finding:
    prefix = f"{company.prefix}_"
    company.cursor.execute(
        """SELECT r.rolname, e.login IS NOT NULL, coalesce(e.active, true),
                  EXISTS (SELECT FROM pg_auth_members AS m JOIN pg_roles AS g ON g.oid = m.roleid
                          WHERE m.member = r.oid
                          AND g.rolname IN (%(prefix)s || '_administrator', %(prefix)s || '_backup'))
           FROM pg_roles AS r LEFT JOIN public.employee AS e ON r.rolname = %(prefix)s || e.login
           WHERE r.rolcanlogin AND NOT r.rolsuper AND has_database_privilege(r.oid, current_database(), 'CONNECT')
           ORDER BY r.rolname""",
        {"prefix": prefix},
    )
    found = company.cursor.fetchall()
    unknown = [
        role
        for role, is_employee, _active, serves in found
        if not role.startswith(prefix)
        or not LOGIN_FORM.fullmatch(role.removeprefix(prefix))
        or not (is_employee or serves)
    ]
    if unknown:
        text = ngettext(
            "{count} login that is nobody's may enter: {names}.",
            "{count} logins that are nobody's may enter: {names}.",
            len(unknown),
        )
        return "fault", text.format(count=len(unknown), names=", ".join(unknown)), ()
    gone = [role.removeprefix(prefix) for role, _employee, active, _serves in found if not active]
    if gone:
        text = _("Logins of employees who have left are not locked: {names}.")
        return "warning", text.format(names=", ".join(gone)), ()
    count = len(found)
    text = ngettext("{count} login may enter.", "{count} logins may enter.", count)
    return "ok", text.format(count=count), ()


def _encryption(company: _Company) -> Finding:
    company.cursor.execute(
        "SELECT ssl, host(inet_client_addr()) FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
    )
    encrypted, client = company.cursor.fetchone()
    if encrypted:
        return "ok", _("The connection is encrypted."), ()
    if client is None or ipaddress.ip_address(client).is_loopback:
        return "ok", _("The server is on this computer: nothing goes over the network."), ()
    return "fault", _("The connection over the network is not encrypted: set up TLS on the server."), ()


_CHECKS: tuple[tuple[str, Callable[[_Company], Finding]], ...] = (
    ("server", _server),
    ("programs", _programs),
    ("locale", _locale),
    ("schema", _schema),
    ("rights", _rights),
    ("clock", _clock),
    ("backup", _backup),
    ("connections", _connections),
    ("logins", _logins),
    ("encryption", _encryption),
)
