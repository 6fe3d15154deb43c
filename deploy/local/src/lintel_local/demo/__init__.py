"""The demo: the whole system, one journey after another by its front door, real baskets, and figures that add up."""
