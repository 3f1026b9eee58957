"""The word, glyph and tone with which each state is shown, in one table.

A state is never shown by colour alone: it has a glyph of its own shape and a word. Pages ask for
`(kind, code)`; a code that is not listed is shown by its own name, quietly.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class State:
    """How one state looks: a word, a glyph of the sprite, and a tone of the tokens."""

    word: str
    glyph: str
    tone: str


_OK, _WARN, _BAD, _INFO, _IDLE = "ok", "warn", "bad", "info", "idle"

RECORD = {
    "draft": State("Draft", "s-open", _IDLE),
    "active": State("Active", "s-ok", _OK),
    "blocked": State("Blocked", "lock", _WARN),
    "retired": State("Retired", "ban", _IDLE),
    "merged": State("Merged", "merge", _IDLE),
}
CHANGE = {
    "draft": State("Draft", "s-open", _IDLE),
    "submitted": State("In review", "s-half", _INFO),
    "asked": State("Changes asked", "comment", _WARN),
    "approved": State("Approved", "s-ok", _OK),
    "cooling": State("Cooling off", "pause", _INFO),
    "scheduled": State("Scheduled", "clock", _INFO),
    "applying": State("Applying", "s-wait", _INFO),
    "applied": State("Applied", "s-ok", _OK),
    "partly_applied": State("Partly applied", "s-warn", _WARN),
    "rejected": State("Rejected", "s-bad", _BAD),
    "withdrawn": State("Withdrawn", "undo", _IDLE),
    "conflicted": State("In conflict", "s-warn", _WARN),
}
PART = {
    "pending": State("Waiting", "s-wait", _IDLE),
    "applied": State("Applied", "s-ok", _OK),
    "failed": State("Failed", "s-bad", _BAD),
    "conflicted": State("In conflict", "s-warn", _WARN),
    "unchanged": State("Unchanged", "s-open", _IDLE),
}
CHECK = {
    "pass": State("Passes", "s-ok", _OK),
    "warn": State("Warns", "s-warn", _WARN),
    "fail": State("Fails", "s-bad", _BAD),
    "waiting": State("Running", "s-wait", _IDLE),
    "info": State("Note", "s-open", _IDLE),
}
REVIEW = {
    "approve": State("Approved", "s-ok", _OK),
    "reject": State("Rejected", "s-bad", _BAD),
    "ask": State("Asked for changes", "comment", _WARN),
    "comment": State("Commented", "comment", _IDLE),
    "waiting": State("Waiting", "s-wait", _IDLE),
    "barred": State("May not decide", "ban", _IDLE),
    "void": State("Void after an edit", "s-open", _IDLE),
}
REPLICA = {
    "ready": State("Queued", "s-wait", _IDLE),
    "queued": State("Queued", "s-wait", _IDLE),
    "waiting": State("Retrying", "retry", _WARN),
    "sending": State("Sending", "publish", _INFO),
    "accepted": State("Accepted", "s-half", _INFO),
    "landed": State("Landed", "s-ok", _OK),
    "retrying": State("Retrying", "retry", _WARN),
    "unknown": State("Finding out", "help", _WARN),
    "rejected": State("Rejected", "s-bad", _BAD),
    "dead": State("Dead", "s-dead", _BAD),
    "blocked": State("Blocked", "ban", _IDLE),
    "paused": State("Paused", "pause", _IDLE),
    "suspended": State("Target suspended", "pause", _WARN),
    "task": State("Task for a person", "user", _INFO),
    "manual": State("Task for a person", "user", _INFO),
    "skipped": State("Skipped", "s-open", _IDLE),
    "not_taken": State("Not taken", "s-open", _IDLE),
    "not_wanted": State("Not asked for", "s-open", _IDLE),
    "not_ready": State("Not ready", "s-open", _IDLE),
    "superseded": State("Superseded", "s-open", _IDLE),
    "shadow": State("Shadow", "eye", _IDLE),
}
FAILURE = {
    "transient": State("Transient", "retry", _WARN),
    "unknown": State("Unknown", "help", _WARN),
    "business": State("Business", "s-bad", _BAD),
    "configuration": State("Configuration", "s-dead", _BAD),
    "defect": State("Defect", "bolt", _BAD),
    "waiting": State("Waiting", "s-wait", _IDLE),
    "manual": State("For a person", "user", _INFO),
    "ok": State("Fine", "s-ok", _OK),
}
TARGET = {
    "healthy": State("Healthy", "s-ok", _OK),
    "degraded": State("Degraded", "s-warn", _WARN),
    "failing": State("Failing", "s-bad", _BAD),
    "suspended": State("Suspended", "s-dead", _BAD),
    "paused": State("Paused", "pause", _IDLE),
    "idle": State("Nothing sent yet", "s-open", _IDLE),
    "shadow": State("Shadow", "eye", _IDLE),
}
IMPORT = {
    "uploaded": State("Uploaded", "file", _IDLE),
    "previewed": State("Ready to run", "s-half", _INFO),
    "running": State("Running", "s-wait", _INFO),
    "done": State("Done", "s-ok", _OK),
    "failed": State("Failed", "s-bad", _BAD),
    "cancelled": State("Cancelled", "ban", _IDLE),
}
ROW = {
    "new": State("New", "plus", _OK),
    "changed": State("Changed", "change", _INFO),
    "unchanged": State("Unchanged", "s-open", _IDLE),
    "linked": State("Same as a record", "link", _OK),
    "duplicate": State("Probable duplicate", "merge", _WARN),
    "open": State("In an open change", "s-half", _INFO),
    "refused": State("Refused", "s-bad", _BAD),
}
SOURCE = {
    "waiting": State("Waiting", "s-wait", _IDLE),
    "proposed": State("Proposed", "s-half", _INFO),
    "linked": State("Linked", "s-ok", _OK),
    "rejected": State("Rejected", "s-bad", _BAD),
}
CANDIDATE = {
    "open": State("To decide", "s-wait", _INFO),
    "same": State("Same", "merge", _OK),
    "different": State("Different", "ban", _IDLE),
    "related": State("Related", "link", _INFO),
    "unsure": State("Unsure", "help", _WARN),
    "snoozed": State("Snoozed", "snooze", _IDLE),
    "stale": State("Overtaken", "s-open", _IDLE),
}

KINDS: dict[str, dict[str, State]] = {
    "record": RECORD,
    "change": CHANGE,
    "part": PART,
    "check": CHECK,
    "review": REVIEW,
    "replica": REPLICA,
    "failure": FAILURE,
    "target": TARGET,
    "import": IMPORT,
    "row": ROW,
    "source": SOURCE,
    "candidate": CANDIDATE,
}


def state_of(kind: str, code: object) -> State:
    """How to show a state; one nobody has listed is shown by its own name."""
    text = str(code or "")
    known = KINDS[kind].get(text)
    return known or State(text.replace("_", " ").capitalize() or "None", "s-open", _IDLE)
