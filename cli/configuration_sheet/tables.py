"""A TOML table read key by key: every mistake in it is noted, none stops the reading.

A key with a mistake gets a stand-in, so that what comes after it can still be read and checked.
"""

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Final, TypeVar

from cli.configuration_sheet.mistakes import Mistake, ValueMistake

T = TypeVar("T")
_KINDS: Final = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text in quotes",
    list: "a list",
    dict: "a table",
}


class SheetTable:
    """`path` is the table's own, empty for the whole sheet; mistakes go to `mistakes`."""

    def __init__(self, values: Mapping[str, object], path: str, mistakes: list[Mistake]) -> None:
        self._values = values
        self._path = path
        self._mistakes = mistakes
        self._known: list[str] = []
        self.place = ""

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def count(self, key: str) -> int:
        """How many entries the list at a key has, whether they can be read or not."""
        values = self._values.get(key)
        return len(values) if isinstance(values, list) else 0

    def note(self, key: str, problem: str, expected: str) -> None:
        self._mistakes.append(Mistake(self.path_of(key), problem, expected, self.place))

    def path_of(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key

    def text(self, key: str, parse: Callable[[str], T], expected: str, instead: T) -> T:
        """A key that must be there; `instead` is its stand-in."""
        if not self._required(key, expected):
            return instead
        return self._parsed(key, parse, expected, instead)

    def optional_text(self, key: str, parse: Callable[[str], T], expected: str, instead: T) -> T:
        """As `text`; `instead` is the default."""
        self._known.append(key)
        return self._parsed(key, parse, expected, instead) if key in self._values else instead

    def choice(
        self, key: str, choices: Mapping[str, T], instead: T, *, optional: bool = False
    ) -> T:
        expected = " or ".join(f'"{choice}"' for choice in choices)

        def chosen(text: str) -> T:
            if text not in choices:
                raise ValueMistake(f"{text!r} is not one of the choices", expected)
            return choices[text]

        reading = self.optional_text if optional else self.text
        return reading(key, chosen, expected, instead)

    def flag(self, key: str, *, default: bool) -> bool:
        value = self.optional_flag(key)
        return default if value is None else value

    def optional_flag(self, key: str) -> bool | None:
        self._known.append(key)
        value = self._values.get(key)
        if key in self._values and not isinstance(value, bool):
            self._wrong_kind(key, value, "true or false")
        return value if isinstance(value, bool) else None

    def whole_number(self, key: str, default: int, smallest: int, largest: int) -> int:
        self._known.append(key)
        value = self._values.get(key, default)
        expected = f"a whole number from {smallest} to {largest}"
        if isinstance(value, bool) or not isinstance(value, int):
            self._wrong_kind(key, value, expected)
            return default
        if not smallest <= value <= largest:
            self.note(key, f"{value} is out of bounds", expected)
            return default
        return value

    def optional_whole_number(self, key: str, smallest: int, largest: int) -> int | None:
        """As `whole_number`; None where the key is not there, or cannot be read."""
        if key not in self._values:
            self._known.append(key)
            return None
        # Out of bounds, so that a stand-in is told from a value.
        value = self.whole_number(key, smallest - 1, smallest, largest)
        return None if value < smallest else value

    def texts(self, key: str, parse: Callable[[str], T], expected: str) -> list[T]:
        """An optional list; a mistake in it is noted at its own place in it."""
        self._known.append(key)
        values = self._values.get(key, [])
        if not isinstance(values, list):
            self._wrong_kind(key, values, f"a list: {expected}")
            return []
        parsed: list[T] = []
        for index, value in enumerate(values, start=1):
            if not isinstance(value, str):
                self._wrong_kind(f"{key}[{index}]", value, expected)
                continue
            try:
                parsed.append(parse(value))
            except ValueMistake as mistake:
                self.note(f"{key}[{index}]", mistake.problem, mistake.expected)
        return parsed

    def table(self, key: str) -> "SheetTable":
        """The table at a key; an empty one in place of one that is not there or is none."""
        self._known.append(key)
        value = self._values.get(key, {})
        if not isinstance(value, dict):
            self._wrong_kind(key, value, f"a table: [{self.path_of(key)}]")
            value = {}
        return SheetTable(value, self.path_of(key), self._mistakes)

    def tables(self, key: str) -> Iterator["SheetTable | None"]:
        """The tables of a list, None in place of one that is none."""
        self._known.append(key)
        values = self._values.get(key, [])
        if not isinstance(values, list):
            self._wrong_kind(key, values, f"tables: [[{_without_indexes(self.path_of(key))}]]")
            return
        for index, value in enumerate(values, start=1):
            path = self.path_of(f"{key}[{index}]")
            if isinstance(value, dict):
                yield SheetTable(value, path, self._mistakes)
            else:
                self._wrong_kind(f"{key}[{index}]", value, "a table")
                yield None

    def finish(self) -> None:
        """Notes the keys that nothing asked for."""
        for key in self._values:
            if key not in self._known:
                near = get_close_matches(key.lower(), self._known, n=1)
                known = ", ".join(self._known)
                self.note(key, "is not a key", f"{near[0]}?" if near else f"one of {known}")

    def _required(self, key: str, expected: str) -> bool:
        self._known.append(key)
        if key not in self._values:
            self.note(key, "is missing", expected)
        return key in self._values

    def _parsed(self, key: str, parse: Callable[[str], T], expected: str, instead: T) -> T:
        value = self._values[key]
        if not isinstance(value, str):
            self._wrong_kind(key, value, f"{expected}, in quotes")
            return instead
        try:
            return parse(value)
        except ValueMistake as mistake:
            self.note(key, mistake.problem, mistake.expected)
            return instead

    def _wrong_kind(self, key: str, value: object, expected: str) -> None:
        self.note(key, f"is {_KINDS.get(type(value), 'a date or time')}", expected)


def _without_indexes(path: str) -> str:
    return ".".join(part.partition("[")[0] for part in path.split("."))
