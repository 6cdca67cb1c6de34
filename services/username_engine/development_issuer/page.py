"""The sign-in page of the development issuer: plain HTML, usable by keyboard and screen reader."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import groupby

from services.username_engine.access.plain_page import plain_page
from services.username_engine.access.rights import ROLES, Right
from services.username_engine.development_issuer.persons import (
    Place,
    Ready,
    ready_at,
    ready_operator,
)

EVERY_SCHOOL = "*"
_RIGHTS = {Right.NONE: "geen toegang", Right.READ: "lezen", Right.WRITE: "schrijven"}


def ready_persons(places: Sequence[Place]) -> dict[str, Ready]:
    """All whom one button signs in, by the text it sends."""
    everyone = [ready_operator()]
    for school in (place for place in places if place.location is None):
        everyone.extend(ready_at(school, _locations(school, places)))
    return {ready.key: ready for ready in everyone}


def sign_in_page(
    action: str, request: Mapping[str, str], places: Sequence[Place], fault: str | None = None
) -> str:
    """`request` is the authorization request, carried on to `action` with what is chosen."""
    form = f'<form method="post" action="{escape(action)}">\n' + "\n".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in request.items()
    )
    said = f'<p class="fault" role="alert">{escape(fault)}</p>' if fault else ""
    return plain_page(
        "nl",
        "Aanmelden (ontwikkeling)",
        f"""<p class="badge">RosterBridge: ontwikkeling, alleen op deze machine</p>
<h1>Aanmelden</h1>
<p>Zonder wachtwoord: kies als wie je binnenkomt. De personen bestaan niet.</p>
{said}
{form}
{"".join(_ready(places))}
</form>
<details{" open" if fault else ""}>
<summary>Zelf rollen kiezen</summary>
{form}
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
<p id="place-hint" class="quiet">Rollen in iPersoneel gelden voor een hele school: bij één vestiging
geven ze geen toegang.</p>
</fieldset>
<button type="submit" class="main">Aanmelden met deze rollen</button>
</form>
</details>""",
    )


def _locations(school: Place, places: Sequence[Place]) -> list[Place]:
    return [each for each in places if each.location and each.school == school.school]


def _ready(places: Sequence[Place]) -> Iterable[str]:
    operator = ready_operator()
    yield "<h2>Alle configuraties</h2>\n"
    yield f'<div class="card"><h3>Alle scholen</h3><p class="quiet">{operator.roles}</p>'
    yield f'<p class="row">{_button(operator, "alle scholen")}</p></div>\n'
    schools = [place for place in places if place.location is None]
    schools.sort(key=lambda place: place.configuration)
    for configuration, members in groupby(schools, lambda place: place.configuration):
        yield f"<h2>{escape(configuration)}</h2>\n"
        for school in members:
            ready = list(ready_at(school, _locations(school, places)))
            buttons = " ".join(_button(each, school.label) for each in ready)
            yield f'<div class="card"><h3>{escape(school.label)}</h3>'
            yield f'<p class="quiet">{_explained(ready)}</p><p class="row">{buttons}</p></div>\n'


def _explained(ready: Sequence[Ready]) -> str:
    several = [each for each in ready if len({role for role, _ in each.person.roles}) > 2]
    return "; ".join(f"{escape(each.button)}: {escape(each.roles)}" for each in several)


def _button(ready: Ready, where: str) -> str:
    label = f"{ready.button}, {where} ({ready.roles})"
    return (
        f'<button type="submit" name="person" value="{escape(ready.key)}" '
        f'aria-label="{escape(label)}" title="{escape(ready.roles)}">{escape(ready.button)}</button>'
    )


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
