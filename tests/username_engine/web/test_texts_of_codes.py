"""Each code of the engine that the page has words for itself has them: in Dutch, the measure."""

import re
from enum import StrEnum
from pathlib import Path

import pytest

from services.username_engine.usernames.account_faults import FaultCode
from services.username_engine.usernames.account_matching import Reason, Strength
from services.username_engine.usernames.naming import NameFlag
from services.username_engine.usernames.proposal_list import LeftReason

TEXTS = Path(__file__).parents[3] / "services/username_engine/web/page/src/texts/nl.ts"
KEYS = frozenset(re.findall(r'^  "([^"]+)":', TEXTS.read_text(), re.MULTILINE))


@pytest.mark.parametrize(
    ("form", "codes"),
    [
        ("accounts.reason_{}", Reason),
        ("accounts.left_{}", LeftReason),
        ("accounts.fault_{}", FaultCode),
        ("accounts.{}", Strength),
        ("flag.{}", NameFlag),
        ("flag.{}_advice", NameFlag),
    ],
)
def test_each_has_its_words(form: str, codes: type[StrEnum]) -> None:
    assert {form.format(code.value) for code in codes} <= KEYS
