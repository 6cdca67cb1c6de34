from itertools import product

import pytest

from services.username_engine.engine.messages import Language, MessageCode, message, title


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
