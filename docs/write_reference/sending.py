"""The pages about publishing: what becomes of a delivery, and what each target takes."""

from datetime import timedelta

from docs.write_reference.markdown import code, listed, page, table
from mdm.domains import DOMAINS
from publishing import retry
from publishing.connectors import CONNECTORS
from publishing.connectors.base import Support
from publishing.connectors.connector import Connector
from publishing.limits import Limits
from publishing.models import Replica, SubscriptionLane, Target
from publishing.models.replica import Outcomes
from publishing.relay import MASS

STATES = {
    "landed": "The target has what is wanted.",
    "ready": "Waits for a worker.",
    "sending": "A worker has it, until its lease ends.",
    "waiting": "A try failed for now; the next one is at a set time.",
    "unknown": "No answer was read. The next try looks first.",
    "blocked": "A record it refers to has not landed there yet.",
    "paused": "The target is paused, suspended, manual or in shadow mode.",
    "accepted": "The target took it and works on it. It is asked until it has landed.",
    "manual": "The target has no such interface. A person does it there and says so here.",
    "dead": "It will not be tried again by itself. A person decides.",
    "skipped": "This target does not get it; the delivery says why.",
}
FOLLOWS = {
    "ok": "`landed`",
    "ok_unchanged": "`landed`",
    "accepted_async": "`accepted`",
    "duplicate": "`unknown`: it is looked up, then tried again",
    "business_reject": "`dead` at once: data or a code map must be mended",
    "conflict": "`waiting`; twice in a row `dead`",
    "transient": "`waiting`",
    "auth": "`paused`, and the target is suspended; no try is used up",
    "configuration": "`paused`, and the target is suspended; no try is used up",
    "unknown": "`unknown`: the next try looks first",
    "not_supported": "`skipped`",
    "manual": "`manual`",
    "defect": "`dead`: ours to mend",
    "skipped": "`skipped`",
}
MODES = {
    "immediate": "As soon as a version exists.",
    "scheduled": "At the times in its option `send_at`, such as `06:00,18:00` (UTC).",
    "manual": "When a person replays them.",
    "shadow": "Never. What would be sent is worked out.",
}
LANES = {
    0: "Blocks, retirements and merges. They go first.",
    1: "Everything else.",
    2: f"Versions from a change of more than {MASS} parts. They go last.",
}
TAKES = {
    Support.WRITE: "over its interface",
    Support.FILE: "as a file",
    Support.MANUAL: "by hand: a task for a person",
    Support.READ_ONLY: "read only",
}


def deliveries() -> str:
    """States, outcomes and the schedule of tries."""
    plan = retry.DEFAULT
    return page(
        "# Deliveries",
        "A delivery is what one target should have of one record, together with its attempts. "
        "[Delivery guarantees](../explanation/delivery.md) says what holds.",
        "## States",
        table(
            ("state", "shown as", "meaning"),
            ([code(s), s.label, STATES[s]] for s in Replica.State),
        ),
        "## Outcomes of an attempt",
        table(
            ("outcome", "shown as", "what follows"),
            ([code(o), o.label, FOLLOWS[o]] for o in Outcomes),
        ),
        "## Tries",
        f"After the n-th failure the wait is drawn between nothing and {_span(plan.base)} doubled "
        f"each time, at most {_span(plan.cap)}. What `Retry-After` asks for is a floor. After "
        f"{plan.tries} tries or {_span(plan.patience)} the delivery is `dead`.",
        "## Lanes",
        table(
            ("lane", "what is in it"), ([str(lane), LANES[lane]] for lane in Replica.Lane.values)
        ),
        "## Modes of a target",
        table(
            ("mode", "shown as", "when it is sent"),
            ([code(m), m.label, MODES[m]] for m in Target.Mode),
        ),
        "## States of a subscription's lane",
        "A subscription sees every event, in order per record. One lane is one record.",
        table(("state", "shown as"), ([code(s), s.label] for s in SubscriptionLane.State)),
    )


def targets() -> str:
    """Each connector: what it takes, how hard it is driven, its code maps."""
    return page(
        "# Targets",
        "A connector speaks the language of one system. A target is a system that is set up: "
        "connector, address, filter, mode, code maps.",
        table(
            ("domain", *(c.label for c in CONNECTORS.values())),
            (
                [d.plural, *(_takes(c, d.code) for c in CONNECTORS.values())]
                for d in DOMAINS.values()
            ),
        ),
        *(_connector(one) for one in CONNECTORS.values()),
    )


def _takes(connector: Connector, domain: str) -> str:
    support = connector.supports(domain)
    return TAKES[support] if support else "not taken"


def _connector(one: Connector) -> str:
    lists = {c.name: c for d in DOMAINS for c in one.code_lists(d)}
    rows = (
        [
            code(name),
            str(len(one.DEFAULT_MAPS.get(name, {}))),
            listed(c.canonical_paths),
            _unmapped(c.optional),
        ]
        for name, c in sorted(lists.items())
    )
    return page(
        f"## {one.label}",
        f"Connector {code(one.code)}. {_limits(one.limits)}",
        "Code maps it uses. Entries of the installation come before the defaults.",
        table(("list", "defaults", "for", "a code without an entry"), rows),
    )


def _unmapped(optional: bool) -> str:
    return "is left out" if optional else "stops the delivery"


def _limits(limits: Limits) -> str:
    return (
        f"At most {limits.per_second} requests a second and {limits.parallel} at once, unless the "
        "options `per_second` and `parallel` of the target say otherwise."
    )


def _span(length: timedelta) -> str:
    seconds = int(length.total_seconds())
    for size, word in ((3600, "hours"), (60, "minutes")):
        if seconds % size == 0 and seconds >= size:
            return f"{seconds // size} {word}"
    return f"{seconds} seconds"
