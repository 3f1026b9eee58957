"""What matching keeps: features and keys of what is known, word counts, candidates, verdicts."""

from django.conf import settings
from django.db import models

from mdm.domains import get_domain
from mdm.domains.ids import uuid7


class OwnerKind(models.TextChoices):
    """What an entry of the index, or one side of a candidate, is."""

    RECORD = "record", "Golden record"
    PART = "part", "Proposed record"  # of an open change; its owner is the golden id it will have
    SOURCE = "source", "Waiting source record"


class Entry(models.Model):
    """The standardised features of one thing that may be a duplicate. Secrets in it are blind."""

    owner = models.UUIDField(primary_key=True)
    owner_kind = models.CharField(max_length=6, choices=OwnerKind.choices)
    domain = models.CharField(max_length=40)
    label = models.CharField(max_length=400)
    features = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["domain", "owner_kind"])]

    def __str__(self) -> str:
        return self.label


class MatchKey(models.Model):
    """A number that like things share; written in the transaction that writes its owner."""

    key = models.BigIntegerField()
    domain = models.CharField(max_length=40)
    owner = models.UUIDField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["domain", "key"])]

    def __str__(self) -> str:
        return f"{self.domain} {self.key}"


class Words(models.Model):
    """How many names of a domain hold each word. Look-up and batch read the same version."""

    domain = models.CharField(max_length=40, primary_key=True)
    version = models.PositiveIntegerField(default=1)
    counts = models.JSONField(default=dict)
    names = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.domain} v{self.version}"


class Candidate(models.Model):
    """Two things that may be the same, with the evidence; what a steward said of them."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        SAME = "same", "The same"
        DIFFERENT = "different", "Different"
        RELATED = "related", "Related"
        UNSURE = "unsure", "Unsure"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    domain = models.CharField(max_length=40)
    left = models.UUIDField(db_index=True)  # the golden record, where one side is one
    left_kind = models.CharField(max_length=6, choices=OwnerKind.choices)
    left_label = models.CharField(max_length=400)
    right = models.UUIDField(db_index=True)
    right_kind = models.CharField(max_length=6, choices=OwnerKind.choices)
    right_label = models.CharField(max_length=400)
    probability = models.FloatField()
    log_odds = models.FloatField()
    prior = models.FloatField()
    evidence = models.JSONField(default=list)
    evidence_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    reopened = models.BooleanField(default=False)  # its evidence changed after a verdict
    found_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-probability", "id"]
        constraints = [
            models.UniqueConstraint(fields=["left", "right"], name="candidate_once_per_pair")
        ]
        indexes = [models.Index(fields=["domain", "state", "-probability"])]

    def __str__(self) -> str:
        return f"{self.left_label} ~ {self.right_label}"

    @property
    def likelihood(self) -> str:
        """Its probability as it is said, never rounded over a limit."""
        return get_domain(self.domain).match.said(self.probability)


class Verdict(models.Model):
    """What a steward said of a candidate, on which evidence. Undone, never removed."""

    candidate = models.ForeignKey(Candidate, models.PROTECT, related_name="verdicts")
    verdict = models.CharField(max_length=9, choices=Candidate.State.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)
    evidence_hash = models.CharField(max_length=64)
    change = models.ForeignKey(
        "mdm.Change", models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.by}: {self.get_verdict_display().lower()}"
