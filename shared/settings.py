"""Settings: environment variables `ROSTERBRIDGE_…`, else the `settings.env` of the state folder.

`rosterbridge run` writes that file, so that commands in another terminal find the same database.
"""

import json
import os
from collections.abc import Iterator
from datetime import date
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

DEFAULT_STATE_DIR = Path(".rosterbridge")
_MINIMUM_SECRET = 32


class SettingsError(Exception):
    """The settings do not do; the text names every one of them and what was expected."""


def state_dir() -> Path:
    return Path(os.environ.get("ROSTERBRIDGE_STATE_DIR") or DEFAULT_STATE_DIR).resolve()


def _strong(value: Any) -> Any:
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    if isinstance(text, str) and len(text) < _MINIMUM_SECRET:
        raise ValueError(f"must be a random text of at least {_MINIMUM_SECRET} characters")
    return value


Secret = Annotated[SecretStr, BeforeValidator(_strong)]

DEVELOPMENT_ISSUER_PATH = "/development/issuer"
"""Where the engine has its development issuer, when it has one."""


def development_issuer_of(engine_url: str) -> str:
    return f"{engine_url.rstrip('/')}{DEVELOPMENT_ISSUER_PATH}"


def is_loopback_host(host: str) -> bool:
    """Whether the name or address leads to this machine alone."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_loopback_url(url: str) -> bool:
    return is_loopback_host(urlsplit(url).hostname or "")


def _is_safe_url(url: str) -> bool:
    """https, or plain http that stays on this machine; nothing behind the path."""
    parts = urlsplit(url)
    if not parts.hostname or parts.query or parts.fragment or parts.username:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback_url(url))


def _json_when_text(value: Any) -> Any:
    """As the settings' own decoding would, but with its fault among the others."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise ValueError("must be a list in JSON") from None


class CustomRoleSetting(BaseModel):
    """A custom role of a school: its access, else that of the manual's role it is based on."""

    model_config = ConfigDict(extra="forbid")

    application: Literal["iLeerlingen", "iPersoneel", "iBasis"]
    role: str = Field(min_length=1)
    access: Literal["none", "read", "write"] | None = None
    based_on: str | None = None


class Settings(BaseSettings):
    """What both services and the command line share."""

    model_config = SettingsConfigDict(
        env_prefix="ROSTERBRIDGE_",
        extra="ignore",
        populate_by_name=True,
        use_attribute_docstrings=True,
    )

    today: date | None = None
    """Stands in for today's date in Brussels, for demos and tests."""
    log_level: str = "INFO"
    """DEBUG, INFO, WARNING or ERROR."""
    database_pool_size: int = Field(default=5, ge=2, le=200)
    """Connections each process holds at most for its requests."""

    @classmethod
    def load(cls, **values: Any) -> Self:
        """Reads the environment; raises `SettingsError` with all that is wrong at once."""
        try:
            return cls(**{"_env_file": state_dir() / "settings.env", **values})
        except ValidationError as error:
            raise SettingsError(_explained(error, state_dir() / "settings.env")) from None


class EngineSettings(Settings):
    """The username engine's."""

    database_url: SecretStr = Field(
        validation_alias=AliasChoices("ROSTERBRIDGE_ENGINE_DATABASE_URL")
    )
    """`postgresql://…` of the role `<database>_engine`."""
    service_token: Secret
    """What the services show each other."""
    engine_public_url: str | None = None
    """`https://…` under which browsers reach the engine; needed for sign-in."""
    session_key: Secret | None = None
    """Under it session cookies are signed; needed for sign-in."""
    session_lifetime_seconds: int = Field(default=28800, ge=300, le=86400)
    """How long a session lasts, whatever is done in it."""
    oidc_issuer: str | None = None
    """The OpenID Connect issuer; its discovery document is below it. None: nobody signs in."""
    oidc_client_id: str | None = None
    """The engine's client id at the issuer."""
    oidc_client_secret: SecretStr | None = None
    """Its secret there; not set for a public client."""
    oidc_scopes: str = "openid profile"
    """What sign-in asks for, with spaces."""
    oidc_audiences: str | None = None
    """Audiences of bearer tokens that are let in, with commas; else the client id."""
    oidc_name_claim: str = "name"
    """The claim with a person's name, for showing."""
    oidc_roles_claim: str = "rosterbridge_roles"
    """The claim with the list of roles at schools and locations."""
    oidc_application_field: str = "application"
    """In an entry of the list: the application."""
    oidc_role_field: str = "role"
    """In an entry of the list: the role."""
    oidc_school_field: str = "school"
    """In an entry of the list: the institution number."""
    oidc_location_field: str = "location"
    """In an entry of the list: the location's number; an entry without it holds for the school."""
    oidc_operator_claim: str | None = None
    """The claim that makes an operator of who has `oidc_operator_value` in it."""
    oidc_operator_value: str | None = None
    """What it holds, as its value or as one in its list."""
    custom_roles: Annotated[
        list[CustomRoleSetting], NoDecode, BeforeValidator(_json_when_text)
    ] = []
    """JSON: `[{"application": …, "role": …, "access": "none|read|write", "based_on": …}]`."""
    development: bool = False
    """Brings a development issuer, where anybody signs in as anything: on loopback only."""

    @model_validator(mode="after")
    def _sign_in_is_whole(self) -> Self:
        problems = [*self._missing_for_sign_in(), *self._unsafe_addresses()]
        if self.oidc_operator_claim and not self.oidc_operator_value:
            problems.append("ROSTERBRIDGE_OIDC_OPERATOR_VALUE: is not set beside the claim")
        if problems:
            raise ValueError("\n".join(problems))
        return self

    def _missing_for_sign_in(self) -> Iterator[str]:
        if self.oidc_issuer is None and not self.development:
            return
        for name in ("engine_public_url", "session_key", "oidc_issuer", "oidc_client_id"):
            if getattr(self, name) is None:
                yield f"ROSTERBRIDGE_{name.upper()}: is not set, and sign-in needs it"

    def _unsafe_addresses(self) -> Iterator[str]:
        for name in ("engine_public_url", "oidc_issuer"):
            url = getattr(self, name)
            if url is not None and not _is_safe_url(url):
                yield f"ROSTERBRIDGE_{name.upper()}: must be an https:// URL"
        if self.engine_public_url and urlsplit(self.engine_public_url).path not in ("", "/"):
            # Cookies, the page and where a sign-in returns to are at the host's root.
            yield "ROSTERBRIDGE_ENGINE_PUBLIC_URL: must be the root of a host, without a path"
        if not self.development:
            return
        public = self.engine_public_url or ""
        if not public.startswith("http://") or not is_loopback_url(public):
            yield (
                "ROSTERBRIDGE_DEVELOPMENT: is for an engine on this machine alone, with "
                "ROSTERBRIDGE_ENGINE_PUBLIC_URL http://127.0.0.1:…"
            )
        elif self.oidc_issuer != development_issuer_of(public):
            yield f"ROSTERBRIDGE_OIDC_ISSUER: must be {development_issuer_of(public)} in development"


class OneRosterSettings(Settings):
    """The OneRoster read service's."""

    database_url: SecretStr = Field(
        validation_alias=AliasChoices("ROSTERBRIDGE_ONEROSTER_DATABASE_URL")
    )
    """`postgresql://…` of the role `<database>_oneroster`."""
    service_token: Secret
    """What the services show each other."""
    secret_key: Secret
    """Under it client secrets are kept as HMAC and signing keys are sealed."""
    engine_url: str = "http://127.0.0.1:8002"
    """Where the username engine answers."""
    public_url: str | None = None
    """`https://…` under which clients reach this service; else what the request says."""
    trusted_proxies: str = "127.0.0.1"
    """Addresses whose X-Forwarded-* are believed, with commas; `*` for all."""
    token_lifetime_seconds: int = Field(default=3600, ge=3600, le=86400)
    """How long an access token lasts; one token may serve an hour's pull."""
    opening_wait_seconds: float = Field(default=20, ge=0)
    """How long a request that finds the roster stale waits for the new edition."""


class CommandSettings(Settings):
    """The command line's."""

    operator_database_url: SecretStr
    """`postgresql://…` of the role `<database>_operator`."""
    secret_key: Secret
    """Under it client secrets are kept as HMAC and signing keys are sealed."""


def _explained(error: ValidationError, file: Path) -> str:
    where = f"nor in {file}" if file.exists() else f"and there is no {file}"
    lines = []
    for fault in error.errors():
        if not fault["loc"]:
            # Of the settings together; each line names its own.
            lines.append(fault["msg"].removeprefix("Value error, "))
            continue
        name = str(fault["loc"][0])
        if not name.startswith("ROSTERBRIDGE_"):
            name = f"ROSTERBRIDGE_{name.upper()}"
        message = fault["msg"]
        if fault["type"] == "missing":
            message = f"is not set, {where}"
        elif fault["type"].startswith("date"):
            message = "is not a date as YYYY-MM-DD"
        lines.append(f"{name}: {message}")
    return "\n".join(lines)
