"""How the administrator of a server connects; only provisioning and the tests hold such an address."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import psycopg2


@dataclass(frozen=True)
class AdminAddress:
    """Where the server listens, and how its administrator logs in."""

    host: str
    port: int
    superuser: str
    password: str = field(repr=False)
    sslmode: str = "prefer"
    sslrootcert: str = ""

    @property
    def _tls(self) -> dict[str, Any]:
        root = {"sslrootcert": self.sslrootcert} if self.sslrootcert else {}
        return {"sslmode": self.sslmode, **root}

    def url_of(self, user: str, database: str) -> str:
        """The address of `user` on this server for --dsn, with the same protection and without a password."""
        protection = {
            "sslmode": self.sslmode if self.sslmode != "prefer" else "",
            "sslrootcert": self.sslrootcert,
        }
        options = {name: value for name, value in protection.items() if value}
        if self.host.startswith("/"):
            options = {"host": self.host, "port": str(self.port), **options}
            place = ""
        else:
            place = self.host if self.port == 5432 else f"{self.host}:{self.port}"
        query = f"?{urlencode(options, safe='/')}" if options else ""
        return f"postgresql://{quote(user)}@{place}/{quote(database)}{query}"

    @contextmanager
    def connect(self, database: str = "postgres") -> Iterator[Any]:
        """An autocommit psycopg2 connection, closed at the end."""
        connection = psycopg2.connect(
            host=self.host,
            port=self.port,
            user=self.superuser,
            password=self.password,
            dbname=database,
            connect_timeout=5,
            **self._tls,
        )
        connection.autocommit = True
        try:
            yield connection
        finally:
            connection.close()

    def engine(self, database: str) -> Any:
        """A SQLAlchemy engine without a pool; the caller disposes of it."""
        import sqlalchemy as sa

        url = sa.URL.create(
            "postgresql+psycopg2",
            self.superuser,
            self.password,
            self.host,
            self.port,
            database,
            query=self._tls,
        )
        return sa.create_engine(url, poolclass=sa.NullPool)
