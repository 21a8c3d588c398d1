"""From the start of the process to a painted Contacts document with data."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.measure import Bench, Figure

ROUNDS = 5

# The program's own way in, but for the log file; it says when the day stands on the screen, and ends.
PROGRAM = """
import sys, time
from altius_desktop.database.access import from_dsn
from altius_desktop.app import Desktop, Start, make_application
from altius_desktop.settings import Settings
from pathlib import Path
access = from_dsn(sys.argv[1], login=None, ask_password=lambda login: "")
qapp = make_application()
desktop = Desktop(qapp, Settings(path=Path(sys.argv[2])), Start(access.address, access.credentials))
desktop.begin()
def painted():
    print(time.monotonic())
    qapp.quit()
desktop.window.contacts.painted.connect(painted)
qapp.exec()
desktop.close()
"""


def start_to_painted(bench: Bench) -> Iterator[Figure]:
    """Warm: the first round, which reads the libraries from the disk, is left out."""
    address, credentials = bench.address, bench.credentials
    dsn = (
        f"postgresql://{address.role_prefix}_{credentials.login}:{credentials.password}"
        f"@{address.host}:{address.port}/{address.database}"
    )
    times = []
    with tempfile.TemporaryDirectory() as folder:
        for _round in range(ROUNDS + 1):
            began = time.monotonic()
            told = subprocess.run(
                [sys.executable, "-c", PROGRAM, dsn, str(Path(folder, "settings.json"))],
                check=True,
                capture_output=True,
                text=True,
                env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
            )
            times.append(float(told.stdout.split()[-1]) - began)
    yield Figure("process start to painted day, warm", statistics.median(times[1:]), "s", 1.2)
