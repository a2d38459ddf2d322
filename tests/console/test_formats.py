"""Numbers, days and times: how they are shown in each language, and that what is shown is read back as the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import pytest
from flask import Flask, request
from flask_babel import Babel
from flask_login import LoginManager
from hypothesis import given
from hypothesis import strategies as st

from k2k_console import formats, readings
from k2k_console.readings import Unreadable, read_day, read_number, read_time
from k2k_core.domain.languages import codes

TODAY = dt.date(2026, 2, 9)
EVERY_LANGUAGE = pytest.mark.parametrize("language", codes())
NUMBERS = st.decimals(min_value=-(10**9), max_value=10**9, places=6, allow_nan=False)
APP = Flask(__name__, static_folder=None)
APP.secret_key = "only for these tests"
Babel(APP, locale_selector=lambda: request.accept_languages.best_match(codes()))
LoginManager(APP).user_loader(lambda _: None)


@contextmanager
def reading_in(language: str) -> Iterator[None]:
    """A request of somebody whose browser speaks a language."""
    with APP.test_request_context(headers={"Accept-Language": language}):
        yield


def _refused(given_text: str) -> list[str]:
    with pytest.raises(Unreadable) as caught:
        read_number(given_text)
    return [one.typed for one in caught.value.readings]


def _values(given_text: str) -> list[Decimal]:
    """The value that a text is read as; else those of its readings, each of which is read without doubt."""
    try:
        return [Decimal(read_number(given_text))]
    except Unreadable as refused:
        return [Decimal(read_number(one.typed)) for one in refused.readings]


@pytest.mark.parametrize(
    ("value", "english", "spanish"),
    [
        ("1204.5", "1,204.5", "1.204,5"),
        ("1204", "1,204", "1.204"),
        ("1234567.25", "1,234,567.25", "1.234.567,25"),
        ("-0.05", "−0.05", "−0,05"),
        ("0", "0", "0"),
        ("100", "100", "100"),
        ("1000000", "1,000,000", "1.000.000"),
        ("0.1000", "0.1", "0,1"),
        (None, "", ""),
    ],
)
def test_a_number_has_the_separators_of_the_language(value: str | None, english: str, spanish: str) -> None:
    with reading_in("en"):
        assert formats.number(value) == english
    with reading_in("es"):
        assert formats.number(value) == spanish


def test_a_sentence_of_the_core_has_the_decimals_of_the_language_and_codes_stay_as_they_are() -> None:
    said = "26 per FBE × 0.25 FBE ÷ 250, +0.02 of R1.5 and 1.2.3: 0.50."
    with reading_in("en"):
        assert formats.sentence(said) == said
    with reading_in("es"):
        assert formats.sentence(said) == "26 per FBE × 0,25 FBE ÷ 250, +0,02 of R1.5 and 1.2.3: 0,50."


@pytest.mark.parametrize(
    ("value", "currency", "shown"),
    [("1204.5", "USD", "1,204.50"), ("1204.5", "JPY", "1,205"), ("0.005", "USD", "0.01"), ("-2", "KWD", "−2.000")],
)
def test_money_has_the_decimals_of_its_currency_and_is_rounded_half_up(value: str, currency: str, shown: str) -> None:
    with reading_in("en"):
        assert formats.money(value, currency) == shown


def test_a_cost_has_four_decimals_and_the_exact_number_in_its_title() -> None:
    with reading_in("en"):
        assert formats.cost("0.7819863889") == '<span title="0.7819863889">0.7820</span>'
        assert formats.cost("0.78") == "0.7800"
        assert formats.cost(None) == ""


def test_margins_changes_and_boxes() -> None:
    with reading_in("en"):
        assert formats.margin("34.24") == "34.2\u00a0%"
        assert formats.percent("28.125") == "28.125\u00a0%"
        assert (formats.signed("6.1"), formats.signed("-6.1")) == ("+6.1", "−6.1")
        assert (formats.boxes(1), formats.boxes(1204)) == ("1 box", "1,204 boxes")
    with reading_in("es"):
        assert formats.margin("34.24") == "34,2\u00a0%"
        assert (formats.boxes(1), formats.boxes(1204)) == ("1 caja", "1.204 cajas")


def test_days_and_moments_are_those_of_the_language_and_of_the_zone() -> None:
    at = dt.datetime(2026, 2, 9, 14, 40, tzinfo=dt.UTC)
    with reading_in("en"):
        assert formats.day("2026-02-12", TODAY) == "Thu 12 Feb"
        assert formats.day(dt.date(2027, 1, 1), TODAY) == "Fri 1 Jan 2027"
        assert formats.moment(at, "America/Chicago", at) == "Mon 9 Feb, 08:40 Chicago"
        assert formats.moment("2026-02-09T14:40:00+00:00", "America/Bogota", at) == "Mon 9 Feb, 09:40 Bogotá"
    with reading_in("es"):
        assert formats.day("2026-02-12", TODAY) == "jue 12 feb"
        assert formats.moment(at, "America/New_York", at) == "lun 9 feb, 09:40 Nueva York"


@EVERY_LANGUAGE
@given(value=NUMBERS)
def test_what_is_shown_is_read_as_the_same_or_asked_about(language: str, value: Decimal) -> None:
    with reading_in(language):
        assert value in _values(formats.number(value))


@EVERY_LANGUAGE
@given(value=NUMBERS)
def test_what_a_field_shows_is_always_read_as_the_same(language: str, value: Decimal) -> None:
    plain = f"{value.normalize():f}"
    with reading_in(language):
        assert Decimal(read_number(readings.typed_number(plain))) == value


@EVERY_LANGUAGE
@given(text=st.text(alphabet="0123456789.,-+− e", max_size=12))
def test_a_text_is_read_refused_or_asked_about_and_every_reading_is_read(language: str, text: str) -> None:
    with reading_in(language):
        assert len(_values(text)) <= 2


@pytest.mark.parametrize(
    ("language", "typed", "read"),
    [
        *(("en", "1.5", "1.5"), ("en", "1,204.50", "1204.50"), ("en", "1,204,500", "1204500"), ("en", ".5", "0.5")),
        *(("en", "1.500", "1.500"), ("en", "-10", "-10"), ("en", "−10", "-10"), ("en", " 28 ", "28")),
        *(
            ("es", "1,5", "1.5"),
            ("es", "1.204,50", "1204.50"),
            ("es", "1.204.500", "1204500"),
            ("es", "1,500", "1.500"),
        ),
    ],
)
def test_a_number_is_read_as_the_language_writes_it(language: str, typed: str, read: str) -> None:
    with reading_in(language):
        assert read_number(typed) == read


@pytest.mark.parametrize(
    ("language", "typed", "ways"),
    [
        *(("en", "1,500", ["1500", "1.500"]), ("en", "1,5", ["1.5"]), ("en", "0,500", ["0.500"])),
        *(("en", "1.204,50", ["1204.50"]), ("en", "-1,500", ["-1500", "-1.500"]), ("en", "1500,5", ["1500.5"])),
        *(("es", "1.500", ["1500", "1,500"]), ("es", "1.5", ["1,5"]), ("es", "1,204.50", ["1204,50"])),
    ],
)
def test_a_number_that_reads_otherwise_is_refused_with_its_readings(language: str, typed: str, ways: list[str]) -> None:
    with reading_in(language):
        assert _refused(typed) == ways


@EVERY_LANGUAGE
@pytest.mark.parametrize("typed", ["", "abc", "1e3", "NaN", "--1", "٣", "1 500", "1,50,000", "1.2.3", "0x1", "1" * 400])
def test_what_is_no_number_is_refused(language: str, typed: str) -> None:
    with reading_in(language):
        assert _refused(typed) == []


@EVERY_LANGUAGE
@given(value=st.dates(dt.date(2020, 1, 1), dt.date(2035, 12, 31)))
def test_a_day_that_is_shown_is_read_as_the_same(language: str, value: dt.date) -> None:
    with reading_in(language):
        assert read_day(formats.day(value, TODAY), TODAY) == value
        assert read_day(value.isoformat(), TODAY) == value


@pytest.mark.parametrize(
    ("language", "typed", "read"),
    [
        *(
            ("en", "12 feb", "2026-02-12"),
            ("en", "Feb 12, 2027", "2027-02-12"),
            ("en", "thursday 12 February", "2026-02-12"),
        ),
        *(("en", "25/2", "2026-02-25"), ("en", "2/25/2027", "2027-02-25"), ("en", "3/3", "2026-03-03")),
        *(("es", "12/2", "2026-02-12"), ("es", "sab 14 feb", "2026-02-14"), ("es", "3 ago", "2026-08-03")),
    ],
)
def test_a_day_is_read_as_the_language_writes_it(language: str, typed: str, read: str) -> None:
    with reading_in(language):
        assert read_day(typed, TODAY).isoformat() == read


def test_a_day_that_reads_both_ways_is_asked_about_where_either_part_can_come_first() -> None:
    with reading_in("en"), pytest.raises(Unreadable) as caught:
        read_day("2/3", TODAY)
    assert [one.typed for one in caught.value.readings] == ["2026-02-03", "2026-03-02"]


@pytest.mark.parametrize("typed", ["", "31 feb", "2026-02-30", "fri 12 feb", "30/30", "12", "12 xyz", "feb"])
def test_what_is_no_day_is_refused(typed: str) -> None:
    with reading_in("en"), pytest.raises(Unreadable) as caught:
        read_day(typed, TODAY)
    assert caught.value.readings == ()


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        *(
            ("1500", "15:00"),
            ("15:00", "15:00"),
            ("15.00", "15:00"),
            ("15h30", "15:30"),
            ("9", "09:00"),
            ("930", "09:30"),
        ),
        *(("3 pm", "15:00"), ("3:30 p.m.", "15:30"), ("12am", "00:00"), ("12 PM", "12:00"), ("0000", "00:00")),
    ],
)
def test_a_time_is_read_however_it_is_typed(typed: str, read: str) -> None:
    assert formats.clock_time(read_time(typed)) == read


@pytest.mark.parametrize("typed", ["", "24:00", "2460", "13 pm", "0 am", "١٥", "15:0", "abc", "-1", "12345"])
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(Unreadable):
        read_time(typed)


def test_amounts_have_the_decimals_of_their_currency_and_their_exact_number_at_hand() -> None:
    with reading_in("en"):
        assert [formats.exact_money(one, "USD") for one in ("0.3", "2.6", "0.4730555556", "12", None)] == [
            *("0.30", "2.60", "0.4730555556", "12.00", ""),
        ]
        assert formats.exact_money("1204.5", "JPY") == "1,204.5"
        assert formats.money_cell("0.3", "USD") == "0.30"
        assert formats.money_cell("0.125", "USD") == '<span title="0.125">0.13</span>'
        assert formats.with_decimals("100", "USD") == "100.00"
        assert formats.with_decimals("0.12345", "USD") == "0.12345"
