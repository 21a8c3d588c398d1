"""What a job gets and gives: the company under measurement, and figures beside their limits."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import psycopg2

from altius_desktop.database.admin import AdminAddress
from altius_desktop.database.connection import Credentials, ServerAddress, connect_options


@dataclass(frozen=True)
class Bench:
    """The company and the employee whose workplace is measured."""

    admin: AdminAddress
    address: ServerAddress
    credentials: Credentials
    today: date

    def connect(self) -> Any:
        """A bare psycopg2 connection of the same employee, autocommitting."""
        connection = psycopg2.connect(**connect_options(self.address, self.credentials))
        connection.autocommit = True
        return connection


@dataclass(frozen=True)
class Figure:
    """One measured value; `limit` is the promise, `beside` what the same work takes in bare SQL."""

    name: str
    value: float
    unit: str
    limit: float
    beside: float | None = None

    @property
    def kept(self) -> bool:
        return self.value <= self.limit

    def line(self) -> str:
        beside = f"   bare SQL {self.beside:.2f} ms" if self.beside is not None else ""
        mark = "ok " if self.kept else "SLOW"
        return f"{mark} {self.name:<58} {self.value:8.2f} {self.unit} (limit {self.limit:g}){beside}"

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "kept": self.kept}


def interleaved(first: Callable[[], Any], second: Callable[[], Any], *, rounds: int) -> tuple[float, float]:
    """Median milliseconds of both, run in turn so that they share whatever else the machine does."""
    times: tuple[list[float], list[float]] = ([], [])
    for _round in range(rounds):
        for job, taken in zip((first, second), times, strict=True):
            began = time.perf_counter()
            job()
            taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(times[0]), statistics.median(times[1])


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
