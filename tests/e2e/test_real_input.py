"""A list of firms as it is found in the world: imported by the command line, called and worked through in the window."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Office
from tests.e2e.acts import counters, enter_result, plan_a_call
from tests.e2e.conftest import OpenSeat, dsn_of
from tests.e2e.seat import CHECKOUT

SAMPLES = os.environ.get("ALTIUS_SAMPLES")
OWN = CHECKOUT / "tests" / "db" / "data" / "branches_cp1251.csv"
REAL = Path(SAMPLES or "") / "lists" / "cbr__banks_even_cp1251.csv"
TOPIC = "Уточнить условия счёта"
ANSWER = "Ждут письмо на бланке."


@pytest.mark.parametrize(
    ("file", "phone", "firm"),
    [
        pytest.param(OWN, "280110", "ЛУГОВОЙ ДОМ", id="own file"),
        pytest.param(
            REAL,
            "287110",
            "РОССЕЛЬХОЗБАНК",
            id="real file",
            marks=pytest.mark.skipif(
                not SAMPLES, reason="ALTIUS_SAMPLES names no folder with the sample files"
            ),
        ),
    ],
)
def test_an_imported_firm_is_found_by_its_second_phone_called_and_worked_through(
    file: Path, phone: str, firm: str, company: Office, sit_down: OpenSeat, tmp_path: Path
) -> None:
    dsn = dsn_of(company, "scherbakova")
    imported = subprocess.run(
        [sys.executable, "-m", "altius_desktop", "import", "counterparties", file, "--json", "--dsn", dsn],
        cwd=CHECKOUT,
        env={**os.environ, "PGPASSWORD": "demo", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert imported.returncode == 0, imported.stderr
    counts = json.loads(imported.stdout)
    assert counts["refused"] == 0
    assert counts["new"] + counts["updated"] + counts["duplicates"] == counts["rows"]

    seat = sit_down("scherbakova")
    plan_a_call(seat, firm=phone, colleague="Щербакова", topic=TOPIC)
    seat.wait(lambda look: look.row("callsTable", topic=TOPIC, counterparty=firm) is not None)
    seat.choose_row("callsTable", topic=TOPIC)
    seat.click_cell("callsTable", "talked", topic=TOPIC)
    seat.wait(lambda look: counters(look, topic=TOPIC)[2] == "1")
    enter_result(seat, kind_keys="alt+3", text=ANSWER)
    seat.click("saveButton")
    seat.wait(lambda look: look.row("callsTable", topic=TOPIC, description=ANSWER) is not None)
    assert company.fetch(
        "gromov",
        "SELECT c.name LIKE %s, a.status, a.result_text FROM activity AS a"
        " JOIN counterparty AS c ON c.id = a.counterparty_id WHERE a.topic = %s",
        f"%{firm}%",
        TOPIC,
    ) == [(True, "done", ANSWER)]
