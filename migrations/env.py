"""alembic's environment: the caller's connection (provisioning, tests) or the address in ALTIUS_DSN.

Whoever connects migrates as the owner of the database, so that every object belongs to it.
"""

import os

import sqlalchemy as sa
from alembic import context

from altius_desktop.models import Base


def migrate(connection: sa.Connection) -> None:
    owner = connection.scalar(
        sa.text("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()")
    )
    connection.execute(sa.text(f'SET ROLE "{owner}"'))
    context.configure(connection=connection, target_metadata=Base.metadata, compare_server_default=False)
    with context.begin_transaction():
        context.run_migrations()
    connection.execute(sa.text("RESET ROLE"))


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    address = sa.make_url(os.environ["ALTIUS_DSN"]).set(drivername="postgresql+psycopg2")
    with sa.create_engine(address).begin() as own:
        migrate(own)
