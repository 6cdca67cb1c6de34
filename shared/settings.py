"""Settings: environment variables `ROSTERBRIDGE_…`, else the `settings.env` of the state folder.

`rosterbridge run` writes that file, so that commands in another terminal find the same database.
"""

import os
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AliasChoices, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

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
        name = str(fault["loc"][0]) if fault["loc"] else "settings"
        if not name.startswith("ROSTERBRIDGE_"):
            name = f"ROSTERBRIDGE_{name.upper()}"
        message = fault["msg"]
        if fault["type"] == "missing":
            message = f"is not set, {where}"
        elif fault["type"].startswith("date"):
            message = "is not a date as YYYY-MM-DD"
        lines.append(f"{name}: {message}")
    return "\n".join(lines)
