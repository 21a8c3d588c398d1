"""The keys of the Contacts document as X delivers them, whichever layouts are installed."""

from datetime import date, timedelta
from functools import partial

import pytest

from altius_desktop.ui.formats import long_day
from tests.conftest import Office
from tests.e2e.acts import counters
from tests.e2e.conftest import OpenSeat
from tests.e2e.screen import LATIN, ONLY_RUSSIAN, RUSSIAN, RUSSIAN_FIRST, Keyboard
from tests.e2e.seat import Look, Seat, wait_until

each_keyboard = pytest.mark.parametrize("keyboard", [LATIN, RUSSIAN, RUSSIAN_FIRST, ONLY_RUSSIAN], ids=str)


@pytest.fixture
def seat(keyboard: Keyboard, sit_down: OpenSeat) -> Seat:
    return sit_down("scherbakova", keyboard)


def choose_open_call(seat: Seat) -> str:
    """Select the first open call of today; its topic."""
    look = seat.look()
    done = look.widget("callsTable")["done"]
    topic = next(
        row["topic"]
        for number, row in enumerate(look.rows("callsTable"))
        if not done[number] and ":" in row["time"]
    )
    seat.choose_row("callsTable", topic=topic)
    return topic


def counters_are(wanted: list[str], topic: str, look: Look) -> bool:
    return list(counters(look, topic=topic)) == wanted


@each_keyboard
def test_digits_count_alt_digits_colour_del_cancels_and_ctrl_z_takes_each_back(seat: Seat) -> None:
    topic = choose_open_call(seat)

    def colour(look: Look) -> int | None:
        found: int | None = look.widget("callsTable")["highlights"][look.row("callsTable", topic=topic)]
        return found

    def colour_is(wanted: int | None) -> None:
        seat.wait(lambda look: colour(look) == wanted)

    look = seat.look()
    first_colour = colour(look)
    before = counters(look, topic=topic)
    for key in "123":
        counted = [str(int(count) + (key == own)) for own, count in zip("123", before, strict=True)]
        seat.press(key)
        seat.wait(partial(counters_are, counted, topic))
        seat.press("ctrl+z")
        seat.wait(partial(counters_are, list(before), topic))
    others = [digit for digit in range(1, 7) if digit != first_colour]
    for digit in others:
        seat.press(f"alt+{digit}")
        colour_is(digit)
    seat.press("alt+0")
    colour_is(None)
    for before_it in (*reversed(others), first_colour):
        seat.press("ctrl+z")
        colour_is(before_it)
    seat.press("Delete")
    seat.wait(lambda look: look.row("callsTable", topic=topic) is None)
    seat.press("ctrl+z")
    seat.wait(lambda look: look.row("callsTable", topic=topic) is not None)


@each_keyboard
def test_each_key_of_a_dialog_opens_that_dialog_and_esc_closes_it(seat: Seat) -> None:
    choose_open_call(seat)
    for key, dialog in (
        ("ctrl+r", "resultDialog"),
        ("ctrl+l", "planDialog"),
        ("ctrl+h", "historyDialog"),
        ("ctrl+d", "rescheduleDialog"),
        ("Insert", "planDialog"),
        ("F2", "counterpartyCard"),
        ("Return", "activityDialog"),
    ):
        seat.press(key)
        seat.wait_for_window(dialog)
        seat.press("Escape")
        seat.wait(lambda look: set(look.windows) == {"mainWindow"} and look.focus == "callsTable")


@each_keyboard
def test_alt_arrows_and_alt_t_leaf_through_the_days_and_f5_reads_the_day_anew(
    seat: Seat, company: Office
) -> None:
    today: date = company.today()

    def day_is(days: int) -> None:
        told = long_day(today + timedelta(days=days))
        seat.wait(lambda look: look.widget("dateEdit")["text"] == told)

    day_is(0)
    for key, days in (("alt+Right", 1), ("alt+Right", 2), ("alt+t", 0), ("alt+Left", -1), ("alt+t", 0)):
        seat.press(key)
        day_is(days)
    read_at = seat.look().widget("readAt")["text"]
    clock = "SELECT to_char(now() AT TIME ZONE office_zone(), 'HH24:MI:SS')"
    wait_until(lambda: company.fetch("gromov", clock)[0][0] not in read_at)
    seat.press("F5")
    seat.wait(lambda look: look.widget("readAt")["text"] != read_at)


@each_keyboard
def test_in_a_text_field_the_editing_keys_work_and_ctrl_z_takes_back_no_act(seat: Seat) -> None:
    topic = choose_open_call(seat)
    before = counters(seat.look(), topic=topic)
    seat.press("1")
    seat.wait(lambda look: counters(look, topic=topic) != before)
    counted = counters(seat.look(), topic=topic)
    seat.press("ctrl+f")
    seat.wait(lambda look: look.focus == "searchEdit")

    def text_is(text: str) -> None:
        seat.wait(lambda look: look.widget("searchEdit")["text"] == text)

    seat.type("она")
    seat.press("Home", "ctrl+a", "ctrl+c", "End", "ctrl+v")
    text_is("онаона")
    seat.press("ctrl+z")
    text_is("она")
    seat.press("ctrl+a", "ctrl+x")
    text_is("")
    seat.press("ctrl+v")
    text_is("она")
    seat.press("ctrl+a", "BackSpace")
    seat.wait(lambda look: counters(look, topic=topic) == counted)


@each_keyboard
def test_ctrl_f_finds_in_the_day_and_space_marks_a_daily_task_done(seat: Seat) -> None:
    look = seat.look()
    task = next(
        row["topic"]
        for number, row in enumerate(look.rows("dailyTasksTable"))
        if not look.widget("dailyTasksTable")["done"][number]
    )
    calls = len(look.rows("callsTable"))
    seat.press("ctrl+f")
    seat.wait(lambda look: look.focus == "searchEdit")
    seat.type("домострой")
    seat.wait(lambda look: 0 < len(look.rows("callsTable")) < calls)
    seat.press("ctrl+f", "BackSpace")
    seat.wait(lambda look: len(look.rows("callsTable")) == calls)

    def is_done(done: bool) -> None:
        seat.wait(
            lambda look: (
                look.widget("dailyTasksTable")["done"][look.row("dailyTasksTable", topic=task)] is done
            )
        )

    seat.choose_row("dailyTasksTable", topic=task)
    seat.press("space")
    is_done(True)
    seat.press("ctrl+z")
    is_done(False)
