"""What somebody reads who is not let in: in his language, and as a page in a browser."""

from base64 import b64encode
from hashlib import sha256
from html import unescape
from html.parser import HTMLParser
from operator import attrgetter

import httpx
import pytest

from services.username_engine.access.errors import AccessError, SignInFailedError
from services.username_engine.access.messages import access_message
from services.username_engine.engine.messages import Language
from tests.username_engine.access.issuing import (
    ScriptedIssuer,
    begin,
    browser,
    code_of,
    come_back,
    guarded_app,
    settings,
    sign_in,
)

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def every_kind(kind: type[AccessError] = AccessError) -> set[type[AccessError]]:
    return {each for sub in kind.__subclasses__() for each in ({sub} | every_kind(sub))}


@pytest.mark.parametrize("kind", sorted(every_kind(), key=attrgetter("code")))
@pytest.mark.parametrize("language", Language)
def test_every_refusal_is_said_in_four_languages(
    kind: type[AccessError], language: Language
) -> None:
    said = {access_message(kind, each) for each in Language}
    assert len(said) == len(Language)
    assert access_message(kind, language)


@pytest.mark.parametrize(
    ("asked", "spoken", "said"),
    [
        (None, "nl", "Meld je aan om verder te gaan"),
        ("fr-BE, nl;q=0.5", "fr", "Connectez-vous pour continuer"),
        ("en", "en", "Sign in to go on"),
        ("de-DE", "de", "Melden Sie sich an, um fortzufahren"),
    ],
)
async def test_the_api_says_no_in_the_asked_language(
    asked: str | None, spoken: str, said: str
) -> None:
    headers = {} if asked is None else {"Accept-Language": asked}
    async with browser(guarded_app(ScriptedIssuer())) as client:
        answer = await client.get("/api/v1/me", headers=headers)
    assert code_of(answer) == (401, "auth.required")
    assert answer.json()["detail"] == said
    assert answer.headers["content-language"] == spoken
    assert answer.headers["www-authenticate"] == "Bearer"


class _Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.style = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1][0] == "style" and not self.style:
            self.style = data

    def links(self) -> list[str | None]:
        return [given["href"] for tag, given in self.tags if tag == "a"]


def page_of(answer: httpx.Response, status: int, code: str) -> _Page:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    page, policy = _Page(answer.text), answer.headers["content-security-policy"]
    digest = b64encode(sha256(page.style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not [tag for tag, given in page.tags if tag == "script" or "style" in given]
    assert f"<code>{code}</code>" in answer.text
    return page


async def test_a_sign_in_that_fails_in_a_browser_ends_on_a_page_with_a_way_back() -> None:
    issuer = ScriptedIssuer()
    async with browser(guarded_app(issuer)) as client:
        asked = await begin(client, "/usernames")
        client.headers.update({**BROWSER, "Accept-Language": "fr"})
        answer = await come_back(client, issuer, asked, nonce="of-another")
        page = page_of(answer, 400, "auth.sign_in_failed")
        assert page.tags[0] == ("html", {"lang": "fr"})
        assert access_message(SignInFailedError, Language.FR) in unescape(answer.text)
        again, start = page.links()
        assert start == "/"
        assert (await client.get(str(again))).status_code == 303
        # Used once, however it ended.
        assert code_of_page(await come_back(client, issuer, asked)) == "auth.sign_in_failed"


def code_of_page(answer: httpx.Response) -> str:
    return answer.text.partition("<code>")[2].partition("</code>")[0]


async def test_the_way_back_leads_to_where_one_was() -> None:
    issuer = ScriptedIssuer()
    async with browser(guarded_app(issuer)) as client:
        asked = await begin(client, "/usernames")
        refused = {"error": "access_denied", "state": asked["state"]}
        answer = await client.get("/auth/callback", params=refused, headers=BROWSER)
        again, _ = page_of(answer, 403, "auth.sign_in_refused").links()
        assert again == "/auth/sign-in?return_to=%2Fusernames"
        # The session of before is as it was: none.
        assert code_of(await client.get("/api/v1/me")) == (401, "auth.required")


@pytest.mark.parametrize("state", ["", "x", "<script>alert(1)</script>", "s" * 43])
async def test_an_answer_to_nobodys_sign_in(state: str) -> None:
    async with browser(guarded_app(ScriptedIssuer())) as client:
        answer = await client.get("/auth/callback", params={"state": state}, headers=BROWSER)
    assert page_of(answer, 400, "auth.sign_in_failed").links()[0] == "/auth/sign-in?return_to=%2F"


async def test_signing_in_where_it_cannot_be_done() -> None:
    unset = settings(oidc_issuer=None, oidc_client_id=None, oidc_operator_claim=None)
    async with browser(guarded_app(ScriptedIssuer(), unset)) as client:
        answer = await client.get("/auth/sign-in", headers=BROWSER)
        assert page_of(answer, 404, "auth.not_configured").links() == ["/"]
    async with browser(guarded_app(ScriptedIssuer(reachable=False))) as client:
        answer = await client.get("/auth/sign-in", headers=BROWSER)
        page_of(answer, 503, "auth.issuer_unavailable")
    async with browser(guarded_app(ScriptedIssuer())) as client:
        elsewhere = {"return_to": "//evil.test/<b>"}
        answer = await client.get("/auth/sign-in", params=elsewhere, headers=BROWSER)
        page_of(answer, 400, "auth.return_to_not_local")
        assert "evil" not in answer.text


async def test_only_addresses_that_browsers_go_to_answer_by_a_page() -> None:
    issuer = ScriptedIssuer()
    async with browser(guarded_app(issuer)) as client:
        assert code_of(await client.get("/api/v1/me", headers=BROWSER)) == (401, "auth.required")
        await sign_in(client, issuer)
        refused = await client.post("/auth/sign-out", headers=BROWSER)
        assert code_of(refused) == (403, "auth.csrf")
