"""What is refused about the tenant's accounts is said in the language that is asked for."""

from typing import Any

import httpx
import pytest

from services.username_engine.engine.account_messages import AccountCode, account_message
from services.username_engine.engine.messages import Language
from services.username_engine.usernames import account_errors
from services.username_engine.usernames.account_faults import AccountFault, FaultCode
from shared.database import Database
from shared.errors import ProblemError
from tests.arranging import add_student
from tests.conftest import TestDatabase
from tests.username_engine.editing_api import OPERATOR, Api, calling, school_with
from tests.username_engine.proposals_api import arranged
from tests.username_engine.test_api_languages import check_spoken

PERSONS = ["2485f0b2"]
REFUSALS: list[ProblemError] = [
    account_errors.NoProposalError(PERSONS),
    account_errors.AmbiguousProposalError(PERSONS),
    account_errors.AccountTakenError(PERSONS),
    account_errors.AccountDomainError(PERSONS),
    account_errors.NotApprovedError(PERSONS),
    account_errors.FaultyAccountFileError([AccountFault(7, "surname", FaultCode.COLUMN_TWICE)] * 3),
    account_errors.AccountFileTooLargeError(5_000),
    account_errors.NotCsvError(),
]


def test_every_code_is_refused_somewhere() -> None:
    assert {refusal.code for refusal in REFUSALS} == set(AccountCode)


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.code)
def test_there_are_words_in_every_language_with_what_they_are_about(refusal: ProblemError) -> None:
    code = AccountCode(refusal.code)
    texts = {account_message(code, language, **refusal.members) for language in Language}

    assert len(texts) == len(Language)
    for text in texts:
        assert "{" not in text
        for number in ("total", "most"):
            assert str(refusal.members.get(number, "")) in text


async def test_each_operation_on_accounts_speaks_them(
    owner: Database, engine_database: Database, database: TestDatabase
) -> None:
    configuration, place = await school_with(owner)
    bert = await add_student(owner, configuration, place)
    mia = await add_student(owner, configuration, place, "Mia", "Maes")
    await arranged(engine_database, configuration, ("bert.ameel@school.be", "Bert", "Ameel"))

    async with calling(database, configuration) as api:
        unknown = await asked(api, "proposals/approve", json={"persons": [mia]})
        released = await asked(api, "usernames/sync", json={"sync": True, "persons": [bert]})
        form = await asked(api, "accounts", files={"file": b"userPrincipalName"})
        empty = await asked(api, "accounts", content=b"")

    check_spoken(unknown, {"proposal.unknown"})
    check_spoken(released, {"account.not_approved"})
    check_spoken(form, {"accounts.not_csv"})
    check_spoken(empty, {"accounts.faults"})


async def asked(api: Api, path: str, **options: Any) -> dict[Language, httpx.Response]:
    """Posted by an operator, by the language that is asked for."""
    api.door.principals[OPERATOR.subject] = OPERATOR
    url = f"/api/v1/configurations/{api.configuration.name}/{path}"
    return {
        language: await api.client.post(
            url, headers={"X-Caller": OPERATOR.subject, "Accept-Language": language}, **options
        )
        for language in Language
    }
