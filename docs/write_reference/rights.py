"""The pages about rights: who must approve what, and who may do what."""

from collections.abc import Iterable

from django.conf import settings

from docs.write_reference.markdown import code, listed, page, table
from mdm import policies as floor
from mdm import seams, tokens
from mdm.domains.spec import Sensitivity, Subject
from mdm.permissions import ACTIONS, WORDS, Role
from mdm.policies import Requirement

ROLES = {
    Role.REQUESTER: "Proposes changes.",
    Role.STEWARD: "Proposes, imports files, decides duplicates.",
    Role.APPROVER: "Approves changes, payment data excepted.",
    Role.PAYMENT_APPROVER: "Approves changes, payment data included.",
    Role.INTEGRATOR: "Connects systems: sources, targets, code maps.",
    Role.AUDITOR: "Sees everything, masked, and the ledger.",
    Role.ADMINISTRATOR: "Manages people, roles and targets.",
}


def policies() -> str:
    """What a change needs before it is applied."""
    payment = floor._payment()
    rows = (
        ("routine", floor.ROUTINE),
        ("identity or personal", floor.IDENTITY),
        ("payment", payment),
    )
    return page(
        "# Policies",
        "What a change needs follows from what it touches, never from who asks. This is the floor; "
        "it is in code, and nobody can lower it.",
        table(
            ("what is touched", "approvals", "by whom", "cooling-off", "risk"),
            ([name, str(r.approvals), _approvers(r), _cooling(r), r.risk] for name, r in rows),
        ),
        f"Cooling-off is {settings.COOLING_HOURS} hours unless `MDM_COOLING_HOURS` says otherwise "
        "([operations](../operations.md#variables)).",
        "- The strictest part decides for the whole change.\n"
        "- Retiring and merging count as identity.\n"
        "- An IBAN in any text field counts as payment data.\n"
        "- The requirement is pinned when the change is submitted. When it is decided, the "
        "stricter of then and now holds.\n"
        "- Nobody approves what they requested, edited or imported. The database refuses it too.",
        "## What counts as payment data",
        _touched(Sensitivity.PAYMENT),
        "## What counts as identity or personal data",
        _touched(Sensitivity.IDENTITY, Sensitivity.PERSONAL),
    )


def permissions() -> str:
    """Roles, actions and the scopes of tokens."""
    return page(
        "# Permissions",
        "A *grant* gives a person a role: in one domain or in all, in one company code or in all. "
        "What no grant allows is refused.",
        "## Roles",
        table(("role", "code", "meaning"), ([r.label, code(r), ROLES[r]] for r in Role)),
        "## What each role may do",
        table(
            ("action", *(r.label for r in Role)),
            ([WORDS[a], *_marks(roles)] for a, roles in ACTIONS.items()),
        ),
        "A superuser of Django may do all of this, except to approve what they wrote themselves: "
        "that is nobody's right.",
        "## Scopes of API tokens",
        "A token may do what its person may do, narrowed to its scopes. No scope lets a token "
        "approve, reject or ask.",
        table(("scope", "lets a token"), ([code(s), words] for s, words in tokens.SCOPES.items())),
        f"A token lives for at most {tokens.LONGEST.days} days.",
    )


def _approvers(need: Requirement) -> str:
    return " or ".join(Role(role).label for role in ACTIONS[need.action])


def _cooling(need: Requirement) -> str:
    return "yes" if need.cooling_hours else ""


def _marks(roles: Iterable[str]) -> list[str]:
    return ["yes" if role in roles else "" for role in Role]


def _touched(*levels: Sensitivity) -> str:
    rows = [
        [kind.plural, listed(found)]
        for kind in seams.subjects().values()
        if (found := list(_paths(kind, levels)))
    ]
    return table(("kind", "attributes"), rows)


def _paths(kind: Subject, levels: tuple[Sensitivity, ...]) -> Iterable[str]:
    for attribute in kind.attributes:
        if attribute.sensitivity in levels:
            yield attribute.code
    for collection in kind.collections:
        if collection.sensitivity in levels:
            yield f"{collection.code}[…]"
        elif collection.sensitivity is Sensitivity.ROUTINE:
            yield from (
                f"{collection.code}[…].{f.code}"
                for f in collection.fields
                if f.sensitivity in levels
            )
