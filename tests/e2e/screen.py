"""A virtual display of a test's own, and a keyboard and a mouse for it by xdotool."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

WIDTH, HEIGHT = 1600, 1100
NEEDED = ("Xvfb", "xdotool", "setxkbmap", "openbox")
MISSING = tuple(name for name in NEEDED if shutil.which(name) is None)

# The letters of the Latin keys as xdotool names what the same keys give in the Russian layout.
_CYRILLIC = {
    "q": "shorti", "w": "tse", "e": "u", "r": "ka", "t": "ie", "y": "en", "u": "ghe", "i": "sha", "o": "shcha",
    "p": "ze", "a": "ef", "s": "yeru", "d": "ve", "f": "a", "g": "pe", "h": "er", "j": "o", "k": "el", "l": "de",
    "z": "ya", "x": "che", "c": "es", "v": "em", "b": "i", "n": "te", "m": "softsign",
}  # fmt: skip


@dataclass(frozen=True)
class Keyboard:
    """The installed layouts (setxkbmap), and which of them the letters of keys are pressed in."""

    layouts: str
    russian: bool

    def __str__(self) -> str:
        return f"{self.layouts}:{'russian' if self.russian else 'latin'}"

    def key(self, keys: str) -> str:
        """`ctrl+r` as xdotool must be told to press that very key in this layout."""
        start, _plus, last = keys.rpartition("+")
        if self.russian and len(last) == 1 and last in _CYRILLIC:
            last = f"Cyrillic_{_CYRILLIC[last]}"
        return f"{start}+{last}" if start else last


LATIN = Keyboard("us,ru", russian=False)
RUSSIAN = Keyboard("us,ru", russian=True)
RUSSIAN_FIRST = Keyboard("ru,us", russian=True)
ONLY_RUSSIAN = Keyboard("ru", russian=True)


class Screen:
    """Xvfb with a window manager; close() ends both whatever has happened."""

    def __init__(self, keyboard: Keyboard, folder: Path) -> None:
        self.keyboard = keyboard
        self._folder = folder
        self._programs: list[subprocess.Popen[bytes]] = []
        reading, writing = os.pipe()
        try:
            self._start(
                f"Xvfb -displayfd {writing} -screen 0 {WIDTH}x{HEIGHT}x24 -nolisten tcp -noreset".split(),
                pass_fds=(writing,),
            )
        finally:
            os.close(writing)
        with os.fdopen(reading) as told:
            number = told.readline().strip()
        assert number, "Xvfb did not start"
        self.display = f":{number}"
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(folder),
            "LC_ALL": "C.UTF-8",
            "DISPLAY": self.display,
        }
        try:
            self.run("setxkbmap", "-layout", keyboard.layouts)
            self._start(["openbox", "--sm-disable"], env=self.environment)
        except BaseException:
            self.close()
            raise

    def _start(self, command: list[str], **how: object) -> None:
        self._programs.append(
            subprocess.Popen(  # type: ignore[call-overload]  # passed on as it is
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **how
            )
        )

    def run(self, *command: str) -> str:
        """The output of a program on this display; its failure is ours."""
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, f"{command}: {done.stderr}"
        return done.stdout

    def press(self, *keys: str) -> None:
        """Press keys one after another, letters in this display's layout."""
        self.run("xdotool", "key", "--delay", "20", *(self.keyboard.key(key) for key in keys))

    def type(self, text: str) -> None:
        """Type a text, in whichever layout has its letters."""
        self.run("xdotool", "type", "--delay", "8", text)

    def click(self, x: int, y: int, *, button: int = 1) -> None:
        self.run("xdotool", "mousemove", "--sync", str(x), str(y), "click", str(button))

    def picture(self, name: str) -> str:
        """Save what is on the display, where `import` is installed; the file's name or "" """
        if shutil.which("import") is None:
            return ""
        target = self._folder / f"{name}.png"
        self.run("import", "-window", "root", str(target))
        return str(target)

    def close(self) -> None:
        for program in reversed(self._programs):
            program.kill()
            program.wait()
