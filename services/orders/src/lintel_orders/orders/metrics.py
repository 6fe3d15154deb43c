"""What operators see of orders."""

from prometheus_client import Gauge

from lintel_events.sql_gauges import SqlGauges

# The end of the primary key, whose ids are made in the order of time: an index by status would make every change of an
# order write into all of its indexes.
ORDERS = SqlGauges(
    """
    SELECT status, count(*) AS orders, extract(epoch FROM clock_timestamp() - min(placed_at)) AS oldest
    FROM (SELECT status, placed_at FROM orders ORDER BY id DESC LIMIT 10000) AS newest
    GROUP BY status
    """,
    {
        "orders": Gauge("lintel_orders", "The newest 10,000 orders by their status", ["status"]),
        "oldest": Gauge("lintel_orders_oldest_seconds", "Since the oldest of these was placed", ["status"]),
    },
)
