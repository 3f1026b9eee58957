"""The accounts a demo starts with: one per role, and two approvers, because four eyes need them.

They exist only with MDM_DEMO. The sign-in page lists them then, and refuses their password
otherwise, so that one left behind by a copied database opens nothing.
"""

from typing import NamedTuple

PASSWORD = "touchstone-demo"  # noqa: S105  known on purpose, and refused outside a demo


class Account(NamedTuple):
    """One person of the demo."""

    username: str
    name: str
    role: str


ACCOUNTS = (
    Account("requester", "Rita Requester", "proposes"),
    Account("steward", "Stefan Steward", "imports, decides duplicates"),
    Account("approver_a", "Ada Approver", "approves for finance"),
    Account("approver_b", "Ben Approver", "approves for finance"),
    Account("integrator", "Ines Integrator", "targets, code maps"),
    Account("auditor", "Axel Auditor", "reads everything"),
    Account("administrator", "Anna Administrator", "users and roles"),
)
