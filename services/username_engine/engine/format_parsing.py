"""From the text of a format to its pieces, or to a fault with an edit that takes it away.

The grammar is in `formats`. The text becomes tokens, each with its position; rules over
neighbours are checked on these, and only then runs of characters become literals.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from services.username_engine.engine.format_faults import Edit, FormatFault
from services.username_engine.engine.format_pieces import (
    LiteralText,
    NameField,
    OptionalGroup,
    Piece,
    Template,
)
from services.username_engine.engine.format_words import (
    CANDIDATE_SEPARATOR,
    DEFAULT_FORMAT,
    EXPECTED_FIELD,
    Field,
    Token,
    bare_tokens,
    field_tokens,
    literal_tokens,
    trimmed,
)
from services.username_engine.engine.local_parts import UNFIT_AT_AN_END

MAXIMUM_FORMAT_LENGTH: Final = 255
_EXPECTED_END: Final = "a name, a letter or a digit"


@dataclass(frozen=True, slots=True)
class _Group:
    tokens: tuple[Token, ...]
    opening: int
    closing: int


_Item = Token | _Group


def parse_templates(text: str) -> tuple[Template, ...]:
    """The candidates of the format in their order. Raises `FormatFault` for the first fault."""
    if len(text) > MAXIMUM_FORMAT_LENGTH:
        raise FormatFault(
            "the format is too long",
            MAXIMUM_FORMAT_LENGTH + 1,
            f"at most {MAXIMUM_FORMAT_LENGTH} characters",
        )
    _check_visible(text)
    templates: list[Template] = []
    start = 0
    while True:
        stop = text.find(CANDIDATE_SEPARATOR, start)
        end = len(text) if stop < 0 else stop
        templates.append(_template(text, start, end))
        if stop < 0:
            break
        start = stop + 1
    different = tuple(dict.fromkeys(templates))
    if len(canonical_text(different)) > MAXIMUM_FORMAT_LENGTH:
        raise FormatFault(
            "the format is too long",
            len(text),
            f"at most {MAXIMUM_FORMAT_LENGTH} characters with every field written out",
        )
    return different


def _check_visible(text: str) -> None:
    """Pasted text has soft hyphens and blanks without width, also within a field's name."""
    for at, character in enumerate(text):
        if not character.isascii() and unicodedata.category(character) == "Cf":
            raise FormatFault(
                f"the character {character!a} is invisible",
                at + 1,
                "nothing there",
                Edit(at, at + 1),
            )


def canonical_text(templates: Iterable[Template]) -> str:
    """The text that parses back to the same."""
    return f" {CANDIDATE_SEPARATOR} ".join("".join(map(str, pieces)) for pieces in templates)


def _template(text: str, start: int, end: int) -> Template:
    first, last = trimmed(text, start, end)
    if first == last:
        raise _without_anything(text, start, end)
    if any(character in "{}[]" for character in text[first:last]):
        items = list(_items(text, first, last))
    else:
        items = list(bare_tokens(text, first, last))
    _check_names(items, start, last)
    _check_neighbours(list(_tokens(items)))
    return tuple(_pieces(items))


def _without_anything(text: str, start: int, end: int) -> FormatFault:
    problem = "there is no name in the format"
    if start > 0:
        return FormatFault(problem, start, "a format after '|'", Edit(start - 1, end))
    if end < len(text):
        return FormatFault(problem, end + 1, "a format before '|'", Edit(0, end + 1))
    return FormatFault(problem, 1, EXPECTED_FIELD, Edit(0, end, DEFAULT_FORMAT))


# Braces and brackets.


def _items(text: str, start: int, end: int) -> Iterator[_Item]:
    at = start
    while at < end:
        if text[at] == "[":
            group = _group(text, at, end)
            yield group
            at = group.closing + 1
        elif text[at] == "]":
            raise FormatFault(
                "a closing bracket has no opening one", at + 1, "'[' before it", Edit(at, at + 1)
            )
        else:
            run = _run_end(text, at, end)
            yield from _run(text, at, run)
            at = run


def _group(text: str, opening: int, end: int) -> _Group:
    tokens: list[Token] = []
    at = opening + 1
    while at < end and text[at] != "]":
        if text[at] == "[":
            raise FormatFault(
                "a bracket is opened inside another", at + 1, "']' before it", Edit(at, at + 1)
            )
        run = _run_end(text, at, end)
        tokens.extend(_run(text, at, run))
        at = run
    if at == end:
        raise FormatFault(
            "a bracket is not closed", opening + 1, "']' after it", Edit(end, end, "]")
        )
    if not any(isinstance(token.value, Field) for token in tokens):
        raise FormatFault(
            "there is no field between the brackets",
            opening + 1,
            EXPECTED_FIELD,
            *_without_brackets(opening, at),
        )
    return _Group(tuple(tokens), opening, at)


def _without_brackets(opening: int, closing: int) -> tuple[Edit, Edit]:
    return Edit(opening, opening + 1), Edit(closing, closing + 1)


def _run_end(text: str, at: int, end: int) -> int:
    """Where the field or the literal characters at `at` end."""
    if text[at] == "{":
        return _closing_brace(text, at, end) + 1
    if text[at] == "}":
        raise FormatFault(
            "a closing brace has no opening one", at + 1, "'{' before it", Edit(at, at + 1)
        )
    return next((i for i in range(at, end) if text[i] in "{}[]"), end)


def _run(text: str, start: int, end: int) -> Iterator[Token]:
    if text[start] == "{":
        return iter(_braced(text, start, end - 1))
    return literal_tokens(text, start, end)


def _closing_brace(text: str, opening: int, end: int) -> int:
    for at in range(opening + 1, end):
        if text[at] == "}":
            return at
        if text[at] == "{":
            raise FormatFault(
                "a brace is opened inside another", at + 1, "'}' before it", Edit(at, at, "}")
            )
        if text[at] in "[]":
            raise FormatFault(
                "a bracket stands between braces", at + 1, "'}' before it", Edit(at, at, "}")
            )
    raise FormatFault("a brace is not closed", opening + 1, "'}' after it", Edit(end, end, "}"))


def _braced(text: str, opening: int, closing: int) -> list[Token]:
    tokens = list(field_tokens(text, opening + 1, closing))
    if not any(isinstance(token.value, Field) for token in tokens):
        raise FormatFault(
            "there is no name between the braces",
            opening + 1,
            EXPECTED_FIELD,
            *_without_brackets(opening, closing),
        )
    return tokens


# Rules over the whole.


def _tokens(items: Iterable[_Item]) -> Iterator[Token]:
    for item in items:
        if isinstance(item, _Group):
            yield from item.tokens
        else:
            yield item


def _check_names(items: Sequence[_Item], start: int, end: int) -> None:
    outside = [item for item in items if isinstance(item, Token)]
    if any(isinstance(token.value, NameField) for token in outside):
        return
    for item in items:
        if isinstance(item, _Group) and any(isinstance(t.value, NameField) for t in item.tokens):
            raise FormatFault(
                "there is no name outside the brackets",
                item.opening + 1,
                "a name that is not dropped",
                *_without_brackets(item.opening, item.closing),
            )
    raise FormatFault(
        "there is no name in the format",
        start + 1,
        EXPECTED_FIELD,
        Edit(end, end, f".{DEFAULT_FORMAT}"),
    )


def _check_neighbours(tokens: Sequence[Token]) -> None:
    """With every group present; what a dropped one leaves is tidied when a name is made."""
    for token, where in ((tokens[0], "begins"), (tokens[-1], "ends")):
        if isinstance(token.value, str) and token.value in UNFIT_AT_AN_END:
            raise FormatFault(
                f"the format {where} with {token.value!r}",
                token.at + 1,
                _EXPECTED_END,
                Edit(token.at, token.at + 1),
            )
    for left, right in pairwise(tokens):
        if left.value == right.value == ".":
            raise FormatFault(
                "two dots follow each other",
                right.at + 1,
                _EXPECTED_END,
                Edit(right.at, right.at + 1),
            )


def _pieces(items: Iterable[_Item]) -> Iterator[Piece]:
    run: list[Token] = []
    for item in items:
        if isinstance(item, Token):
            run.append(item)
            continue
        yield from _simple_pieces(run)
        run = []
        yield OptionalGroup(tuple(_simple_pieces(item.tokens)))
    yield from _simple_pieces(run)


def _simple_pieces(tokens: Iterable[Token]) -> Iterator[LiteralText | Field]:
    literal = ""
    for token in tokens:
        if isinstance(token.value, str):
            literal += token.value
            continue
        if literal:
            yield LiteralText(literal)
            literal = ""
        yield token.value
    if literal:
        yield LiteralText(literal)
