import pytest
from hypothesis import given
from hypothesis import strategies as st

from altius_desktop.domain.inn import is_valid_inn, is_valid_kpp


@pytest.mark.parametrize(
    "inn", ["7707083893", "7830002293", "500100732259", " 77 0708\u00a03893 ", "7707-083893"]
)
def test_an_inn_with_right_check_digits_is_valid(inn: str) -> None:
    assert is_valid_inn(inn)


@pytest.mark.parametrize(
    "inn",
    [
        "7707083894",
        "500100732258",
        "500100732269",
        "770708389",
        "77070838933",
        "0000000000",
        "",
        "770708389A",
        "٧٧٠٧٠٨٣٨٩٣",
    ],
)
def test_any_other_inn_is_not(inn: str) -> None:
    assert not is_valid_inn(inn)


@given(st.sampled_from(["7707083893", "500100732259"]), st.integers(2, 11), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(inn: str, place: int, by: int) -> None:
    place %= len(inn)
    wrong = inn[:place] + str((int(inn[place]) + by) % 10) + inn[place + 1 :]
    # A check digit is a remainder of 11 cut to 10: 10 and 0 share one, so a few slips stay unseen.
    if is_valid_inn(wrong):
        assert place < len(inn) - 1


@pytest.mark.parametrize(
    ("kpp", "valid"),
    [
        ("773601001", True),
        ("7736 01 001", True),
        ("7736ab001", True),
        ("77360100", False),
        ("77360100A", False),
        ("", False),
    ],
)
def test_a_kpp_is_checked_by_its_form(kpp: str, valid: bool) -> None:
    assert is_valid_kpp(kpp) == valid
