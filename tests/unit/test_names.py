import pytest
from hypothesis import given
from hypothesis import strategies as st

from altius_desktop.domain.names import FullName, initials, short_name, split_full_name, with_initial


@pytest.mark.parametrize(
    ("full", "expected"),
    [
        ("Мельник Анна Петровна", FullName("Мельник", "Анна", "Петровна")),
        ("Анна Петровна Мельник", FullName("Мельник", "Анна", "Петровна")),
        ("Щербакова Юлия", FullName("Щербакова", "Юлия", "")),
        ("Анна Петровна", FullName("", "Анна", "Петровна")),
        ("Иван Ильич", FullName("", "Иван", "Ильич")),
        ("Абрамович Роман Аркадьевич", FullName("Абрамович", "Роман", "Аркадьевич")),
        ("Римская-Корсакова Анна Львовна", FullName("Римская-Корсакова", "Анна", "Львовна")),
        ("Алиев Гусейн Мамед оглы", FullName("Алиев", "Гусейн", "Мамед оглы")),
        ("Мельник А.П.", FullName("Мельник", "А.", "П.")),
        ("А. П. Мельник", FullName("Мельник", "А.", "П.")),
        ("John Smith", FullName("Smith", "John", "")),
        ("Smith, John Paul", FullName("Smith", "John", "Paul")),
        ("Ludwig van Beethoven", FullName("van Beethoven", "Ludwig", "")),
        ("Громов", FullName("Громов", "", "")),
        ("", FullName("", "", "")),
    ],
)
def test_a_name_is_taken_apart(full: str, expected: FullName) -> None:
    assert split_full_name(full) == expected


@pytest.mark.parametrize(
    ("full", "short", "one", "avatar"),
    [
        ("Мельник Анна Петровна", "Мельник А. П.", "Мельник А.", "АМ"),
        ("Щербакова Юлия", "Щербакова Ю.", "Щербакова Ю.", "ЮЩ"),
        ("римская-Корсакова анна", "римская-Корсакова А.", "римская-Корсакова А.", "АР"),
        ("Руссо Жан-Жак", "Руссо Ж.-Ж.", "Руссо Ж.-Ж.", "ЖР"),
        ("Мельник А.П.", "Мельник А. П.", "Мельник А.", "АМ"),
        ("Анна Петровна", "Анна Петровна", "Анна Петровна", "АП"),
        ("John Smith", "Smith J.", "Smith J.", "JS"),
        ("Громов", "Громов", "Громов", "Г"),
        ("  ", "", "", ""),
    ],
)
def test_a_name_is_shortened(full: str, short: str, one: str, avatar: str) -> None:
    assert (short_name(full), with_initial(full), initials(full)) == (short, one, avatar)


@given(st.text())
def test_any_text_has_a_short_name(text: str) -> None:
    name = split_full_name(text)
    assert len(initials(text)) <= 2
    assert bool(short_name(text)) == bool(name.surname or name.given or name.patronymic)
    assert "\n" not in with_initial(text)


NAME = st.from_regex(r"[А-Я][а-я]{2,8}(?:ов|ин|ко|енко)", fullmatch=True)


@given(
    NAME,
    st.sampled_from(["Анна", "Юлия", "Пётр"]),
    st.sampled_from(["Петровна", "Ильич", "Кузьмич", "Никитична"]),
)
def test_both_orders_of_a_full_name_mean_the_same(surname: str, given_name: str, patronymic: str) -> None:
    assert split_full_name(f"{surname} {given_name} {patronymic}") == split_full_name(
        f"{given_name} {patronymic} {surname}"
    )
