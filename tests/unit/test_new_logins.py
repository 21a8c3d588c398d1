"""Logins made from surnames, and first passwords."""

import re

import pytest

from altius_desktop.domain.logins import LOGIN_FORM, password_complaint
from altius_desktop.domain.new_logins import make_password, propose_login


@pytest.mark.parametrize(
    ("full_name", "taken", "login"),
    [
        ("Щербакова Юлия Олеговна", (), "scherbakova"),
        ("Тимофеев Максим Юрьевич", (), "timofeev"),
        ("Объедков Ёж", (), "obedkov"),
        ("Крюков-Ясный Игорь Борисович", (), "kryukov-yasnyy"),
        ("Иванова Анна Петровна", ("ivanova",), "ivanova.a"),
        ("Иванова Анна Петровна", ("ivanova", "ivanova.a"), "ivanova2"),
        ("Иванова Анна Петровна", ("ivanova", "ivanova.a", "ivanova2"), "ivanova3"),
        ("Иванова", ("ivanova",), "ivanova2"),
        ("John Smith", (), "smith"),
        ("", (), ""),
        ("12 34", (), ""),
        ("Ъ Ъ", (), ""),
    ],
)
def test_a_login_is_proposed_from_the_surname_and_is_free(
    full_name: str, taken: tuple[str, ...], login: str
) -> None:
    assert propose_login(full_name, taken) == login


@pytest.mark.parametrize("surname", ["А" * 200, "Щ" * 100, "-Я-", "'x\" superuser; --", "Ж.Ж"])
def test_whatever_the_name_what_is_proposed_can_be_a_login(surname: str) -> None:
    for taken in ((), (propose_login(surname, ()),)):
        login = propose_login(f"{surname} Иван", taken)
        assert login == "" or LOGIN_FORM.fullmatch(login), login


def test_a_first_password_is_new_each_time_is_easy_to_dictate_and_will_do() -> None:
    made = {make_password() for _time in range(200)}
    assert len(made) == 200
    for password in made:
        assert re.fullmatch(r"([a-hjkmnp-z]{3}[2-9]-){2}[a-hjkmnp-z]{3}[2-9]", password)
        assert password_complaint("anna", password) == ""
