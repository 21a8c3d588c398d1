"""What a typed query may mean, from the plainest reading to the boldest."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from altius_desktop.domain.search_queries import Reading, readings
from altius_desktop.domain.search_text import query_words, wrong_layout


def first(query: str) -> tuple[tuple[str, ...], ...]:
    return readings(query)[0].alternatives


def would_find(reading: Reading, words: str) -> bool:
    """LIKE over the text of a counterparty, for readings without typing errors."""

    def like(pattern: str) -> bool:
        parts = re.split(r"(\\.|%|_)", pattern)
        code = "".join(
            ".*" if p == "%" else "." if p == "_" else re.escape(p[1:] if p.startswith("\\") else p)
            for p in parts
        )
        return re.fullmatch(code, words, re.DOTALL) is not None

    found = any(all(like(pattern) for pattern in kind) for kind in reading.alternatives)
    return found and re.search(reading.exact, words) is not None


TEXT = (
    " домострой плюс домострой плюс 7701234567 мельник анна петровна 4955557022#114 4955557030 "
    "~a.melnik@domostroy.example ~info@domostroy.example"
)


@pytest.mark.parametrize(
    "query",
    [
        "домострой",
        "ПЛЮС дом",
        "«Домострой»",
        "ООО Домострой плюс",
        "мельник домострой",
        "7022 мельник",
        "5557022 114",
        "5557022 доб. 114",
        "8 (495) 555-70-22 доб 114",
        "+7 495 555 70 30",
        "57022",
        "770123",
        "a.melnik@domostroy.example",
        "melnik@",
        "domostroy.example",
        "ме",
        "доб. 114",
        "доб.114",
        "#114",
        "внутр 114",
        "ИНН 7701234567",
        "инн: 770123",
        "mailto:info@domostroy.example",
        "<info@domostroy.example>",
        "MELNIK@",
        "@domostroy",
    ],
)
def test_what_is_typed_finds_the_firm_at_once(query: str) -> None:
    assert would_find(readings(query)[0], TEXT)


@pytest.mark.parametrize(
    "query", ["ljvjcnhjq", "домостроем", "мельника", "ljvjcnhjtv", "дмоострой", "медьник", "доомстрой плюс"]
)
def test_what_is_mistyped_finds_the_firm_by_a_bolder_reading_or_by_likeness(query: str) -> None:
    plain, *bolder = readings(query)
    assert not would_find(plain, TEXT)
    assert any(reading.near or would_find(reading, TEXT) for reading in bolder)


@pytest.mark.parametrize(
    "query",
    ["строй плюс", "лю мельник", "5557030 114", "5557022 доб. 115", "555 мельник 7031", "info@firm", "ле"],
)
def test_every_word_must_be_there(query: str) -> None:
    text = TEXT.replace("строй", "скрой")
    assert not would_find(readings(query)[0], text)


def test_only_one_neighbour_is_swapped_and_the_rest_stays_as_typed() -> None:
    swaps = next(reading for reading in readings("сторй плюс") if len(reading.alternatives) > 1)
    assert ("%строй%", "%плюс%") in swaps.alternatives
    assert all("%плюс%" in kind or "%сторй%" in kind for kind in swaps.alternatives)


@pytest.mark.parametrize("query", ["", "  ", "ООО", "«»", "%", "_", "\\", "\"'", "ип ооо"])
def test_nothing_to_look_for_is_no_reading(query: str) -> None:
    assert readings(query) == ()


@pytest.mark.parametrize("query", ["100%", "сок_плюс", "a\\b"])
def test_special_letters_of_a_pattern_never_reach_it(query: str) -> None:
    for reading in readings(query):
        for kind in reading.alternatives:
            assert all(re.fullmatch(r"% ?[^%_\\]+%", pattern) for pattern in kind)


def test_an_address_keeps_its_special_letters_as_letters() -> None:
    assert first("a_b@x.example")[0] == ("%a\\_b@x.example%",)
    assert first("50%@x.example")[0] == ("%50\\%@x.example%",)


@given(st.text(max_size=400))
def test_any_text_has_few_readings_of_bounded_patterns(query: str) -> None:
    found = readings(query)
    assert len(found) <= 9
    for reading in found:
        assert reading.words or reading.near
        assert reading.alternatives
        for kind in reading.alternatives:
            for pattern in kind:
                assert len(pattern) <= 700
                assert "\0" not in pattern
                # An odd number of backslashes at the end would make PostgreSQL refuse the pattern.
                body = pattern.rstrip("%")
                assert (len(body) - len(body.rstrip("\\"))) % 2 == 0 or pattern.endswith("\\%%")


RUSSIAN = st.sampled_from("абвгдежзиклмнопрстуфхцчшщыэюя")


@given(st.text("абвгдежзиклмнопрстуфхцчшщыэюя", min_size=6, max_size=14), RUSSIAN, st.data())
def test_a_word_with_one_wrong_letter_is_found(word: str, letter: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(word) - 1))
    typed = data.draw(
        st.sampled_from(
            [
                word[:place] + letter + word[place + 1 :],
                word[:place] + word[place + 1 :],
                word[:place] + letter + word[place:],
            ]
        )
    )
    text = f" альфа {word} бета"
    assert any(would_find(reading, text) for reading in readings(f"{typed} бет") if not reading.near)


@given(st.text("абв гд", min_size=1, max_size=12), st.permutations(["альфа", "бета", "гамма"]))
def test_the_order_of_words_does_not_matter(_noise: str, words: list[str]) -> None:
    assert would_find(readings(" ".join(words))[0], " гамма альфа и бета")


WRITTEN = (
    "+7 495 555-70-22", "8 495 555-70-22", "84955557022", "74955557022", "4955557022", "(495)555-70-22",
    "495.555.70.22", "8(495)5557022", "тел. 555-70-22", "tel:+74955557022", "00 7 495 555 70 22", "555 70 22",
)  # fmt: skip


@pytest.mark.parametrize("number", WRITTEN)
@pytest.mark.parametrize("extension", ["", " доб. 114", " доб 114", " вн. 114", "#114", ", доб. 114"])
def test_a_phone_is_found_in_whatever_form_it_is_written(number: str, extension: str) -> None:
    assert would_find(readings(number + extension)[0], TEXT)


RUSSIAN_WORD = st.text("абвгдежзийклмнопрстуфхцчшщъыьэюяё", min_size=4, max_size=12)


@given(RUSSIAN_WORD, RUSSIAN_WORD)
def test_a_word_is_found_in_either_case_and_layout_with_or_without_dots(word: str, other: str) -> None:
    assume(query_words(word) == (word.replace("ё", "е"),))
    text = f" {other.replace('ё', 'е')} {word.replace('ё', 'е')}"
    for typed in (word.upper(), word.replace("ё", "е"), wrong_layout(word), wrong_layout(word.upper())):
        assert any(would_find(reading, text) for reading in readings(typed)[:2]), typed


@given(RUSSIAN_WORD, st.data())
def test_any_part_of_three_letters_or_more_finds_its_word(word: str, data: st.DataObject) -> None:
    folded = word.replace("ё", "е")
    start = data.draw(st.integers(0, len(word) - 3))
    part = word[start : data.draw(st.integers(start + 3, len(word)))]
    assume(query_words(part) == (part.replace("ё", "е"),))
    assert would_find(readings(part)[0], f" {folded}")


@given(st.text("0123456789", min_size=10, max_size=10), st.data())
def test_any_part_of_a_number_of_four_digits_or_more_finds_it(number: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, 6))
    part = number[start : data.draw(st.integers(start + 4, 10))]
    assert would_find(readings(part)[0], f" {number}")


def test_a_long_query_is_cut_and_still_a_query() -> None:
    assert first("я" * 10_000) == (("%" + "я" * 100 + "%",),)
    assert first("'" * 10_000 + "щит") == (("%щит%",),)
    assert len(readings("аб " * 5_000)[0].alternatives[0]) <= 12
