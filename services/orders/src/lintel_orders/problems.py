"""The problems that orders answers with, beside the common ones."""

from lintel_chassis.problems import ProblemType

PROBLEMS = (
    ProblemType("order_not_found", 404, "No such order", "It does not exist, or belongs to somebody else."),
    ProblemType("sale_not_found", 404, "No such sale", "It does not exist, or belongs to another store."),
    ProblemType("cart_not_found", 404, "No such cart", "It does not exist, or belongs to somebody else."),
    ProblemType("unknown_claim", 422, "Unknown claim", "The code was never given out, or has been spent."),
    ProblemType("unknown_store", 422, "Unknown store", "Orders has not heard of a store of this code."),
    ProblemType("store_closed", 409, "Store closed", "The store takes no new orders; choose another one."),
    ProblemType("unknown_product", 422, "Unknown product", "The product does not exist or is withdrawn."),
    ProblemType("no_price", 422, "No price", "The product has no price on this channel in this store at the moment."),
    ProblemType("amount_too_large", 422, "Amount too large", "No line costs a million millions; order less of it."),
    ProblemType("wrong_currency", 422, "Wrong currency", "An order is in its store's currency and no other."),
    ProblemType("lines_required", 422, "Lines required", "An order names its lines, or the cart that holds them."),
    ProblemType("payment_method_unavailable", 422, "Payment method unavailable", "Choose pay_in_store, or external."),
    ProblemType(
        "price_changed", 409, "Price changed", "`expected_total` is not the total by now; `quote` has the new one."
    ),
    ProblemType(
        "duplicate_external_order", 409, "Duplicate external order", "`external` names an order that is here already."
    ),
    ProblemType("order_ended", 409, "Order ended", "The order has ended and cannot be changed any more."),
    ProblemType("customer_has_live_orders", 409, "Customer has live orders", "`orders` names those to be ended first."),
    ProblemType("not_yours", 403, "Not yours to do", "Only customer care acts for somebody else."),
    ProblemType("foreign_store", 403, "Foreign store", "A till sends the sales of its own stores only."),
)
