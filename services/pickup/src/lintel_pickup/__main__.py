"""`python -m lintel_pickup [serve|worker|migrate|restore]`."""

from lintel_chassis.main import main
from lintel_pickup.app import SERVICE

main(SERVICE)
