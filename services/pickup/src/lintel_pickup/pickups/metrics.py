"""What operators see of pickups."""

from prometheus_client import Gauge

from lintel_events.sql_gauges import SqlGauges

# The end of the primary key, as order ids are made in the order of time; no index by status is kept up to date for it.
PICKUPS = SqlGauges(
    """
    SELECT status, count(*) AS pickups
    FROM (SELECT status FROM pickups ORDER BY order_id DESC LIMIT 10000) AS newest
    GROUP BY status
    """,
    {"pickups": Gauge("lintel_pickups", "The newest 10,000 pickups by their status", ["status"])},
)
