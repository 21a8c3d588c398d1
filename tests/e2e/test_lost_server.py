"""The server goes away under an open dialog: told in words, nothing typed is lost, nothing is stored twice."""

import os
import signal
from pathlib import Path

import pytest

from altius_desktop.database.access import embedded_address
from altius_desktop.database.embedded import EmbeddedServer
from tests.conftest import HASTY, Office
from tests.e2e.acts import enter_result
from tests.e2e.conftest import OpenSeat
from tests.e2e.seat import wait_until

TEXT = "Попросили перезвонить, когда вернётся директор."


@pytest.mark.parametrize("blow", [signal.SIGINT, signal.SIGKILL], ids=["stopped", "killed"])
def test_a_result_that_meets_a_stopped_server_stays_and_is_stored_once_when_it_is_back(
    blow: signal.Signals, demo_dir: Path, open_seat: OpenSeat
) -> None:
    seat = open_seat("demo", "--data-dir", str(demo_dir), "--as", "scherbakova")
    look = seat.wait_for_day()
    done = look.widget("callsTable")["done"]
    topic = next(row["topic"] for n, row in enumerate(look.rows("callsTable")) if not done[n])
    seat.choose_row("callsTable", topic=topic)
    enter_result(seat, kind_keys="alt+4", text=TEXT)  # postponed: it makes a follow-up, which must be one
    server = EmbeddedServer(demo_dir, settings=HASTY)
    pid = server.status().pid
    assert pid is not None
    os.kill(pid, blow)
    wait_until(lambda: not server.status().running)

    seat.press("ctrl+Return")
    look = seat.wait(lambda look: look.widget("dialogBanner") and look.widget("saveButton")["enabled"])
    told = look.texts("dialogBanner")
    assert "сервер" in told.lower()
    assert not any("a" <= letter.lower() <= "z" for letter in told)
    assert look.active == "resultDialog"
    assert look.widget("resultText")["text"] == TEXT

    try:
        admin = server.start()
        seat.press("ctrl+Return")
        seat.wait(lambda look: "resultDialog" not in look.windows)
        office = Office(admin, embedded_address(admin))
        stored = office.fetch(
            "scherbakova",
            "SELECT status, (SELECT count(*) FROM activity AS f WHERE f.follows_id = a.id)"
            " FROM activity AS a WHERE result_text = %s",
            TEXT,
        )
        assert stored == [("done", 1)]
        seat.wait(
            lambda look: (
                not look.widget("connectionBanner") and look.row("callsTable", description=TEXT) is not None
            )
        )
    finally:
        server.leave()
    seat.press("alt+F4")
    assert seat.ended() == 0
