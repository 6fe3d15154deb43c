"""A service as small as one can be, run as a process of its own by the tests."""
