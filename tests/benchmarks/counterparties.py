"""Finding counterparties and opening a card, as an ordinary employee: milliseconds, and what the server read for it."""

import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

from altius_desktop.database.connection import Credentials, Database
from altius_desktop.services.counterparty_card import get_card
from altius_desktop.services.counterparty_list import (
    CounterpartyFilter,
    PageKey,
    count_counterparties,
    list_counterparties,
)
from altius_desktop.services.search import find_anything, find_counterparties
from tests.benchmarks.measure import Bench, Figure
from tests.explained import explain

LOGIN = "petrova"
ROUNDS = 9
FIRST_PAGE, MISTYPED, STEP, CARD = 80, 150, 80, 60
BUFFERS = 5000
SCROLLED = 10_000
BIG = 20_000

# A legal form alone is the list from its start.
WORDS = ("ооо", "строй", "ива", "елисеева", "57712", "ъъъщщ")
IN_RESULTS = "договор"
MISTYPINGS = ("альфмонтаж", "сторй", "елисева", "мантаж")


def find(bench: Bench) -> Iterator[Figure]:
    """The first page of each search, what it reads, the same for the fields to choose from and for Ctrl+K."""
    database = Database(bench.address, Credentials(LOGIN, bench.credentials.password))
    with database.transaction() as session:
        # A table of a few pages is rightly read whole.
        is_big = count_counterparties(session, where=CounterpartyFilter()).value > BIG
    for word in (*WORDS, *MISTYPINGS):
        limit = MISTYPED if word in MISTYPINGS else FIRST_PAGE
        where = CounterpartyFilter(query=word)
        ways: tuple[tuple[str, Callable[..., Any], dict[str, Any]], ...] = (
            ("first page", list_counterparties, {"where": where}),
            ("to choose from", find_counterparties, {"query": word}),
            ("Ctrl+K", find_anything, {"query": word}),
        )
        for name, operation, arguments in ways:
            yield Figure(f"«{word}», {name}", _median(database, operation, **arguments), "ms", limit)
        seen = explain(database, list_counterparties, where=where)
        yield Figure(f"«{word}», buffers read", seen.buffers, "", BUFFERS)
        if is_big:
            yield Figure(f"«{word}», big tables read from end to end", len(seen.scanned), "", 0)
    times = _median(database, find_anything, query=IN_RESULTS)
    yield Figure(f"«{IN_RESULTS}», which very many results hold, Ctrl+K", times, "ms", MISTYPED)
    database.close()


def scroll(bench: Bench) -> Iterator[Figure]:
    """Steps of a page through the first rows, all and of a common word; each row was read once before."""
    database = Database(bench.address, Credentials(LOGIN, bench.credentials.password))
    for word in ("", "строй"):
        _scroll(database, word)
        times = _scroll(database, word)
        yield Figure(f"«{word}», {len(times)} pages, median", statistics.median(times), "ms", STEP)
    common = CounterpartyFilter("строй")
    yield Figure("count of a common word", _median(database, count_counterparties, where=common), "ms", 500)
    database.close()


def _scroll(database: Database, word: str) -> list[float]:
    times: list[float] = []
    after: PageKey | None = None
    read = 0
    while read < SCROLLED:
        began = time.perf_counter()
        with database.transaction() as session:
            page = list_counterparties(session, where=CounterpartyFilter(query=word), after=after)
        times.append((time.perf_counter() - began) * 1000)
        read += len(page.rows)
        after = page.next
        if after is None:
            break
    return times


def open_card(bench: Bench) -> Iterator[Figure]:
    """The data of cards that nobody has opened before."""
    database = Database(bench.address, Credentials(LOGIN, bench.credentials.password))
    with database.transaction() as session:
        rows = list_counterparties(session, where=CounterpartyFilter("ива"), limit=ROUNDS).rows
    times = []
    for row in rows:
        began = time.perf_counter()
        with database.transaction() as session:
            get_card(session, row.id)
        times.append((time.perf_counter() - began) * 1000)
    database.close()
    yield Figure("card: data, median", statistics.median(times), "ms", CARD)


def _median(database: Database, operation: Callable[..., Any], **arguments: Any) -> float:
    times = []
    for _round in range(ROUNDS):
        began = time.perf_counter()
        with database.transaction() as session:
            operation(session, **arguments)
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)
