"""The demo company: the people, the picture's day, the same rows for the same day, and what happens to it later."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from time import monotonic
from typing import Any

import psycopg2
import pytest
from psycopg2 import sql

from altius_desktop.database.admin import AdminAddress
from altius_desktop.database.connection import Credentials, Database, ServerAddress, open_connection
from altius_desktop.database.provisioning import create_company_database
from altius_desktop.database.schema import migrate
from altius_desktop.domain.errors import UserError
from altius_desktop.domain.inn import is_valid_inn
from altius_desktop.domain.phones import parse_phones
from altius_desktop.services import day as days
from altius_desktop.services.demo import (
    DEMO_LOGINS,
    DEMO_PASSWORD,
    fill_bulk,
    fill_company,
    keep_demo_fresh,
    make_demo_company,
)
from altius_desktop.services.demo.rows import TABLES
from altius_desktop.services.identity import get_cover, get_identity

PREFIX = "demotest"
PICTURE_DAY = date(2026, 11, 24)
SATURDAY = date(2026, 11, 28)


@pytest.fixture(scope="module")
def admin(cluster: Any) -> AdminAddress:
    return cluster.admin


@contextmanager
def scratch(admin: AdminAddress, database: str) -> Iterator[str]:
    try:
        yield database
    finally:
        with admin.connect() as connection, connection.cursor() as cursor:
            for name in (database, f"{database}__new"):
                cursor.execute(
                    sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
                )


@pytest.fixture(scope="module")
def demo(admin: AdminAddress) -> Iterator[str]:
    """A small demo of the server's today that no test changes."""
    with scratch(admin, "demotest") as database:
        make_demo_company(admin, database=database, prefix=PREFIX, size="small")
        yield database


def rows(admin: AdminAddress, database: str, query: str, *values: Any) -> list[tuple[Any, ...]]:
    with admin.connect(database) as connection, connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


def value(admin: AdminAddress, database: str, query: str, *values: Any) -> Any:
    return rows(admin, database, query, *values)[0][0]


def address(admin: AdminAddress, database: str) -> ServerAddress:
    return ServerAddress(admin.host, admin.port, database, PREFIX)


def day_of(admin: AdminAddress, database: str, login: str) -> days.Day:
    workplace = Database(address(admin, database), Credentials(login, DEMO_PASSWORD))
    try:
        with workplace.transaction() as session:
            cover = get_cover(session, get_identity(session).employee_id)
            return days.get_day(session, cover=cover, day=None, overdue=True)
    finally:
        workplace.close()


def digests(admin: AdminAddress, database: str) -> dict[str, str]:
    query = "SELECT md5(string_agg(t.line, '|' ORDER BY t.line)) FROM (SELECT (to_jsonb(x) - 'changed_at')::text AS line FROM {} AS x) AS t"
    return {table: value(admin, database, query.format(table)) for table in TABLES}


def is_quiet(admin: AdminAddress, database: str) -> None:
    """Wait until closed sessions are gone from the server's list."""
    with admin.connect() as connection, connection.cursor() as cursor:
        deadline = monotonic() + 10
        while monotonic() < deadline:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'",
                (database,),
            )
            if cursor.fetchone()[0] == 0:
                return
    raise AssertionError("sessions are left")


def test_the_company_has_its_thirteen_employees_and_ten_of_them_a_workplace(
    admin: AdminAddress, demo: str
) -> None:
    counts = rows(
        admin,
        demo,
        "SELECT count(*), count(*) FILTER (WHERE has_workplace), count(login), count(DISTINCT department_id) FROM employee",
    )
    assert counts == [(13, 10, 10, 7)]
    assert rows(admin, demo, "SELECT name, is_demo FROM company") == [("ООО «ТеплоДом Комплект»", True)]
    logins = {login for (login,) in rows(admin, demo, "SELECT login FROM employee WHERE login IS NOT NULL")}
    assert logins | {"admin"} == {login.login for login in DEMO_LOGINS}


@pytest.mark.parametrize("login", [login.login for login in DEMO_LOGINS])
def test_every_login_works_is_neither_owner_nor_superuser_and_may_delete_nothing(
    admin: AdminAddress, demo: str, login: str
) -> None:
    connection = open_connection(address(admin, demo), Credentials(login, DEMO_PASSWORD))
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR pg_has_role(r.oid, d.datdba, 'member') "
                "FROM pg_roles AS r, pg_database AS d WHERE r.rolname = session_user AND d.datname = current_database()"
            )
            assert cursor.fetchone() == (False,)
            for table in TABLES:
                with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                    cursor.execute(f"DELETE FROM {table}")
    finally:
        connection.close()


def test_the_managers_today_is_the_day_of_the_picture(admin: AdminAddress, demo: str) -> None:
    day = day_of(admin, demo, "scherbakova")
    sections = {
        section: [row for row in day.rows if row.section == section] for section in ("call", "event", "daily")
    }
    assert {section: len(found) for section, found in sections.items()} == {
        "call": 9,
        "event": 5,
        "daily": 4,
    }
    assert {section: sum(row.is_done for row in found) for section, found in sections.items()} == {
        "call": 2,
        "event": 1,
        "daily": 1,
    }
    assert {
        section: sum(row.is_overdue(day.today) for row in found) for section, found in sections.items()
    } == {
        "call": 1,
        "event": 1,
        "daily": 1,
    }
    assert day.overdue_count == 3
    calls = sorted(sections["call"], key=lambda row: (row.due_on, row.due_time))
    assert [
        (row.counterparty_name, row.phone, row.author_name.split()[0], row.priority, row.highlight)
        for row in calls
    ] == [
        ("ООО «СтройГарант»", "(495) 555-01-47", "Щербакова", 1, 6),
        ("АО «Технопарк Юг»", "(863) 555-24-18", "Щербакова", 2, None),
        ("ООО «Альфа-Климат»", "(812) 555-63-09", "Щербакова", 2, None),
        ("ООО «Домострой Плюс»", "(495) 555-70-22", "Щербакова", 1, 1),
        ("ИП Ковалёв С. А.", "(916) 555-18-34", "Щербакова", 2, None),
        ("ООО «Теплосервис»", "(4852) 55-91-06", "Лапина", 2, 2),
        ("ЗАО «Монтаж-12»", "(343) 555-40-71", "Петрова", 1, 3),
        ("ООО «Уютный дом»", "(846) 555-33-95", "Лапина", 3, None),
        ("ПАО «Волгаэнерго»", "(8442) 55-12-80", "Егоров", 1, 4),
    ]
    assert [(row.no_answer, row.not_reached, row.talked) for row in calls] == [
        (2, 1, 0),
        (1, 0, 1),
        (0, 0, 1),
        (1, 0, 0),
        (0, 0, 0),
        (0, 2, 0),
        (0, 0, 0),
        (0, 0, 0),
        (0, 0, 0),
    ]
    assert calls[1].postponed_to is not None and calls[1].postponed_to >= day.today + timedelta(days=6)


@pytest.mark.parametrize(
    "login", [login.login for login in DEMO_LOGINS if login.login not in ("scherbakova", "admin")]
)
def test_everybody_has_a_full_day_of_all_three_tables(admin: AdminAddress, demo: str, login: str) -> None:
    day = day_of(admin, demo, login)
    assert len(day.rows) >= 9
    assert {row.section for row in day.rows} == {"call", "event", "daily"}
    assert any(row.is_done for row in day.rows)
    assert 1 <= day.overdue_count <= 5


def test_accounting_as_a_whole_is_asked_for_documents_today(admin: AdminAddress, demo: str) -> None:
    for login in ("petrova", "sorokina"):
        asked = [row for row in day_of(admin, demo, login).rows if row.assignee_id is None]
        assert "Подготовить документы" in {row.topic for row in asked}


def test_phones_are_stored_as_they_would_be_read_and_tax_numbers_are_right(
    admin: AdminAddress, demo: str
) -> None:
    points = rows(
        admin, demo, "SELECT value, e164, digits, extension FROM contact_point WHERE kind IN ('phone', 'fax')"
    )
    assert len(points) > 100
    for typed, e164, digits, extension in points:
        (phone,) = parse_phones(typed)
        assert (phone.e164, phone.digits, phone.extension) == (e164, digits, extension)
        assert digits[3:6] == "555" or digits[4:6] == "55"
    numbers = rows(
        admin, demo, "SELECT inn FROM counterparty WHERE inn IS NOT NULL UNION SELECT inn FROM company"
    )
    assert all(is_valid_inn(inn) for (inn,) in numbers)
    assert {len(inn) for (inn,) in numbers} == {10, 12}
    assert (
        value(
            admin, demo, "SELECT count(*) FROM contact_point WHERE kind = 'email' AND value !~ '[.]example$'"
        )
        == 0
    )


def test_the_past_is_plausible(admin: AdminAddress, demo: str) -> None:
    assert (
        value(
            admin, demo, "SELECT count(*) FROM activity WHERE due_on < office_today() AND status <> 'planned'"
        )
        >= 400
    )
    assert (
        value(
            admin,
            demo,
            "SELECT count(*) FROM attempt AS t JOIN activity AS a ON a.id = t.activity_id WHERE t.attempted_at > a.finished_at",
        )
        == 0
    )
    assert value(admin, demo, "SELECT count(*) FROM activity WHERE finished_at < planned_at") == 0
    assert (
        value(
            admin,
            demo,
            "SELECT count(*) FROM activity AS a JOIN result_kind AS r ON r.id = a.result_kind_id WHERE r.postpones AND NOT EXISTS (SELECT FROM activity AS f WHERE f.follows_id = a.id AND f.due_on > a.due_on)",
        )
        == 0
    )
    assert (
        value(
            admin,
            demo,
            "SELECT count(*) FROM activity AS a JOIN contact_person AS p ON p.id = a.contact_person_id WHERE p.counterparty_id <> a.counterparty_id",
        )
        == 0
    )
    assert value(admin, demo, "SELECT count(DISTINCT result_kind_id) FROM activity") >= 8
    assert value(admin, demo, "SELECT count(*) FROM activity WHERE changed_by IS NOT NULL") == 0


def test_the_same_day_gives_the_same_company_and_a_day_off_is_full_too(admin: AdminAddress) -> None:
    with scratch(admin, "demotest_twin") as twin:
        found = []
        for _turn in range(2):
            with admin.connect() as connection, connection.cursor() as cursor:
                cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(twin)))
            create_company_database(admin, database=twin, prefix=PREFIX)
            with admin.connect(twin) as connection:
                fill_company(connection, today=SATURDAY, size="small")
            found.append(digests(admin, twin))
        assert found[0] == found[1]
        assert all(found[0].values())
        busy = (
            "SELECT assignee_id, count(*) FROM activity WHERE due_on = %s AND section <> 'daily' GROUP BY 1"
        )
        counts = [count for _assignee, count in rows(admin, twin, busy, SATURDAY)]
        assert len(counts) >= 13
        disabled = "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'O'"
        assert value(admin, twin, disabled) == 0


def test_a_half_made_demo_is_made_again_and_a_complete_one_left_alone(admin: AdminAddress) -> None:
    with scratch(admin, "demotest_half") as half:
        create_company_database(admin, database=half, prefix=PREFIX)
        create_company_database(admin, database=f"{half}__new", prefix=PREFIX)
        steps: list[int] = []
        make_demo_company(
            admin,
            database=half,
            prefix=PREFIX,
            today=PICTURE_DAY,
            size="small",
            progress=lambda _text, step, _steps: steps.append(step),
        )
        assert steps == [1, 2, 3, 4, 5]
        assert value(admin, half, "SELECT count(*) FROM counterparty") == 60
        with admin.connect(half) as connection, connection.cursor() as cursor:
            cursor.execute("UPDATE company SET business = 'changed'")
        make_demo_company(admin, database=half, prefix=PREFIX, today=PICTURE_DAY, size="small")
        assert value(admin, half, "SELECT business FROM company") == "changed"
        names = "SELECT count(*) FROM pg_database WHERE datname LIKE 'demotest_half%%'"
        assert value(admin, half, names) == 1


def test_a_real_company_of_that_name_is_never_touched(admin: AdminAddress) -> None:
    with scratch(admin, "demotest_real") as real:
        create_company_database(admin, database=real, prefix=PREFIX)
        with admin.connect(real) as connection, connection.cursor() as cursor:
            cursor.execute("INSERT INTO company (id, name) VALUES (1, 'ООО «Своё дело»')")
        with pytest.raises(UserError):
            make_demo_company(admin, database=real, prefix=PREFIX, today=PICTURE_DAY, size="small")
        assert rows(admin, real, "SELECT name FROM company") == [("ООО «Своё дело»",)]


def test_an_unused_demo_is_made_anew_on_a_later_day(admin: AdminAddress) -> None:
    with scratch(admin, "demotest_fresh") as fresh:
        later = PICTURE_DAY + timedelta(days=9)
        make_demo_company(admin, database=fresh, prefix=PREFIX, today=PICTURE_DAY, size="small")
        is_quiet(admin, fresh)
        assert not keep_demo_fresh(admin, database=fresh, prefix=PREFIX, today=PICTURE_DAY, size="small")
        is_quiet(admin, fresh)
        assert keep_demo_fresh(admin, database=fresh, prefix=PREFIX, today=later, size="small")
        picture = (
            "SELECT count(*) FROM activity WHERE topic = 'Скидка на объём' AND due_on = %s AND highlight = 1"
        )
        assert value(admin, fresh, picture, later) == 1
        assert value(admin, fresh, "SELECT max(attempted_at)::date FROM attempt") == later


def test_a_used_demo_is_topped_up_and_the_users_rows_stay_as_they_are(admin: AdminAddress) -> None:
    with scratch(admin, "demotest_used") as used:
        later = PICTURE_DAY + timedelta(days=9)
        make_demo_company(admin, database=used, prefix=PREFIX, today=PICTURE_DAY, size="small")
        workplace = open_connection(address(admin, used), Credentials("scherbakova", DEMO_PASSWORD))
        with workplace, workplace.cursor() as cursor:
            cursor.execute("INSERT INTO act (id) VALUES (gen_random_uuid())")
            cursor.execute(
                "UPDATE activity SET highlight = 5 WHERE due_on = %s AND assignee_id = current_employee_id() "
                "AND status = 'planned' AND topic = 'Повторный заказ' RETURNING id",
                (PICTURE_DAY,),
            )
            touched = cursor.fetchone()[0]
            cursor.execute(
                "INSERT INTO attempt (id, activity_id, outcome) SELECT gen_random_uuid(), id, 'no_answer' "
                "FROM activity WHERE due_on = %s AND assignee_id = current_employee_id() "
                "AND status = 'planned' AND topic = 'Первый контакт' RETURNING activity_id",
                (PICTURE_DAY,),
            )
            tried = cursor.fetchone()[0]
        workplace.close()
        assert keep_demo_fresh(admin, database=used, prefix=PREFIX, today=later, size="small")
        kept = "SELECT status, highlight, due_on, row_version FROM activity WHERE id = %s"
        assert rows(admin, used, kept, touched) == [("planned", 5, PICTURE_DAY, 2)]
        assert value(admin, used, "SELECT status FROM activity WHERE id = %s", tried) == "planned"
        busy = (
            "SELECT e.full_name FROM employee AS e WHERE (SELECT count(*) FROM activity AS a WHERE a.assignee_id = e.id "
            "AND a.due_on = %s AND a.status = 'planned') < CASE WHEN e.has_workplace THEN 7 ELSE 1 END"
        )
        assert rows(admin, used, busy, later) == []
        late = "SELECT count(*) FROM activity WHERE status = 'planned' AND section <> 'daily' AND due_on < %s"
        assert 2 <= value(admin, used, late, later) < 40
        before = digests(admin, used)
        assert not keep_demo_fresh(admin, database=used, prefix=PREFIX, today=later, size="small")
        assert digests(admin, used) == before


def test_bulk_adds_exactly_so_many_sound_activities_and_leaves_today(admin: AdminAddress, demo: str) -> None:
    with scratch(admin, "demotest_bulk") as bulk:
        with admin.connect() as connection, connection.cursor() as cursor:
            is_quiet(admin, demo)
            cursor.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
                    sql.Identifier(bulk), sql.Identifier(demo), sql.Identifier(f"{PREFIX}__owner")
                )
            )
        today = value(admin, bulk, "SELECT office_today()")
        counts = "SELECT count(*), count(*) FILTER (WHERE due_on = office_today()) FROM activity"
        ((before, today_before),) = rows(admin, bulk, counts)
        for _turn in range(2):
            with admin.connect(bulk) as connection:
                fill_bulk(connection, activities=3000, today=today)
        assert rows(admin, bulk, counts) == [(before + 6000, today_before)]
        with admin.connect(bulk) as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'f' "
                "AND conrelid IN ('activity'::regclass, 'attempt'::regclass)"
            )
            for table, name in cursor.fetchall():
                cursor.execute(
                    f"SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = '{name}'"
                )
                definition = cursor.fetchone()[0]
                # Adding the key again checks every row.
                cursor.execute(
                    f"ALTER TABLE {table} DROP CONSTRAINT {name}, ADD CONSTRAINT {name} {definition}"
                )
        late = "SELECT count(*) FROM activity WHERE id >= '01920000-0000-7000-8000-000000000000' AND status = 'planned' AND due_on < office_today()"
        assert value(admin, bulk, late) < 6


def test_a_demo_of_an_older_program_is_brought_to_the_present_schema(office) -> None:
    database = office.address.database
    engine = office.admin.engine(database)
    with engine.begin() as connection:
        migrate(connection, "0004")
    engine.dispose()
    with pytest.raises(UserError):
        office.database("scherbakova").check()
    make_demo_company(office.admin, database=database, prefix=office.address.prefix)
    office.database("scherbakova").check()
    assert office.fetch("scherbakova", "SELECT count(*) FROM legend") == [(6,)]
