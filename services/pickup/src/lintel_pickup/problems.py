"""The problems that pickup answers with, beside the common ones."""

from lintel_chassis.problems import ProblemType

PROBLEMS = (
    ProblemType("pickup_not_found", 404, "No such pickup", "It does not exist, or belongs to somebody else."),
    ProblemType("store_not_found", 404, "No such store", "Pickup has not heard of it, or it is not yours."),
    ProblemType("not_confirmed", 409, "Not confirmed", "The order has its slot, but is not confirmed yet."),
    ProblemType("wrong_status", 409, "Wrong status", "`status` says where the pickup is; this is not its next step."),
    ProblemType("pickup_ended", 409, "Pickup ended", "It was cancelled, or expired because nobody came."),
    ProblemType("already_handed_over", 409, "Already handed over", "An order is handed over once."),
    ProblemType("lines_left", 409, "Lines left", "`line_ids` have neither been picked nor found short."),
    ProblemType("unknown_line", 422, "Unknown line", "The order has no line of this id."),
    ProblemType("picked_too_many", 422, "Picked too many", "No more is picked of a line than was ordered."),
    ProblemType("substituted_too_many", 422, "Substituted too many", "A substitute fills what is missing of a line."),
    ProblemType("substitute_settled", 409, "Substitute settled", "A substitute that others have heard of stays."),
    ProblemType("payment_due", 409, "Payment due", "Take the payment first; the till's sale names the order."),
    ProblemType("wrong_code", 422, "Wrong code", "`attempts_left` says how often another code can be tried."),
    ProblemType("code_locked", 409, "Code locked", "Too many wrong codes; hand over with an `override_reason`."),
    ProblemType("not_an_extension", 422, "Not an extension", "See `detail` for the moments that can be chosen."),
)
