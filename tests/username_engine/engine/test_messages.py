from itertools import product

import pytest

from services.username_engine.engine.messages import (
    Language,
    MessageCode,
    message,
    preferred_language,
    problem_title,
    title,
)


@pytest.mark.parametrize(
    ("code", "text", "heading"),
    [
        ("username.empty", "Gebruikersnaam mag niet leeg zijn", None),
        ("username.invalid", "Ongeldige gebruikersnaam", None),
        (
            "username.taken",
            "'jan.peters' is al in gebruik. Pas de gebruikersnaam aan.",
            "Gebruikersnaam fout",
        ),
        (
            "username.domain_not_allowed",
            "De gebruikersnaam 'jan.peters' mag geen domeinnaam bevatten in deze configuratie",
            "Domeinnaam fout",
        ),
        ("sync.not_saved", "Opslaan sync mislukt", None),
    ],
)
def test_dutch_is_the_manuals(code: str, text: str, heading: str | None) -> None:
    assert message(MessageCode(code), Language.NL, "jan.peters") == text
    assert title(MessageCode(code), Language.NL) == heading


def test_the_page_frames_any_error() -> None:
    error = message(MessageCode.INVALID, Language.NL)

    assert message(MessageCode.NOT_SAVED, Language.NL, "x", error) == (
        "De gebruikersnaam 'x' is niet opgeslagen: Ongeldige gebruikersnaam"
    )


@pytest.mark.parametrize(("code", "language"), list(product(MessageCode, Language)))
def test_every_language_says_it_in_its_own_words_with_the_name_as_typed(
    code: MessageCode, language: Language
) -> None:
    typed = "{0}{error}$$$%s"
    text = message(code, language, typed, "!")
    others = {message(code, other, typed, "!") for other in Language if other is not language}

    assert text not in others
    assert (typed in text) is (typed in message(code, Language.NL, typed, "!"))
    assert (title(code, language) is None) is (title(code, Language.NL) is None)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "nl"),
        ("", "nl"),
        ("de", "de"),
        ("DE-at", "de"),
        ("fr-BE, fr;q=0.9, nl;q=0.8", "fr"),
        ("nl;q=0.1, en;q=0.2", "en"),
        ("es, pt", "nl"),
        ("es, en;q=0.3", "en"),
        ("*", "nl"),
        ("en;q=0, *;q=0.1", "nl"),
        ("en;q=0", "nl"),
        ("en;q=nonsense, fr;q=0.1", "fr"),
        ("en;q=2, fr;q=0.1", "fr"),
        ("en ; q = 0.5 , fr;q=0.4", "en"),
        (";;,,=", "nl"),
    ],
)
def test_the_language_asked_for(header: str | None, language: str) -> None:
    assert preferred_language(header) == language


@pytest.mark.parametrize(("code", "language"), list(product(MessageCode, Language)))
def test_a_problem_always_has_a_title(code: MessageCode, language: Language) -> None:
    heading = problem_title(code, language)

    assert heading
    assert title(code, language) in {None, heading}
