"""An independent auditor: its own SQL, its own reading of the log, and not a line of the services' code.

It asks whether what the databases keep agrees within each, between them and with the log, and whether every order came
to where it should. What is in flight is no fault: a finding is identified by the thing *and its state*, and counts only
if it is still there, in that same state, every time we look again.
"""

from lintel_local.verify.auditor import verify
from lintel_local.verify.report import Report, Result

__all__ = ["Report", "Result", "verify"]
