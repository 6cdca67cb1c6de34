"""Pages without a script, for what a browser meets on its way to and from the issuer."""

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from html import escape
from typing import Final

_STYLE: Final = """
:root { color-scheme: light dark; --line: #c9d1dc; --soft: #f3f6fa; --ink: #1c2733; --quiet: #526173;
  --accent: #0b5cad; --on-accent: #fff; --fault: #b00020; --page: #fff; }
@media (prefers-color-scheme: dark) { :root { --line: #3b4756; --soft: #1b232d; --ink: #e8edf3;
  --quiet: #a9b6c6; --accent: #7db8f5; --on-accent: #0c1a29; --fault: #ff8a94; --page: #11161d; } }
* { box-sizing: border-box; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0; color: var(--ink); background: var(--page); }
main { max-width: 46rem; margin: 0 auto; padding: 2rem 1rem 3rem; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
h3 { font-size: 1rem; margin: 0; }
p { margin: 0 0 1rem; }
.quiet { color: var(--quiet); font-size: .9rem; }
.badge { display: inline-block; margin: 0 0 .8rem; padding: .1rem .6rem; border-radius: 1rem;
  border: 1px solid var(--line); background: var(--soft); color: var(--quiet); font-size: .85rem; }
.card { border: 1px solid var(--line); border-radius: .5rem; padding: .8rem 1rem; margin: 0 0 .7rem; }
.card p { margin: .1rem 0 .6rem; }
.row { display: flex; flex-wrap: wrap; gap: .5rem; }
.card .row { margin: 0; }
fieldset { margin: 0 0 1rem; border: 1px solid var(--line); border-radius: .5rem; min-width: 0; }
legend { font-weight: 600; padding: 0 .3rem; }
label { display: flex; gap: .5rem; align-items: baseline; padding: .2rem 0; }
summary { cursor: pointer; font-weight: 600; padding: .5rem 0; margin-top: 1.5rem; }
select { font: inherit; color: inherit; background: var(--page); border: 1px solid var(--line);
  border-radius: .4rem; padding: .45rem .6rem; width: 100%; }
.button, button { display: inline-block; font: inherit; color: var(--ink); background: var(--soft);
  border: 1px solid var(--line); border-radius: .4rem; padding: .45rem .9rem; cursor: pointer;
  text-align: start; text-decoration: none; }
.main { color: var(--on-accent); background: var(--accent); border-color: var(--accent); }
.button:hover, button:hover { border-color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.fault { margin: 0 0 1rem; border-inline-start: .3rem solid var(--fault); padding-inline-start: .7rem; }
"""
_STYLE_HASH: Final = b64encode(sha256(_STYLE.encode()).digest()).decode()

PAGE_HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def plain_page(language: str, title: str, body: str) -> str:
    """`body` is HTML, in which everything that came from outside is escaped already."""
    return f"""<!doctype html>
<html lang="{escape(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""
