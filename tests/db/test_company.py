"""Our own company: requisites, employees, receivers and substitutes, as the secretary keeps them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from altius_desktop.domain.errors import Conflict, FieldError, UserError
from altius_desktop.domain.ids import new_id
from altius_desktop.services.accounts import dismiss_employee
from altius_desktop.services.acts import Acted
from altius_desktop.services.company import (
    CompanyFields,
    get_company,
    get_company_card,
    set_referent,
    update_company,
)
from altius_desktop.services.covers import (
    end_absence,
    end_route,
    list_absences,
    list_covers,
    list_routes,
    save_absence,
    save_route,
)
from altius_desktop.services.employees import (
    EmployeeFields,
    OpenWork,
    StaffRow,
    count_open_work,
    list_staff,
    save_employee,
)
from tests.conftest import Office
from tests.db.desks import Desk, as_owner, employee_id

Open = Callable[[str], Desk]


@pytest.fixture
def lapina(desk: Open) -> Desk:
    return desk("lapina")


def fields_now(desk: Desk) -> CompanyFields:
    return desk.ask(get_company).fields


def staff(desk: Desk, login: str) -> StaffRow:
    return next(row for row in desk.ask(list_staff) if row.login == login)


def change(desk: Desk, login: str, *, seen: EmployeeFields | None = None, **changes: Any) -> Acted:
    row = staff(desk, login)
    seen = seen or row.fields
    return desk.act(save_employee, employee_id=row.id, seen=seen, mine=replace(seen, **changes))


def enter(desk: Desk, **values: Any) -> UUID:
    """Enter somebody new in the department of the desk's employee; his id."""
    made = new_id()
    mine = EmployeeFields(**{"full_name": "Новый Иван", "department_id": desk.me.department_id, **values})
    desk.act(save_employee, employee_id=made, seen=None, mine=mine)
    return made


# Requisites


def test_requisites_are_saved_cleaned_and_taken_back(lapina: Desk) -> None:
    seen = fields_now(lapina)
    mine = replace(seen, name="  АО   «Тепло» ", inn="7720 485915", phone="", remind_days=5)
    acted = lapina.act(update_company, seen=seen, mine=mine)
    assert fields_now(lapina) == replace(seen, name="АО «Тепло»", phone="", remind_days=5)
    lapina.undo(acted.inverse)
    assert fields_now(lapina) == seen


def test_two_people_change_different_requisites_and_both_stay(desk: Open, lapina: Desk) -> None:
    gromov = desk("gromov")
    seen = fields_now(lapina)
    lapina.act(update_company, seen=seen, mine=replace(seen, address="Тверь"))
    gromov.act(update_company, seen=seen, mine=replace(seen, email="new@firm.example"))
    now = fields_now(lapina)
    assert (now.address, now.email) == ("Тверь", "new@firm.example")


def test_the_same_requisite_changed_by_two_is_a_conflict_that_names_it(desk: Open, lapina: Desk) -> None:
    gromov = desk("gromov")
    seen = fields_now(lapina)
    lapina.act(update_company, seen=seen, mine=replace(seen, address="Тверь"))
    with pytest.raises(Conflict) as told:
        gromov.act(update_company, seen=seen, mine=replace(seen, address="Псков", phone="112"))
    (field,) = told.value.fields
    assert (field.field, field.mine, field.theirs) == ("address", "Псков", "Тверь")
    assert told.value.theirs.changed_by_name == lapina.me.full_name
    assert fields_now(lapina).phone == seen.phone
    gromov.act(update_company, seen=seen, mine=replace(seen, address="Псков"), decided={"address": "Тверь"})
    assert fields_now(lapina).address == "Псков"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "   "),
        ("name", "я" * 10_000),
        ("address", "я" * 501),
        ("inn", "7720485916"),
        ("inn", "нет"),
        ("kpp", "12"),
        ("ogrn", "123"),
        ("time_zone", "Europe/Nowhere"),
        ("time_zone", "'; DROP TABLE company; --"),
        ("remind_days", 366),
        ("remind_days", None),
        ("remind_minutes", -1),
    ],
)
def test_a_requisite_that_cannot_be_is_told_at_its_field(lapina: Desk, field: str, value: Any) -> None:
    seen = fields_now(lapina)
    with pytest.raises(FieldError) as told:
        lapina.act(update_company, seen=seen, mine=replace(seen, **{field: value}))
    assert told.value.field == field
    assert fields_now(lapina) == seen


@pytest.mark.parametrize("login", ["scherbakova", "petrova", "fomin", "vlasova", "kryukov"])
def test_nobody_else_changes_the_company_or_an_employee(desk: Open, login: str) -> None:
    his = desk(login)
    seen = fields_now(his)
    with pytest.raises(UserError):
        his.act(update_company, seen=seen, mine=replace(seen, phone="1"))
    with pytest.raises(UserError):
        change(his, "petrova", position="директор")
    with pytest.raises(UserError):
        enter(his)
    assert fields_now(his) == seen


def test_the_administrator_keeps_the_company_too(desk: Open) -> None:
    admin = desk("admin")
    card = admin.ask(get_company_card)
    admin.act(update_company, seen=card.company.fields, mine=replace(card.company.fields, remind_minutes=30))
    change(admin, "petrova", daily_norm=20)
    assert fields_now(admin).remind_minutes == 30
    assert staff(admin, "petrova").fields.daily_norm == 20


# Employees


def test_an_employee_is_entered_once_however_often_the_press_is_repeated(lapina: Desk) -> None:
    act, made = new_id(), new_id()
    mine = EmployeeFields(
        full_name=" Новый   Иван ",
        department_id=lapina.me.department_id,
        birthday=date(2000, 2, 29),
        email="new@firm.example",
    )
    for _time in range(2):
        lapina.act(save_employee, act_id=act, employee_id=made, seen=None, mine=mine)
    (row,) = [row for row in lapina.ask(list_staff) if row.id == made]
    assert row.fields == replace(mine, full_name="Новый Иван")
    assert (row.login, row.active) == (None, True)


def test_two_people_edit_one_employee_and_nothing_is_lost(desk: Open, lapina: Desk) -> None:
    gromov = desk("gromov")
    seen = staff(lapina, "petrova").fields
    change(lapina, "petrova", seen=seen, position="финансовый директор")
    change(gromov, "petrova", seen=seen, daily_norm=30, phone="+7 495 555-30-99")
    now = staff(lapina, "petrova").fields
    assert (now.position, now.daily_norm, now.phone) == ("финансовый директор", 30, "+7 495 555-30-99")
    with pytest.raises(Conflict) as told:
        change(gromov, "petrova", seen=seen, position="бухгалтер")
    assert [field.field for field in told.value.fields] == ["position"]
    assert staff(lapina, "petrova").fields == now


def test_a_change_of_an_employee_is_taken_back_unless_somebody_changed_the_same_since(lapina: Desk) -> None:
    before = staff(lapina, "petrova").fields
    acted = change(lapina, "petrova", position="экономист", birthday=None)
    lapina.undo(acted.inverse)
    assert staff(lapina, "petrova").fields == before
    acted = change(lapina, "petrova", position="экономист")
    change(lapina, "petrova", position="аудитор")
    with pytest.raises(UserError):
        lapina.undo(acted.inverse)
    assert staff(lapina, "petrova").fields.position == "аудитор"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("full_name", ""),
        ("full_name", "я" * 10_000),
        ("position", "я" * 201),
        ("department_id", None),
        ("birthday", date(1899, 12, 31)),
        ("birthday", date(2201, 1, 1)),
        ("daily_norm", None),
        ("daily_norm", 1001),
        ("phone", "1" * 101),
    ],
)
def test_what_cannot_be_of_an_employee_is_told_at_its_field(lapina: Desk, field: str, value: Any) -> None:
    before = staff(lapina, "petrova")
    with pytest.raises(FieldError) as told:
        change(lapina, "petrova", **{field: value})
    assert told.value.field == field
    with pytest.raises(FieldError):
        enter(lapina, **{field: value})
    assert staff(lapina, "petrova") == before


def test_who_loses_his_workplace_needs_a_receiver_and_both_are_taken_back_together(lapina: Desk) -> None:
    with pytest.raises(FieldError) as told:
        change(lapina, "petrova", has_workplace=False)
    assert told.value.field == "receiver_id"
    assert staff(lapina, "petrova").fields.has_workplace
    acted = change(lapina, "petrova", has_workplace=False, receiver_id=lapina.me.employee_id)
    who = staff(lapina, "petrova").id
    assert [row.receiver_id for row in lapina.ask(list_routes, employee_id=who)] == [lapina.me.employee_id]
    lapina.undo(acted.inverse)
    assert staff(lapina, "petrova").fields.has_workplace
    assert lapina.ask(list_routes, employee_id=who) == ()


def test_another_receiver_takes_the_place_of_the_one_before(office: Office, lapina: Desk) -> None:
    change(lapina, "petrova", has_workplace=False, receiver_id=lapina.me.employee_id)
    fomin = employee_id(office, "fomin")
    change(lapina, "petrova", receiver_id=fomin)
    who = staff(lapina, "petrova").id
    assert [row.receiver_id for row in lapina.ask(list_routes, employee_id=who)] == [fomin]
    with pytest.raises(FieldError):
        change(lapina, "petrova", receiver_id=None)
    with pytest.raises(FieldError, match="сам себя"):
        change(lapina, "petrova", receiver_id=who)
    change(lapina, "petrova", has_workplace=True, receiver_id=None)
    assert lapina.ask(list_routes, employee_id=who) == ()


def test_who_has_left_is_shown_as_such_and_changed_no_more(office: Office, desk: Open, lapina: Desk) -> None:
    made = enter(lapina, has_workplace=False, receiver_id=lapina.me.employee_id)
    gromov = desk("gromov")
    task = gromov.plan(assignee_id=made, topic="Забрать груз")
    secret = gromov.plan(assignee_id=made, topic="Личное", is_private=True)
    assert gromov.ask(count_open_work, employee_id=made) == OpenWork(1, 0)
    given = gromov.ask(dismiss_employee, employee_id=made, successor_id=employee_id(office, "fomin"))
    assert (given.activities, given.counterparties) == (1, 0)
    assert gromov.row(task).assignee_id == employee_id(office, "fomin")
    assert gromov.row(secret).status == "cancelled"
    (row,) = [row for row in lapina.ask(list_staff) if row.id == made]
    assert not row.active
    with pytest.raises(UserError, match="уволен"):
        lapina.act(
            save_employee, employee_id=made, seen=row.fields, mine=replace(row.fields, position="никто")
        )


def test_the_secretary_lets_nobody_go(office: Office, lapina: Desk) -> None:
    with pytest.raises(UserError):
        lapina.ask(
            dismiss_employee,
            employee_id=employee_id(office, "petrova"),
            successor_id=employee_id(office, "fomin"),
        )
    assert staff(lapina, "petrova").active


# Substitutes


def test_an_absence_and_a_route_are_ended_and_each_step_is_taken_back(office: Office, lapina: Desk) -> None:
    petrova, fomin = employee_id(office, "petrova"), employee_id(office, "fomin")
    today = office.today()
    absence, route = new_id(), new_id()
    entered = lapina.act(
        save_absence,
        absence_id=absence,
        employee_id=petrova,
        valid_from=today,
        valid_to=today + timedelta(2),
        substitute_id=fomin,
    )
    ended = lapina.act(end_absence, absence_id=absence)
    assert lapina.ask(list_absences, employee_id=petrova) == ()
    lapina.undo(ended.inverse)
    assert [row.id for row in lapina.ask(list_absences, employee_id=petrova)] == [absence]
    lapina.undo(entered.inverse)
    assert lapina.ask(list_absences, employee_id=petrova) == ()
    lapina.act(save_route, route_id=route, employee_id=petrova, receiver_id=fomin)
    gone = lapina.act(end_route, route_id=route)
    assert lapina.act(end_route, route_id=route).inverse is None
    lapina.undo(gone.inverse)
    assert [row.id for row in lapina.ask(list_routes, employee_id=petrova)] == [route]


def test_a_changed_absence_goes_back_to_what_it_was(office: Office, lapina: Desk) -> None:
    petrova, today, absence = employee_id(office, "petrova"), office.today(), new_id()
    what = {"absence_id": absence, "employee_id": petrova, "valid_from": today, "substitute_id": None}
    lapina.act(save_absence, valid_to=today, **what)
    longer = lapina.act(save_absence, valid_to=today + timedelta(9), **what)
    lapina.undo(longer.inverse)
    (row,) = lapina.ask(list_absences, employee_id=petrova)
    assert row.valid_to == today


def test_everybody_is_away_in_a_circle_and_the_director_answers(office: Office, lapina: Desk) -> None:
    today = office.today()
    circle = {"petrova": "fomin", "fomin": "vlasova", "vlasova": "petrova"}
    for login, substitute in circle.items():
        lapina.act(
            save_absence,
            absence_id=new_id(),
            employee_id=employee_id(office, login),
            valid_from=today,
            valid_to=today,
            substitute_id=employee_id(office, substitute),
        )
    found = {row.employee_id: row for row in lapina.ask(list_covers)}
    for login in circle:
        cover = found[employee_id(office, login)]
        assert (cover.receiver_id, cover.reason) == (employee_id(office, "gromov"), "director")


# The referent


def test_only_a_director_names_a_referent_and_the_card_shows_him(desk: Open, lapina: Desk) -> None:
    gromov = desk("gromov")
    gromov.act(set_referent, employee_id=lapina.me.employee_id)
    company = lapina.ask(get_company)
    assert (company.referent_name, company.referent_of_id) == (lapina.me.full_name, gromov.me.employee_id)
    with pytest.raises(UserError):
        lapina.act(set_referent, employee_id=None)
    gromov.act(set_referent, employee_id=None)
    assert lapina.ask(get_company).referent_id is None


def test_a_referent_who_has_left_is_refused_with_a_sentence(office: Office, desk: Open) -> None:
    as_owner(office, "UPDATE employee SET active = false WHERE login = 'vlasova'")
    with pytest.raises(FieldError) as told:
        desk("gromov").act(set_referent, employee_id=employee_id(office, "vlasova"))
    assert told.value.field == "employee_id"
