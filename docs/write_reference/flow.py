"""The pages about changes: their states, and the checks that run on them."""

from docs.write_reference.markdown import code, listed, page, sentence, table
from mdm import checks as run_checks
from mdm import seams
from mdm.changes import EDITABLE, TRANSITIONS
from mdm.changes.applying import CHUNK
from mdm.changes.deciding import APPLIED_AT_ONCE
from mdm.checks.builtin import CHECKS
from mdm.models import Change, ChangePart, Review

State = Change.State
MEANING = {
    State.DRAFT: "Being written. Only its author works on it.",
    State.SUBMITTED: "The checks have run; reviewers decide.",
    State.ASKED: "A reviewer asked for something; the author edits and submits again.",
    State.APPROVED: "Enough people approved. It moves on at once.",
    State.COOLING: "Approved payment data waits. A reviewer may still reject it.",
    State.SCHEDULED: "Approved, and effective from a day to come.",
    State.APPLYING: "Its parts are being written.",
    State.APPLIED: "Every part is written. The new versions exist.",
    State.PARTLY_APPLIED: "Some parts are written; each other part says why it is not.",
    State.REJECTED: "A reviewer said no. Nothing was written.",
    State.WITHDRAWN: "The author took it back. Nothing was written.",
    State.CONFLICTED: "Somebody else changed the same value meanwhile. The author rebases it.",
}
ACTIONS = {
    "create": "A new record.",
    "update": "New values. What is not named is not touched.",
    "block": "Nothing new is done with it for now.",
    "unblock": "Takes a block away.",
    "retire": "The end of its life.",
    "reactivate": "Brings a retired record back.",
    "link": "A source record belongs to this record; what the record lacks is added.",
    "unlink": "A source record belongs to this record no longer.",
    "merge": "Another record becomes a redirect to this one.",
    "unmerge": "A merge is taken back: the redirect is a record again.",
}
VERDICTS = {
    "approve": "Yes. Bound to the content that was read.",
    "reject": "No. The change ends.",
    "ask": "Not like this: the author edits and submits again.",
    "comment": "A remark. Authors may comment as well.",
}

# What each check calls its findings, by the function that makes them.
CHECK_CODES = {
    "mdm.checks.builtin.validation": "validation",
    "mdm.checks.builtin.references": "references",
    "mdm.checks.builtin.unique_identifiers": "identifiers",
    "mdm.checks.builtin.duplicates": "duplicates",
    "mdm.checks.builtin.conflicts": "conflicts",
    "mdm.checks.builtin.effective_day": "effective_day",
    "mdm.checks.past.past": "past",
    "publishing.readiness.check": "readiness",
    "publishing.payload_changes.check": "payloads",
}


def changes() -> str:
    """States, transitions, actions and verdicts."""
    return page(
        "# Changes",
        "A change has one or more *parts*. A part is a patch to one record, or to one governed "
        "setting. [Change as patch](../explanation/changes.md) says why.",
        "## States",
        table(("state", "shown as", "meaning"), ([code(s), s.label, MEANING[s]] for s in State)),
        _diagram(),
        "Whatever is not in this table cannot happen.",
        table(("from", "to"), ([code(s), listed(TRANSITIONS[s]) or "(end)"] for s in State)),
        f"A change can be edited while it is {listed(EDITABLE)}. An edit voids its approvals.",
        f"The last approval applies a change of up to {APPLIED_AT_ONCE} parts at once. A worker "
        f"applies a larger one, {CHUNK} parts in a transaction, unless the change is *atomic* (all "
        "parts or none).",
        "## Actions of a part",
        table(("action", "meaning"), ([code(a), ACTIONS[a]] for a in ChangePart.Action.values)),
        "## States of a part",
        table(("state", "shown as"), ([code(s), s.label] for s in ChangePart.State)),
        "## Verdicts",
        table(("verdict", "meaning"), ([code(v), VERDICTS[v]] for v in Review.Verdict.values)),
        "Every verdict but a plain approval needs a comment. So does an approval when a check "
        "failed.",
        "## Where it came from",
        table(("channel", "shown as"), ([code(c), c.label] for c in Change.Channel)),
    )


def checks() -> str:
    """Every check, in the order in which they run."""
    every = [*CHECKS, *seams.change_checks()]
    by_code = {CHECK_CODES[f"{f.__module__}.{f.__name__}"]: f for f in every}
    return page(
        "# Checks",
        "Checks run when a change is submitted, and while a form is filled in. Each says pass, "
        "warning or failure in a sentence.",
        "A failure of a check that *blocks* refuses the submission. Any other failure is for the "
        "reviewer: who approves all the same says why in a comment.",
        table(
            ("check", "passes when", "blocks"),
            (
                [code(one), sentence(f.__doc__), "yes" if one in run_checks.BLOCKING else ""]
                for one, f in by_code.items()
            ),
        ),
    )


def _diagram() -> str:
    lines = [f"  {s.value} --> {to}" for s, many in TRANSITIONS.items() for to in many]
    lines = [line for line in lines if not line.endswith(("withdrawn", "rejected"))]
    drawn = "\n".join(["stateDiagram-v2", "  [*] --> draft", *lines, "  applied --> [*]"])
    return f"```mermaid\n{drawn}\n```\n\nThe ways to `rejected` and `withdrawn` are left out."
