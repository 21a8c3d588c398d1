"""The command line: each verb imports what it needs when it runs. 0 well, 1 one clear line, 2 wrong usage."""

import argparse
import contextlib
import io
import json
import locale
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from altius_desktop import __version__
from altius_desktop.commands.backup import add_verbs as add_backup_verbs
from altius_desktop.commands.company import dsn_of
from altius_desktop.commands.server import add_verbs as add_server_verbs
from altius_desktop.commands.users import add_verbs as add_user_verbs
from altius_desktop.domain.errors import UserError
from altius_desktop.i18n import LANGUAGES, _, choose_language, ngettext, set_language
from altius_desktop.settings import Settings

if TYPE_CHECKING:
    from altius_desktop.database.access import Access


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb; no traceback reaches the user but for a fault of ours."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    settings = Settings.load()
    set_language(choose_language(_early_language(argv) or settings.language, _system_language()))
    arguments = _parser().parse_args(argv)
    if hasattr(signal, "SIGTERM"):
        # Leaving by the ordinary way gives the embedded server back.
        signal.signal(signal.SIGTERM, lambda *_args: sys.exit(143))
    try:
        status: int = arguments.run(arguments, settings)
        return status
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has gone; nothing more can be told.
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _early_language(argv: Sequence[str] | None) -> str:
    """--lang must be known before the help texts are made."""
    early = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    early.add_argument("--lang", choices=LANGUAGES, default="")
    with contextlib.suppress(SystemExit), contextlib.redirect_stderr(io.StringIO()):
        return str(early.parse_known_args(argv)[0].lang)
    return ""


def _system_language() -> str:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(name):
            return os.environ[name]
    return locale.getlocale()[0] or ""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="altius-desktop", description=_("The workplace of an employee."))
    parser.add_argument("--version", action="version", version=f"Altius Desktop {__version__}")
    _add_access(parser, top=True)
    parser.set_defaults(run=_run_workplace)
    verbs = parser.add_subparsers(title=_("verbs"), metavar="")

    demo = verbs.add_parser("demo", help=_("open a demo company"))
    _add_access(demo, dsn=False)
    demo.add_argument(
        "--size", choices=("office", "large"), default="office", help=_("how much the demo holds")
    )
    demo.add_argument(
        "--screenshots", metavar="DIR", type=Path, help=_("save pictures of all pages and exit")
    )
    demo.add_argument("--scale", type=float, choices=(1.0, 1.25, 1.5, 2.0), default=1.0)
    demo.set_defaults(run=_run_demo)

    server = verbs.add_parser("server", help=_("the server of a company")).add_subparsers(
        title=_("verbs"), metavar="", required=True
    )
    add_server_verbs(server, _add_access, _ask_password)
    for name, run, text in (
        ("status", _run_server_status, _("tell how the server on this PC is")),
        ("url", _run_server_url, _("print the address of a demo for psql and scripts")),
        ("run", _run_server_run, _("keep the server on this PC up until it is interrupted")),
    ):
        verb = server.add_parser(name, help=text)
        _add_access(verb, dsn=False, login=name == "url")
        verb.set_defaults(run=run)

    importing = verbs.add_parser("import", help=_("read a file of another program")).add_subparsers(
        title=_("verbs"), metavar="", required=True
    )
    counterparties = importing.add_parser("counterparties", help=_("firms with their phones"))
    counterparties.add_argument("file", type=Path)
    counterparties.add_argument("--mapping", help=_("which column is what: field=Header;…"))
    counterparties.add_argument("--dry-run", action="store_true", help=_("read and count, save nothing"))
    counterparties.add_argument("--json", action="store_true", help=_("print the counts as JSON"))
    _add_access(counterparties)
    counterparties.set_defaults(run=_run_import)
    add_user_verbs(verbs, _add_access, _ask_password)
    add_backup_verbs(verbs, _add_access, _ask_password)
    return parser


def _add_access(
    parser: argparse.ArgumentParser, *, dsn: bool = True, login: bool = True, top: bool = False
) -> None:
    # Options before the verb must not be reset by the verb's own defaults.
    default = None if top else argparse.SUPPRESS
    if dsn:
        parser.add_argument("--dsn", default=default, help=_("the server's address (or ALTIUS_DSN)"))
    parser.add_argument(
        "--data-dir", type=Path, metavar="D", default=default, help=_("the folder of a server on this PC")
    )
    if login:
        parser.add_argument("--as", dest="login", metavar="LOGIN", default=default, help=_("who logs in"))
    parser.add_argument("--lang", choices=LANGUAGES, default="" if top else argparse.SUPPRESS)


def _ask_password(login: str) -> str:
    import getpass

    if not sys.stdin.isatty():
        raise UserError(
            _("The password of {login} is missing.").format(login=login), _("Give it in PGPASSWORD.")
        )
    return getpass.getpass(_("Password of {login}:").format(login=login) + " ")


@contextlib.contextmanager
def _access(arguments: argparse.Namespace) -> "Iterator[Access]":
    """Who connects where, by --dsn, ALTIUS_DSN or --data-dir."""
    from altius_desktop.database.access import from_data_dir, from_dsn
    from altius_desktop.services.demo import DEMO_PASSWORD

    dsn = dsn_of(arguments)
    if dsn:
        yield from_dsn(dsn, login=arguments.login, ask_password=_ask_password)
    else:
        with from_data_dir(
            arguments.data_dir,
            login=arguments.login,
            demo_password=DEMO_PASSWORD,
            ask_password=_ask_password,
        ) as access:
            yield access


def _need_screen() -> None:
    """Qt ends the process where there is no screen: say it first."""
    if (
        sys.platform.startswith("linux")
        and not os.environ.get("DISPLAY")
        and not os.environ.get("WAYLAND_DISPLAY")
        and not os.environ.get("QT_QPA_PLATFORM")
    ):
        raise UserError(
            _("There is no screen to open a window on."),
            _("Start it in a graphical session, or save pictures with: demo --screenshots DIR"),
        )


def _run_workplace(arguments: argparse.Namespace, settings: Settings) -> int:
    _need_screen()
    if arguments.dsn or arguments.data_dir or os.environ.get("ALTIUS_DSN"):
        if arguments.data_dir and not arguments.dsn and not arguments.login:
            return _run_embedded(arguments, settings)
        with _access(arguments) as access:
            from altius_desktop.app import Start, run

            return run(Start(access.address, access.credentials, language=arguments.lang), settings=settings)
    from altius_desktop.app import Start, run

    return run(Start(language=arguments.lang), settings=settings)


def _run_embedded(arguments: argparse.Namespace, settings: Settings) -> int:
    """The login window over a company on this PC; a demo offers its employees."""
    from altius_desktop.app import Start, run
    from altius_desktop.database.access import embedded_address, is_demo, running_server

    with running_server(arguments.data_dir) as admin:
        return run(
            Start(
                embedded_address(admin),
                offered=_offered() if is_demo(admin) else (),
                embedded=True,
                language=arguments.lang,
            ),
            settings=settings,
        )


def _offered() -> tuple:  # type: ignore[type-arg]  # OfferedLogin: imported with the window only
    from altius_desktop.services.demo import DEMO_LOGINS, DEMO_PASSWORD
    from altius_desktop.ui.dialogs.login_people import OfferedLogin

    return tuple(
        OfferedLogin(demo.login, demo.full_name, demo.position, DEMO_PASSWORD)
        for demo in DEMO_LOGINS
        if "administrator" not in demo.groups
    )


def _run_demo(arguments: argparse.Namespace, settings: Settings) -> int:
    from altius_desktop.database.access import EMBEDDED_DATABASE, embedded_address
    from altius_desktop.database.connection import Credentials
    from altius_desktop.database.embedded import EmbeddedServer, default_data_dir
    from altius_desktop.services.demo import DEMO_PASSWORD, keep_demo_fresh, make_demo_company

    pictures: Path | None = arguments.screenshots
    if pictures is None:
        _need_screen()
    elif not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    server = EmbeddedServer(arguments.data_dir or default_data_dir().with_name("demo"))
    admin = server.start()
    try:
        for prepare in (make_demo_company, keep_demo_fresh):
            prepare(
                admin,
                database=EMBEDDED_DATABASE,
                prefix=EMBEDDED_DATABASE,
                size=arguments.size,
                progress=_print_progress,
            )
        address = embedded_address(admin)
        login = arguments.login
        if pictures is not None:
            from altius_desktop.app import save_screenshots

            written = save_screenshots(
                address,
                Credentials(login or "scherbakova", DEMO_PASSWORD),
                pictures,
                language=arguments.lang or "ru",
                scale=arguments.scale,
                offered=_offered(),
            )
            print(
                ngettext("{count} picture in {folder}", "{count} pictures in {folder}", len(written)).format(
                    count=len(written), folder=pictures
                )
            )
            return 0
        from altius_desktop.app import Start, run

        return run(
            Start(
                address,
                Credentials(login, DEMO_PASSWORD) if login else None,
                offered=_offered(),
                embedded=True,
                language=arguments.lang,
            ),
            settings=settings,
        )
    finally:
        server.leave()


def _print_progress(step: str, done: int, total: int) -> None:
    if sys.stderr.isatty():
        end = "\n" if done >= total else ""
        print(f"\r{step}: {done}/{total}\033[K", end=end, file=sys.stderr, flush=True)


def _data_dir(arguments: argparse.Namespace) -> Path:
    from altius_desktop.database.embedded import default_data_dir

    return arguments.data_dir or default_data_dir()


def _run_server_status(arguments: argparse.Namespace, _settings: Settings) -> int:
    from altius_desktop.database.embedded import EmbeddedServer

    data_dir = _data_dir(arguments)
    status = EmbeddedServer(data_dir).status()
    if not status.initialised:
        print(_("There is no company in {folder}.").format(folder=data_dir))
        return 1
    version = status.version or "?"
    if status.running:
        print(
            _("PostgreSQL {version} in {folder} is running on port {port}.").format(
                version=version, folder=data_dir, port=status.port
            )
        )
    else:
        print(_("PostgreSQL {version} in {folder} is stopped.").format(version=version, folder=data_dir))
    return 0


def _run_server_url(arguments: argparse.Namespace, _settings: Settings) -> int:
    from urllib.parse import quote

    from altius_desktop.database.access import from_data_dir
    from altius_desktop.services.demo import DEMO_PASSWORD

    with from_data_dir(
        _data_dir(arguments),
        login=arguments.login,
        demo_password=DEMO_PASSWORD,
        ask_password=_ask_password,
    ) as access:
        address, credentials = access.address, access.credentials
        role = f"{address.role_prefix}_{credentials.login}"
        print(
            f"postgresql://{quote(role)}:{quote(credentials.password, safe='')}"
            f"@{address.host}:{address.port}/{quote(address.database)}"
        )
    return 0


def _run_server_run(arguments: argparse.Namespace, _settings: Settings) -> int:
    from altius_desktop.database.access import running_server

    with running_server(_data_dir(arguments)) as admin:
        print(_("The server is running on port {port}; Ctrl+C stops it.").format(port=admin.port), flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()
    return 0


def _run_import(arguments: argparse.Namespace, _settings: Settings) -> int:
    from dataclasses import asdict

    from altius_desktop.database.connection import Database
    from altius_desktop.exchange.importing import import_counterparties_file

    with _access(arguments) as access:
        database = Database(access.address, access.credentials)
        try:
            database.check()
            report = import_counterparties_file(
                database, arguments.file, mapping=arguments.mapping, dry_run=arguments.dry_run
            )
        finally:
            database.close()
    for refused in report.refused_rows:
        print(_("Line {line}: {reason}").format(line=refused.line, reason=refused.reason), file=sys.stderr)
    if arguments.json:
        print(json.dumps(report.counts(), ensure_ascii=False, default=str))
    else:
        print(
            _(
                "Rows {rows}: new {new}, updated {updated}, duplicates {duplicates}, refused {refused}."
            ).format(**asdict(report))
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
