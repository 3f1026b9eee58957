"""What each target should have and has of each record, and every try to bring the two together."""

from django.db import models

from mdm.domains.ids import uuid7
from publishing.models.target import Target


class Outcomes(models.TextChoices):
    """How a try ended: the connectors' words, and two of the engine's own."""

    OK = "ok", "Landed"
    OK_UNCHANGED = "ok_unchanged", "Landed, nothing to change"
    ACCEPTED_ASYNC = "accepted_async", "Accepted"
    DUPLICATE = "duplicate", "Exists already"
    BUSINESS_REJECT = "business_reject", "Refused"
    CONFLICT = "conflict", "Changed over there meanwhile"
    TRANSIENT = "transient", "Failed for now"
    AUTH = "auth", "Not let in"
    CONFIGURATION = "configuration", "Set up wrongly"
    UNKNOWN = "unknown", "Answer lost"
    NOT_SUPPORTED = "not_supported", "Not taken by this system"
    MANUAL = "manual", "Needs a person"
    DEFECT = "defect", "Defect of ours"
    SKIPPED = "skipped", "Skipped by a person"


class Replica(models.Model):
    """One target and one record: the version wanted there and the version landed there."""

    class State(models.TextChoices):
        LANDED = "landed", "Landed"
        READY = "ready", "Queued"
        SENDING = "sending", "Sending"
        WAITING = "waiting", "Retrying"
        UNKNOWN = "unknown", "Finding out"
        BLOCKED = "blocked", "Blocked"
        PAUSED = "paused", "Paused"
        ACCEPTED = "accepted", "Accepted"
        MANUAL = "manual", "Needs a person"
        DEAD = "dead", "Dead"
        SKIPPED = "skipped", "Skipped"

    class Lane(models.IntegerChoices):
        URGENT = 0, "Blocks and retirements"
        NORMAL = 1, "Normal"
        MASS = 2, "Mass updates"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    target = models.ForeignKey(Target, models.PROTECT, related_name="replicas")
    domain = models.CharField(max_length=40)
    golden_id = models.UUIDField(db_index=True)
    code = models.CharField(max_length=40, blank=True)  # as in the wanted version
    label = models.CharField(max_length=360, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.READY)
    lane = models.PositiveSmallIntegerField(choices=Lane.choices, default=Lane.NORMAL)
    wanted_version = models.PositiveIntegerField(default=0)
    landed_version = models.PositiveIntegerField(default=0)
    wanted_event = models.ForeignKey(
        "mdm.Event", models.PROTECT, null=True, blank=True, related_name="+"
    )
    due_at = models.DateTimeField(null=True, blank=True)  # none: nothing to do by itself
    lease_token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveIntegerField(default=0)  # since something was wanted
    first_tried_at = models.DateTimeField(null=True, blank=True)
    is_in_doubt = models.BooleanField(default=False)  # what was last asked for may have landed
    overwrite = models.BooleanField(default=False)  # a person said: push over what is there
    landed_at = models.DateTimeField(null=True, blank=True)
    landed_hash = models.CharField(max_length=64, blank=True)  # of the payload
    waits_for = models.TextField(blank=True)  # golden ids, one a line
    last_outcome = models.CharField(max_length=16, choices=Outcomes.choices, blank=True)
    last_sentence = models.TextField(blank=True)
    cause = models.CharField(max_length=200, blank=True)  # equal for equal reasons
    skipped = models.TextField(blank=True)  # why this target does not get it
    replayed_in = models.UUIDField(null=True, blank=True, db_index=True)  # the last replay
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["target", "golden_id"], name="replica_once_per_record")
        ]
        indexes = [
            models.Index(
                fields=["target", "lane", "due_at"],
                name="replica_due",
                condition=models.Q(due_at__isnull=False),
            ),
            models.Index(fields=["state", "target"]),
            models.Index(fields=["cause"], name="replica_cause", condition=~models.Q(cause="")),
        ]

    def __str__(self) -> str:
        return f"{self.code} at {self.target_id}"

    @property
    def is_behind(self) -> bool:
        """Whether the target lacks what is wanted of it."""
        return self.wanted_version > self.landed_version


class ReplicaPart(models.Model):
    """One piece of a record in the target: its key and etag there, and what landed in it last."""

    replica = models.ForeignKey(Replica, models.CASCADE, related_name="parts")
    legal_entity = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=60)
    part_id = models.CharField(max_length=80, blank=True)
    key = models.CharField(max_length=200, blank=True, db_index=True)
    etag = models.CharField(max_length=200, blank=True)
    landed_hash = models.CharField(max_length=64, blank=True)
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["replica", "legal_entity", "kind", "part_id"], name="part_once_per_replica"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Attempt(models.Model):
    """One try: committed before any byte leaves, finished when the answer is written down."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    replica = models.ForeignKey(
        Replica, models.PROTECT, null=True, blank=True, related_name="attempts"
    )
    subscription_lane = models.ForeignKey(
        "publishing.SubscriptionLane",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="attempts",
    )
    number = models.PositiveIntegerField()
    lease_token = models.UUIDField()
    idempotency_key = models.CharField(max_length=250, db_index=True)
    version = models.PositiveIntegerField()
    event = models.ForeignKey("mdm.Event", models.PROTECT, related_name="+")
    operation = models.CharField(max_length=12, blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=16, choices=Outcomes.choices, blank=True)
    sentence = models.TextField(blank=True)
    cause = models.CharField(max_length=200, blank=True)
    exchanges = models.JSONField(default=list)  # masked
    errors = models.JSONField(default=list)
    payload_hash = models.CharField(max_length=64)
    mapping_hash = models.CharField(max_length=64, blank=True)
    correlation_id = models.UUIDField(null=True, blank=True, db_index=True)
    traceparent = models.CharField(max_length=55, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["replica", "number"], name="attempt_numbered_once"),
            models.UniqueConstraint(
                fields=["subscription_lane", "number"], name="lane_attempt_numbered_once"
            ),
            models.CheckConstraint(
                condition=models.Q(replica=None) ^ models.Q(subscription_lane=None),
                name="attempt_of_one_thing",
            ),
        ]
        indexes = [models.Index(fields=["finished_at", "outcome"])]

    def __str__(self) -> str:
        return f"try {self.number} of {self.replica_id or self.subscription_lane_id}"
