"""Finding as people type: word parts, ё, the wrong layout, digits in any form; anything at all for Ctrl+K."""

import re
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest

from altius_desktop.domain.ids import new_id
from altius_desktop.domain.phones import parse_phones
from altius_desktop.domain.search_text import search_text, sort_key
from altius_desktop.services import result_texts
from altius_desktop.services.search import Found, Hit, find_anything, find_counterparties
from tests.conftest import Office
from tests.db.desks import Desk, as_owner

FIRMS = {
    "ООО «Ёлочные игрушки»": ("7701234567", "(3012)287100,287110"),
    'АО "Северный Привет"': ("770123456789", "(495)7395555(Д.2221,2217)"),
    "Завод 345": ("5001000017", "8 (812) 000-00-01"),
    "100% Сок_Плюс \\ Ко": ("8601000010", "+7 916 123-45-67"),
    "ИП Щёголев": ("010101010101", ""),
    "Московский Дом": ("1234567894", ""),
}


@pytest.fixture
def find(office: Office, desk: Callable[[str], Desk]) -> Iterator[Callable[[str], list[str]]]:
    """The names found among FIRMS alone."""
    as_owner(office, "UPDATE counterparty SET archived = true")
    for name, (inn, phones) in FIRMS.items():
        firm = new_id()
        as_owner(
            office,
            "INSERT INTO counterparty (id, name, inn, search_text, sort_key) VALUES (%s, %s, %s, %s, %s)",
            *(firm, name, inn, search_text(name), sort_key(name)),
        )
        for phone in parse_phones(phones):
            as_owner(
                office,
                """INSERT INTO contact_point (id, counterparty_id, kind, value, e164, digits, extension)
                   VALUES (%s, %s, 'phone', %s, %s, %s, %s)""",
                *(new_id(), firm, phone.value, phone.e164, phone.digits, phone.extension),
            )
    searcher = desk("scherbakova")
    yield lambda query: [hit.name for hit in searcher.ask(find_counterparties, query=query)]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("игрушки елочные", "ООО «Ёлочные игрушки»"),
        ("ЁЛОЧ", "ООО «Ёлочные игрушки»"),
        ("елоч груш", "ООО «Ёлочные игрушки»"),
        ("ооо игрушки", "ООО «Ёлочные игрушки»"),
        ("«игрушки»", "ООО «Ёлочные игрушки»"),
        ("ghbdtn", 'АО "Северный Привет"'),
        ("ctdthysq ghbd", 'АО "Северный Привет"'),
        ("`kjxyst", "ООО «Ёлочные игрушки»"),
        ("щеголев", "ИП Щёголев"),
        ("ot", "ИП Щёголев"),
        ("100%", "100% Сок_Плюс \\ Ко"),
        ("сок_плюс", "100% Сок_Плюс \\ Ко"),
        ("\\ ко", "100% Сок_Плюс \\ Ко"),
        ("завод 345", "Завод 345"),
        ("287100", "ООО «Ёлочные игрушки»"),
        ("(3012) 28-71-10", "ООО «Ёлочные игрушки»"),
        ("+7 (3012) 287-110", "ООО «Ёлочные игрушки»"),
        ("8 3012 287110", "ООО «Ёлочные игрушки»"),
        ("73012287110", "ООО «Ёлочные игрушки»"),
        ("739-55-55", 'АО "Северный Привет"'),
        ("8(495)739-55-55 доб. 2221", 'АО "Северный Привет"'),
        ("7395555", 'АО "Северный Привет"'),
        ("89161234567", "100% Сок_Плюс \\ Ко"),
        ("7701234567", "ООО «Ёлочные игрушки»"),
        ("770123456789", 'АО "Северный Привет"'),
        ("77012345678", 'АО "Северный Привет"'),
        ("8601000010", "100% Сок_Плюс \\ Ко"),
        ("8601", "100% Сок_Плюс \\ Ко"),
        ("0101010101", "ИП Щёголев"),
        ("игр\u0079шки", "ООО «Ёлочные игрушки»"),
        ("игрошки", "ООО «Ёлочные игрушки»"),
        ("масковский", "Московский Дом"),
        ("северный превет", 'АО "Северный Привет"'),
    ],
)
def test_a_firm_is_found_as_people_type(find: Callable[[str], list[str]], query: str, name: str) -> None:
    found = find(query)
    assert name in found
    assert len(found) <= 2


def test_digits_are_found_in_names_phones_and_tax_numbers_alike(find: Callable[[str], list[str]]) -> None:
    assert set(find("345")) == {
        name
        for name, numbers in FIRMS.items()
        if "345" in re.sub(r"[^\d,]", "", f"{name},{','.join(numbers)}")
    }


@pytest.mark.parametrize("query", ["", "   ", "ООО", "ооо «»", "ип", "%", "_", "\\", "!?"])
def test_a_query_without_words_gives_the_start_of_the_list(
    find: Callable[[str], list[str]], query: str
) -> None:
    assert find(query) == sorted(FIRMS, key=sort_key)


@pytest.mark.parametrize(
    "query",
    [
        "ничего подобного",
        "5555555555",
        "игрушки привет",
        "ъъ",
        "' OR true --",
        "я" * 5000,
        "\x00ъъ",
        "\ud83dъъ",
        "9" * 5000,
    ],
)
def test_what_is_not_there_is_not_found_and_harms_nothing(
    find: Callable[[str], list[str]], query: str
) -> None:
    assert find(query) == []


def test_the_phone_that_matched_is_shown_with_the_firm(office: Office, desk: Callable[[str], Desk]) -> None:
    ((firm, value, digits),) = as_owner(
        office,
        "SELECT counterparty_id::text, value, digits FROM contact_point WHERE kind = 'phone' AND digits IS NOT NULL ORDER BY id DESC LIMIT 1",
    )
    (hit,) = [hit for hit in desk("petrova").ask(find_counterparties, query=digits) if hit.id == UUID(firm)]
    assert hit.phone == value


def test_an_archived_firm_and_an_archived_phone_are_not_found(
    office: Office, find: Callable[[str], list[str]]
) -> None:
    as_owner(office, "UPDATE contact_point SET archived = true WHERE digits = '3012287100'")
    assert find("287100") == []
    as_owner(office, "UPDATE counterparty SET archived = true WHERE name LIKE '%%Щёголев'")
    assert find("щеголев") == []


def test_no_more_than_the_limit_come_in_the_order_of_names(desk: Callable[[str], Desk]) -> None:
    petrova = desk("petrova")
    everybody = petrova.ask(find_counterparties, query="", limit=1000)
    assert len(everybody) > 20
    assert petrova.ask(find_counterparties, query="", limit=7) == everybody[:7]


def test_names_that_begin_so_come_first(office: Office, find: Callable[[str], list[str]]) -> None:
    for name in ("Автодом", "Дом у реки", "Домовой"):
        as_owner(
            office,
            "INSERT INTO counterparty (id, name, search_text, sort_key) VALUES (%s, %s, %s, %s)",
            *(new_id(), name, search_text(name), sort_key(name)),
        )
    assert find("дом") == ["Дом у реки", "Домовой", "Автодом", "Московский Дом"]


# Anything at all


@pytest.fixture
def found(office: Office, desk: Callable[[str], Desk]) -> Callable[..., Found]:
    """Search everything as an ordinary employee, in an office with one firm more."""
    firm, person, point = new_id(), new_id(), new_id()
    as_owner(
        office,
        "INSERT INTO counterparty (id, name, inn, search_text, sort_key) VALUES (%s, %s, %s, %s, %s)",
        *(firm, "ООО «Ёлочный Дворик»", "2222000033", search_text("ООО «Ёлочный Дворик»"), "елочный дворик"),
    )
    as_owner(
        office,
        "INSERT INTO contact_person (id, counterparty_id, full_name) VALUES (%s, %s, 'Трёхгорный Пётр Ильич')",
        *(person, firm),
    )
    as_owner(
        office,
        """INSERT INTO contact_point (id, counterparty_id, contact_person_id, kind, value, digits)
           VALUES (%s, %s, %s, 'phone', '(3012) 98-76-54', '3012987654'),
                  (%s, %s, NULL, 'email', 'Office@Dvorik.example', NULL)""",
        *(point, firm, person, new_id(), firm),
    )
    lapina = desk("lapina")
    for text in ("Просят Ёлку к празднику", "Просят ёлку без игрушек"):
        activity = lapina.plan(counterparty_id=firm)
        as_owner(
            office,
            "UPDATE activity SET status = 'done', finished_at = now(), result_text = %s WHERE id = %s",
            *(text, activity),
        )
    petrova = desk("petrova")
    return lambda query, **limit: petrova.ask(find_anything, query=query, **limit)


@pytest.fixture
def anything(found: Callable[..., Found]) -> Callable[..., tuple[Hit, ...]]:
    """The hits of such a search alone."""
    return lambda query, **limit: found(query, **limit).hits


def shown(hits: tuple[Hit, ...]) -> list[tuple[str, str]]:
    return [(hit.kind, hit.title) for hit in hits]


FOUND_FIRM = ("firm", "ООО «Ёлочный Дворик»")
FOUND_PERSON = ("person", "Трёхгорный Пётр Ильич")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("дворик", [FOUND_FIRM]),
        ("ldjhbr", [FOUND_FIRM]),
        ("двориком", [FOUND_FIRM]),
        ("двориг", [FOUND_FIRM]),
        ("2222000033", [FOUND_FIRM]),
        ("трехгорный", [FOUND_PERSON]),
        ("Петр Трёхгорный", [FOUND_PERSON]),
        ("nht[ujhysq", [FOUND_PERSON]),
        ("8 (3012) 98-76-54", [("phone", "(3012) 98-76-54")]),
        ("98765", [("phone", "(3012) 98-76-54")]),
        ("office@dvorik", [("email", "Office@Dvorik.example")]),
        ("трехгорный дворик", [FOUND_FIRM]),
        ("987654 дворик", [FOUND_FIRM]),
        ("инн 2222000033", [FOUND_FIRM]),
        ("<OFFICE@dvorik.example>", [("email", "Office@Dvorik.example")]),
        ("office@", [("email", "Office@Dvorik.example")]),
        ("dvorik.example", [FOUND_FIRM]),
        ("просят елку", [("result", "Просят ёлку без игрушек"), ("result", "Просят Ёлку к празднику")]),
        ("ъъъъ", []),
        ("", []),
        ("ооо", []),
        ("%", []),
    ],
)
def test_anything_is_found_in_its_group(
    anything: Callable[..., tuple[Hit, ...]], query: str, expected: list[tuple[str, str]]
) -> None:
    assert sorted(shown(anything(query))) == sorted(expected)


def test_a_hit_tells_its_firm_and_marks_what_was_typed(anything: Callable[..., tuple[Hit, ...]]) -> None:
    (firm,) = anything("ёлоч двор")
    assert [firm.title[start:end] for start, end in firm.marks] == ["Ёлоч", "Двор"]
    assert "2222000033" in firm.detail
    (person,) = anything("трехгор")
    assert [person.title[start:end] for start, end in person.marks] == ["Трёхгор"]
    assert (person.detail, person.counterparty_id) == (firm.title, firm.id)
    newest, _older = anything("просят ёлку")
    assert newest.counterparty_id == firm.id
    assert newest.detail.startswith(firm.title)


def test_each_group_has_its_share_and_leaves_the_rest_to_the_others(
    office: Office, anything: Callable[..., tuple[Hit, ...]]
) -> None:
    for number in range(40):
        as_owner(
            office,
            "INSERT INTO counterparty (id, name, search_text, sort_key) VALUES (%s, %s, %s, %s)",
            *(
                new_id(),
                f"Трёхгорный край {number:02}",
                f"трехгорный край {number:02}",
                f"трехгорный край {number:02}",
            ),
        )
    hits = anything("трехгорный", limit=20)
    assert len(hits) == 20
    assert shown(hits)[-1] == FOUND_PERSON
    assert {kind for kind, _title in shown(hits)[:-1]} == {"firm"}
    assert len(anything("трехгорный", limit=3)) == 3


def test_what_is_archived_is_found_nowhere(office: Office, anything: Callable[..., tuple[Hit, ...]]) -> None:
    as_owner(office, "UPDATE counterparty SET archived = true WHERE sort_key = 'елочный дворик'")
    for query in ("дворик", "трехгорный", "98765"):
        assert anything(query) == ()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("трехгорного", FOUND_PERSON),
        ("праздника просят", ("result", "Просят Ёлку к празднику")),
        ("ghjczn `kre", ("result", "Просят Ёлку к празднику")),
    ],
)
def test_endings_and_layout_are_forgiven_in_persons_and_results_too(
    anything: Callable[..., tuple[Hit, ...]], query: str, expected: tuple[str, str]
) -> None:
    assert expected in shown(anything(query))


def test_a_wrong_letter_is_one_letter_in_the_quick_search_too(
    office: Office, anything: Callable[..., tuple[Hit, ...]]
) -> None:
    add_firm(office, "Журавлиный край")
    add_firm(office, "Журавль, малиный сироп")
    assert [hit.title for hit in anything("жураблиный")] == ["Журавлиный край"]


def test_a_bolder_reading_of_firms_waits_until_nothing_is_found_as_typed(
    office: Office, anything: Callable[..., tuple[Hit, ...]]
) -> None:
    add_firm(office, "Елка")
    assert FOUND_PERSON in shown(anything("трехгорный"))
    # «ёлку» stands in texts: the firm, one letter off, is another matter.
    assert {kind for kind, _title in shown(anything("просят ёлку"))} == {"result"}
    assert shown(anything("елко")) == [("firm", "Елка")]


def add_firm(office: Office, name: str) -> None:
    as_owner(
        office,
        "INSERT INTO counterparty (id, name, search_text, sort_key) VALUES (%s, %s, %s, %s)",
        *(new_id(), name, search_text(name), sort_key(name)),
    )


RESULTS = """
    INSERT INTO activity (id, section, kind_id, counterparty_id, assignee_id, author_id, due_on, topic, status,
                          finished_at, result_text)
    SELECT gen_random_uuid(), 'call', (SELECT id FROM activity_kind WHERE section = 'call' LIMIT 1),
           (SELECT id FROM counterparty ORDER BY id LIMIT 1), e.id, e.id, office_today(), 'x', 'done',
           now() - n * interval '1 hour', %s || n
    FROM generate_series(1, %s) AS n, (SELECT id FROM employee WHERE login = 'egorov') AS e
"""


@pytest.mark.parametrize("sorted_at_most", [1_000, 50])
def test_of_many_results_the_newest_come_and_it_is_told_that_there_may_be_more(
    office: Office, found: Callable[..., Found], monkeypatch: pytest.MonkeyPatch, sorted_at_most: int
) -> None:
    """Up to a bound all with the words are sorted; above it the newest texts of all are read through."""
    as_owner(office, RESULTS, "Сверка остатков номер ", 120)
    monkeypatch.setattr(result_texts, "_SORTED", sorted_at_most)
    few = found("сверка остатков", limit=20)
    assert [hit.title for hit in few.hits] == [f"Сверка остатков номер {n}" for n in range(1, 21)]
    assert few.more == {"result"}


def test_few_results_are_all_there_is(found: Callable[..., Found]) -> None:
    assert found("просят ёлку").more == frozenset()


def test_texts_older_than_those_read_through_come_behind_the_newest(
    office: Office, found: Callable[..., Found], monkeypatch: pytest.MonkeyPatch
) -> None:
    as_owner(office, RESULTS, "Сверка остатков номер ", 120)
    monkeypatch.setattr(result_texts, "_SORTED", 50)
    monkeypatch.setattr(result_texts, "_NEWEST_OF_EACH", 10)
    titles = [hit.title for hit in found("сверка остатков", limit=20).hits]
    assert titles[:9] == [f"Сверка остатков номер {n}" for n in range(1, 10)]
    assert len(titles) == len(set(titles)) == 20
