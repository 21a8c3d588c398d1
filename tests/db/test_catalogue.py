"""What PostgreSQL's own catalogue, open to every login, tells an employee: names and numbers, and no contents."""

from collections.abc import Callable

import pytest
from psycopg2 import errors

from tests.conftest import PREFIX, Office
from tests.db.desks import Desk, as_owner

SECRET = "Кукушкина"
# In two halves, so that the question itself is not found among the statements of the moment.
FINDS = "SELECT count(*) FROM {} AS t WHERE strpos(t::text, 'Кукуш' || 'кина') > 0"
STAGE = (
    "INSERT INTO account_event (login, what, whom, detail) SELECT 'admin', 'groups', 'fomin', %s FROM n",
    "INSERT INTO backup (made_at, file_name, size_bytes, proved, noted_by) SELECT now(), %s, 1, true, 'x' FROM n",
    """INSERT INTO audit (login, table_name, row_id, action, old, new)
       SELECT 'admin', 'region', gen_random_uuid(), 'update', '{}', jsonb_build_object('name', %s::text) FROM n""",
    """INSERT INTO erasure (login, counterparty_id, contact_person_id, kinds, reason)
       SELECT 'gromov', p.counterparty_id, p.id, '{name}', %s
       FROM n, (SELECT * FROM contact_person LIMIT 1) AS p""",
)


@pytest.fixture
def secretive(office: Office, desk: Callable[[str], Desk]) -> Office:
    """The word stands in all that a plain employee does not read, often enough for the planner's statistics."""
    petrova = desk("petrova")
    for number in range(3):
        petrova.plan(topic=f"{SECRET} {number}", is_private=True)
    for statement in STAGE:
        as_owner(office, f"WITH n AS (SELECT generate_series(1, 50)) {statement}", SECRET)
    as_owner(office, "ANALYZE")
    return office


@pytest.mark.parametrize("login", ["fomin", "lapina", "admin"])
def test_no_letter_of_what_is_closed_to_him_stands_in_the_catalogue(secretive: Office, login: str) -> None:
    with secretive.connect("petrova") as open_one, open_one.cursor() as cursor:
        cursor.execute("SELECT %s", (f"{SECRET} is what she asked for last",))
        relations = secretive.fetch(
            login,
            """SELECT oid::regclass::text FROM pg_class WHERE relkind IN ('r', 'v') AND has_table_privilege(oid, 'SELECT')
               AND relnamespace IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)""",
        )
        assert len(relations) > 150
        found = []
        for (relation,) in relations:
            try:
                ((count,),) = secretive.fetch(login, FINDS.format(relation))
            except errors.InsufficientPrivilege:
                continue  # a view of what only the server's administrator reads
            found += [relation] * count
    # The administrator reads account_event and backup, and so what is known of them.
    assert set(found) <= ({"pg_stats"} if login == "admin" else set())
    assert secretive.fetch("gromov", FINDS.format("pg_stats"))[0][0] >= 4


@pytest.mark.parametrize(
    "statement",
    [
        *(f"SELECT count(*) FROM {table}" for table in ("account_event", "audit", "backup", "erasure")),
        "SELECT 'audit'::regclass, new FROM audit",
        "SELECT currtid2('audit', '(0,1)')",
        "SELECT last_value FROM audit_id_seq",
        "EXPLAIN ANALYZE SELECT FROM audit WHERE strpos(new::text, 'x') > 0",
        "COPY audit TO STDOUT",
        "BEGIN; LOCK TABLE audit IN ACCESS SHARE MODE",
        "SELECT * FROM pg_statistic",
        "SELECT * FROM pg_authid",
        "SELECT * FROM pg_hba_file_rules",
        "SELECT pg_ls_dir('.')",
    ],
)
def test_no_way_round_leads_to_a_closed_table(office: Office, statement: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        office.fetch("fomin", statement)


def test_that_a_table_is_there_how_it_is_built_and_about_how_full_it_is_is_no_secret(
    secretive: Office,
) -> None:
    """PostgreSQL tells every login so much; nothing may rest on its being unknown."""

    def learns(query: str) -> object:
        return secretive.fetch("fomin", query)[0][0]

    assert learns("SELECT 'audit'::regclass::text") == "audit"
    for name in ("acts", "public.acts"):
        with pytest.raises(errors.UndefinedTable) as told:
            secretive.fetch("fomin", "SELECT %s::regclass", name)
        assert str(told.value).startswith(f'relation "{name}" does not exist')
    assert learns("SELECT count(*) FROM pg_attribute WHERE attrelid = 'audit'::regclass AND attnum > 0") == 12
    assert learns("SELECT reltuples >= 50 FROM pg_class WHERE oid = 'erasure'::regclass") is True
    assert learns("SELECT reltuples >= 3 FROM pg_class WHERE oid = 'activity_private'::regclass") is True
    assert "the reason names the person" in str(
        learns("SELECT pg_get_functiondef('erase_person(uuid,text)'::regprocedure)")
    )
    assert learns(f"SELECT '{PREFIX}_gromov'::regrole::text") == f"{PREFIX}_gromov"
    assert learns(f"SELECT pg_has_role('{PREFIX}_gromov', '{PREFIX}__director', 'member')") is True
