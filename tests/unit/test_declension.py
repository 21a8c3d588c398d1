"""Names in the accusative."""

import pytest

from altius_desktop.domain.declension import accusative_with_initial


@pytest.mark.parametrize(
    ("full", "shown"),
    [
        ("Кузнецов Виктор Петрович", "Кузнецова В."),
        ("Щербакова Юлия Андреевна", "Щербакову Ю."),
        ("Фомин Олег", "Фомина О."),
        ("Петрова Нина", "Петрову Н."),
        ("Достоевский Пётр Ильич", "Достоевского П."),
        ("Крутая Анна Олеговна", "Крутую А."),
        ("Толстой Лев Николаевич", "Толстого Л."),
        ("Толстая Софья Андреевна", "Толстую С."),
        ("Мельник Анна Петровна", "Мельник А."),
        ("Черных Павел Олегович", "Черных П."),
        ("Смирнова-Лебедева Инна Львовна", "Смирнова-Лебедеву И."),
        ("John Smith", "Smith J."),
        ("Лин Ху", "Лин Х."),
        ("Одно", "Одно"),
        ("", ""),
    ],
)
def test_a_surname_is_declined_where_its_ending_tells_how(full: str, shown: str) -> None:
    assert accusative_with_initial(full) == shown
