"""Who a login is: its employee, his groups, his office; and who is nobody here."""

from collections.abc import Callable

import pytest

from altius_desktop.domain.errors import UserError
from altius_desktop.services.demo import DEMO_LOGINS, DemoLogin
from altius_desktop.services.directories import get_directories
from altius_desktop.services.identity import NOBODY, get_cover, get_identity, get_today
from tests.conftest import PREFIX, Office
from tests.db.desks import Desk, as_owner
from tests.roles import roles_kept

Desks = Callable[[str], Desk]


@pytest.mark.parametrize(
    "demo", [login for login in DEMO_LOGINS if login.login != "admin"], ids=lambda login: login.login
)
def test_every_login_is_the_employee_it_says_with_his_groups(
    office: Office, desk: Desks, demo: DemoLogin
) -> None:
    me = desk(demo.login).me
    assert (me.login, me.full_name, me.position) == (demo.login, demo.full_name, demo.position)
    assert me.groups == {*demo.groups, "employee"}
    assert me.is_demo
    assert me.zone == "Europe/Moscow"
    assert desk(demo.login).ask(get_today) == office.today()


def test_the_administrator_gets_in_without_being_an_employee(office: Office) -> None:
    database = office.database("admin")
    with database.transaction() as session:
        me = get_identity(session)
        assert get_today(session) == office.today()
        assert get_directories(session).regions
    database.close()
    assert (me.login, me.full_name, me.employee_id, me.department_id) == ("admin", "admin", NOBODY, NOBODY)
    assert (me.groups, me.is_employee, me.is_demo) == ({"administrator"}, False, True)


@pytest.mark.parametrize("group", ["employee", "backup"])
def test_a_login_without_an_employee_is_nobody_unless_it_is_an_administrator(
    office: Office, group: str
) -> None:
    with roles_kept(office):
        as_owner(office, f"CREATE ROLE {PREFIX}_stray LOGIN PASSWORD 'demo'")
        as_owner(office, f"GRANT {PREFIX}__{group} TO {PREFIX}_stray GRANTED BY {PREFIX}__accounts")
        database = office.database("stray")
        with pytest.raises(UserError) as refused, database.transaction() as session:
            get_identity(session)
        database.close()
    assert refused.value.hint


def test_who_has_left_is_told_so(office: Office) -> None:
    as_owner(office, "UPDATE employee SET active = false WHERE login = 'fomin'")
    database = office.database("fomin")
    with pytest.raises(UserError), database.transaction() as session:
        get_identity(session)
    database.close()


def test_a_day_is_that_of_the_employee_and_of_what_his_department_has_not_taken(desk: Desks) -> None:
    scherbakova = desk("scherbakova")
    cover = scherbakova.ask(get_cover, employee_id=scherbakova.me.employee_id)
    assert cover.employees == {scherbakova.me.employee_id}
    assert cover.departments == {scherbakova.me.department_id}


def test_the_lists_of_forms_leave_out_what_was_archived_and_who_has_left(office: Office, desk: Desks) -> None:
    petrova = desk("petrova")
    before = petrova.ask(get_directories)
    assert (len(before.employees), len(before.departments), len(before.legend)) == (13, 7, 6)
    as_owner(office, "UPDATE activity_kind SET archived = true WHERE name = 'Факс'")
    as_owner(office, "UPDATE result_kind SET archived = true WHERE name = 'Отказ'")
    as_owner(office, "UPDATE employee SET active = false WHERE login = 'fomin'")
    after = petrova.ask(get_directories)
    assert {kind.name for kind in before.activity_kinds} - {kind.name for kind in after.activity_kinds} == {
        "Факс"
    }
    assert {kind.name for kind in before.result_kinds} - {kind.name for kind in after.result_kinds} == {
        "Отказ"
    }
    assert len(after.employees) == 12
    assert after.legend_name(1) == "Жёлтый"
    assert after.legend_name(None) == ""
    assert after.employee(None) is None


@pytest.mark.parametrize("role", ["altius_crm_petrova", "altius", "petrova"])
def test_a_login_of_another_company_on_the_server_is_nobody_here(office: Office, role: str) -> None:
    """Roles are the server's: altius_crm_petrova of a company altius_crm must not become anybody of altius."""
    with office.admin.connect(office.address.database) as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {role}; GRANT {PREFIX}__employee TO {role}")
        try:
            cursor.execute(f"SET SESSION AUTHORIZATION {role}")
            cursor.execute("SELECT current_employee_id()")
            assert cursor.fetchone() == (None,)
        finally:
            cursor.execute("RESET SESSION AUTHORIZATION")
            cursor.execute(f"DROP ROLE {role}")
