"""Consumers that must see every event: a cursor over the event log, one lane per record."""

from django.db import models

from mdm.domains.ids import uuid7


class Subscription(models.Model):
    """A webhook that hears of every approved version, in order per record."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=255)
    domains = models.CharField(max_length=200, blank=True)  # a set; "" is every domain
    secret = models.TextField()  # of the signature, encrypted
    takes_full_data = models.BooleanField(default=False)  # else sensitive values are masked
    cursor = models.PositiveBigIntegerField(default=0)  # events up to here are in the lanes
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_by = models.CharField(max_length=150, blank=True)
    paused_because = models.TextField(blank=True)
    gate_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class SubscriptionLane(models.Model):
    """One record's events for one subscription; a stuck event stops this lane alone."""

    class State(models.TextChoices):
        LANDED = "landed", "Up to date"
        READY = "ready", "Queued"
        SENDING = "sending", "Sending"
        WAITING = "waiting", "Retrying"
        DEAD = "dead", "Dead"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="lanes")
    domain = models.CharField(max_length=40)
    golden_id = models.UUIDField(db_index=True)
    code = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.READY)
    wanted = models.PositiveBigIntegerField()  # sequence of the newest event it must see
    seen = models.PositiveBigIntegerField(default=0)  # sequence of the last one it has seen
    due_at = models.DateTimeField(null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveIntegerField(default=0)
    first_tried_at = models.DateTimeField(null=True, blank=True)
    last_outcome = models.CharField(max_length=16, blank=True)
    last_sentence = models.TextField(blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subscription", "golden_id"], name="lane_once_per_record"
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"], name="lane_due", condition=models.Q(due_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} to {self.subscription_id}"
