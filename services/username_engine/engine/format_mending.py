"""What a faulty format was probably meant to be."""

from typing import Final

from services.username_engine.engine.format_faults import FormatFault
from services.username_engine.engine.format_parsing import canonical_text, parse_templates

_MOST_EDITS: Final = 100
"""A format with more faults than this is not worth guessing at."""


def mended(text: str, fault: FormatFault) -> str | None:
    """A format near `text`, which has `fault`, that parses; None where none was found.

    The first fault's edit is made, then that of the next one, until there is none.
    """
    for _ in range(_MOST_EDITS):
        if not fault.edits:
            return None
        for edit in reversed(fault.edits):
            text = edit.applied_to(text)
        try:
            return canonical_text(parse_templates(text))
        except FormatFault as next_fault:
            fault = next_fault
    return None
