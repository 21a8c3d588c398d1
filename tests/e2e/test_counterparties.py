"""The first hour of a manager: firms taken in by telephone, found again, selected, planned for, filled up."""

from datetime import date

import pytest

from tests.conftest import Office
from tests.e2e.acts import begin_entry, clear_search, names_of, open_counterparties, search_page
from tests.e2e.conftest import OpenSeat
from tests.e2e.screen import LATIN, RUSSIAN, RUSSIAN_FIRST, Keyboard
from tests.e2e.seat import Seat, wait_until

FIRM = "Кедровый лес"
TOPIC = "Осенний обзвон"


def take_in(seat: Seat) -> None:
    begin_entry(
        seat, name=FIRM, phone="(916) 700-11-22", person="Пёстрая Алёна", email="sklad@kedroviy-les.ru"
    )
    seat.press("ctrl+Return")
    seat.wait_for_window("mainWindow")


@pytest.mark.parametrize("keyboard", [LATIN, RUSSIAN, RUSSIAN_FIRST], ids=str)
def test_a_firm_taken_in_by_telephone_is_seen_by_the_colleague_and_found_in_five_ways(
    keyboard: Keyboard, company: Office, sit_down: OpenSeat
) -> None:
    she, colleague = sit_down("scherbakova", keyboard), sit_down("egorov", keyboard)
    open_counterparties(she)
    open_counterparties(colleague)
    search_page(colleague, "кедровый")
    colleague.wait(lambda look: look.widget("createTypedButton") and not look.rows("counterpartiesTable"))

    take_in(she)
    colleague.wait(lambda look: names_of(look) == [FIRM])

    for query in ("дровый", "rtlhjdsq", "89167001122", "алена пестрая", "sklad@kedr"):
        search_page(she, query)
        she.wait(lambda look: names_of(look) == [FIRM])
        clear_search(she)

    she.press("ctrl+k")
    she.wait_for_window("findAnythingDialog")
    she.type("кедров")
    she.wait(lambda look: FIRM in [row["0"] for row in look.rows("findAnythingList")])
    she.press("Return")
    she.wait(lambda look: look.active == "counterpartyCard" and look.widget("cardName")["text"] == FIRM)

    assert company.fetch(
        "gromov",
        "SELECT c.name, p.full_name, p.is_main, r.role, array_agg(t.kind || ' ' || t.value ORDER BY t.kind)"
        " FROM counterparty AS c JOIN contact_person AS p ON p.counterparty_id = c.id"
        " JOIN counterparty_role AS r ON r.counterparty_id = c.id"
        " JOIN contact_point AS t ON t.counterparty_id = c.id WHERE c.name = %s GROUP BY 1, 2, 3, 4",
        FIRM,
    ) == [
        (
            FIRM,
            "Пёстрая Алёна",
            True,
            "client",
            ["email sklad@kedroviy-les.ru", "phone (916) 700-11-22"],
        )
    ]


@pytest.mark.parametrize("keyboard", [LATIN, RUSSIAN], ids=str)
def test_a_double_is_pointed_out_and_the_clerk_jumps_to_the_firm_that_is_there(
    keyboard: Keyboard, company: Office, sit_down: OpenSeat
) -> None:
    seat = sit_down("scherbakova", keyboard)
    open_counterparties(seat)
    take_in(seat)

    begin_entry(seat, name="Хвоя", phone="+7 916 7001122")
    seat.wait(lambda look: FIRM in look.widget("duplicate0").get("text", ""))
    seat.click("openDuplicate0")
    seat.wait(lambda look: look.active == "counterpartyCard" and look.widget("cardName")["text"] == FIRM)
    seat.press("Escape")
    seat.wait_for_window("quickEntryDialog")
    seat.press("Escape")
    seat.wait_for_window("confirmDialog")
    seat.press("Tab", "Return")
    seat.wait_for_window("mainWindow")
    assert company.fetch("gromov", "SELECT count(*) FROM counterparty WHERE name = 'Хвоя'") == [(0,)]


@pytest.mark.parametrize("keyboard", [LATIN, RUSSIAN], ids=str)
def test_calls_are_planned_to_a_selection_and_taken_back(
    keyboard: Keyboard, company: Office, sit_down: OpenSeat
) -> None:
    seat = sit_down("scherbakova", keyboard)
    open_counterparties(seat)
    seat.click("region_idsFilter")
    seat.wait(lambda look: look.focus == "multiChoiceSearch")
    seat.type("москва" if keyboard.russian else "vjcrdf")
    seat.press("Return", "Escape")
    seat.wait(lambda look: look.widget("region_idsChip"))
    categories = company.fetch("gromov", "SELECT id FROM category WHERE name = 'Постоянный клиент'")
    seat.click(f"category-{categories[0][0]}")
    look = seat.wait(
        lambda look: (
            look.widget("category_idsChip")
            and {row["category"] for row in look.rows("counterpartiesTable")} == {"Постоянный клиент"}
            and {row["region"] for row in look.rows("counterpartiesTable")} == {"Москва"}
        )
    )
    two = names_of(look)[:2]

    seat.click("saveViewButton")
    seat.wait_for_window("viewDialog")
    seat.type("Москва, постоянные")
    seat.press("ctrl+Return")
    seat.wait_for_window("mainWindow")

    seat.click_cell("counterpartiesTable", "inn", name=two[0])
    seat.wait(lambda look: look.focus == "counterpartiesTable")
    seat.press("space", "Down", "space")
    seat.wait(lambda look: look.widget("tickedLabel").get("text") == "Выбрано 2")
    seat.press("ctrl+l")
    seat.wait_for_window("planDialog")
    seat.wait(lambda look: {row["counterparty_id"] for row in look.rows("planGrid")} == set(two))
    seat.wait(lambda look: look.focus == "planGrid" and look.widget("planGrid")["column"] == "topic")
    seat.type(TOPIC)
    seat.press("Down")
    seat.type(TOPIC)
    seat.press("ctrl+Return")
    seat.wait_for_window("mainWindow")

    def planned() -> set[str]:
        rows = company.fetch(
            "gromov",
            "SELECT c.name FROM activity AS a JOIN counterparty AS c ON c.id = a.counterparty_id"
            " JOIN employee AS e ON e.id = a.assignee_id"
            " WHERE a.topic = %s AND a.status = 'planned' AND a.section = 'call' AND e.login = 'scherbakova'",
            TOPIC,
        )
        return {row[0] for row in rows}

    assert planned() == set(two)
    assert company.fetch(
        "scherbakova", "SELECT name, shared FROM saved_view WHERE name LIKE 'Москва,%%'"
    ) == [("Москва, постоянные", False)]
    seat.press("ctrl+z")
    wait_until(lambda: not planned())

    for chip in ("category_idsChip", "region_idsChip"):
        seat.click(chip)
        seat.wait(lambda look, chip=chip: not look.widget(chip))


@pytest.mark.parametrize("keyboard", [LATIN, RUSSIAN], ids=str)
def test_the_card_of_a_new_firm_is_filled_up(keyboard: Keyboard, company: Office, sit_down: OpenSeat) -> None:
    seat = sit_down("scherbakova", keyboard)
    open_counterparties(seat)
    take_in(seat)
    search_page(seat, "кедровый")
    seat.wait(lambda look: names_of(look) == [FIRM])
    seat.press("Return")
    seat.wait(lambda look: look.focus == "counterpartiesTable")
    seat.press("F2")
    seat.wait(lambda look: look.active == "counterpartyCard" and look.widget("cardName")["text"] == FIRM)

    seat.click("addPersonButton")
    seat.wait_for_window("personDialog")
    seat.wait(lambda look: look.focus == "full_nameEdit")
    seat.type("Сорокина Ева Львовна")
    seat.click("birthdayEdit")
    seat.type("29.02.1984")
    seat.press("ctrl+Return")
    seat.wait(lambda look: look.row("personsTable", name="Сорокина", birthday="29.02.1984") is not None)
    seat.wait_for_window("counterpartyCard")

    seat.click("feedbackTab")
    seat.click("addPartButton")
    seat.wait_for_window("feedbackDialog")
    seat.click("textEdit")
    seat.type("Просят звонить до обеда")
    seat.press("ctrl+Return")
    seat.wait(lambda look: look.row("feedbackTable", text="Просят звонить до обеда") is not None)
    seat.wait_for_window("counterpartyCard")

    seat.click("phonesEdit")
    seat.wait(lambda look: look.focus == "phonesEdit")
    seat.press("ctrl+End", "Return")
    seat.type("(4852) 30-40-50 доб. 123")
    seat.wait(lambda look: look.widget("saveButton").get("enabled"))
    seat.press("ctrl+s")

    def stored(columns: str, table: str) -> list[tuple[object, ...]]:
        return company.fetch(
            "gromov",
            f"SELECT {columns} FROM {table} AS t JOIN counterparty AS c ON c.id = t.counterparty_id"
            " WHERE c.name = %s ORDER BY 1",
            FIRM,
        )

    phones = [("4852304050", "123"), ("9167001122", None), (None, None)]  # the last is the e-mail
    wait_until(
        lambda: stored("t.digits, t.extension", "contact_point") == phones,
        lambda: f"{stored('t.digits, t.extension, t.value', 'contact_point')}",
    )
    assert stored("t.full_name, t.birthday", "contact_person") == [
        ("Пёстрая Алёна", None),
        ("Сорокина Ева Львовна", date(1984, 2, 29)),
    ]
    assert stored("t.kind, t.text", "feedback") == [("wish", "Просят звонить до обеда")]
