from contextlib import suppress
from urllib.parse import quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.oneroster.oauth.errors import TokenError
from services.oneroster.oauth.form import MEDIA_TYPE, TokenForm, read_form

GRANT = b"grant_type=client_credentials"


def test_the_example_of_rfc_6749_appendix_b() -> None:
    # " %&+£€" of the RFC's appendix B.
    assert read_form(MEDIA_TYPE, b"scope=+%25%26%2B%C2%A3%E2%82%AC").scope == " %&+£€"


@pytest.mark.parametrize(
    "content_type",
    [MEDIA_TYPE, f"{MEDIA_TYPE}; charset=utf-8", "Application/X-WWW-Form-Urlencoded", None, ""],
)
def test_a_form_by_any_of_its_names(content_type: str | None) -> None:
    assert read_form(content_type, GRANT).grant_type == "client_credentials"


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "multipart/form-data"])
def test_another_media_type_is_refused(content_type: str) -> None:
    with pytest.raises(TokenError, match=MEDIA_TYPE):
        read_form(content_type, GRANT)


def test_a_parameter_without_a_value_is_omitted() -> None:
    form = read_form(MEDIA_TYPE, b"grant_type=&scope&client_id=a&client_secret=")
    assert form == TokenForm(client_id="a")


@pytest.mark.parametrize("name", ["grant_type", "scope", "client_id", "client_secret"])
def test_a_repeated_parameter_is_refused(name: str) -> None:
    with pytest.raises(TokenError, match=f"{name} is given more than once"):
        read_form(MEDIA_TYPE, f"{name}=a&x=1&{name}=a".encode())


def test_unknown_parameters_are_ignored() -> None:
    body = GRANT + b"&resource=a&resource=b&audience=c"
    assert read_form(MEDIA_TYPE, body) == TokenForm(grant_type="client_credentials")


@pytest.mark.parametrize("value", [b"%", b"%4", b"%zz", b"%ff", b"\xff", b"a%00b", b"\0"])
def test_what_is_no_text_is_refused(value: bytes) -> None:
    with pytest.raises(TokenError, match="well-formed"):
        read_form(MEDIA_TYPE, GRANT + b"&scope=" + value)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1))
def test_whatever_is_encoded_is_read_back(text: str) -> None:
    assert read_form(MEDIA_TYPE, urlencode({"client_id": text}).encode()).client_id == text
    assert read_form(MEDIA_TYPE, f"scope={quote_plus(text)}".encode()).scope == text


@given(st.binary())
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with suppress(TokenError):
        read_form(MEDIA_TYPE, body)
