"""The shopper comes: arrival, more time, code, hand-over."""
