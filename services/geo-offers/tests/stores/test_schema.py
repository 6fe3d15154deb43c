"""What the schema itself refuses."""

import asyncpg
import pytest

pytestmark = pytest.mark.integration

_INSERT = """
INSERT INTO stores VALUES ('S1', 'x', NULL, $1, $2, 's', 'c', NULL, 'p', 'DE', 'UTC', 'EUR', '24/7', '{}', 'open', 1)
"""


@pytest.mark.parametrize(
    ("lat", "lon"), [(float("nan"), 0), (0, float("nan")), (float("inf"), 0), (0, -float("inf")), (90.01, 0), (0, 181)]
)
async def test_the_database_itself_refuses_a_position_off_the_globe(database_url: str, lat: float, lon: float) -> None:
    """The extension earthdistance would accept it and answer nonsense."""
    connection = await asyncpg.connect(database_url)
    with pytest.raises(asyncpg.CheckViolationError):
        await connection.execute(_INSERT, lat, lon)
    await connection.close()
