"""The main job of the product between two workplaces: planned here, worked through there, seen by both."""

import pytest

from tests.conftest import Office
from tests.e2e.conftest import OpenSeat
from tests.e2e.screen import LATIN, RUSSIAN, RUSSIAN_FIRST, Keyboard
from tests.e2e.seat import Look, Seat

TOPIC = "Обсудить летнюю партию"
ANSWER = "Просят прислать цены до пятницы, 25 коробок."
OFFER = "Просят коммерческое предложение"


def plan_a_call(planner: Seat, *, firm: str, colleague: str) -> None:
    """Fill the one line of the Plan dialog cell by cell, by keys alone, and save it."""
    planner.press("ctrl+l")
    planner.wait_for_window("planDialog")
    planner.wait(lambda look: look.widget("planGrid").get("column") == "counterparty_id")
    planner.press("shift+Tab", "Return")
    planner.wait(lambda look: look.widget("pickerList").get("rows"))
    planner.type("Звонок")
    planner.press("Return")
    planner.wait(lambda look: look.rows("planGrid")[0]["kind_id"].startswith("Звонок"))
    planner.press("Tab")
    planner.type(firm)
    planner.wait(lambda look: len(look.rows("pickerList")) == 1)
    planner.press("Return")
    planner.wait(lambda look: look.focus == "planGrid")
    planner.press("Tab")
    planner.type(colleague)
    planner.wait(lambda look: len(look.rows("pickerList")) == 2)  # the department's heading, and she
    planner.press("Return", "Tab")
    planner.type("сегодня")
    planner.press("Tab")
    planner.type("1545")
    planner.press("Tab")
    planner.type(TOPIC)
    planner.press("ctrl+Return")
    planner.wait_for_window("mainWindow")


def counters(look: Look) -> tuple[str, ...]:
    number = look.row("callsTable", topic=TOPIC)
    assert number is not None
    row = look.rows("callsTable")[number]
    return row["no_answer"], row["not_reached"], row["talked"]


@pytest.mark.parametrize("keyboard", [LATIN, RUSSIAN, RUSSIAN_FIRST], ids=str)
def test_a_call_planned_for_a_colleague_is_worked_through_by_her_and_seen_by_the_planner(
    keyboard: Keyboard, company: Office, sit_down: OpenSeat
) -> None:
    planner, she = sit_down("egorov", keyboard), sit_down("scherbakova", keyboard)
    # In the Latin layout the words to be found are typed without switching, as people do by mistake.
    firm, colleague = ("домострой", "щербакова") if keyboard.russian else ("ljvjcnhjq", "oth,frjdf")

    plan_a_call(planner, firm=firm, colleague=colleague)
    she.wait(lambda look: look.row("callsTable", topic=TOPIC, time="15:45", author="Егоров") is not None)

    she.click_cell("callsTable", "topic", topic=TOPIC)
    she.press("1", "1", "3")
    she.wait(lambda look: counters(look) == ("2", "0", "1"))

    she.press("ctrl+r")
    she.wait_for_window("resultDialog")
    she.press("alt+3")
    she.click("resultText")
    she.type(ANSWER)
    she.wait(lambda look: look.widget("resultText")["text"] == ANSWER)
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
    assert counters(look) == ("2", "0", "1")
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
