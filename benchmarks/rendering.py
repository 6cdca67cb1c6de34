"""What it costs to make the letters of a name into ASCII, and a username of it. No database."""

from collections.abc import Callable, Sequence

from benchmarks.measuring import Figure, timed
from benchmarks.rolls import drawn_names
from services.username_engine.engine.formats import parse_format
from services.username_engine.engine.rules import DEFAULT_RULES, Particles, Rules, Transliteration
from services.username_engine.engine.transliteration import transliterate_words

_NAMES, _ROUNDS = 5_000, 7
_GOAL_SECONDS = 20e-6
_START_YEAR = 2026
_PLAIN = "{voornaam}.{familienaam}"
_RICH = "{voornaam:1}[.{familienaam:8}]{startyear:-2} | {voornaam}.{familienaam} | {familienaam}.{voornaam:1}"

Name = tuple[str, str]


async def measure(_: str) -> list[Figure]:
    names = list(drawn_names(_NAMES * _ROUNDS))
    figures = [
        _figure(f"transliteration of both names: {table}", names, _transliterating(table))
        for table in Transliteration
    ]
    treated = Rules(particles=Particles.INITIALS, transliteration=Transliteration.GERMAN)
    for what, text, rules in (
        ("plain", _PLAIN, DEFAULT_RULES),
        ("rich, three candidates", _RICH, treated),
    ):
        figures.append(_figure(f"rendering by a format: {what}", names, _rendering(text, rules)))
    return figures


def _transliterating(table: Transliteration) -> Callable[[Name], object]:
    return lambda name: [transliterate_words(part, table) for part in name]


def _rendering(text: str, rules: Rules) -> Callable[[Name], object]:
    username_format = parse_format(text)

    def render(name: Name) -> object:
        return username_format.candidates(
            *name,
            identifier="2485f0b2-07dd-4731-893b-f09b677e9591",
            rules=rules,
            start_year=_START_YEAR,
        )

    return render


def _figure(what: str, names: Sequence[Name], work: Callable[[Name], object]) -> Figure:
    times = []
    for start in range(0, len(names), _NAMES):
        # Other persons each time: what is kept of one name serves those who share it, as in a run.
        persons = names[start : start + _NAMES]
        with timed() as watch:
            for name in persons:
                work(name)
        times.append(watch.seconds / _NAMES)
    # The least disturbed: nothing but this process's own work is in it.
    each = min(times)
    return Figure(
        f"{what}: a name",
        f"{each * 1e6:.1f} µs",
        f"under {_GOAL_SECONDS * 1e6:.0f} µs",
        each < _GOAL_SECONDS,
    )
