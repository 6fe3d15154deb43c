"""The demo: the whole system, one story told through the front door, real baskets, and figures that are checked."""
