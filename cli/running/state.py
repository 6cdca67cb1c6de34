"""The state folder of `rosterbridge run`: secrets, settings for other terminals, `demo.json`."""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from sqlalchemy.engine import make_url

from shared.roles import Role, role_name

_SECRET_BYTES = 32


@dataclass(frozen=True)
class Secrets:
    """Made once for a state folder, readable by its owner alone."""

    service_token: str
    secret_key: str
    session_key: str
    role_passwords: Mapping[Role, str]

    @classmethod
    def kept_in(cls, folder: Path) -> Self:
        path = folder / "secrets.json"
        found = json.loads(path.read_text()) if path.exists() else {}
        # What the folder has stays; a secret that came in since is added.
        kept = {**_new_secrets(), **found}
        if kept != found:
            write_private(path, json.dumps(kept, indent=2))
        passwords = {Role(role): text for role, text in kept["role_passwords"].items()}
        return cls(kept["service_token"], kept["secret_key"], kept["session_key"], passwords)


def _new_secrets() -> dict[str, Any]:
    return {
        "service_token": secrets.token_urlsafe(_SECRET_BYTES),
        "secret_key": secrets.token_urlsafe(_SECRET_BYTES),
        "session_key": secrets.token_urlsafe(_SECRET_BYTES),
        "role_passwords": {role.value: secrets.token_urlsafe(_SECRET_BYTES) for role in Role},
    }


def role_url(owner_url: str, role: Role, kept: Secrets) -> str:
    """The owner's URL with another role in it."""
    url = make_url(owner_url)
    return url.set(
        username=role_name(str(url.database), role), password=kept.role_passwords[role]
    ).render_as_string(hide_password=False)


def write_private(path: Path, text: str) -> None:
    """Whole or not at all, and never readable by others, not even for a moment."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    draft.replace(path)


def settings_text(settings: Mapping[str, str]) -> str:
    """A `settings.env` as `shared.settings` reads it."""
    lines = [f"{name}='{value}'" for name, value in settings.items()]
    return "\n".join(["# Written by `rosterbridge run`; made anew at each start.", *lines, ""])
