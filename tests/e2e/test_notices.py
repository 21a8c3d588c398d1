"""What is written and planned at one workplace is heard at the other, worked with keys, and answered back."""

import pytest

from tests.conftest import Office
from tests.db.desks import as_owner
from tests.e2e.acts import plan_a_call
from tests.e2e.conftest import OpenSeat
from tests.e2e.screen import LATIN, RUSSIAN_FIRST, Keyboard

TEXT = "Перезвоните клиенту до обеда"
TOPIC = "Обсудить осеннюю партию"
REASON = "Занята до пятницы"


@pytest.mark.parametrize("keyboard", [LATIN, RUSSIAN_FIRST], ids=str)
def test_a_message_is_heard_at_once_opened_by_keys_and_refused_back_to_its_sender(
    keyboard: Keyboard, company: Office, sit_down: OpenSeat
) -> None:
    as_owner(company, "DELETE FROM notice")
    sender, she = sit_down("egorov", keyboard), sit_down("scherbakova", keyboard)
    focus = she.look().focus

    sender.press("ctrl+m")
    sender.wait_for_window("messageDialog")
    sender.click("recipients")
    sender.wait(lambda look: look.focus == "multiChoiceSearch")
    sender.type("щербакова")
    sender.press("Return", "Escape")
    sender.wait(lambda look: look.active == "messageDialog")
    sender.click("messageText")
    sender.type(TEXT)
    sender.wait(lambda look: look.widget("messageText")["text"] == TEXT)
    sender.press("ctrl+Return")
    sender.wait_for_window("mainWindow")

    heard = she.wait(lambda look: TEXT in look.texts("noticeToast"))
    assert heard.focus == focus, "a toast takes no keyboard"
    she.press("ctrl+5")
    she.wait(
        lambda look: look.focus == "noticesList" and any(TEXT in row["0"] for row in look.rows("noticesList"))
    )
    she.click("cannotButton")
    she.wait_for_window("cannotDialog")
    she.type(REASON)
    she.wait(lambda look: look.widget("reasonEdit")["text"] == REASON)
    she.press("ctrl+Return")
    she.wait_for_window("mainWindow")
    she.press("Escape")
    she.wait(lambda look: not look.widget("noticesPage"))

    sender.wait(lambda look: REASON in look.texts("noticeToast"))
    assert company.fetch("egorov", "SELECT answer, answer_text, delivered_at IS NOT NULL FROM notice") == [
        ("cannot", REASON, True)
    ]


def test_what_is_planned_while_a_workplace_is_closed_waits_for_it(
    company: Office, sit_down: OpenSeat
) -> None:
    as_owner(company, "DELETE FROM notice")
    planner = sit_down("egorov")
    plan_a_call(planner, firm="ljvjcnhjq", colleague="oth,frjdf", topic=TOPIC)
    she = sit_down("scherbakova")
    she.wait(lambda look: TOPIC in look.texts("noticeToast"))
    she.click("acceptButton")
    she.wait(lambda look: not look.widget("noticeToast"))
    planner.press("ctrl+5")
    # It has slid out to its place.
    planner.wait(
        lambda look: (
            look.focus == "noticesPage"
            and look.widget("noticesPage")["place"][0] == look.widget("contactsPage")["place"][0]
        )
    )
    planner.click("sentTab")
    planner.wait(
        lambda look: any(TOPIC in row["0"] and "Щербакова" in row["0"] for row in look.rows("noticesList"))
    )
    assert company.fetch("egorov", "SELECT answer FROM notice") == [("accepted",)]
