"""The problems that only inventory answers with."""

from lintel_chassis.problems import ProblemType

PROBLEMS = (
    ProblemType(
        "stale_count", 409, "Stale count", "Stock moved since the counter looked; `on_hand` is what the books say now."
    ),
    ProblemType("nothing_to_repair", 409, "Nothing to repair", "Fewer goods are unsellable than would be repaired."),
    ProblemType(
        "invalid_quantity", 422, "Invalid quantity", "Deltas are above 0, adjustments not 0, counts at least 0."
    ),
    ProblemType("invalid_count", 422, "Invalid count", "A count states `expected_on_hand`; other kinds do not."),
    ProblemType("occurred_in_future", 422, "Occurred in future", "`occurred_at` is ahead of our clock: check yours."),
)
