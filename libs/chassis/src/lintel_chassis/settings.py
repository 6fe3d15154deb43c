"""What every service reads from its environment: `LINTEL_*`, each also as a file named by `LINTEL_*_FILE`."""

import os
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

_PREFIX = "LINTEL_"


class TrustedIssuer(BaseModel):
    """An issuer of tokens and where its public keys are: a JWKS in a file or at an address."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: str
    jwks_file: Path | None = None
    jwks_url: str | None = None
    scopes: frozenset[str] | None = None
    """All it may grant; None for an issuer that may grant any. Whoever signs guests' sessions grants `guest` alone."""

    @model_validator(mode="after")
    def _single_key_source(self) -> Self:
        if (self.jwks_file is None) == (self.jwks_url is None):
            raise ValueError("an issuer has either jwks_file or jwks_url")
        return self


class ServiceSettings(BaseSettings):
    """Services subclass this. A secret is a `SecretStr` without a default."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, frozen=True, extra="ignore", hide_input_in_errors=True)

    database_url: SecretStr
    kafka: str
    """The bootstrap servers, `host:port,host:port`."""
    host: str = "127.0.0.1"
    port: int = Field(ge=0, le=65_535)
    issuers: tuple[TrustedIssuer, ...] = ()
    audience: str = "lintel"
    ticket_key: SecretStr | None = None
    """Signs the short-lived tickets of streams; a service with streams needs it, the same in every process."""
    cors_origins: tuple[str, ...] = ()
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    pool_size: int = Field(default=16, ge=1)
    """Connections for requests."""
    worker_pool_size: int = Field(default=4, ge=2)
    """Connections for consumers, deadlines and the rest."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the base class names them
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the base class names them
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then variables, then the files that variables name."""
        from_files = EnvSettingsSource(settings_cls)
        from_files.env_vars = _contents(settings_cls)
        return init_settings, env_settings, from_files


def _contents(settings_cls: type[BaseSettings]) -> dict[str, str]:
    found = {}
    for field in settings_cls.model_fields:
        path = os.environ.get(f"{_PREFIX}{field.upper()}_FILE")
        if path and f"{field}_file" not in settings_cls.model_fields:
            found[f"{_PREFIX}{field}".lower()] = Path(path).read_text(encoding="utf-8").strip()
    return found
