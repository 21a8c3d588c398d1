"""How workplaces and the embedded server begin and end as processes."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from altius_desktop.database.embedded import EmbeddedServer
from altius_desktop.ui import gallery
from tests.e2e.conftest import OpenScreen, OpenSeat
from tests.e2e.screen import LATIN
from tests.e2e.seat import CHECKOUT, processes_naming


def is_running(data_dir: Path) -> bool:
    return EmbeddedServer(data_dir).status().running


def test_closing_a_window_leaves_the_server_to_the_others_and_a_signal_to_the_last_stops_it(
    demo_dir: Path, open_seat: OpenSeat
) -> None:
    seats = [open_seat("demo", "--data-dir", str(demo_dir), "--as", login) for login in ("fomin", "petrova")]
    for seat in seats:
        seat.wait_for_day()
    seats[0].press("alt+F4")
    assert seats[0].ended() == 0
    assert is_running(demo_dir)
    seats[1].process.send_signal(signal.SIGTERM)
    assert seats[1].ended() in (0, 143)
    assert not is_running(demo_dir)
    assert processes_naming(demo_dir) == []
    assert [seat.said for seat in seats] == ["", ""]


def test_the_server_of_a_killed_workplace_is_taken_over_and_stopped_by_the_next(
    demo_dir: Path, open_seat: OpenSeat
) -> None:
    first = open_seat("demo", "--data-dir", str(demo_dir), "--as", "scherbakova")
    first.wait_for_day()
    server = EmbeddedServer(demo_dir).status().pid
    first.kill()
    second = open_seat("demo", "--data-dir", str(demo_dir), "--as", "scherbakova")
    second.wait_for_day()
    assert EmbeddedServer(demo_dir).status().pid == server
    second.click("userButton")
    second.choose("userMenu", "Выход")
    assert second.ended() == 0
    assert not is_running(demo_dir)
    assert processes_naming(demo_dir) == []


def test_a_demo_without_a_login_offers_its_employees_and_closing_that_window_ends_it(
    demo_dir: Path, open_seat: OpenSeat
) -> None:
    seat = open_seat("demo", "--data-dir", str(demo_dir))
    seat.wait_for_window("loginDialog")
    seat.press("Escape")
    assert seat.ended() == 0
    assert not is_running(demo_dir)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("display", ["none", pytest.param("xvfb", marks=pytest.mark.long)])
def test_pictures_are_saved_and_nothing_is_left_running(
    display: str, demo_dir: Path, open_screen: OpenScreen, tmp_path: Path
) -> None:
    environment = {
        name: value for name, value in os.environ.items() if name not in ("DISPLAY", "QT_QPA_PLATFORM")
    }
    environment |= {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}
    if display == "xvfb":
        environment["DISPLAY"] = open_screen(LATIN).display
    pictures = tmp_path / "pictures"
    done = subprocess.run(
        [sys.executable, "-m", "altius_desktop", "demo", "--data-dir", demo_dir, "--screenshots", pictures],
        cwd=CHECKOUT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    names = sorted(file.name for file in pictures.iterdir())
    scenes = ["login", *(scene.name for scene in (*gallery.SCENES, *gallery.ADMINISTRATION_SCENES))]
    assert names == sorted(
        f"{number:02}-{name}-{look}.png"
        for number, name in enumerate(scenes, 1)
        for look in ("light", "dark")
    )
    for name in names[::2]:
        pair = [QImage(str(pictures / one)) for one in (name, name.replace("-dark.", "-light."))]
        for picture in pair:
            small = picture.scaled(60, 60)
            assert len({small.pixel(x, y) for x in range(60) for y in range(60)}) > 10, name
        assert pair[0].size() == pair[1].size(), name
        assert pair[0] != pair[1], name
    assert done.stdout.count(str(len(names))) >= 1
    assert processes_naming(demo_dir) == []
