"""News from the server: a thread that listens on a connection of its own and heals it by itself."""

import contextlib
import json
import select
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg2

from altius_desktop.database.connection import Credentials, ServerAddress, open_connection
from altius_desktop.domain.errors import UserError

CHANNEL = "altius_news"
HEARTBEAT_SECONDS = 5.0
RETRY_SECONDS = (0.5, 1.0, 2.0, 3.0, 5.0)


@dataclass(frozen=True)
class News:
    """Rows of a table that somebody committed; None where there were too many to name: then all are concerned."""

    table: str
    ids: frozenset[UUID] | None
    employees: frozenset[UUID] | None
    departments: frozenset[UUID] | None


def parse_news(payload: str) -> News | None:
    """The news in a notification; None for what is no news of ours (any login can send a notification)."""
    try:
        data = json.loads(payload)
        table = data["table"]
        lists = [
            None if data[key] is None else frozenset(UUID(item) for item in data[key])
            for key in ("ids", "employees", "departments")
        ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    if not isinstance(table, str):
        return None
    return News(table, *lists)


class Listener:
    """Calls `on_news(tuple of News)` and `on_state(connected, error)` on its own thread.

    A connection that does not answer a heartbeat is given up; after a return `on_state(True, None)` is
    called anew, and whatever was missed must be read from the tables.
    """

    def __init__(
        self,
        address: ServerAddress,
        credentials: Credentials,
        *,
        on_news: Callable[[tuple[News, ...]], None],
        on_state: Callable[[bool, UserError | None], None],
    ) -> None:
        self._address = address
        self._credentials = credentials
        self._on_news = on_news
        self._on_state = on_state
        self._stopping = threading.Event()
        self._wake_here, self._wake_there = socket.socketpair()
        self._thread = threading.Thread(target=self._run, name="listener", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def use_credentials(self, credentials: Credentials) -> None:
        """Connect with these the next time; the open connection stays."""
        self._credentials = credentials

    def retry_now(self) -> None:
        """Try to connect at once, whatever the waiting time."""
        with contextlib.suppress(OSError):
            self._wake_there.send(b"r")

    def stop(self) -> None:
        """End the thread; returns when it is gone."""
        self._stopping.set()
        self.retry_now()
        if self._thread.ident is not None:
            self._thread.join(timeout=10)
        self._wake_here.close()
        self._wake_there.close()

    def _run(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            try:
                connection = open_connection(self._address, self._credentials)
            except UserError as error:
                self._on_state(False, error)
                self._pause(failures)
                failures += 1
                continue
            try:
                connection.autocommit = True
                _execute(connection, f"LISTEN {CHANNEL}")
                failures = 0
                self._on_state(True, None)
                self._listen(connection)
            except (psycopg2.Error, OSError):
                if not self._stopping.is_set():
                    self._on_state(False, None)
                    self._pause(failures)
                    failures += 1
            finally:
                with contextlib.suppress(psycopg2.Error):
                    connection.close()

    def _pause(self, failures: int) -> None:
        seconds = RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)]
        if select.select([self._wake_here], [], [], seconds)[0]:
            self._wake_here.recv(64)

    def _listen(self, connection: Any) -> None:
        while not self._stopping.is_set():
            readable, _, _ = select.select([connection, self._wake_here], [], [], HEARTBEAT_SECONDS)
            if self._wake_here in readable:
                self._wake_here.recv(64)
            if self._stopping.is_set():
                return
            if connection in readable:
                connection.poll()
            else:
                _execute(connection, "SELECT 1")
            if connection.notifies:
                news = tuple(
                    item
                    for note in connection.notifies
                    if note.channel == CHANNEL and (item := parse_news(note.payload)) is not None
                )
                connection.notifies.clear()
                if news:
                    self._on_news(news)


def _execute(connection: Any, statement: str) -> None:
    """Run a statement that needs no time: a peer that is silent for as long as a heartbeat counts as gone."""
    peer = socket.fromfd(connection.fileno(), socket.AF_INET, socket.SOCK_STREAM)
    guard = threading.Timer(HEARTBEAT_SECONDS, _cut, [peer])
    guard.daemon = True
    guard.start()
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        guard.cancel()
        guard.join()
        peer.close()


def _cut(peer: socket.socket) -> None:
    # shutdown on a duplicate is the only way out of a blocked read: close() or cancel() would hang too.
    with contextlib.suppress(OSError):
        peer.shutdown(socket.SHUT_RDWR)
