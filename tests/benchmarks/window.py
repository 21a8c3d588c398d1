"""What the eye waits for: key to painted day, colleague's commit to painted row, a window that never stalls."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa
from PySide6.QtCore import QElapsedTimer, QEvent, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from altius_desktop.app import Desktop, Start, make_application
from altius_desktop.settings import Settings
from tests.benchmarks.measure import Bench, Figure, percentile

# Three seconds, then two hundred thousand letters: waiting and reading both.
SLOW_QUERY = sa.text("SELECT repeat('x', 100) FROM pg_sleep(3), generate_series(1, 2000)")
TICKS = 5_000
NEWS = 500

# Another workplace's commit, made by another process: it says when COMMIT came back.
COMMITTER = """
import sys, time, psycopg2
connection = psycopg2.connect(sys.argv[1])
cursor = connection.cursor()
for line in sys.stdin:
    cursor.execute(line)
    connection.commit()
    print(time.monotonic(), flush=True)
"""


@contextmanager
def _window(bench: Bench) -> Iterator[Desktop]:
    qapp = QApplication.instance() or make_application()
    assert isinstance(qapp, QApplication)
    with TemporaryDirectory() as folder:
        settings = Settings(path=Path(folder, "settings.json"), theme="light", language="ru")
        desktop = Desktop(qapp, settings, Start(bench.address, bench.credentials))
        desktop.begin()
        assert desktop.window is not None
        _wait(desktop.window.contacts.day.loaded)
        _settle(desktop)
        try:
            yield desktop
        finally:
            desktop.close()
            QApplication.processEvents()


def _wait(signal: Any, milliseconds: int = 10_000) -> None:
    came = []
    connection = signal.connect(lambda *args: came.append(args))
    timer = QElapsedTimer()
    timer.start()
    while not came:
        QApplication.processEvents()
        if timer.elapsed() > milliseconds:
            raise TimeoutError(str(signal))
    signal.disconnect(connection)


def _settle(desktop: Desktop) -> None:
    """Let everything that is under way arrive."""
    assert desktop.workplace is not None
    until = time.monotonic() + 0.25
    while time.monotonic() < until or desktop.workplace.worker.pending:
        QApplication.processEvents()
        time.sleep(0.002)


class _PaintWatch(QObject):
    """Notes when a widget was painted."""

    def __init__(self, widget: QObject) -> None:
        super().__init__()
        self.painted_at = 0.0
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.painted_at = time.monotonic()
        return False


def _until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        QApplication.processEvents()
        if time.monotonic() > until:
            raise TimeoutError("the window did not follow")


def open_day(bench: Bench) -> Iterator[Figure]:
    """Alt+Left and Alt+Right between yesterday and a day of 60 rows, key press to painted table."""
    times = []
    with _window(bench) as desktop:
        window = desktop.window
        assert window is not None
        page = window.contacts
        table = page.calls.table
        watch = _PaintWatch(table.viewport())
        for number in range(30):
            key = Qt.Key.Key_Left if number % 2 == 0 else Qt.Key.Key_Right
            loaded: list[float] = []
            page.day.loaded.connect(lambda loaded=loaded: loaded.append(time.monotonic()))
            watch.painted_at = 0.0
            began = time.monotonic()
            QTest.keyClick(table, key, Qt.KeyboardModifier.AltModifier)
            _until(lambda loaded=loaded: bool(loaded) and watch.painted_at >= loaded[0])
            if number % 2 and number > 1:
                times.append((watch.painted_at - began) * 1000)
            _settle(desktop)
    yield Figure("key press to painted day of 60 rows, median", statistics.median(times), "ms", 60)


def commit_to_painted(bench: Bench) -> Iterator[Figure]:
    """COMMIT in another process to the repainted row here."""
    times = []
    with (
        _window(bench) as desktop,
        subprocess.Popen(
            [sys.executable, "-c", COMMITTER, _dsn(bench, "egorov")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as committer,
    ):
        assert committer.stdin is not None and committer.stdout is not None and desktop.window is not None
        page = desktop.window.contacts
        table = page.calls.table
        row = table.rows_model.row_at(3)
        watch = _PaintWatch(table.viewport())
        for number in range(30):
            changed: list[float] = []
            page.day.rows_changed.connect(lambda *_args, changed=changed: changed.append(time.monotonic()))
            watch.painted_at = 0.0
            committer.stdin.write(f"UPDATE activity SET highlight = {number % 6 + 1} WHERE id = '{row.id}'\n")
            committer.stdin.flush()
            _until(lambda changed=changed: bool(changed) and watch.painted_at >= changed[0])
            times.append((watch.painted_at - float(committer.stdout.readline())) * 1000)
            _settle(desktop)
        committer.stdin.close()
    yield Figure("commit elsewhere to painted row, median", statistics.median(times[5:]), "ms", 30)


def _lateness(during: Callable[[], None] | None = None) -> list[float]:
    """Lateness in ms of a 5 ms timer over 5,000 ticks in the window's thread."""
    late: list[float] = []
    last = [time.perf_counter()]
    timer = QTimer(interval=5, timerType=Qt.TimerType.PreciseTimer)

    def tick() -> None:
        now = time.perf_counter()
        late.append(max(0.0, (now - last[0]) * 1000 - 5))
        last[0] = now

    timer.timeout.connect(tick)
    timer.start()
    if during is not None:
        during()
    while len(late) < TICKS:
        QApplication.processEvents()
        time.sleep(0.0005)
    timer.stop()
    return late


# A burst of news made by another process while the workplace waits for a slow answer.
BURST = """
import sys, psycopg2
connection = psycopg2.connect(sys.argv[1])
connection.autocommit = True
cursor = connection.cursor()
for number in range(int(sys.argv[3])):
    cursor.execute("UPDATE activity SET highlight = %s WHERE id = %s", (number % 6 + 1, sys.argv[2]))
"""


def jitter(bench: Bench) -> Iterator[Figure]:
    """The p99.9 lateness under a 3 s query and a burst of 500 news, less the same in an idle window."""
    with _window(bench) as desktop:
        assert desktop.window is not None and desktop.workplace is not None
        workplace = desktop.workplace
        idle = percentile(_lateness(), 0.999)
        row = desktop.window.contacts.calls.table.rows_model.row_at(3)
        answers: list[int] = []

        def slow(session: Any) -> int:
            return session.execute(SLOW_QUERY).rowcount

        bursts = []

        def load() -> None:
            workplace.read(slow, parent=workplace, done=answers.append)
            bursts.append(
                subprocess.Popen([sys.executable, "-c", BURST, _dsn(bench, "egorov"), str(row.id), str(NEWS)])
            )

        busy = percentile(_lateness(load), 0.999)
        assert bursts[0].wait(30) == 0
        _until(lambda: bool(answers), 10)
    yield Figure("p99.9 lateness of a 5 ms timer under load, over idle", busy - idle, "ms", 50)


def _dsn(bench: Bench, login: str) -> str:
    address = bench.address
    return (
        f"host={address.host} port={address.port} dbname={address.database} "
        f"user={address.role_prefix}_{login} password={bench.credentials.password}"
    )
