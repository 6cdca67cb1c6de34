"""What somebody tries instead of the format and rules of a configuration. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from services.username_engine.engine.formats import FormatError, UsernameFormat, parse_format
from services.username_engine.engine.limits import ROOM_FOR_NAME
from services.username_engine.engine.reserved import ReservedWordError, reserved_word
from services.username_engine.engine.rules import DEFAULT_RULES, Rules, RulesError
from services.username_engine.usernames.configurations import Configuration
from services.username_engine.usernames.format_errors import InvalidFormatError, TriedFault


@dataclass(frozen=True, slots=True)
class Trial:
    """What is tried; None, and what `rules` does not name, is as the configuration has it."""

    username_format: str
    maximum_length: int | None = None
    rules: Mapping[str, object] | None = None
    reserved_words: Sequence[str] | None = None


def tried(stored: Configuration, trial: Trial) -> tuple[Configuration, UsernameFormat]:
    """The configuration as it would be. Raises `InvalidFormatError` with all that is wrong."""
    username_format, faulty = _format(trial.username_format)
    maximum_length = trial.maximum_length or stored.maximum_length
    rules, rule_faults = _rules(stored, trial)
    words, word_faults = _words(stored, trial)
    room = [] if username_format is None else [*_without_room(username_format, maximum_length)]
    others = [*room, *rule_faults, *word_faults]
    if username_format is None or others:
        raise InvalidFormatError(faulty, others)
    configuration = replace(
        stored,
        username_format=str(username_format),
        maximum_length=maximum_length,
        rules=rules,
        reserved_words=words,
    )
    return configuration, username_format


def _format(text: str) -> tuple[UsernameFormat | None, FormatError | None]:
    try:
        return parse_format(text), None
    except FormatError as error:
        return None, error


def _without_room(username_format: UsernameFormat, maximum_length: int) -> Iterator[TriedFault]:
    """As where configurations are applied."""
    fixed = username_format.fixed_length
    if maximum_length - fixed < ROOM_FOR_NAME:
        yield TriedFault(
            "maximum_length",
            f"the format's {fixed} fixed characters leave no room for a name within "
            f"{maximum_length}",
            f"at most {maximum_length - ROOM_FOR_NAME} fixed characters",
        )


def _rules(stored: Configuration, trial: Trial) -> tuple[Rules, list[TriedFault]]:
    try:
        return Rules.from_json({**stored.rules.to_json(), **(trial.rules or {})}), []
    except RulesError as error:
        return DEFAULT_RULES, [
            # A key may hold what no answer can: JSON writes half of a surrogate pair too.
            TriedFault(
                f"rules.{fault.key.encode(errors='backslashreplace').decode()}",
                fault.problem,
                fault.expected,
            )
            for fault in error.faults
        ]


def _words(stored: Configuration, trial: Trial) -> tuple[frozenset[str], list[TriedFault]]:
    if trial.reserved_words is None:
        return stored.reserved_words, []
    words: set[str] = set()
    faults: list[TriedFault] = []
    for at, typed in enumerate(trial.reserved_words):
        try:
            words.add(reserved_word(typed))
        except ReservedWordError as error:
            location = f"reserved_words.{at}"
            faults.append(TriedFault(location, "cannot be a username", error.expected))
    return frozenset(words), faults
