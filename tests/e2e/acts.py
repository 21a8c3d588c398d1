"""What an employee does at a workplace in several steps, by keys and clicks."""

from tests.e2e.seat import Look, Seat


def plan_a_call(seat: Seat, *, firm: str, colleague: str, topic: str) -> None:
    """Fill the one line of the Plan dialog cell by cell, by keys alone, for today at 15:45, and save it."""
    seat.press("ctrl+l")
    seat.wait_for_window("planDialog")
    seat.wait(lambda look: look.widget("planGrid").get("column") == "counterparty_id")
    seat.press("shift+Tab", "Return")
    seat.wait(lambda look: look.rows("pickerList"))
    seat.type("Звонок")
    seat.press("Return")
    seat.wait(lambda look: look.rows("planGrid")[0]["kind_id"] == "Звонок" and look.focus == "planGrid")
    seat.press("Tab")
    seat.type(firm)
    seat.wait(lambda look: len(look.rows("pickerList")) == 1)
    seat.press("Return")
    seat.wait(lambda look: look.focus == "planGrid")
    seat.press("Tab")
    seat.type(colleague)
    seat.wait(lambda look: len(look.rows("pickerList")) in (1, 2))  # perhaps a heading, and the colleague
    seat.press("Return", "Tab")
    seat.type("сегодня")
    seat.press("Tab")
    seat.type("1545")
    seat.press("Tab")
    seat.type(topic)
    seat.press("ctrl+Return")
    seat.wait_for_window("mainWindow")


def counters(look: Look, **cells: str) -> tuple[str, ...]:
    """What the row with these texts counts: no answer, not reached, talked."""
    number = look.row("callsTable", **cells)
    if number is None:
        return ()
    row = look.rows("callsTable")[number]
    return row["no_answer"], row["not_reached"], row["talked"]


def enter_result(seat: Seat, *, kind_keys: str, text: str) -> None:
    """Fill the Result dialog of the chosen row; it stays open."""
    seat.press("ctrl+r")
    seat.wait_for_window("resultDialog")
    seat.press(kind_keys)
    seat.click("resultText")
    seat.type(text)
    seat.wait(lambda look: look.widget("resultText")["text"] == text)


def open_counterparties(seat: Seat) -> None:
    """Go to the Counterparties page by its key; its rows are there and the table has the focus."""
    seat.press("ctrl+2")
    seat.wait(lambda look: len(look.rows("counterpartiesTable")) > 20 and look.focus == "counterpartiesTable")


def begin_entry(seat: Seat, *, name: str, phone: str, person: str = "", email: str = "") -> None:
    """Fill the quick entry by keys alone, as it is heard at the telephone; it stays open."""
    seat.press("Insert")
    seat.wait_for_window("quickEntryDialog")
    seat.wait(lambda look: look.focus == "nameEdit")
    seat.type(name)
    seat.press("Tab")
    seat.type(person)
    seat.press("Tab")
    seat.type(phone)
    seat.press("Tab", "Tab")
    seat.type(email)
    seat.wait(lambda look: look.focus == "emailsEdit" and look.widget("emailsEdit")["text"] == email)


def search_page(seat: Seat, query: str) -> None:
    """Type this into the search of the Counterparties page."""
    seat.press("ctrl+f")
    seat.wait(lambda look: look.focus == "counterpartySearchEdit")
    seat.type(query)
    seat.wait(lambda look: look.widget("counterpartySearchEdit")["text"] == query)


def clear_search(seat: Seat) -> None:
    seat.press("Escape")
    seat.wait(lambda look: len(look.rows("counterpartiesTable")) > 20)


def names_of(look: Look) -> list[str]:
    """The names that the Counterparties page shows."""
    return [row["name"] for row in look.rows("counterpartiesTable")]
