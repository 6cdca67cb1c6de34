import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.username_engine.engine.domains import DomainError, normalise_domain


@pytest.mark.parametrize(
    ("domain", "normal"),
    [
        ("uwschool.be", "uwschool.be"),
        ("o365.informat.be", "o365.informat.be"),
        ("M365EDU557980.onmicrosoft.com", "m365edu557980.onmicrosoft.com"),
        (" UwSchool.BE ", "uwschool.be"),
        ("school.vlaanderen", "school.vlaanderen"),
        ("Café.be", "xn--caf-dma.be"),
        ("CAFE\u0301.be", "xn--caf-dma.be"),
        ("xn--caf-dma.be", "xn--caf-dma.be"),
        ("学校。中国", "xn--48s290a.xn--fiqs8s"),
    ],
)
def test_valid_domains_in_their_normal_form(domain: str, normal: str) -> None:
    assert normalise_domain(domain) == normal
    assert normalise_domain(normal) == normal


@pytest.mark.parametrize(
    ("domain", "problem"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("uwschool", "no extension"),
        ("be", "no extension"),
        ("co.uk", "extension only"),
        ("ac.be", "extension only"),
        ("uwschool.local", "extension .local is not known"),
        ("1.2.3.4", "extension .4 is not known"),
        ("uwschool.be.", "ends with a dot"),
        (".uwschool.be", "empty label"),
        ("uwschool..be", "empty label"),
        ("@uwschool.be", "a character"),
        ("uw school.be", "a character"),
        ("uw_school.be", "a character"),
        ("uwschool.be/x", "a character"),
        ("😀.be", "a character"),
        ("\ud800.be", "a character"),
        ("-uwschool.be", "hyphen"),
        ("xn--zz.be", "invalid a-label"),
        ("a" * 64 + ".be", "too long"),
        ("a." * 200 + "be", "longer than 253"),
    ],
)
def test_what_is_wrong_is_said(domain: str, problem: str) -> None:
    with pytest.raises(DomainError) as caught:
        normalise_domain(domain)

    assert problem in caught.value.problem
    assert caught.value.domain == domain


@given(st.one_of(st.text(), st.text("abé.-xn\u3002@ ").map(lambda name: f"{name}.be")))
def test_any_text_is_normalised_once_or_refused(text: str) -> None:
    try:
        normal = normalise_domain(text)
    except DomainError:
        return
    assert normal.isascii()
    assert normal == normal.lower() == normalise_domain(normal)
