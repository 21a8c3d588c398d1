"""The three counters: presses from everywhere add up, each with its own author, and none is ever deleted."""

import multiprocessing
from collections.abc import Callable
from functools import partial
from uuid import UUID

import pytest

from altius_desktop.database.connection import Credentials, Database, ServerAddress
from altius_desktop.domain.errors import UserError
from altius_desktop.domain.ids import new_id
from altius_desktop.services.attempts import OUTCOMES, record_attempt, withdraw_last_attempt
from altius_desktop.services.demo import DEMO_PASSWORD
from tests.conftest import Office
from tests.db.desks import Desk, as_owner, at_once, employee_id

LOGINS = ("gromov", "lapina", "egorov", "scherbakova", "timofeev", "petrova", "fomin", "vlasova")


def press(address: ServerAddress, login: str, activity_id: UUID, times: int) -> None:
    """One process at its desk: each press is a transaction of its own."""
    database = Database(address, Credentials(login, DEMO_PASSWORD))
    for number in range(times):
        with database.transaction() as session:
            record_attempt(
                session,
                act_id=new_id(),
                attempt_id=new_id(),
                activity_id=activity_id,
                outcome=OUTCOMES[number % 3],
            )
    database.close()


def counters(desk: Desk, activity_id: UUID) -> tuple[int, int, int]:
    row = desk.row(activity_id)
    return row.no_answer, row.not_reached, row.talked


def test_two_hundred_presses_from_eight_processes_leave_two_hundred_rows_with_their_authors(
    office: Office, desk: Callable[[str], Desk]
) -> None:
    scherbakova = desk("scherbakova")
    call = scherbakova.plan()
    context = multiprocessing.get_context("spawn")
    processes = [
        context.Process(target=press, args=(office.address, login, call, 25), daemon=True) for login in LOGINS
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(90)
    assert [process.exitcode for process in processes] == [0] * len(LOGINS)
    authors = scherbakova.sql(
        "SELECT e.login, count(*) FROM attempt AS t JOIN employee AS e ON e.id = t.attempted_by "
        "WHERE t.activity_id = %s AND t.withdrawn_at IS NULL GROUP BY e.login",
        call,
    )
    assert dict(authors) == dict.fromkeys(LOGINS, 25)
    assert counters(scherbakova, call) == (72, 64, 64)


def test_the_same_press_sent_twice_counts_once_and_can_still_be_taken_back(
    desk: Callable[[str], Desk],
) -> None:
    scherbakova = desk("scherbakova")
    call = scherbakova.plan()
    press_once = {
        "act_id": new_id(),
        "attempt_id": new_id(),
        "activity_id": call,
        "outcome": "no_answer",
    }
    first = scherbakova.act(record_attempt, **press_once)
    again = scherbakova.act(record_attempt, **press_once)
    assert first == again
    assert counters(scherbakova, call) == (1, 0, 0)
    scherbakova.undo(again.inverse)
    assert counters(scherbakova, call) == (0, 0, 0)


def test_the_same_press_sent_twice_at_once_counts_once(desk: Callable[[str], Desk]) -> None:
    here, there = desk("scherbakova"), desk("scherbakova")
    call = here.plan()
    for _turn in range(5):
        once = {"act_id": new_id(), "attempt_id": new_id(), "activity_id": call, "outcome": "talked"}
        at_once(*(partial(place.act, record_attempt, **once) for place in (here, there)))
    assert counters(here, call) == (0, 0, 5)


def test_a_press_taken_back_is_withdrawn_and_stays_in_the_table(
    office: Office, desk: Callable[[str], Desk]
) -> None:
    scherbakova = desk("scherbakova")
    call = scherbakova.plan()
    acted = scherbakova.act(record_attempt, attempt_id=new_id(), activity_id=call, outcome="not_reached")
    scherbakova.undo(acted.inverse)
    kept = as_owner(
        office,
        "SELECT outcome, withdrawn_at >= attempted_at, withdrawn_by = attempted_by FROM attempt WHERE activity_id = %s",
        call,
    )
    assert kept == [("not_reached", True, True)]
    scherbakova.undo(acted.inverse)  # once more changes nothing
    assert counters(scherbakova, call) == (0, 0, 0)


def test_shift_click_takes_back_the_last_own_press_of_that_kind_and_undo_presses_it_again(
    desk: Callable[[str], Desk],
) -> None:
    scherbakova, timofeev = desk("scherbakova"), desk("timofeev")
    call = scherbakova.plan()
    for outcome in ("no_answer", "no_answer", "talked"):
        scherbakova.act(record_attempt, attempt_id=new_id(), activity_id=call, outcome=outcome)
    timofeev.act(record_attempt, attempt_id=new_id(), activity_id=call, outcome="not_reached")
    taken = scherbakova.act(withdraw_last_attempt, activity_id=call, outcome="no_answer")
    assert counters(scherbakova, call) == (1, 1, 1)
    scherbakova.undo(taken.inverse)
    assert counters(scherbakova, call) == (2, 1, 1)
    with pytest.raises(UserError):
        scherbakova.act(withdraw_last_attempt, activity_id=call, outcome="not_reached")
    assert counters(scherbakova, call) == (2, 1, 1)


def test_nobody_takes_back_the_press_of_a_colleague(desk: Callable[[str], Desk]) -> None:
    scherbakova, timofeev = desk("scherbakova"), desk("timofeev")
    call = scherbakova.plan()
    acted = scherbakova.act(record_attempt, attempt_id=new_id(), activity_id=call, outcome="talked")
    with pytest.raises(UserError):
        timofeev.undo(acted.inverse)
    assert counters(scherbakova, call) == (0, 0, 1)


def test_a_press_and_its_withdrawal_are_taken_back_one_after_the_other(desk: Callable[[str], Desk]) -> None:
    scherbakova = desk("scherbakova")
    call = scherbakova.plan()
    pressed = scherbakova.act(record_attempt, attempt_id=new_id(), activity_id=call, outcome="no_answer")
    taken = scherbakova.act(withdraw_last_attempt, activity_id=call, outcome="no_answer")
    scherbakova.undo(taken.inverse)
    assert counters(scherbakova, call) == (1, 0, 0)
    scherbakova.undo(pressed.inverse)
    assert counters(scherbakova, call) == (0, 0, 0)


def test_a_withdrawn_press_can_be_neither_revived_by_a_colleague_nor_put_on_somebody_else(
    office: Office, desk: Callable[[str], Desk]
) -> None:
    scherbakova, timofeev = desk("scherbakova"), desk("timofeev")
    call = scherbakova.plan()
    acted = scherbakova.act(record_attempt, attempt_id=new_id(), activity_id=call, outcome="talked")
    scherbakova.undo(acted.inverse)
    query = "SELECT withdrawn_at, withdrawn_by::text FROM attempt WHERE activity_id = %s"
    kept = scherbakova.sql(query, call)
    timofeev.sql("UPDATE attempt SET withdrawn_at = NULL, withdrawn_by = NULL WHERE activity_id = %s", call)
    scherbakova.sql(
        "UPDATE attempt SET withdrawn_by = %s WHERE activity_id = %s", employee_id(office, "gromov"), call
    )
    assert scherbakova.sql(query, call) == kept


def test_nobody_withdraws_a_colleagues_press_with_a_program_of_his_own(desk: Callable[[str], Desk]) -> None:
    scherbakova, timofeev = desk("scherbakova"), desk("timofeev")
    call = scherbakova.plan()
    scherbakova.act(record_attempt, attempt_id=new_id(), activity_id=call, outcome="talked")
    timofeev.sql("UPDATE attempt SET withdrawn_at = now() WHERE activity_id = %s", call)
    assert counters(scherbakova, call) == (0, 0, 1)
