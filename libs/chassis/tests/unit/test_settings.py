"""What the environment says, and what of it nobody may see."""

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from lintel_chassis.settings import ServiceSettings

_SECRET = "s3cr3t"  # noqa: S105 - an example


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINTEL_KAFKA", "127.0.0.1:9")
    monkeypatch.setenv("LINTEL_PORT", "8003")


class PaymentSettings(ServiceSettings):
    provider_key: SecretStr


def test_a_secret_has_no_default() -> None:
    with pytest.raises(ValidationError, match="database_url"):
        ServiceSettings()


def test_any_setting_may_lie_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Orchestrators mount secrets as files."""
    for name, content in (
        ("DATABASE_URL", "postgresql://x\n"),
        ("PROVIDER_KEY", _SECRET),
        ("CORS_ORIGINS", '["https://a"]'),
    ):
        (tmp_path / name).write_text(content)
        monkeypatch.setenv(f"LINTEL_{name}_FILE", str(tmp_path / name))
    settings = PaymentSettings()
    assert settings.database_url.get_secret_value() == "postgresql://x"
    assert settings.provider_key.get_secret_value() == _SECRET
    assert settings.cors_origins == ("https://a",)


def test_a_secret_is_in_neither_text_nor_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINTEL_DATABASE_URL", f"postgresql://lintel:{_SECRET}@host/db")
    settings = ServiceSettings()
    assert _SECRET not in f"{settings!r} {settings} {settings.model_dump_json()}"
    monkeypatch.setenv("LINTEL_PORT", _SECRET)
    with pytest.raises(ValidationError) as caught:
        ServiceSettings()
    assert _SECRET not in str(caught.value)


def test_an_issuer_keeps_its_keys_in_one_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINTEL_DATABASE_URL", "postgresql://x")
    monkeypatch.setenv("LINTEL_ISSUERS", '[{"issuer": "i", "jwks_url": "http://i/jwks"}]')
    assert ServiceSettings().issuers[0].jwks_url == "http://i/jwks"
    monkeypatch.setenv("LINTEL_ISSUERS", '[{"issuer": "i"}]')
    with pytest.raises(ValidationError, match="either jwks_file or jwks_url"):
        ServiceSettings()
