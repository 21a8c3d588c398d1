"""The main job of the product between two workplaces: planned here, worked through there, seen by both."""

import pytest

from tests.conftest import Office
from tests.e2e.acts import counters, enter_result, plan_a_call
from tests.e2e.conftest import OpenSeat
from tests.e2e.screen import LATIN, RUSSIAN, RUSSIAN_FIRST, Keyboard

TOPIC = "Обсудить летнюю партию"
ANSWER = "Просят прислать цены до пятницы, 25 коробок."
OFFER = "Просят коммерческое предложение"


@pytest.mark.parametrize("keyboard", [LATIN, RUSSIAN, RUSSIAN_FIRST], ids=str)
def test_a_call_planned_for_a_colleague_is_worked_through_by_her_and_seen_by_the_planner(
    keyboard: Keyboard, company: Office, sit_down: OpenSeat
) -> None:
    planner, she = sit_down("egorov", keyboard), sit_down("scherbakova", keyboard)
    # In the Latin layout the words to be found are typed without switching, as people do by mistake.
    firm, colleague = ("домострой", "щербакова") if keyboard.russian else ("ljvjcnhjq", "oth,frjdf")

    plan_a_call(planner, firm=firm, colleague=colleague, topic=TOPIC)
    she.wait(lambda look: look.row("callsTable", topic=TOPIC, time="15:45", author="Егоров") is not None)

    she.click_cell("callsTable", "topic", topic=TOPIC)
    she.press("1", "1", "3")
    she.wait(lambda look: counters(look, topic=TOPIC) == ("2", "0", "1"))

    enter_result(she, kind_keys="alt+3", text=ANSWER)
    she.press("ctrl+Return")
    she.wait_for_window("mainWindow")
    she.wait(lambda look: look.row("callsTable", topic=TOPIC, description=f"{OFFER}: {ANSWER}") is not None)

    she.press("ctrl+h")
    she.wait_for_window("historyDialog")
    she.wait(lambda look: look.row("historyTable", topic=TOPIC, result=OFFER, text=ANSWER) is not None)
    she.press("Escape")
    she.wait_for_window("mainWindow")

    planner.click("personButton")
    planner.choose("personMenu", "Щербакова")
    look = planner.wait(lambda look: look.row("callsTable", topic=TOPIC, description=ANSWER) is not None)
    assert counters(look, topic=TOPIC) == ("2", "0", "1")
    assert look.widget("callsTable")["done"][look.row("callsTable", topic=TOPIC)]

    stored = company.fetch(
        "gromov",
        "SELECT author.login, who.login, finisher.login, a.due_on = office_today(), a.status, k.name,"
        " a.result_text, c.name FROM activity AS a JOIN employee AS author ON author.id = a.author_id"
        " JOIN employee AS who ON who.id = a.assignee_id JOIN employee AS finisher ON finisher.id = a.finished_by"
        " JOIN result_kind AS k ON k.id = a.result_kind_id JOIN counterparty AS c ON c.id = a.counterparty_id"
        " WHERE a.topic = %s",
        TOPIC,
    )
    assert stored == [
        ("egorov", "scherbakova", "scherbakova", True, "done", OFFER, ANSWER, "ООО «Домострой Плюс»")
    ]
    attempts = company.fetch(
        "gromov",
        "SELECT outcome, e.login, count(*) FROM attempt AS t JOIN activity AS a ON a.id = t.activity_id"
        " JOIN employee AS e ON e.id = t.attempted_by WHERE a.topic = %s AND withdrawn_at IS NULL"
        " GROUP BY 1, 2 ORDER BY 1",
        TOPIC,
    )
    assert attempts == [("no_answer", "scherbakova", 2), ("talked", "scherbakova", 1)]
