"""Phones as offices write them; the numbers are invented or taken from numbering plans' examples."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from altius_desktop.domain.phones import Phone, digits_of_query, format_phone, parse_phones
from altius_desktop.i18n import set_language


def e164_of(text: str) -> list[str | None]:
    return [phone.e164 for phone in parse_phones(text)]


def values_of(text: str) -> list[str]:
    return [phone.value for phone in parse_phones(text)]


def test_a_second_number_takes_the_code_of_the_first() -> None:
    assert parse_phones("(3012)287100,287110") == (
        Phone("(3012)287100", "+73012287100", "3012287100", None),
        Phone("(3012)287110", "+73012287110", "3012287110", None),
    )


def test_one_number_with_two_extensions_is_two_phones() -> None:
    assert parse_phones("(495)7395555(Д.2221,2217)") == (
        Phone("(495)7395555(Д.2221)", "+74957395555", "4957395555", "2221"),
        Phone("(495)7395555(Д.2217)", "+74957395555", "4957395555", "2217"),
    )


@pytest.mark.parametrize(
    "text",
    [
        "(423)2022511,Д.100",
        "(423)2022511 ДОБ.100",
        "8 (423) 202-25-11, доб. 100",
        "8 (423) 202-25-11 доб 100",
        "8 (423) 202-25-11доб100",
        "8 (423) 202-25-11, добавочный 100",
        "+7 423 202 25 11 вн. 100",
        "+7 423 202 25 11 ext 100",
        "+7 423 202 25 11 x100",
        "84232022511#100",
        "84232022511\nдоб. № 100",
    ],
)
def test_an_extension_is_understood_in_every_spelling(text: str) -> None:
    (phone,) = parse_phones(text)
    assert (phone.e164, phone.digits, phone.extension) == ("+74232022511", "4232022511", "100")


def test_extensions_go_on_behind_commas_until_a_whole_number_comes() -> None:
    phones = parse_phones("(495)7395555,Д.2221,2217,7395556")
    assert [(phone.e164, phone.extension) for phone in phones] == [
        ("+74957395555", "2221"),
        ("+74957395555", "2217"),
        ("+74957395556", None),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8 (3854) 32-72-89", ["+73854327289"]),
        ("8 (916) 123-45-67", ["+79161234567"]),
        ("79161234567", ["+79161234567"]),
        ("916 123 45 67", ["+79161234567"]),
        ("007 916 123 45 67", ["+79161234567"]),
        ("8 10 375 29 123-45-67", ["+375291234567"]),
        ("375 (29) 123-45-67", ["+375291234567"]),
        ("+996 (555) 123 456", ["+996555123456"]),
        ("+8 (495) 123-45-67", ["+74951234567"]),
        ("()88001000325", ["+78001000325"]),
        ("(8800)3330269", ["+78003330269"]),
        ("(8846)2278273,2278265", ["+78462278273", "+78462278265"]),
        ("(495)7473510,88005555550", ["+74957473510", "+78005555550"]),
        ("(8793)983755,89175085106", ["+78793983755", "+79175085106"]),
        ("(342210)2100,2102,2103", ["+73422102100", "+73422102102", "+73422102103"]),
        ("(87961)51171,24177", ["+78796151171", "+78796124177"]),
        ("(8202)534066,(8172)728118", ["+78202534066", "+78172728118"]),
        ("8 (3854) 32-72-89; 32-84-09\n32-84-10", ["+73854327289", "+73854328409", "+73854328410"]),
        ("8-3854-32-72-89, 32-84-09", ["+73854327289", "+73854328409"]),
        ("(495)123-45-67/68", ["+74951234567", "+74951234568"]),
        ("(495)123-45-67 / (812)765-43-21", ["+74951234567", "+78127654321"]),
        ("(495)1234567 и 1234568", ["+74951234567", "+74951234568"]),
        ("8 495 123-45-67 8 495 765-43-21", ["+74951234567", "+74957654321"]),
        ("+74951234567+74951234568", ["+74951234567", "+74951234568"]),
        ("(3854)327289 328409", ["+73854327289", "+73854328409"]),
        ("+375 (17) 234-56-78, 234-56-79", ["+375172345678", "+375172345679"]),
        ("+49 30 901820", ["+4930901820"]),
    ],
)
def test_numbers_come_out_ready_to_be_dialled(text: str, expected: list[str]) -> None:
    assert e164_of(text) == expected


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("2-15-44", "21544"),
        ("(242)51228", "24251228"),
        ("(815)554554", "815554554"),
        ("(4953)7253141", "49537253141"),
        ("(0932)471530", "0932471530"),
        ("(87772)527940", "7772527940"),
        ("9" * 30, "9" * 30),
        ("нет", ""),
        ("звонить вечером, после 18", "18"),
    ],
)
def test_what_no_network_accepts_is_kept_as_typed(text: str, digits: str) -> None:
    assert parse_phones(text) == (Phone(text, None, digits, None),)


def test_a_part_without_a_code_takes_a_shorter_sister_code_too() -> None:
    assert [p.digits for p in parse_phones("(242)51228,50512")] == ["24251228", "24250512"]


def test_a_mobile_lends_no_code() -> None:
    assert parse_phones("8-916-1234567, 32-84-09")[1] == Phone("32-84-09", None, "328409", None)


def test_remarks_stay_with_their_number() -> None:
    assert values_of("8(495)1234567 (секретарь Анна), 7654321 до 18:00, не звонить в обед") == [
        "8(495)1234567 (секретарь Анна)",
        "8(495)7654321 до 18:00, не звонить в обед",
    ]
    assert values_of("секретарь; 8 800 100 03 25") == ["секретарь; 8 800 100 03 25"]


def test_an_extension_alone_is_kept() -> None:
    assert parse_phones("доб. 12") == (Phone("доб. 12", None, "", "12"),)


def test_an_empty_cell_holds_no_phone() -> None:
    assert parse_phones(" ,; \n") == ()


def test_a_region_of_its_own_reads_national_numbers() -> None:
    assert parse_phones("(030) 901820", default_region="DE")[0].e164 == "+4930901820"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("(495)7395555,Д.2221", "+7 495 739-55-55, ext. 2221"),
        ("8(3012)287110", "+7 3012 28-71-10"),
        ("8-3854-32-72-89", "+7 3854 32-72-89"),
        ("(87961)51171", "+7 87961 5-11-71"),
        ("89161234567", "+7 916 123-45-67"),
        ("тел. 84957395555", "+7 495 739-55-55"),
        ("+375291234567", "+375 29 123-45-67"),
        ("8(495)7395555 Анна", "8(495)7395555 Анна"),
        ("2-15-44", "2-15-44"),
    ],
)
def test_a_phone_is_shown_in_one_style_unless_it_says_more(text: str, shown: str) -> None:
    set_language("en")
    assert format_phone(parse_phones(text)[0]) == shown


@pytest.mark.parametrize(
    ("query", "digits"),
    [
        ("8 (495) 739-55-55", "4957395555"),
        ("+74957395555", "4957395555"),
        ("74957395555", "4957395555"),
        ("тел. 739-55-55 доб. 12", "7395555"),
        ("8 (495) 73", "49573"),
        ("8-495-739", "495739"),
        ("+7 495", "495"),
        ("(3012)287100,287110", "3012287100"),
        ("007 916 123 45 67", "9161234567"),
        ("+852 2123 4567", "85221234567"),
        ("12", None),
        ("Вектор 2000", None),
        ("", None),
    ],
)
def test_a_query_is_reduced_to_the_digits_that_are_stored(query: str, digits: str | None) -> None:
    assert digits_of_query(query) == digits


def ascii_digits(text: str) -> str:
    return "".join(str(int(char)) for char in text if char.isdecimal())


PUNCTUATION = st.sampled_from(["", " ", "-", ".", "\u00a0", " - "])


@given(
    st.from_regex(r"(?:495|812|3012|916)[0-9]{6,7}", fullmatch=True),
    st.lists(PUNCTUATION, min_size=10),
    st.data(),
)
def test_a_number_is_found_again_in_any_punctuation(
    number: str, marks: list[str], data: st.DataObject
) -> None:
    national = number[:10].ljust(10, "1")
    prefix = data.draw(st.sampled_from(["", "8", "7", "+7"]))
    typed = prefix + "".join(m + d for m, d in zip(marks, national, strict=False)) + national[len(marks) :]
    wanted = digits_of_query(typed)
    assert wanted == national
    (stored,) = parse_phones(typed)
    assert stored.digits == national
    assert digits_of_query(format_phone(stored)) == national


PIECES = st.sampled_from(
    [
        *"0123456789+()-–./,;#\n \t",
        "8(495)",
        "1234567",
        "доб.",
        "Д.2",
        "ext",
        "и",
        " и ",
        "факс",
        "нет",
        "(",
        "\0",
        "٣",
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES).map("".join)))
def test_nothing_typed_makes_it_fail_and_no_digit_is_lost(text: str) -> None:
    phones = parse_phones(text)
    kept = ascii_digits("".join(phone.value for phone in phones))
    # A code or a number repeated for the next one or the next extension adds digits; none may be missing.
    for run in re.findall(r"\d+", text):
        assert all(kept.count(digit) >= ascii_digits(run).count(digit) for digit in ascii_digits(run))
    for phone in phones:
        assert phone.value.strip()
        assert format_phone(phone)
    digits_of_query(text)


@given(st.lists(st.from_regex(r"\(3012\)[2-9]\d{5}", fullmatch=True), min_size=1, max_size=6))
def test_a_list_of_full_numbers_comes_back_number_by_number(numbers: list[str]) -> None:
    assert values_of(", ".join(numbers)) == numbers


@pytest.mark.parametrize(
    "text", ["(" * 4900, "доб." + " " * 4900 + "x", "1," * 2400, "+" * 4900, "9" * 1_000_000]
)
def test_a_hostile_cell_takes_no_time(text: str) -> None:
    started = time.perf_counter()
    parse_phones(text)
    assert time.perf_counter() - started < 5
