"""Corporate numbers: what people paste, and the check digit (K09, K13; content_ja.md §7.2)."""

import pytest

from bot.domain.corporate_number import check_digit, grouped, parse
from bot.domain.refusal import Code, Refusal

GOOD = "7999901000001"


@pytest.mark.parametrize(
    "written",
    [
        GOOD,
        "７９９９９０１０００００１",
        "T7999901000001",
        "Ｔ７９９９９０１０００００１",
        "t 7999901000001",
        "7-9999-0100-0001",
        "7－9999ー0100―0001",
        "  7999901000001\u3000\n",
        "7999901000001\u200b",
        "\ufeff7999\u00a09010\u20090000\u200d1",
        "\u202a7999901000001\u202c",
    ],
)
def test_one_number_however_it_is_written(written: str) -> None:
    assert parse(written) == GOOD


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("799990100000①", Code.BAD_NUMBER),
        ("79999010000²1", Code.BAD_NUMBER),
        ("٧999901000001", Code.BAD_NUMBER),
        ("७999901000001", Code.BAD_NUMBER),
        ("799990100000", Code.BAD_NUMBER),
        ("79999010000010", Code.BAD_NUMBER),
        ("TT999901000001", Code.BAD_NUMBER),
        ("7999901000001.0", Code.BAD_NUMBER),
        ("=7999901000001", Code.BAD_NUMBER),
        ("株式会社みかづき", Code.BAD_NUMBER),
        ("7" * 30_000, Code.BAD_NUMBER),
        ("7999901000001\x00", Code.BAD_NUMBER),
        ("0999901000001", Code.BAD_CHECK_DIGIT),
        ("7999901000002", Code.BAD_CHECK_DIGIT),
        ("7.9999E+12", Code.LOST_DIGITS),
        ("７．９９９９Ｅ＋１２", Code.BAD_NUMBER),
        ("8e12", Code.LOST_DIGITS),
    ],
)
def test_anything_else_is_refused_on_its_field(written: str, code: Code) -> None:
    with pytest.raises(Refusal) as refused:
        parse(written)
    assert (refused.value.code, refused.value.field) == (code, "corporate_number")


@pytest.mark.parametrize("written", ["", " ", "\u3000\u200b", "-", "ー"])
def test_nothing_written_is_no_number(written: str) -> None:
    assert parse(written) is None


@pytest.mark.parametrize(
    ("base", "digit"),
    # worked out by hand with content_ja.md §7.2: the lowest digit counts once, its neighbour twice, and so on
    [("000012050002", 7), ("111101000006", 5), ("999901000001", 7), ("999999999999", 9), ("000000000000", 9)],
)
def test_check_digit(base: str, digit: int) -> None:
    assert check_digit(base) == digit


def test_every_check_digit_from_1_to_9_is_reached_and_0_never() -> None:
    assert {check_digit(f"{n:012}") for n in range(5000)} == set(range(1, 10))


def test_any_single_wrong_digit_is_noticed_except_0_for_9() -> None:
    """The remainder of nine cannot tell 0 from 9: the document says so, and nothing else slips through."""
    for place in range(12):
        for digit in "0123456789":
            base = GOOD[1:]
            wrong = base[:place] + digit + base[place + 1 :]
            pair = {base[place], digit}
            noticed = check_digit(wrong) != int(GOOD[0])
            assert noticed == (len(pair) == 2 and pair != {"0", "9"})


def test_grouped_can_be_read_again() -> None:
    assert grouped(GOOD) == "7-9999-0100-0001"
    assert parse(grouped(GOOD)) == GOOD
