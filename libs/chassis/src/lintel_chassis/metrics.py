"""What the chassis counts, beside what the backbone does."""

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Histogram(
    "lintel_http_request_seconds",
    "From the request's arrival to the first byte of the answer",
    ["method", "route", "status"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
RETRIES = Counter("lintel_http_unit_retries", "Units tried again after a lost race", ["race"])
REPLAYS = Counter("lintel_http_idempotent_replays", "Original answers given again")
DEADLINES_FIRED = Counter("lintel_deadlines_fired", "Deadlines that fired", ["kind"])
DEADLINES_FAILED = Counter("lintel_deadlines_failed", "Deadlines put off because their handler failed", ["kind"])
DEADLINE_LATENESS = Histogram(
    "lintel_deadline_lateness_seconds",
    "From a deadline's moment to its transition",
    ["kind"],
    buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 600),
)
DEADLINES_WAITING = Gauge("lintel_deadlines_waiting", "Deadlines that are set", ["kind"])
DEADLINES_OVERDUE = Gauge("lintel_deadlines_overdue", "Deadlines whose moment has passed", ["kind"])
DEADLINES_OVERDUE_FOR = Gauge("lintel_deadlines_overdue_seconds", "Since the first of these moments", ["kind"])
POOL_CONNECTIONS = Gauge("lintel_pool_connections", "Database connections, used or idle", ["pool", "state"])
POOL_LIMIT = Gauge("lintel_pool_limit", "How many database connections a pool may open", ["pool"])
WORKER_STATE = Gauge(
    "lintel_worker_state", "1 for the state that a work is in: the relay leads while it is running", ["worker", "state"]
)
