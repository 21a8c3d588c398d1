"""See to it that a Linux machine has the libraries and programs that a target needs.

    system_packages.py setup|run|headless|test

What is missing is found by trying it, never by asking the package manager: a Python or a library
may come from elsewhere. Root installs the missing Debian packages; for others one line names them
and the command, and the status is 1. Only the standard library: there is no .venv yet.
"""

# ruff: noqa: T201 -- a script that talks to its terminal

import ctypes
import importlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zoneinfo
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Need:
    """A Debian package, and how to tell that what it brings is there."""

    package: str
    brings: str
    is_there: Callable[[], bool]


def library(package: str, soname: str) -> Need:
    def loads() -> bool:
        try:
            ctypes.CDLL(soname)
        except OSError:
            return False
        return True

    return Need(package, soname, loads)


def program(package: str, name: str) -> Need:
    return Need(package, name, lambda: shutil.which(name) is not None)


def _has_ensurepip() -> bool:
    try:
        importlib.import_module("ensurepip").version()
    except (ImportError, OSError):
        return False
    return True


def _has_time_zones() -> bool:
    try:
        zoneinfo.ZoneInfo("Europe/Moscow")
    except zoneinfo.ZoneInfoNotFoundError:
        return False
    return True


def _venv_package() -> str:
    """Debian cuts ensurepip out of each of its Pythons into a package of its own."""
    default = Path("/usr/bin/python3").resolve() == Path(sys.executable).resolve()
    return "python3-venv" if default else f"python{sys.version_info.major}.{sys.version_info.minor}-venv"


SETUP = [Need(_venv_package(), "ensurepip", _has_ensurepip)]
QT = [
    library("libglib2.0-0", "libgthread-2.0.so.0"),
    library("libgl1", "libGL.so.1"),
    library("libegl1", "libEGL.so.1"),
    library("libxkbcommon0", "libxkbcommon.so.0"),
    library("libdbus-1-3", "libdbus-1.so.3"),
    library("libfontconfig1", "libfontconfig.so.1"),
    Need("tzdata", "the time zones", _has_time_zones),
]
X11 = [
    library("libxkbcommon-x11-0", "libxkbcommon-x11.so.0"),
    library("libx11-xcb1", "libX11-xcb.so.1"),
    library("libxcb-cursor0", "libxcb-cursor.so.0"),
    library("libxcb-icccm4", "libxcb-icccm.so.4"),
    library("libxcb-image0", "libxcb-image.so.0"),
    library("libxcb-keysyms1", "libxcb-keysyms.so.1"),
    library("libxcb-randr0", "libxcb-randr.so.0"),
    library("libxcb-render-util0", "libxcb-render-util.so.0"),
    library("libxcb-render0", "libxcb-render.so.0"),
    library("libxcb-shape0", "libxcb-shape.so.0"),
    library("libxcb-shm0", "libxcb-shm.so.0"),
    library("libxcb-sync1", "libxcb-sync.so.1"),
    library("libxcb-xfixes0", "libxcb-xfixes.so.0"),
    library("libxcb-xkb1", "libxcb-xkb.so.1"),
]
WAYLAND = [
    library("libwayland-client0", "libwayland-client.so.0"),
    library("libwayland-cursor0", "libwayland-cursor.so.0"),
    library("libwayland-egl1", "libwayland-egl.so.1"),
]
VIRTUAL_DISPLAY = [program("xvfb", "Xvfb")]
TESTS = [
    program("xdotool", "xdotool"),
    program("x11-xkb-utils", "setxkbmap"),
    program("openbox", "openbox"),
]


def needs_of(target: str) -> tuple[list[Need], list[Need]]:
    """What the target cannot do without, and what it can (only root gets that installed)."""
    if target == "run":
        only_wayland = not os.environ.get("DISPLAY")
        return SETUP + QT + (WAYLAND if only_wayland else X11), []
    if target == "headless":
        return SETUP + QT, X11 + VIRTUAL_DISPLAY
    if target == "test":
        return SETUP + QT + X11 + VIRTUAL_DISPLAY + TESTS, []
    return SETUP, []


def missing(needs: Iterable[Need]) -> list[Need]:
    return [need for need in needs if not need.is_there()]


def package_names(needs: Iterable[Need]) -> list[str]:
    """The packages' names on this machine: since the change to 64-bit times glib's ends in t64."""
    names = sorted({need.package for need in needs})
    if "libglib2.0-0" in names and _knows_package("libglib2.0-0t64"):
        names[names.index("libglib2.0-0")] = "libglib2.0-0t64"
    return names


def _knows_package(name: str) -> bool:
    shown = subprocess.run(["apt-cache", "show", "--no-all-versions", name], capture_output=True, check=False)
    return shown.returncode == 0 and bool(shown.stdout.strip())


def _install(needs: list[Need]) -> None:
    """Install with apt-get, twice if need be; whether it helped is seen by looking again."""
    # apt reads its lists as another user: a stricter umask would lock it out.
    os.umask(0o022)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "NEEDRESTART_SUSPEND": "1"}
    apt_get = ["apt-get", "-y", "-q", "-o", "DPkg::Lock::Timeout=300"]
    with tempfile.TemporaryFile("w+") as log:

        def succeeds(command: list[str]) -> bool:
            finished = subprocess.run(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False
            )
            return finished.returncode == 0

        for attempt in (1, 2):
            succeeds([*apt_get, "update"])
            names = package_names(needs)
            if attempt == 1:
                print("Installing system packages:", *names, flush=True)
            if succeeds([*apt_get, "install", "--no-install-recommends", *names]):
                return
            if attempt == 1:
                time.sleep(3)
        log.seek(0)
        print(*log.read().splitlines()[-15:], sep="\n", file=sys.stderr)


def _install_command(needs: list[Need]) -> str:
    has_lists = any(Path("/var/lib/apt/lists").glob("*Packages*"))
    update = "" if has_lists else "sudo apt-get update && "
    return f"{update}sudo apt-get install --no-install-recommends {' '.join(package_names(needs))}"


def main(target: str) -> int:
    required, wished = needs_of(target)
    lacking = missing(required)
    has_apt = shutil.which("apt-get") is not None
    if has_apt and os.geteuid() == 0 and (lacking or missing(wished)):
        _install(lacking + missing(wished))
        # A module that was not found stays so until the import system looks again.
        importlib.invalidate_caches()
        lacking = missing(required)
    if not lacking:
        return 0
    if has_apt:
        print("System packages are missing; install them with:", _install_command(lacking), file=sys.stderr)
    else:
        names = ", ".join(need.brings for need in lacking)
        print(
            f"This machine lacks {names}: install the packages of your system that bring them.",
            file=sys.stderr,
        )
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
