"""The problems that geo-offers answers with, beside the common ones."""

from lintel_chassis.problems import ProblemType

PROBLEMS = (
    ProblemType("store_not_found", 404, "No such store", "No store of this code has ever been described."),
    ProblemType(
        "invalid_opening_hours",
        422,
        "Invalid opening hours",
        "Hours are written as in OpenStreetMap: `Mo-Sa 10:00-21:00; Su 12:00-18:00; Dec 25 off`.",
    ),
    ProblemType("unknown_timezone", 422, "Unknown time zone", "Give a name of the IANA database: `Europe/Berlin`."),
)
