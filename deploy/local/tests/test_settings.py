"""What a person can choose from the environment."""

from lintel_local.settings import Settings


def test_existing_servers_are_used_instead_of_our_own() -> None:
    """A shop that has both should not need a second copy of either."""
    database = "postgresql://admin:x@db.example:5432/postgres"
    environ = {"LINTEL_POSTGRES_URL": database, "LINTEL_KAFKA": "log.example:9092"}
    settings = Settings.from_environment(environ)
    assert settings.kafka == "log.example:9092"
    assert settings.postgres_url == database


def test_the_addresses_that_the_stack_itself_exports_are_not_existing_servers() -> None:
    """`eval "$(make -s env)"; make down; make up` in one shell must start PostgreSQL and Kafka again."""
    database = "postgresql://postgres:x@127.0.0.1:8006/postgres"
    environ = {"LINTEL_POSTGRES_URL": database, "LINTEL_KAFKA": "127.0.0.1:9092"}
    settings = Settings.from_environment(environ)
    assert (settings.kafka, settings.postgres_url) == (None, None)


def test_each_part_has_a_setting_for_its_port() -> None:
    """The message about a taken port names it."""
    ports = Settings.from_environment({"LINTEL_PORT_GEO_OFFERS": "18005"}).ports
    assert (ports["geo-offers"], ports["orders"]) == (18005, 8003)
