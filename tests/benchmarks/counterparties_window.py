"""The page of counterparties as the eye sees it: scrolling, opening a card, and the memory that rows take."""

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from altius_desktop.app import Desktop
from altius_desktop.database.access import from_dsn
from altius_desktop.services.counterparty_list import CounterpartyFilter
from altius_desktop.ui.dialogs.counterparty_card import CounterpartyCard
from altius_desktop.ui.pages.counterparties import CounterpartiesPage
from tests.benchmarks.measure import Bench, Figure
from tests.benchmarks.window import _PaintWatch, _settle, _until, _window

STALL, STEP, CARD, MEMORY = 100, 30, 60, 40
_LOOKS = 1.0  # seconds
CARDS = 9
NOBODY = "ъъъщщ"


def scroll(bench: Bench) -> Iterator[Figure]:
    """Page Down through as many rows as are ever shown, as fast as they are painted."""
    with _window(bench) as desktop:
        page = _open_page(desktop)
        table, bar = page.table, page.table.verticalScrollBar()
        watch = _PaintWatch(table.viewport())
        table.setFocus()
        table.setCurrentIndex(page.model.index(0, 1))
        lateness = _Lateness()
        times = []
        while True:
            at, shown = bar.value(), page.listing.shown
            watch.painted_at = 0.0
            began = time.monotonic()
            QTest.keyClick(table, Qt.Key.Key_PageDown)
            if bar.value() == at and page.listing.shown == shown and not page.listing.extending:
                break
            _until(lambda: watch.painted_at > 0)
            times.append((watch.painted_at - began) * 1000)
            # A held key comes thirty times a second.
            _wait_until(began + 1 / 30)
        rows, stall = page.listing.shown, lateness.stop()
        _settle(desktop)
    yield Figure(f"{rows} rows, Page Down to painted, median", statistics.median(times), "ms", STEP)
    yield Figure(f"{rows} rows scrolled: the window's longest stall", stall, "ms", STALL)


def open_card(bench: Bench) -> Iterator[Figure]:
    """Enter on a row to its painted card, each a firm that nobody has opened before; the first is not counted."""
    times = []
    with _window(bench) as desktop:
        page = _open_page(desktop)
        count = min(CARDS + 1, page.listing.shown)
        page.table.setFocus()
        for position in range(count):
            page.table.setCurrentIndex(page.model.index(position, 1))
            _settle(desktop)
            began = time.monotonic()
            QTest.keyClick(page.table, Qt.Key.Key_Return)
            # One that stands for nobody was made ahead for the next opening.
            card = next(
                top
                for top in QApplication.topLevelWidgets()
                if isinstance(top, CounterpartyCard) and top.counterparty_id.int
            )
            stands: list[bool] = []
            painted: list[bool] = []
            card.loaded.connect(lambda stands=stands: stands.append(True))
            card.parts.persons.painted.connect(
                lambda stands=stands, painted=painted: painted.append(bool(stands))
            )
            # The table's turn comes in the same painting as all else of the window.
            _until(lambda painted=painted: any(painted))
            times.append((time.monotonic() - began) * 1000)
            _settle(desktop)
            card.close()
            _settle(desktop)
            # A person looks at a card for a moment before he opens the next one.
            _wait_until(time.monotonic() + _LOOKS)
    yield Figure("Enter to painted card, median", statistics.median(times[1:]), "ms", CARD)


def memory(bench: Bench) -> Iterator[Figure]:
    """What all the rows that are ever shown add to a page that found nobody, in a process of its own."""
    address, credentials = bench.address, bench.credentials
    dsn = (
        f"postgresql://{address.role_prefix}_{credentials.login}:{credentials.password}"
        f"@{address.host}:{address.port}/{address.database}"
    )
    told = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.counterparties_window", dsn],
        check=True,
        capture_output=True,
        text=True,
    )
    empty, full, rows = (int(part) for part in told.stdout.split()[-3:])
    yield Figure(f"memory of {rows} rows over the empty page", (full - empty) / 1024, "MB", MEMORY)


def _open_page(desktop: Desktop) -> CounterpartiesPage:
    window = desktop.window
    assert window is not None
    window.resize(1440, 900)
    window.show_page(window.counterparties)
    _settle(desktop)
    return window.counterparties


def _wait_until(moment: float) -> None:
    while (left := moment - time.monotonic()) > 0:
        QApplication.processEvents()
        time.sleep(min(0.001, left))


class _Lateness:
    """By how much a timer of 5 ms came too late at most: so long the window answered nobody."""

    def __init__(self) -> None:
        self._worst = 0.0
        self._last = time.perf_counter()
        self._timer = QTimer(interval=5, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _tick(self) -> None:
        now = time.perf_counter()
        self._worst = max(self._worst, (now - self._last) * 1000 - 5)
        self._last = now

    def stop(self) -> float:
        self._tick()
        self._timer.stop()
        return self._worst


def _resident() -> int:
    """Kilobytes of this process that lie in memory."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


def _measure_memory(dsn: str) -> None:
    access = from_dsn(dsn, login=None, ask_password=lambda _login: "")
    with _window(Bench(None, access.address, access.credentials, None)) as desktop:  # type: ignore[arg-type] # only the workplace is needed
        page = _open_page(desktop)
        page.set_where(CounterpartyFilter(NOBODY))
        _settle(desktop)
        empty = _resident()
        page.set_where(CounterpartyFilter())
        _settle(desktop)
        bar = page.table.verticalScrollBar()
        shown = 0
        while page.listing.shown > shown:
            shown = page.listing.shown
            bar.setValue(bar.maximum())
            _settle(desktop)
        print(empty, _resident(), shown)


if __name__ == "__main__":
    _measure_memory(sys.argv[1])
