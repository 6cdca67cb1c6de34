"""The page as the engine serves it: with which headers, and what when it was not built."""

import re
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from services.username_engine.web.serving import BUILT, install_page

HASHED = re.compile(r"/assets/[\w.-]+-[A-Z0-9]{8}\.(js|css|svg)")


def asking(built: Path) -> httpx.AsyncClient:
    app = FastAPI()
    install_page(app, built)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://engine")


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html><title>é</title>", "utf-8")
    (tmp_path / "assets" / "main-ABCDEFGH.js").write_text("let x = 1;" * 200)
    return tmp_path


async def test_the_page_allows_nothing_but_its_own_files(built: Path) -> None:
    async with asking(built) as client:
        answer = await client.get("/")
    assert answer.status_code == 200
    assert answer.text == "<!doctype html><title>é</title>"
    policy = dict(
        directive.split(" ", 1)
        for directive in answer.headers["Content-Security-Policy"].split("; ")
    )
    assert policy.pop("default-src") == "'none'"
    assert policy.pop("base-uri") == policy.pop("frame-ancestors") == "'none'"
    assert set(policy.values()) == {"'self'"}
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    # It names other assets after the next build.
    assert answer.headers["Cache-Control"] == "no-cache"


async def test_assets_are_kept_for_ever_and_sent_compressed(built: Path) -> None:
    async with asking(built) as client:
        answer = await client.get("/assets/main-ABCDEFGH.js", headers={"Accept-Encoding": "gzip"})
        missing = await client.get("/assets/main-OLDBUILD.js")
    assert answer.text == "let x = 1;" * 200
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "immutable" in answer.headers["Cache-Control"]
    assert missing.status_code == 404
    assert "immutable" not in missing.headers.get("Cache-Control", "")


async def test_without_a_build_it_says_how_to_make_one(tmp_path: Path) -> None:
    async with asking(tmp_path) as client:
        answer = await client.get("/")
    assert answer.status_code == 503
    assert "make page" in answer.text


async def test_the_build_names_its_assets_and_no_other_host() -> None:
    """Of the page as `make test` has built it."""
    async with asking(BUILT) as client:
        shell = (await client.get("/")).text
        named = [match[0] for match in HASHED.finditer(shell)]
        assert {Path(name).suffix for name in named} == {".js", ".css", ".svg"}
        answers = {Path(name).suffix: await client.get(name) for name in named}
        assert {answer.status_code for answer in answers.values()} == {200}
        for kind in (".js", ".css"):
            notice = re.match(
                r"/\* Licences: (/assets/licences-[A-Z0-9]{8}\.txt) \*/", answers[kind].text
            )
            assert notice is not None
            licences = await client.get(notice[1])
            assert licences.status_code == 200
            assert licences.headers["Content-Type"].startswith("text/plain")
            assert "Copyright" in licences.text
    linked = re.findall(r"""(?:src|href)=["']?([^"'>\s]+)""", shell)
    assert linked
    assert all(each.startswith("/assets/") for each in linked)
