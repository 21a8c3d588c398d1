"""Who answers for whom: routes, substitutes one step further, the director at the end; and what that lets one do."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg2 import errors

from altius_desktop.domain.errors import FieldError, UserError
from altius_desktop.domain.ids import new_id
from altius_desktop.services.activities import record_result
from altius_desktop.services.covers import (
    end_absence,
    end_route,
    list_absences,
    list_covers,
    list_routes,
    save_absence,
    save_route,
)
from tests.conftest import Office
from tests.db.desks import INTERESTED, Desk, as_owner, employee_id

Open = Callable[[str], Desk]


@pytest.fixture
def nobody_covers(office: Office) -> None:
    """The demo's own routes and absences are out of the way."""
    as_owner(office, "UPDATE reminder_route SET archived = true")
    as_owner(office, "UPDATE absence SET archived = true")
    as_owner(office, "UPDATE employee SET has_workplace = true")


def answers_for(office: Office, login: str) -> dict[str, str]:
    """Who answers for this employee today, and why."""
    return dict(
        as_owner(
            office,
            "SELECT r.login, c.reason FROM covers(office_today()) AS c JOIN employee AS r ON r.id = c.receiver_id"
            " JOIN employee AS e ON e.id = c.employee_id WHERE e.login = %s",
            login,
        )
    )


def away(desk: Desk, login: str, substitute: str | None, *, days: tuple[int, int] = (0, 3)) -> UUID:
    today = desk.office.today()
    absence = new_id()
    desk.act(
        save_absence,
        absence_id=absence,
        employee_id=employee_id(desk.office, login),
        valid_from=today + timedelta(days[0]),
        valid_to=today + timedelta(days[1]),
        substitute_id=employee_id(desk.office, substitute) if substitute else None,
    )
    return absence


def route(desk: Desk, login: str, receiver: str) -> UUID:
    made = new_id()
    desk.act(
        save_route,
        route_id=made,
        employee_id=employee_id(desk.office, login),
        receiver_id=employee_id(desk.office, receiver),
    )
    return made


@pytest.mark.usefixtures("nobody_covers")
def test_a_substitute_answers_for_who_is_away_and_only_on_those_days(office: Office, desk: Open) -> None:
    petrova = desk("petrova")
    absence = away(petrova, "petrova", "lapina")
    assert answers_for(office, "petrova") == {"lapina": "absence"}
    (row,) = petrova.ask(list_absences, employee_id=petrova.me.employee_id)
    assert (row.id, row.substitute_name) == (absence, desk("lapina").me.full_name)
    petrova.act(end_absence, absence_id=absence)
    assert answers_for(office, "petrova") == {}
    away(petrova, "petrova", "lapina", days=(1, 3))
    assert answers_for(office, "petrova") == {}


@pytest.mark.usefixtures("nobody_covers")
def test_without_a_workplace_several_receivers_answer_and_without_any_the_director(
    office: Office, desk: Open
) -> None:
    as_owner(office, "UPDATE employee SET has_workplace = false WHERE login = 'fomin'")
    assert answers_for(office, "fomin") == {"gromov": "director"}
    lapina = desk("lapina")
    first = route(lapina, "fomin", "lapina")
    route(lapina, "fomin", "vlasova")
    assert answers_for(office, "fomin") == {"lapina": "route", "vlasova": "route"}
    assert {row.receiver_name for row in lapina.ask(list_routes)} == {
        lapina.me.full_name,
        desk("vlasova").me.full_name,
    }
    lapina.act(end_route, route_id=first)
    assert answers_for(office, "fomin") == {"vlasova": "route"}


@pytest.mark.usefixtures("nobody_covers")
def test_a_receiver_who_is_away_passes_on_one_step_and_a_circle_ends_at_the_director(
    office: Office, desk: Open
) -> None:
    as_owner(office, "UPDATE employee SET has_workplace = false WHERE login = 'fomin'")
    lapina = desk("lapina")
    route(lapina, "fomin", "petrova")
    away(lapina, "petrova", "vlasova")
    assert answers_for(office, "fomin") == {"vlasova": "further"}
    away(lapina, "vlasova", "petrova")
    assert answers_for(office, "fomin") == {"gromov": "director"}
    assert answers_for(office, "petrova") == {"gromov": "director"}
    assert {(row.reason) for row in lapina.ask(list_covers)} == {"director"}


@pytest.mark.usefixtures("nobody_covers")
def test_who_is_away_and_named_nobody_waits_for_his_return(office: Office, desk: Open) -> None:
    away(desk("petrova"), "petrova", None)
    assert answers_for(office, "petrova") == {}


@pytest.mark.usefixtures("nobody_covers")
def test_nobody_enters_anothers_absence_but_the_secretary_and_the_director(
    office: Office, desk: Open
) -> None:
    scherbakova = desk("scherbakova")
    with pytest.raises(UserError):
        away(scherbakova, "petrova", "scherbakova")
    own = away(scherbakova, "scherbakova", "petrova")
    with pytest.raises(errors.InsufficientPrivilege):
        desk("fomin").sql("UPDATE absence SET valid_to = valid_to + 30 WHERE id = %s", own)
    scherbakova.sql("UPDATE absence SET employee_id = %s WHERE id = %s", employee_id(office, "petrova"), own)
    assert answers_for(office, "scherbakova") == {"petrova": "absence"}
    away(desk("gromov"), "fomin", "lapina")
    with pytest.raises(UserError):
        route(scherbakova, "fomin", "scherbakova")


@pytest.mark.usefixtures("nobody_covers")
@pytest.mark.parametrize("days", [(3, 1), (-400_000, 1), (0, 100_000)])
def test_days_that_cannot_be_are_told(desk: Open, days: tuple[int, int]) -> None:
    petrova = desk("petrova")
    today = petrova.office.today()

    def day(offset: int) -> date:
        return date.fromordinal(max(1, today.toordinal() + offset))

    with pytest.raises(FieldError):
        petrova.act(
            save_absence,
            absence_id=new_id(),
            employee_id=petrova.me.employee_id,
            valid_from=day(days[0]),
            valid_to=day(days[1]),
            substitute_id=None,
        )


@pytest.mark.usefixtures("nobody_covers")
def test_nobody_stands_in_for_himself_and_a_route_leads_to_a_workplace(office: Office, desk: Open) -> None:
    petrova = desk("petrova")
    with pytest.raises(FieldError, match="сам себя"):
        away(petrova, "petrova", "petrova")
    lapina = desk("lapina")
    with pytest.raises(FieldError):
        route(lapina, "fomin", "fomin")
    as_owner(office, "UPDATE employee SET has_workplace = false WHERE login = 'vlasova'")
    with pytest.raises(FieldError):
        route(lapina, "fomin", "vlasova")
    with pytest.raises(errors.CheckViolation):
        lapina.sql(
            "INSERT INTO reminder_route (id, employee_id, receiver_id) VALUES (%s, %s, %s)",
            *(new_id(), petrova.me.employee_id, petrova.me.employee_id),
        )


@pytest.mark.usefixtures("nobody_covers")
def test_a_substitute_sees_and_finishes_what_he_answers_for_and_history_keeps_both(desk: Open) -> None:
    petrova, fomin = desk("petrova"), desk("fomin")
    call = petrova.plan(assignee_id=petrova.me.employee_id, topic="Акт сверки")
    assert call not in {row.id for row in fomin.day().rows}
    with pytest.raises(errors.InsufficientPrivilege):
        fomin.sql("UPDATE activity SET topic = 'x' WHERE id = %s", call)
    away(petrova, "petrova", "fomin")
    assert call in {row.id for row in fomin.day().rows}
    row = fomin.row(call)
    fomin.act(
        record_result,
        activity_id=call,
        seen_version=row.row_version,
        kind_id=INTERESTED,
        text="Подписали",
        follow_up_id=new_id(),
    )
    done = fomin.row(call)
    assert (done.assignee_name, done.finished_by_name) == (petrova.me.full_name, fomin.me.full_name)


@pytest.mark.usefixtures("nobody_covers")
def test_private_activities_are_not_the_substitutes(desk: Open) -> None:
    petrova, fomin = desk("petrova"), desk("fomin")
    call = petrova.plan(assignee_id=petrova.me.employee_id, topic="Врач", is_private=True)
    away(petrova, "petrova", "fomin")
    assert fomin.row(call).concealed and fomin.row(call).topic == ""
    with pytest.raises(errors.InsufficientPrivilege):
        fomin.sql("UPDATE activity SET status = 'cancelled' WHERE id = %s", call)


PEOPLE = ("gromov", "lapina", "scherbakova", "petrova", "fomin", "vlasova")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    workplaces=st.fixed_dictionaries({name: st.booleans() for name in PEOPLE}),
    routes=st.sets(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE)), max_size=6),
    absent=st.dictionaries(st.sampled_from(PEOPLE), st.sampled_from((*PEOPLE, None)), max_size=5),
)
@pytest.mark.usefixtures("nobody_covers")
def test_whoever_answers_is_present_and_never_the_employee_himself(
    office: Office,
    workplaces: dict[str, bool],
    routes: set[tuple[str, str]],
    absent: dict[str, str | None],
) -> None:
    as_owner(office, "UPDATE reminder_route SET archived = true")
    as_owner(office, "UPDATE absence SET archived = true")
    ids = {name: employee_id(office, name) for name in PEOPLE}
    for name, has in workplaces.items():
        as_owner(office, "UPDATE employee SET has_workplace = %s WHERE login = %s", has, name)
    for name, receiver in routes:
        if name != receiver:
            as_owner(
                office,
                "INSERT INTO reminder_route (id, employee_id, receiver_id) VALUES (%s, %s, %s)",
                *(new_id(), ids[name], ids[receiver]),
            )
    for name, substitute in absent.items():
        as_owner(
            office,
            "INSERT INTO absence (id, employee_id, valid_from, valid_to, substitute_id)"
            " VALUES (%s, %s, office_today(), office_today(), %s)",
            *(new_id(), ids[name], ids[substitute] if substitute and substitute != name else None),
        )
    present = {name for name in PEOPLE if workplaces[name] and name not in absent}
    for name in PEOPLE:
        found = answers_for(office, name)
        assert name not in found
        assert set(found) <= present
        named = {other for who, other in routes if who == name and other != name}
        if absent.get(name) not in (None, name):
            named.add(absent[name])
        if direct := named & present:
            assert set(found) == direct
        elif not workplaces[name] and "gromov" in present - {name}:
            assert found
