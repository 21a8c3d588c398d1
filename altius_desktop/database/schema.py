"""The schema that this program ships: bringing a database to it, and telling whether they fit."""

import re
from typing import Any

from altius_desktop.assets import migrations_path

SCHEMA_REVISION = "0016"
"""The newest revision in migrations/; a test keeps both equal, so that a start needs no alembic."""

FORM_OF_REVISION = re.compile(r"\d{4}")


def migrate(connection: Any, revision: str = "head") -> None:
    """Bring the database of `connection` (SQLAlchemy, administrator or owner) to `revision`, up or down."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations_path()).replace("%", "%%"))
    config.attributes["connection"] = connection
    if revision in ("head", SCHEMA_REVISION):
        command.upgrade(config, "head")
    else:
        command.downgrade(config, revision)
