"""What somebody is told whom a server does not let in."""

import pytest

from altius_desktop.database.connection import Credentials, Database, ServerAddress
from altius_desktop.domain.errors import UserError
from altius_desktop.services.demo import DEMO_PASSWORD


def refusal(address: ServerAddress, login: str = "lapina", password: str = DEMO_PASSWORD) -> UserError:
    """The error of a login that must fail."""
    database = Database(address, Credentials(login, password))
    try:
        with pytest.raises(UserError) as told:
            database.check()
    finally:
        database.close()
    return told.value
