"""What waits for whoever manages publishing: one item of the inbox per reason at a target."""

from typing import Any

from django.db.models import Count, Max, Min

from mdm import permissions
from mdm.queries.inbox import Task
from publishing import monitor
from publishing.models import Replica, Target
from publishing.web import words

State = Replica.State
MOST = 100


def tasks(user: Any) -> list[Task]:
    """Deliveries that need a person, equal reasons together, the longest waiting first."""
    if not permissions.may(user, "publish"):
        return []
    rows = monitor.visible(Replica.objects.filter(state__in=(State.DEAD, State.MANUAL)), by=user)
    groups = rows.values("cause", "target", "state").annotate(
        n=Count("pk"), since=Min("updated_at"), domain=Max("domain")
    )
    found: list[Any] = list(groups.order_by("since")[:MOST])
    known = Target.objects.in_bulk({group["target"] for group in found})
    return [_task(group, known[group["target"]]) for group in found]


def _task(group: dict[str, Any], target: Target) -> Task:
    dead = group["state"] == State.DEAD
    count = f"{group['n']} deliver{'y' if group['n'] == 1 else 'ies'}"
    cause = words.cause_title(group["cause"], group["domain"], target) if group["cause"] else ""
    narrowed = {"state": group["state"], "target": target.code}
    if group["cause"]:
        narrowed["cause"] = group["cause"]
    return Task(
        kind="delivery",
        title=f"{count} refused by {target.name}" if dead else f"{count} for a person to enter",
        detail=cause or target.name,
        why="" if dead else f"{target.name} has no way to receive it by itself",
        since=group["since"],
        link=words.list_url(**narrowed),
        risk="high" if dead and group["n"] >= 10 else "medium" if dead else "low",
        key=f"{target.code} {group['state']} {group['cause']}"[:120],
        facts={"domain": group["domain"]},
    )
