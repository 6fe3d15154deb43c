"""All faults there are, in the order of the table."""

from tests.chaos.fault_context import Fault
from tests.chaos.faults import processes, records, servers, wires

FAULTS: list[Fault] = [*processes.FAULTS, *servers.FAULTS, *wires.FAULTS, *records.FAULTS]


def possible(brokers: int) -> list[Fault]:
    """Those that so many brokers are enough for."""
    return [fault for fault in FAULTS if fault.brokers <= brokers]
