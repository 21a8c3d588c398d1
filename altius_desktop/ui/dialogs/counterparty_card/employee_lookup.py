"""Employees in a lookup: found by name or position, with the keyboard in the wrong layout too."""

from collections.abc import Callable, Sequence

from altius_desktop.domain.search_text import query_words, search_text, wrong_layout
from altius_desktop.ui.form import LookupItem
from altius_desktop.ui.workplace import Workplace


def find_employee(workplace: Workplace, text: str, deliver: Callable[[Sequence[LookupItem]], None]) -> None:
    """Deliver the employees whom `text` may mean, all of them where it is empty."""
    people = workplace.directories.employees
    found: list[LookupItem] = []
    for words in (query_words(text), query_words(wrong_layout(text))):
        found = [
            LookupItem(person.id, person.full_name, person.position)
            for person in people
            if all(word in search_text(person.full_name, person.position) for word in words)
        ]
        if found or not text:
            break
    deliver(found)
