"""What comes due by itself: changes whose time has come, values that time alone turns, imports left
behind, the ledger's seal.

Called by the sweeper every few seconds, and by the scheduler; twice does no harm.
"""

from mdm import changes, ledger, turning
from mdm.imports import run as imports


def take_up() -> None:
    """Do what is due now."""
    changes.apply_due()
    imports.resume_due()
    ledger.seal()
    turning.propose_due()
