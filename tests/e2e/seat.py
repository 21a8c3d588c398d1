"""A workplace as its employee has it: a process of the program, a screen before him, keys and clicks."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.e2e.screen import Screen

CHECKOUT = Path(__file__).parents[2]
PATIENCE = 40.0  # seconds; a loaded machine of two cores needs some of them


def processes_naming(folder: Path) -> list[int]:
    """Living processes (zombies have no command line) that were started with something below the folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(folder).encode() in (process / "cmdline").read_bytes():
                found.append(int(process.name))
        except OSError:
            continue
    return found


def wait_until(condition: Callable[[], object], told: Callable[[], str] = lambda: "") -> None:
    """Look again and again until it is so."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain. {told()}"
        time.sleep(0.05)


@dataclass(frozen=True)
class Look:
    """What one workplace shows at one moment."""

    windows: dict[str, Any]
    focus: str
    active: str

    def widget(self, name: str) -> dict[str, Any]:
        """The visible widget of that name, in the active window first; {} if there is none."""
        for window in (self.windows.get(self.active), *self.windows.values()):
            if window is not None and name in window["widgets"]:
                found: dict[str, Any] = window["widgets"][name]
                return found
        return {}

    def rows(self, table: str) -> list[dict[str, str]]:
        found: list[dict[str, str]] = self.widget(table).get("rows", [])
        return found

    def row(self, table: str, **cells: str) -> int | None:
        """The number of the first row with these texts in these cells."""
        for number, row in enumerate(self.rows(table)):
            if all(text in row.get(key, "") for key, text in cells.items()):
                return number
        return None

    def texts(self, name: str) -> str:
        return " ".join(self.widget(name).get("texts", []))


class Seat:
    """One process of the program, watched; end it with leave(), kill() or through its window."""

    def __init__(self, screen: Screen, folder: Path, *arguments: str, password: str = "demo") -> None:
        self.screen = screen
        folder.mkdir(parents=True, exist_ok=True)
        self._said = folder / "said.txt"
        theirs_read, ours_write = os.pipe()
        ours_read, theirs_write = os.pipe()
        with self._said.open("w") as said:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "tests.e2e.workplace",
                    str(theirs_read),
                    str(theirs_write),
                    *arguments,
                ],
                cwd=CHECKOUT,
                env={
                    **screen.environment,
                    "HOME": str(folder),
                    "QT_QPA_PLATFORM": "xcb",
                    "PGPASSWORD": password,
                },
                pass_fds=(theirs_read, theirs_write),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        os.close(theirs_read)
        os.close(theirs_write)
        self._questions = os.fdopen(ours_write, "w")
        self._answers = os.fdopen(ours_read)

    @property
    def said(self) -> str:
        """What the program wrote to its terminal."""
        return self._said.read_text()

    def _ask(self, *words: object) -> Any:
        try:
            print(*words, sep="\t", file=self._questions, flush=True)
            answer = self._answers.readline()
        except BrokenPipeError:
            answer = ""
        assert answer, f"the program has ended ({self.process.wait()}): {self.said}"
        told = json.loads(answer)
        assert not (isinstance(told, dict) and "failed" in told), told["failed"]
        return told

    def look(self) -> Look:
        return Look(**self._ask("look"))

    def wait(self, condition: Callable[[Look], object]) -> Look:
        """Look until it is so; the look that satisfied."""
        seen: list[Look] = []

        def holds() -> object:
            seen[:] = [self.look()]
            return condition(seen[0])

        wait_until(holds, lambda: self._describe(seen[0]))
        return seen[0]

    def _describe(self, look: Look) -> str:
        shown = {name: sorted(window["widgets"]) for name, window in look.windows.items()}
        picture = self.screen.picture(f"in-vain-{time.monotonic_ns()}")
        return f"active {look.active}, focus {look.focus}, {shown}; picture {picture}; said: {self.said}"

    def wait_for_day(self) -> Look:
        """The window has been painted with its day and has the focus."""
        return self.wait(
            lambda look: (
                look.active == "mainWindow"
                and look.widget("readAt").get("text")
                and look.rows("dailyTasksTable")
                and not look.widget("retryButton")
            )
        )

    def wait_for_window(self, name: str) -> Look:
        return self.wait(lambda look: look.active == name)

    def press(self, *keys: str) -> None:
        self.screen.press(*keys)

    def type(self, text: str) -> None:
        self.screen.type(text)

    def click(self, name: str) -> None:
        """Click the middle of a widget once it is there and enabled."""
        look = self.wait(lambda look: look.widget(name).get("enabled"))
        self._click_in(look.widget(name)["place"])

    def click_cell(self, table: str, key: str, **cells: str) -> None:
        """Click a cell of the row with these texts."""
        look = self.wait(lambda look: look.row(table, **cells) is not None)
        place = self._ask("cell", table, look.row(table, **cells), key)
        assert place is not None, f"{table}: the cell {key} of {cells} cannot be seen"
        self._click_in(place)

    def choose_row(self, table: str, **cells: str) -> None:
        """Select the row with these texts by a click, and wait until table and row have the focus."""
        self.click_cell(table, "topic", **cells)
        self.wait(
            lambda look: look.focus == table and look.widget(table)["current"] == look.row(table, **cells)
        )

    def choose(self, menu: str, text: str) -> None:
        """Click the line of an open menu that holds this text."""
        look = self.wait(
            lambda look: any(text in line["text"] for line in look.widget(menu).get("lines", ()))
        )
        self._click_in(next(line["place"] for line in look.widget(menu)["lines"] if text in line["text"]))

    def _click_in(self, place: list[int]) -> None:
        x, y, width, height = place
        self.screen.click(x + width // 2, y + height // 2)

    def ended(self) -> int:
        """The status with which the process has ended by itself."""
        return self.process.wait(timeout=PATIENCE)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        for end in (self._questions, self._answers):
            try:
                end.close()
            except BrokenPipeError:
                continue
