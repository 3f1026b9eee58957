"""What an approved version leaves behind: its frozen payload, its event, its ledger entry."""

from django.db import models
from django.db.models.functions import Now

from mdm.domains.ids import uuid7


class Payload(models.Model):
    """The canonical form of one version, once under the hash of its full bytes. Never edited."""

    hash = models.CharField(max_length=64, primary_key=True)  # SHA-256 of the full bytes
    golden_id = models.UUIDField(db_index=True)
    masked = models.BinaryField()
    sealed = models.BinaryField(
        null=True, blank=True
    )  # the full bytes; none when nothing is masked
    masked_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.hash[:12]


class LiveVersion(models.Model):
    """The payload of each record's live version, so that a read is one query.

    `next_flip_on` is the day on which time alone would change a value of it: a pin ends, or trust
    has decayed.
    """

    golden_id = models.UUIDField(primary_key=True)
    domain = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    payload = models.ForeignKey(Payload, models.PROTECT, related_name="+")
    merged_into = models.UUIDField(null=True, blank=True)
    company_codes = models.TextField(blank=True)  # 1010,1710
    next_flip_on = models.DateField(null=True, blank=True, db_index=True)

    class Meta:
        indexes = [models.Index(fields=["domain", "golden_id"])]

    def __str__(self) -> str:
        return f"{self.golden_id} v{self.version}"


class Event(models.Model):
    """One approved version in the outbox. The relay gives it its gap-free sequence number."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sequence = models.PositiveBigIntegerField(null=True, blank=True, unique=True)
    type = models.CharField(max_length=80)  # supplier.updated.v1
    domain = models.CharField(max_length=40)
    golden_id = models.UUIDField()
    code = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    payload = models.ForeignKey(Payload, models.PROTECT, related_name="+")
    change = models.ForeignKey("mdm.Change", models.PROTECT, related_name="events")
    effective_from = models.DateField()
    company_codes = models.TextField(blank=True)  # 1010,1710
    traceparent = models.CharField(max_length=55, blank=True)
    occurred_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["golden_id", "version"], name="event_once_per_version")
        ]
        indexes = [
            models.Index(
                fields=["sequence"], name="event_waiting", condition=models.Q(sequence=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.code} v{self.version}"


class LedgerEntry(models.Model):
    """One link of the audit chain. Until it is sealed it has no sequence."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sequence = models.PositiveBigIntegerField(null=True, blank=True, unique=True)
    kind = models.CharField(max_length=40)
    person = models.CharField(max_length=150)
    subject = models.CharField(max_length=200, blank=True)
    facts = models.JSONField(default=dict)
    correlation_id = models.UUIDField(null=True, blank=True)
    at = models.DateTimeField()
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["sequence"], name="ledger_unsealed", condition=models.Q(sequence=None)
            ),
            models.Index(fields=["subject"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.person}"
