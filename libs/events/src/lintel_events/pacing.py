"""How far apart passes and polls are: the more one carried, the longer the next may gather."""

_SHORTEST_S = 0.005
_LONGEST_S = 0.020
_EACH_S = 0.002


def pause_s(carried: int) -> float:
    """Seconds from the start of one pass to the start of the next.

    Every pass costs a Kafka transaction, every poll a database transaction, whatever it carries: under load they had
    better be few and large. A lone event keeps nobody waiting.
    """
    return min(_LONGEST_S, max(_SHORTEST_S, carried * _EACH_S))
