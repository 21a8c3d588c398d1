"""A PostgreSQL of each test process's own, migrated and filled once; tests that commit get a clone of it."""

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from altius_desktop.database.admin import AdminAddress
from altius_desktop.database.connection import Credentials, Database, ServerAddress
from altius_desktop.database.embedded import EmbeddedServer
from altius_desktop.database.provisioning import grant_connect
from altius_desktop.i18n import set_language
from altius_desktop.services.demo import DEMO_PASSWORD, make_demo_company

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

PREFIX = "altius"
TEMPLATE = "altius_template"
HASTY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Cluster:
    """A running server with nobody in it yet but its administrator."""

    admin: AdminAddress
    data_dir: Path


@dataclass(frozen=True)
class Office:
    """A company of its own for one test, and ways into it as one of its employees."""

    admin: AdminAddress
    address: ServerAddress

    def database(self, login: str) -> Database:
        return Database(self.address, Credentials(login, DEMO_PASSWORD))

    @contextmanager
    def connect(self, login: str) -> Iterator[Any]:
        """A bare psycopg2 connection of this employee, autocommitting."""
        connection = psycopg2.connect(
            host=self.address.host,
            port=self.address.port,
            dbname=self.address.database,
            user=f"{self.address.role_prefix}_{login}",
            password=DEMO_PASSWORD,
        )
        connection.autocommit = True
        try:
            yield connection
        finally:
            connection.close()

    def fetch(self, login: str, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        """The rows of a query asked by this employee."""
        with self.connect(login) as connection, connection.cursor() as cursor:
            cursor.execute(query, parameters)
            return cursor.fetchall() if cursor.description else []

    def today(self) -> date:
        return self.fetch("scherbakova", "SELECT office_today()")[0][0]


@pytest.fixture(autouse=True)
def _russian() -> None:
    set_language("ru")


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    folder = Path(tempfile.mkdtemp(prefix="altius-test-"))
    folder.chmod(0o755)
    server = EmbeddedServer(folder / "server", settings=HASTY)
    try:
        yield Cluster(server.start(), folder / "server")
    finally:
        server.leave()
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def template(cluster: Cluster) -> str:
    """The name of a small demo company that is only ever cloned."""
    make_demo_company(cluster.admin, database=TEMPLATE, prefix=PREFIX, size="small")
    return TEMPLATE


@pytest.fixture
def office(cluster: Cluster, template: str) -> Iterator[Office]:
    """A clone of the small demo company, dropped at the end whoever is still connected."""
    name = f"office_{uuid.uuid4().hex[:12]}"
    with cluster.admin.connect() as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {template} OWNER {PREFIX}__owner")
        grant_connect(cursor, database=name, prefix=PREFIX)
    try:
        yield Office(cluster.admin, ServerAddress(cluster.admin.host, cluster.admin.port, name, PREFIX))
    finally:
        with cluster.admin.connect() as connection, connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
