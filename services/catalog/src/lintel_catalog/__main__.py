"""`python -m lintel_catalog [serve|worker|migrate]`."""

from lintel_chassis.main import main

# isort: split

from lintel_catalog.app import SERVICE

main(SERVICE)
