"""The problems that catalog answers with, beside the common ones."""

from lintel_chassis.problems import ProblemType

PROBLEMS = (
    ProblemType("product_not_found", 404, "No such product", "The catalog has no product of this sku."),
    ProblemType("price_list_not_found", 404, "No such price list", "Put the list before its prices."),
    ProblemType("wrong_currency", 422, "Wrong currency", "All prices of a list are in the list's currency."),
    ProblemType("too_many_prices", 422, "Too many prices", "A product has a bounded number of prices on all lists."),
    ProblemType(
        "base_list_is_open", 422, "The base list is open", "It has no currency, channels or stores: it holds for all."
    ),
    ProblemType("currency_required", 422, "Currency required", "Every list but the base list names its currency."),
    ProblemType(
        "price_list_in_use", 409, "Price list in use", "Its currency stays once it has prices; put a new list instead."
    ),
)
