"""Finding a counterparty as people type: word parts, ё, the wrong layout, digits in any form."""

import re
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
import sqlalchemy as sa

from altius_desktop.domain.ids import new_id
from altius_desktop.domain.phones import parse_phones
from altius_desktop.domain.search_text import search_text, sort_key
from altius_desktop.services.search import find_counterparties
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


def test_words_and_digits_are_looked_up_in_the_trigram_indexes(office: Office) -> None:
    """The pattern is put together in SQL: the planner must still see through it."""
    engine = office.admin.engine(office.address.database)
    with engine.begin() as connection:
        connection.execute(sa.text("SET LOCAL enable_seqscan = off"))
        for column, table in (("search_text", "counterparty"), ("digits", "contact_point")):
            plan = connection.execute(
                sa.text(f"EXPLAIN SELECT id FROM {table} WHERE {column} LIKE '%' || '4957' || '%' ESCAPE '/'")
            )
            assert f"ix_{table}_{column}" in "\n".join(line for (line,) in plan)
    engine.dispose()
