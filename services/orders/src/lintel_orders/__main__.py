"""`python -m lintel_orders [serve|worker|migrate|restore]`."""

from lintel_chassis.main import main
from lintel_orders.app import SERVICE

main(SERVICE)
