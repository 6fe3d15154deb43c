"""What must hold within one database, a module for each service that has such rules."""

from collections.abc import Mapping, Sequence

from lintel_local.verify.rules import inventory, orders, pickup
from lintel_local.verify.single_db_rules import Rule

RULES: Mapping[str, Sequence[Rule]] = {"orders": orders.RULES, "inventory": inventory.RULES, "pickup": pickup.RULES}
