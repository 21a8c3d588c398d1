import string

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from altius_desktop.domain.errors import FieldError
from altius_desktop.domain.search_text import (
    query_words,
    search_text,
    sort_key,
    spans_of,
    stem,
    wrong_layout,
)
from altius_desktop.domain.texts import check_length, clean_line, clean_text


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ('ООО "Ёлка"', "елка"),
        ("«Альфа» ООО", "альфа"),
        ("АО КБ «Северный Берег»", "кб северный берег"),
        ("Общество с ограниченной ответственностью «Вектор»", "вектор"),
        ("ПУБЛИЧНОЕ АКЦИОНЕРНОЕ ОБЩЕСТВО «РЕКА»", "река"),
        ("Acme Trading Co., Ltd.", "acme trading co"),
        ("Ромашка-Плюс_2000", "ромашка плюс 2000"),
        ("ОООПТ Зоопарк", "ооопт зоопарк"),
        ("Еж (е\u0308ж)", "еж еж"),
        ("ООО", "ооо"),
        ("\u004f\u004f\u041e «Д\u006fм\u006fстр\u006fй»", "домострой"),
        ("\u041eptima", "optima"),
        ("3DФорма", "3dформа"),
        ("", ""),
    ],
)
def test_search_text_keeps_the_words_that_tell_firms_apart(name: str, expected: str) -> None:
    assert search_text(name) == expected


def test_search_text_joins_all_its_parts() -> None:
    assert search_text("ООО «Вектор»", None, "Москва, ул. Мира") == "вектор москва ул мира"


@pytest.mark.parametrize(
    ("name", "key"),
    [('"Альфа" ООО', "альфа"), ("ОАО", "оао"), ("«»", "«»"), ("", "")],
)
def test_a_sort_key_is_never_empty_for_a_name(name: str, key: str) -> None:
    assert sort_key(name) == key


TWINS = dict(zip("авсенкмортху", "abcehkmoptxy", strict=True))


@given(st.text("абвгдежзийклмнопрстуфхцчшщъыьэюя", min_size=1), st.data())
def test_a_russian_word_with_latin_twins_of_its_letters_is_that_word(word: str, data: st.DataObject) -> None:
    mixed = "".join(
        TWINS[letter] if letter in TWINS and data.draw(st.booleans()) else letter for letter in word
    )
    assume(not mixed.isascii())
    assert search_text(mixed) == search_text(word)
    assert query_words(mixed) == query_words(word)
    title = f"Фирма {mixed.upper()}"
    assert {title[start:end] for start, end in spans_of([word], title)} >= {mixed.upper()}


def test_query_words_are_the_words_of_the_search_text() -> None:
    assert query_words('Ёлка ооо "ёлка" Москва') == ("елка", "москва")
    assert query_words("ООО") == ()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ghbdtn", "привет"),
        ("руддщ", "hello"),
        ("`krf", "ёлка"),
        ("Ghbdtn Vbh", "Привет Мир"),
        ("[jkjl", "холод"),
    ],
)
def test_the_wrong_layout_is_mended(typed: str, meant: str) -> None:
    assert wrong_layout(typed) == meant


LETTERS = string.ascii_letters + "абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ"


@given(st.text(LETTERS + string.digits + " "))
def test_wrong_layout_twice_is_what_was_typed(text: str) -> None:
    assert wrong_layout(wrong_layout(text)) == text


FORMS = st.lists(
    st.sampled_from(
        ["ООО", "ао", "Общество с", "ограниченной ответственностью", "Ё", "«", "акционерное", "общество", "x"]
    )
)


@given(st.one_of(st.text(), FORMS.map(" ".join)))
@example("x акционерное акционерное общество общество")
def test_search_text_is_plain_and_the_same_when_made_again(text: str) -> None:
    made = search_text(text)
    assert search_text(made) == made
    assert made == made.lower()
    assert "ё" not in made
    assert "  " not in made
    assert "\0" not in made
    assert bool(sort_key(text)) == bool(clean_line(text))
    assert all(word in made.split() for word in query_words(text))


@given(st.text())
def test_a_cleaned_text_can_be_stored(text: str) -> None:
    for cleaned in (clean_text(text), clean_line(text)):
        cleaned.encode("utf-8")
        assert "\0" not in cleaned and "\r" not in cleaned
        assert cleaned == cleaned.strip()
    assert "\n" not in clean_line(text)


def test_line_breaks_stay_in_a_text_and_go_from_a_line() -> None:
    assert clean_text(" раз\r\nдва\x00\rтри\ud800 ") == "раз\nдва\nтри"
    assert clean_line("раз\r\n\u00a0два") == "раз два"


def test_a_text_that_does_not_fit_is_refused_and_never_cut() -> None:
    assert check_length("name", "абв", 3) == "абв"
    with pytest.raises(FieldError) as refused:
        check_length("name", "абвг", 3)
    assert refused.value.field == "name"


def test_stored_texts_have_a_limit() -> None:
    assert len(search_text("слово " * 5000)) <= 4000
    assert len(sort_key("я" * 1000)) == 200


NOMINATIVES = {
    "домострой": "домостроя домострою домостроем домострое",
    "мельник": "мельника мельнику мельником мельнике",
    "иванов": "иванова иванову ивановым иванове",
    "лампа": "лампы лампе лампу лампой",
    "компания": "компании компанию компанией компаниями",
    "северный": "северного северному северным северном северная северной",
    "берег": "берега берегу берегом береге берегов",
    "высоцкий": "высоцкого высоцкому высоцким высоцком",
}


@pytest.mark.parametrize(("name", "forms"), NOMINATIVES.items())
def test_every_case_of_a_word_leads_to_its_nominative(name: str, forms: str) -> None:
    for form in forms.split():
        assert stem(form) in name, form


@pytest.mark.parametrize("word", ["ива", "дома", "ооо", "альфа"])
def test_short_words_keep_at_least_four_letters(word: str) -> None:
    assert len(stem(word)) >= min(4, len(word))


RUSSIAN = st.text("абвгдежзийклмнопрстуфхцчшщъыьэюя", min_size=1, max_size=30)


@given(RUSSIAN)
def test_a_stem_is_the_beginning_of_its_word(word: str) -> None:
    assert word.startswith(stem(word))
    assert stem(word) == word or len(stem(word)) >= 4
    assert len(word) - len(stem(word)) <= 4


@given(RUSSIAN, st.sampled_from(["а", "ом", "ами", "ого", "ых", "ей"]))
def test_what_is_declined_is_found_by_the_stem(word: str, ending: str) -> None:
    """The stem of a form is contained in what the form was made of, whatever else its last letters look like."""
    if len(word) >= 8:
        assert stem(word + ending)[:4] in word


@pytest.mark.parametrize(
    ("words", "title", "marked"),
    [
        (("елк",), "ООО «Ёлка»", ["Ёлк"]),
        (("строй", "дом"), "ДомоСтрой", ["Дом", "Строй"]),
        (("аль", "льфа"), "Альфа", ["Альфа"]),
        (("а",), "Анна", ["А", "а"]),
        (("ъъ",), "Анна", []),
        (("",), "Анна", []),
        (("нбу",), "İстанбул", ["нбу"]),
    ],
)
def test_hits_are_marked_where_they_stand(words: tuple[str, ...], title: str, marked: list[str]) -> None:
    assert [title[start:end] for start, end in spans_of(words, title)] == marked


@given(st.lists(st.text(max_size=4)), st.text(max_size=40))
def test_marks_lie_in_the_title_one_after_another(words: list[str], title: str) -> None:
    edges = [edge for span in spans_of(words, title) for edge in span]
    assert edges == sorted(set(edges))
    assert all(0 <= edge <= len(title) for edge in edges)
