"""Employees of a test's own office, logged out at the end."""

from collections.abc import Callable, Iterator

import pytest

from tests.conftest import Office
from tests.db.desks import Desk


@pytest.fixture
def desk(office: Office) -> Iterator[Callable[[str], Desk]]:
    """`desk("scherbakova")` is her place of work; asked twice it is a second one of hers."""
    opened: list[Desk] = []

    def open_desk(login: str) -> Desk:
        opened.append(Desk(office, login))
        return opened[-1]

    yield open_desk
    for one in opened:
        one.close()
