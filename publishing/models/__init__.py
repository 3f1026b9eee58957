"""Every table of the package: settings that are governed, and the rows that drive deliveries."""

from publishing.models.clockwork import Heartbeat, RelayState
from publishing.models.replica import Attempt, Replica, ReplicaPart
from publishing.models.subscription import Subscription, SubscriptionLane
from publishing.models.target import CodeMap, Target, TargetState

__all__ = [
    "Attempt",
    "CodeMap",
    "Heartbeat",
    "RelayState",
    "Replica",
    "ReplicaPart",
    "Subscription",
    "SubscriptionLane",
    "Target",
    "TargetState",
]
