"""Class title formats: how a class is named in Microsoft 365 (M2, M Bijlage 1).

Grammar::

    format   = { token | text | bracketed }      {schoolyear} {klas} - {vestiging}
    token    = "{" name "}"                      letter case without meaning
    bracketed = "(" format ")" | "[" format "]"  {klas} ({vestiging})

A token without a value drops with the separator beside it: the one before it, or, where nothing
stands before it, the one after it. Brackets around nothing drop likewise. Fixed words stay.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from itertools import compress
from typing import Final

TOKENS: Final = (
    "klas",
    "klascode",
    "vestiging",
    "vestcode",
    "schoolcode",
    "schoolyear",
    "startyear",
)
DEFAULT_CLASS_TITLE_FORMAT: Final = "{klas}"
EXPECTED_TOKEN: Final = ", ".join(f"{{{token}}}" for token in TOKENS)
MAXIMUM_LENGTH: Final = 255
_BRACKETS: Final = {"(": ")", "[": "]"}
_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


class ClassTitleFormatError(ValueError):
    """A format that cannot be used.

    `position` counts characters from 1 in the text as given; `expected` says what could stand
    there instead.
    """

    def __init__(self, problem: str, position: int, expected: str) -> None:
        super().__init__(f"{problem} at position {position}: expected {expected}")
        self.problem = problem
        self.position = position
        self.expected = expected


@dataclass(frozen=True, slots=True)
class _Token:
    name: str
    index: int
    """Which of the format's tokens it is, from left to right."""


@dataclass(frozen=True, slots=True)
class _Group:
    """Elements with the separators around them: `separators[i]` stands before `elements[i]`."""

    elements: "tuple[_Token | _Group | str, ...]"
    separators: tuple[str, ...]
    opening: str = ""
    closing: str = ""


_Template = tuple[str, ...]
"""Texts around the values that are there: always one more than there are values."""


@dataclass(frozen=True)
class ClassTitleFormat:
    """A parsed format. `str` gives its text, which parses back to the same."""

    text: str
    tokens: tuple[str, ...]
    _root: _Group = field(repr=False, compare=False)
    # Which separators are left depends on nothing but which values are there: worked out once.
    _templates: dict[tuple[bool, ...], _Template] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __str__(self) -> str:
        return self.text

    def render(self, values: Mapping[str, str | None]) -> str:
        """The title of a class; empty if none of the format's tokens has a value (the caller then
        takes the `klascode`, else the id: docs/domain.md).

        `values` are by token name; None, blank and missing ones are empty. A value stands as it
        is, but for the spaces around it.
        """
        filled = [(values.get(token) or "").strip() for token in self.tokens]
        present = tuple(map(bool, filled))
        template = self._templates.get(present)
        if template is None:
            template = self._templates[present] = _template(self._root, present)
        title = template[0]
        for value, text in zip(compress(filled, present), template[1:], strict=True):
            title += value + text
        return title


def parse_class_title(text: str) -> ClassTitleFormat:
    """The format in `text`.

    Raises `ClassTitleFormatError`, with position, for the first fault: an unknown token, an
    unbalanced brace, no token at all, a control character, or more than 255 characters.
    """
    if len(text) > MAXIMUM_LENGTH:
        raise ClassTitleFormatError(
            f"the format is longer than {MAXIMUM_LENGTH} characters", MAXIMUM_LENGTH + 1, "its end"
        )
    start = len(text) - len(text.lstrip())
    pieces = list(_pieces(text, start, len(text.rstrip())))
    tokens = tuple(piece.name for piece in pieces if isinstance(piece, _Token))
    if not tokens:
        raise ClassTitleFormatError("there is no token in the format", 1, EXPECTED_TOKEN)
    root = _group(pieces, 0, len(pieces), _bracket_pairs(pieces))
    return ClassTitleFormat(text.strip(), tokens, root)


# Parsing: the text becomes tokens, words, brackets and separators; brackets that balance become
# groups, and what stands between two elements is the separator of both.


def _pieces(text: str, at: int, end: int) -> Iterator[_Token | str]:
    """Tokens, words, and single characters of everything else."""
    count = 0
    while at < end:
        if text[at] == "{":
            close = _closing_brace(text, at)
            yield _Token(_token_name(text, at, close), count)
            count += 1
            at = close + 1
        elif text[at] == "}":
            raise ClassTitleFormatError(
                "a closing brace has no opening one", at + 1, "'{' before it"
            )
        elif word := _WORD.match(text, at, end):
            yield word[0]
            at = word.end()
        elif not text[at].isprintable():
            raise ClassTitleFormatError(
                f"the character {text[at]!a} cannot be in a title", at + 1, "a visible one"
            )
        else:
            yield text[at]
            at += 1


def _closing_brace(text: str, opening: int) -> int:
    for at in range(opening + 1, len(text)):
        if text[at] == "}":
            return at
        if text[at] == "{":
            raise ClassTitleFormatError("a brace is opened inside another", at + 1, "'}' before it")
    raise ClassTitleFormatError("a brace is not closed", opening + 1, "'}' after it")


def _token_name(text: str, opening: int, closing: int) -> str:
    typed = text[opening + 1 : closing].strip()
    name = typed.lower()
    if name in TOKENS:
        return name
    near = get_close_matches(name, TOKENS, n=1)
    raise ClassTitleFormatError(
        f"{typed!r} is not a token" if typed else "there is no token between the braces",
        opening + 2,
        f"{{{near[0]}}}" if near else EXPECTED_TOKEN,
    )


def _bracket_pairs(pieces: list[_Token | str]) -> dict[int, int]:
    """Where each bracket that is properly closed is closed; others are separators like any other."""
    pairs: dict[int, int] = {}
    open_at: list[int] = []
    for at, piece in enumerate(pieces):
        if isinstance(piece, str) and piece in _BRACKETS:
            open_at.append(at)
        elif piece in _BRACKETS.values():
            opened = [i for i, o in enumerate(open_at) if _BRACKETS[str(pieces[o])] == piece]
            if opened:
                pairs[open_at[opened[-1]]] = at
                del open_at[opened[-1] :]
    return pairs


def _group(pieces: list[_Token | str], start: int, end: int, pairs: dict[int, int]) -> _Group:
    elements: list[_Token | _Group | str] = []
    separators = [""]
    at = start
    while at < end:
        piece = pieces[at]
        element: _Token | _Group | str | None = None
        if at in pairs:
            element = replace(
                _group(pieces, at + 1, pairs[at], pairs),
                opening=str(piece),
                closing=str(pieces[pairs[at]]),
            )
            at = pairs[at]
        elif isinstance(piece, _Token) or _WORD.fullmatch(piece):
            element = piece
        if element is None:
            separators[-1] += str(piece)
        else:
            elements.append(element)
            separators.append("")
        at += 1
    return _Group(tuple(elements), tuple(separators))


# Rendering: for a set of values that are there, the texts that stand around them.


def _template(root: _Group, present: tuple[bool, ...]) -> _Template:
    if not any(present):
        return ("",)
    texts = [""]
    for piece in _kept(root, present):
        if isinstance(piece, _Token):
            texts.append("")
        else:
            texts[-1] += piece
    texts[0] = texts[0].lstrip()
    texts[-1] = texts[-1].rstrip()
    return tuple(texts)


def _kept(group: _Group, present: tuple[bool, ...]) -> Iterator[_Token | str]:
    if not group.elements:
        yield f"{group.opening}{group.separators[0]}{group.closing}"
        return
    yield group.opening + group.separators[0]
    kept_before = False
    for element, before in zip(group.elements, ("", *group.separators[1:-1]), strict=True):
        if not _is_filled(element, present):
            continue
        if kept_before:
            yield before
        if isinstance(element, _Group):
            yield from _kept(element, present)
        else:
            yield element
        kept_before = True
    yield group.separators[-1] + group.closing


def _is_filled(element: _Token | _Group | str, present: tuple[bool, ...]) -> bool:
    """A group counts by its tokens: words alone do not keep a bracket, unless it has no token."""
    if isinstance(element, _Token):
        return present[element.index]
    if isinstance(element, str):
        return True
    tokens = list(_tokens(element))
    return not tokens or any(present[token.index] for token in tokens)


def _tokens(group: _Group) -> Iterator[_Token]:
    for element in group.elements:
        if isinstance(element, _Token):
            yield element
        elif isinstance(element, _Group):
            yield from _tokens(element)
