"""The way of a database through the revisions, and what the program says of one that does not fit."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from altius_desktop.assets import migrations_path
from altius_desktop.database.connection import Credentials, Database, ServerAddress
from altius_desktop.database.provisioning import create_company_database, create_login
from altius_desktop.database.schema import SCHEMA_REVISION, migrate
from altius_desktop.domain.errors import UserError
from altius_desktop.i18n import set_language
from altius_desktop.services.demo import DEMO_PASSWORD
from tests.conftest import PREFIX, Cluster, Office
from tests.db.desks import as_owner
from tests.db.rights_matrix import OWNED_BY_ACCOUNTS
from tests.roles import drop_company

SHAPE = """
    SELECT 'column', table_name || '.' || column_name, data_type || is_nullable || coalesce(column_default, '')
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT 'constraint', conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT 'trigger', tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid) FROM pg_trigger
    WHERE NOT tgisinternal
    UNION ALL SELECT 'function', p.oid::regprocedure::text, prosrc || coalesce(proacl::text, '') FROM pg_proc AS p
    WHERE pronamespace = 'public'::regnamespace
    AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = p.oid AND d.deptype = 'e')
    UNION ALL SELECT 'rights', relname, array_to_string(ARRAY(SELECT unnest(relacl)::text ORDER BY 1), ' ')
    FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
    ORDER BY 1, 2, 3
"""


@pytest.fixture
def empty(cluster: Cluster) -> Iterator[Office]:
    """A company's database with its schema and nobody in it."""
    name = "migrated"
    create_company_database(cluster.admin, database=name, prefix=name)
    try:
        yield Office(cluster.admin, ServerAddress(cluster.admin.host, cluster.admin.port, name))
    finally:
        with cluster.admin.connect() as connection, connection.cursor() as cursor:
            drop_company(cursor, name)


def alembic(connection: sa.Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations_path()).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def go_to(office: Office, revision: str) -> None:
    engine = office.admin.engine(office.address.database)
    with engine.begin() as connection:
        migrate(connection, revision)
    engine.dispose()


def test_the_models_say_what_the_migrations_make(empty: Office) -> None:
    engine = empty.admin.engine(empty.address.database)
    with engine.begin() as connection:
        command.check(alembic(connection))
    engine.dispose()


def test_the_models_checks_are_those_of_the_database(empty: Office) -> None:
    """alembic does not compare CHECKs: a table made from the models must have the same ones."""
    from altius_desktop.models import Base

    query = "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'c' AND connamespace = %s::regnamespace ORDER BY 1"
    engine = empty.admin.engine(empty.address.database)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE SCHEMA twin"))
        connection.execute(sa.text("SET LOCAL search_path = twin, public"))
        for table in Base.metadata.sorted_tables:
            checks = [c for c in table.constraints if isinstance(c, sa.CheckConstraint)]
            columns = [sa.Column(c.name, c.type) for c in table.columns]
            sa.Table(
                table.name,
                sa.MetaData(naming_convention=Base.metadata.naming_convention, schema="twin"),
                *columns,
                *(sa.CheckConstraint(str(c.sqltext), name=c.name) for c in checks),
            ).create(connection)
        theirs = connection.exec_driver_sql(query, ("twin",)).fetchall()
        ours = connection.exec_driver_sql(query, ("public",)).fetchall()
        connection.execute(sa.text("DROP SCHEMA twin CASCADE"))
    engine.dispose()
    assert [tuple(row) for row in theirs] == [tuple(row) for row in ours]


def test_down_to_nothing_and_up_again_gives_the_same_database(empty: Office) -> None:
    before = as_owner(empty, SHAPE)
    assert len(before) > 300
    go_to(empty, "base")
    left = as_owner(empty, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    assert left == [("alembic_version",)]
    assert as_owner(empty, "SELECT count(*) FROM alembic_version") == [(0,)]
    go_to(empty, "head")
    # alembic_version outlives the way down; who may read it is granted anew.
    assert as_owner(empty, SHAPE) == before


def test_each_step_down_and_up_works_alone(empty: Office) -> None:
    before = as_owner(empty, SHAPE)
    for number in range(int(SCHEMA_REVISION) - 1, 0, -1):
        go_to(empty, f"{number:04}")
        go_to(empty, "head")
    assert as_owner(empty, SHAPE) == before


def test_the_revisions_are_numbered_without_a_gap() -> None:
    files = sorted(path.name[:4] for path in (migrations_path() / "versions").glob("0*.py"))
    assert files == [f"{number:04}" for number in range(1, int(SCHEMA_REVISION) + 1)]


def test_everything_belongs_to_the_owner_who_cannot_log_in_but_the_functions_on_accounts(
    empty: Office,
) -> None:
    relations = (
        "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    )
    assert as_owner(empty, relations) == [("migrated__owner",)]
    functions = as_owner(
        empty,
        """SELECT p.oid::regprocedure::text, pg_get_userbyid(p.proowner) FROM pg_proc AS p
           WHERE pronamespace = 'public'::regnamespace
           AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = p.oid AND d.deptype = 'e')""",
    )
    assert {owner for _function, owner in functions} == {"migrated__owner", "migrated__accounts"}
    assert {name for name, owner in functions if owner == "migrated__accounts"} == OWNED_BY_ACCOUNTS


def test_a_company_is_made_twice_without_harm(empty: Office) -> None:
    before = as_owner(empty, SHAPE)
    create_company_database(empty.admin, database="migrated", prefix="migrated")
    assert as_owner(empty, SHAPE) == before


@pytest.mark.parametrize(
    ("revision", "told"), [("0003", "older than this program"), ("9999", "program is older than the")]
)
def test_a_database_of_another_revision_is_refused_politely(office: Office, revision: str, told: str) -> None:
    set_language("en")
    database = office.database("scherbakova")
    as_owner(office, "UPDATE alembic_version SET version_num = %s", revision)
    with pytest.raises(UserError, match=told) as refused:
        database.check()
    assert refused.value.hint
    as_owner(office, "UPDATE alembic_version SET version_num = %s", SCHEMA_REVISION)
    database.check()
    database.close()


@pytest.mark.parametrize(
    "stage",
    [
        "DROP TABLE alembic_version",
        "DELETE FROM alembic_version",
        "UPDATE alembic_version SET version_num = 'ae1027a6acf'",
    ],
)
def test_a_database_that_is_no_company_is_refused_politely(office: Office, stage: str) -> None:
    as_owner(office, stage)
    database = office.database("scherbakova")
    with pytest.raises(UserError, match=office.address.database):
        database.check()
    database.close()


def test_a_foreign_database_on_the_same_server_is_no_company(office: Office) -> None:
    as_owner(office, "CREATE DATABASE foreigner")
    try:
        address = ServerAddress(office.address.host, office.address.port, "foreigner", PREFIX)
        database = Database(address, Credentials("scherbakova", DEMO_PASSWORD))
        with pytest.raises(UserError, match="foreigner"):
            database.check()
        database.close()
    finally:
        as_owner(office, "DROP DATABASE foreigner WITH (FORCE)")


def test_an_unknown_revision_is_alembics_error_not_a_half_migrated_database(empty: Office) -> None:
    with pytest.raises(CommandError):
        go_to(empty, "0999")
    assert as_owner(empty, "SELECT version_num FROM alembic_version") == [(SCHEMA_REVISION,)]


@pytest.mark.parametrize("login", ["Ivan", "иван", "", "a_b", "1abc", "a" * 40, 'x"; DROP ROLE y; --', "a\n"])
def test_an_impossible_login_is_refused_before_it_reaches_the_server(empty: Office, login: str) -> None:
    with empty.admin.connect() as connection, pytest.raises(UserError):
        create_login(connection, prefix="migrated", login=login, password="secret", groups=())


def test_a_password_reaches_the_server_as_a_verifier_only(empty: Office) -> None:
    with empty.admin.connect() as connection:
        create_login(
            connection, prefix="migrated", login="o.neill-2", password="tüñel'\"\\", groups=("employee",)
        )
        create_login(connection, prefix="migrated", login="o.neill-2", password="новый", groups=("employee",))
    assert as_owner(
        empty,
        "SELECT rolpassword LIKE 'SCRAM-SHA-256$%%' FROM pg_authid WHERE rolname = %s",
        "migrated_o.neill-2",
    ) == [(True,)]
    Database(empty.address, Credentials("o.neill-2", "новый")).check()
    with pytest.raises(UserError):
        Database(empty.address, Credentials("o.neill-2", "tüñel'\"\\")).check()


def test_a_group_that_does_not_exist_is_a_fault_of_ours(empty: Office) -> None:
    with empty.admin.connect() as connection, pytest.raises(ValueError, match="owner"):
        create_login(connection, prefix="migrated", login="sly", password="x", groups=("owner",))


def test_cyrillic_has_trigrams_on_this_server(office: Office) -> None:
    assert as_owner(office, "SELECT array_length(show_trgm('Строй'), 1)") == [(6,)]
