"""`python -m lintel_inventory [serve|worker|migrate|restore]`."""

from lintel_chassis.main import main
from lintel_inventory.app import SERVICE

main(SERVICE)
