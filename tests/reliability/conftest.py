"""Companies to be saved, servers to restore them on."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from altius_desktop.database.admin import AdminAddress
from altius_desktop.database.backups.clients import Reach
from altius_desktop.database.backups.making import back_up
from altius_desktop.database.backups.restoring import restore
from altius_desktop.database.connection import ServerAddress
from altius_desktop.database.embedded import EmbeddedServer
from altius_desktop.i18n import set_language
from tests.conftest import HASTY, PREFIX, Cluster, Office
from tests.reliability.backups import silent


@pytest.fixture
def english() -> None:
    """The program in English, whatever the other tests speak."""
    set_language("en")


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An own folder that root's server account can enter; scratch clusters are made in its `tmp`, and none is left."""
    base = Path(tempfile.mkdtemp(prefix="altius-backup-"))
    base.chmod(0o755)
    (base / "tmp").mkdir(mode=0o755)
    monkeypatch.setenv("TMPDIR", str(base / "tmp"))
    monkeypatch.setattr(tempfile, "tempdir", str(base / "tmp"))
    try:
        yield base
        assert list((base / "tmp").iterdir()) == [], "a scratch cluster was left"
    finally:
        shutil.rmtree(base)


@pytest.fixture(scope="module")
def saved(cluster: Cluster, template: str) -> Iterator[Path]:
    """A good backup of the small demo company, to be copied and spoiled."""
    place = Path(tempfile.mkdtemp(prefix="altius-saved-"))
    name = "saved_company"
    with cluster.admin.connect() as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {template} OWNER {PREFIX}__owner")
    try:
        back_up(Reach.of_administrator(cluster.admin, name), place / "good.altius", silent)
        yield place / "good.altius"
    finally:
        shutil.rmtree(place)
        with cluster.admin.connect() as connection, connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def other(folder: Path) -> Iterator[AdminAddress]:
    """Another server, without a company."""
    with EmbeddedServer(folder / "other", settings=HASTY) as server:
        yield server.start()


@pytest.fixture
def company(saved: Path, other: AdminAddress) -> Office:
    """A company on a server of its own that bears the usual name, as the command line looks for it."""
    restore(saved, other, database="altius", prefix="altius", progress=silent)
    return Office(other, ServerAddress(other.host, other.port, "altius"))
