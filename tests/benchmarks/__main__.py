"""Fill a company, run every job, print a table and write .bench/latest.json."""

import json
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from altius_desktop.database.connection import Credentials, ServerAddress
from altius_desktop.database.embedded import EmbeddedServer
from altius_desktop.i18n import set_language
from altius_desktop.services.demo import DEMO_PASSWORD, fill_bulk, make_demo_company
from tests.benchmarks import counterparties, counterparties_window, day, startup, window
from tests.benchmarks.measure import Bench, Figure

SIZES = {"small": 50_000, "full": 1_000_000, "large": 10_000_000}
LOGIN = "scherbakova"


@contextmanager
def _company(size: str) -> Iterator[Bench]:
    """A company of its own; the large one, which takes long to make, may stay in the folder ALTIUS_BENCH_DIR."""
    kept = os.environ.get("ALTIUS_BENCH_DIR", "") if size == "large" else ""
    folder = Path(kept or tempfile.mkdtemp(prefix="altius-bench-"))
    if not kept:
        folder.chmod(0o755)
    server = EmbeddedServer(folder if kept else folder / "server")
    activities = SIZES[size]
    try:
        admin = server.start()
        make_demo_company(
            admin,
            database="altius",
            prefix="altius",
            size="large" if size == "large" else "office",
            progress=lambda step, done, total: print(f"{step}: {done}/{total}", flush=True),
        )
        began = time.perf_counter()
        with admin.connect("altius") as connection, connection.cursor() as cursor:
            cursor.execute("SELECT office_today(), (SELECT count(*) FROM activity)")
            today, present = cursor.fetchone()
            if activities > present:
                fill_bulk(connection, activities=activities - present, today=today)
        print(f"{activities:,} activities in {time.perf_counter() - began:.0f} s", flush=True)
        address = ServerAddress(admin.host, admin.port, "altius", sslmode="disable")
        yield Bench(admin, address, Credentials(LOGIN, DEMO_PASSWORD), today)
    finally:
        server.leave()
        if not kept:
            shutil.rmtree(folder)


def main() -> int:
    """Run all jobs; 0 if every figure keeps its limit."""
    set_language("ru")
    size = os.environ.get("SIZE", "full")
    if size not in SIZES:
        print(f"SIZE is one of {', '.join(SIZES)}", file=sys.stderr)
        return 2
    figures: list[Figure] = []
    began = time.perf_counter()
    with _company(size) as bench:
        for job in (
            day.open_day,
            counterparties.find,
            counterparties.scroll,
            counterparties.open_card,
            startup.start_to_painted,
            window.open_day,
            window.commit_to_painted,
            window.jitter,
            counterparties_window.memory,
            counterparties_window.scroll,
            counterparties_window.open_card,
        ):
            for figure in job(bench):
                figures.append(figure)
                print(figure.line(), flush=True)
    took = time.perf_counter() - began
    report = {
        "size": size,
        "activities": SIZES[size],
        "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
        "seconds": round(took),
        "figures": [figure.as_dict() for figure in figures],
    }
    target = Path(".bench")
    target.mkdir(exist_ok=True)
    (target / "latest.json").write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
    print(f"{took:.0f} s; written to {target / 'latest.json'}")
    return 0 if all(figure.kept for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
