from base64 import b64encode
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.oneroster.oauth.credentials import (
    Credentials,
    basic_readings,
    presented_credentials,
)
from services.oneroster.oauth.errors import TokenError
from services.oneroster.oauth.form import TokenForm
from tests.oneroster.oauth.conftest import basic

NOTHING = TokenForm()
PRINTABLE = st.text(st.characters(codec="ascii", min_codepoint=32, max_codepoint=126), min_size=1)


def test_the_example_of_rfc_6749_section_2_3_1() -> None:
    # s6BhdRkqt3 and 7Fjfp0ZBr1KtDRbnfVdmIw of the RFC.
    header = "Basic czZCaGRSa3F0Mzo3RmpmcDBaQnIxS3REUmJuZlZkbUl3"
    assert basic_readings(header) == (Credentials("s6BhdRkqt3", "7Fjfp0ZBr1KtDRbnfVdmIw"),)


def test_raw_and_form_encoded_are_both_read() -> None:
    assert basic_readings(basic("a%2Bb", "c+d")) == (
        Credentials("a%2Bb", "c+d"),
        Credentials("a+b", "c d"),
    )


def test_a_raw_secret_that_is_no_form_encoding_has_one_reading() -> None:
    assert basic_readings(basic("id", "100%")) == (Credentials("id", "100%"),)


def test_a_secret_may_hold_colons() -> None:
    assert basic_readings(basic("id", "a:b:c")) == (Credentials("id", "a:b:c"),)


@given(PRINTABLE.filter(lambda text: ":" not in text), PRINTABLE)
def test_one_reading_is_what_a_client_meant(client_id: str, secret: str) -> None:
    meant = Credentials(client_id, secret)
    raw = basic_readings(basic(client_id, secret))
    assert raw[0] == meant
    assert basic_readings(basic(quote_plus(client_id), quote_plus(secret)))[-1] == meant


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic",
        "Basic ",
        "Basic !!!",
        "Basic czZCaGRS a3F0",
        "Basic czZCaGRSa3F0Mw",
        "Basic " + b64encode(b"no colon").decode(),
        "Basic " + b64encode(b":no id").decode(),
        "Basic " + b64encode(b"no secret:").decode(),
        "Basic " + b64encode(b"i\0d:secret").decode(),
        "Basic " + b64encode(b"id:\xff").decode(),
        "Basic " + b64encode(b"i" * 256 + b":secret").decode(),
        "Basic " + b64encode(b"id:" + b"s" * 1025).decode(),
        "Bearer czZCaGRSa3F0Mzo3RmpmcDBaQnIxS3REUmJuZlZkbUl3",
        "Digest username=a",
        "Basic \xe9\xe9\xe9\xe9",
    ],
)
def test_what_no_client_could_have_sent_is_nobody_by_header(header: str) -> None:
    presented = presented_credentials([header], NOTHING)
    assert presented.readings == ()
    assert not presented.in_body


def test_a_form_encoded_nul_leaves_the_raw_reading() -> None:
    assert basic_readings(basic("id", "a%00")) == (Credentials("id", "a%00"),)


def test_the_scheme_is_read_without_regard_to_case() -> None:
    header = basic("id", "secret").replace("Basic", "bAsIc")
    assert basic_readings(header) == (Credentials("id", "secret"),)


def test_the_body_alone() -> None:
    presented = presented_credentials([], TokenForm(client_id="id", client_secret="secret"))
    assert presented.readings == (Credentials("id", "secret"),)
    assert presented.in_body


@pytest.mark.parametrize(
    "form", [TokenForm(client_id="id"), TokenForm(client_secret="secret")], ids=["id", "secret"]
)
def test_half_of_them_in_the_body_is_nobody(form: TokenForm) -> None:
    presented = presented_credentials([], form)
    assert presented.readings == ()
    assert presented.in_body


def test_a_body_that_repeats_the_header_says_which_reading_is_meant() -> None:
    form = TokenForm(client_id="a+b", client_secret="c d")
    assert presented_credentials([basic("a%2Bb", "c+d")], form).readings == (
        Credentials("a+b", "c d"),
    )
    assert presented_credentials([basic("id", "secret")], TokenForm(client_id="id")).readings


@pytest.mark.parametrize(
    "form", [TokenForm(client_id="other"), TokenForm(client_id="id", client_secret="other")]
)
def test_a_body_that_contradicts_the_header_is_refused(form: TokenForm) -> None:
    with pytest.raises(TokenError, match="different client credentials"):
        presented_credentials([basic("id", "secret")], form)


def test_two_headers_are_refused() -> None:
    with pytest.raises(TokenError, match="more than once"):
        presented_credentials([basic("id", "secret")] * 2, NOTHING)


def test_secrets_stay_out_of_what_is_printed() -> None:
    assert "hush" not in repr(presented_credentials([basic("id", "hush")], NOTHING))
    assert "hush" not in repr(TokenForm(client_id="id", client_secret="hush"))


@given(st.text(st.characters(max_codepoint=255)))
def test_any_header_is_read(header: str) -> None:
    presented = presented_credentials([header], NOTHING)
    assert len(presented.readings) <= 2
