"""An independent auditor: its own SQL, its own reading of the log, and not a line of the services' code.

It asks whether anything was promised that was not there, whether what the databases keep is what the log tells, and
whether every order came to where it should.
"""

from lintel_local.demo.checker.audit import Audit, audit
from lintel_local.demo.checker.verdict import Verdict, judge

__all__ = ["Audit", "Verdict", "audit", "judge"]
