"""What only the database knows of the backbone: the statements that gauges are read by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import nan

import asyncpg
from prometheus_client import Gauge

from lintel_events.metrics import MIRROR_AGE, OUTBOX_EVENTS, OUTBOX_OLDEST, PARKED_EVENTS, PARKED_KEYS


@dataclass(frozen=True, slots=True)
class SqlGauges:
    """Gauges that one statement reads every few seconds, so it must find its rows by an index.

    A column of the result that `gauges` names is that gauge's value; the others are its labels.
    """

    sql: str
    gauges: Mapping[str, Gauge]

    def show(self, rows: Iterable[asyncpg.Record]) -> None:
        """Set the gauges; what was shown before and is in no row now is gone."""
        self.forget()
        for row in rows:
            labels = {name: value for name, value in row.items() if name not in self.gauges}
            for name, gauge in self.gauges.items():
                (gauge.labels(**labels) if labels else gauge).set(float(row[name]))

    def forget(self) -> None:
        """What cannot be read is shown as unknown, not as it was."""
        for gauge in self.gauges.values():
            gauge.clear()
            if not gauge._labelnames:  # noqa: SLF001 - the library tells it nowhere else
                gauge.set(nan)


# Both read the beginning of the primary key; an outbox that a long outage has filled is not counted to its end.
OUTBOX = SqlGauges(
    """
    SELECT (SELECT count(*) FROM (SELECT FROM outbox ORDER BY id LIMIT 10000) AS waiting) AS events,
           coalesce((SELECT extract(epoch FROM clock_timestamp() - created_at) FROM outbox ORDER BY id LIMIT 1), 0)
           AS oldest
    """,
    {"events": OUTBOX_EVENTS, "oldest": OUTBOX_OLDEST},
)
# One probe into the mirror's primary key a row of consumer_offsets; without the ORDER BY it reads the table instead, 60
# times over. An end never seen makes the age infinite.
MIRRORS = SqlGauges(
    """
    SELECT consumer_group, topic,
           extract(epoch FROM clock_timestamp() - min(coalesce(caught_up_at, '-infinity'))) AS age
    FROM consumer_offsets o
    WHERE (SELECT true FROM mirror m WHERE m.topic = o.topic ORDER BY m.topic, m.key LIMIT 1)
    GROUP BY consumer_group, topic
    """,
    {"age": MIRROR_AGE},
)
# By the primary key alone; as a rule there are none.
PARKED = SqlGauges(
    """
    SELECT consumer_group, topic, count(DISTINCT key) AS keys, count(*) AS events
    FROM inbox_parked GROUP BY consumer_group, topic
    """,
    {"keys": PARKED_KEYS, "events": PARKED_EVENTS},
)
