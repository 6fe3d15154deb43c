"""`python -m lintel_catalog [serve|worker|migrate|restore]`."""

from lintel_catalog.app import SERVICE
from lintel_chassis.main import main

main(SERVICE)
