"""The sign-in page of the development issuer: plain HTML, usable by keyboard and screen reader."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from services.username_engine.access.rights import ROLES, Right
from services.username_engine.development_issuer.persons import Place

EVERY_SCHOOL = "*"

_STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }
fieldset { margin: 0 0 1rem; border: 1px solid; border-radius: .3rem; }
label { display: block; padding: .15rem 0; }
select, button { font: inherit; padding: .4rem .6rem; max-width: 100%; }
.fout { border-left: .3rem solid #b00020; padding-left: .7rem; }
"""

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}


def sign_in_page(
    action: str, request: Mapping[str, str], places: Sequence[Place], fault: str | None = None
) -> str:
    """`request` is the authorization request, carried on to `action` with what is chosen."""
    hidden = "\n".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in request.items()
    )
    said = f'<p class="fout" role="alert">{escape(fault)}</p>' if fault else ""
    return f"""<!doctype html>
<html lang="nl">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Aanmelden (ontwikkeling)</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
<h1>Aanmelden</h1>
<p>Dit is de aanmeldpagina voor ontwikkeling: kies met welke rollen je binnenkomt, en waar.</p>
{said}
<form method="post" action="{escape(action)}">
{hidden}
{"".join(_roles())}
<fieldset>
<legend>Beheer</legend>
<label><input type="checkbox" name="operator" value="yes"> Beheerder van het systeem: alle scholen,
en wat een hele configuratie aangaat</label>
</fieldset>
<fieldset>
<legend>Plaats</legend>
<label for="place">School of vestiging van de rollen hierboven</label>
<select id="place" name="place" aria-describedby="place-hint">
<option value="{EVERY_SCHOOL}">Alle scholen</option>
{"".join(_options(places))}
</select>
<p id="place-hint">Rollen in iPersoneel gelden voor een hele school: bij één vestiging geven ze geen
toegang.</p>
</fieldset>
<button type="submit">Aanmelden</button>
</form>
</main>
</body>
</html>
"""


_RIGHTS = {Right.NONE: "geen toegang", Right.READ: "lezen", Right.WRITE: "schrijven"}


def _roles() -> Iterable[str]:
    for application, roles in ROLES.items():
        yield f"<fieldset>\n<legend>{escape(application)}</legend>\n"
        for role, right in roles.items():
            key, text = escape(f"{application}/{role}"), escape(f"{role} ({_RIGHTS[right]})")
            yield f'<label><input type="checkbox" name="role" value="{key}"> {text}</label>\n'
        yield "</fieldset>\n"


def _options(places: Sequence[Place]) -> Iterable[str]:
    for place in places:
        label = place.label if place.location else f"{place.label}: hele school"
        yield f'<option value="{escape(place.key)}">{escape(label)}</option>\n'
