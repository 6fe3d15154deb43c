"""`python -m lintel_geo_offers [serve|worker|migrate|restore]`."""

from lintel_chassis.main import main
from lintel_geo_offers.app import SERVICE

main(SERVICE)
