"""Downstream systems and their code maps, governed both; and how a target fares."""

from django.db import models

from mdm.domains.golden import AnchoredHistory, Governed, anchor, collection


class Target(Governed):
    """A downstream system as it is set up: whose language, where, and which records it takes."""

    class Mode(models.TextChoices):
        IMMEDIATE = "immediate", "At once"
        SCHEDULED = "scheduled", "At set times"
        MANUAL = "manual", "When somebody releases it"
        SHADOW = "shadow", "Shadow: worked out, never sent"

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    system = models.CharField(max_length=40)  # code of the system whose keys it gives
    connector = models.CharField(max_length=40)
    address = models.CharField(max_length=255)
    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.IMMEDIATE)
    domains = models.CharField(max_length=200, blank=True)  # a set; "" takes what it can
    company_codes = models.CharField(max_length=400, blank=True)  # a set; "" takes all
    countries = models.CharField(max_length=400, blank=True)  # a set; "" takes all
    statuses = models.CharField(max_length=80, blank=True)  # a set; "" is active and blocked
    takes_bank_data = models.BooleanField(default=False)
    options = collection()

    head = anchor("publishing.HistoricalTarget")
    history = AnchoredHistory()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class CodeMap(Governed):
    """One entry of a code map: what a target calls a code of ours."""

    code = models.CharField(max_length=200, unique=True)  # target:list:ours
    target = models.CharField(max_length=40, db_index=True)
    list = models.CharField(max_length=40)
    ours = models.CharField(max_length=80)
    theirs = models.CharField(max_length=120)
    note = models.CharField(max_length=200, blank=True)

    head = anchor("publishing.HistoricalCodeMap")
    history = AnchoredHistory()

    class Meta:
        ordering = ["code"]
        indexes = [models.Index(fields=["target", "list", "ours"])]

    def __str__(self) -> str:
        return f"{self.ours} is {self.theirs}"


class TargetState(models.Model):
    """How a target fares: stopped by whom and why, gate, breaker, bucket, credentials."""

    target = models.OneToOneField(
        Target, models.CASCADE, primary_key=True, related_name="state_row"
    )
    paused_at = models.DateTimeField(null=True, blank=True)  # by a person
    paused_by = models.CharField(max_length=150, blank=True)
    paused_because = models.TextField(blank=True)
    suspended_at = models.DateTimeField(null=True, blank=True)  # by an answer of the target
    suspended_because = models.TextField(blank=True)
    gate_until = models.DateTimeField(null=True, blank=True)
    breaker_from = models.DateTimeField(null=True, blank=True)
    breaker_tries = models.PositiveIntegerField(default=0)
    breaker_failures = models.PositiveIntegerField(default=0)
    open_until = models.DateTimeField(null=True, blank=True)
    openings = models.PositiveIntegerField(default=0)
    probe_until = models.DateTimeField(null=True, blank=True)  # the one probe is under way
    tokens = models.FloatField(null=True, blank=True)
    tokens_at = models.DateTimeField(null=True, blank=True)
    credentials = models.TextField(blank=True)  # encrypted
    last_ok_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"state of {self.target_id}"

    @property
    def is_stopped(self) -> bool:
        """Whether a person or an answer has stopped it."""
        return self.paused_at is not None or self.suspended_at is not None

    @property
    def stopped_because(self) -> str:
        """Why nothing is sent, as a sentence; "" when it is not stopped."""
        if self.suspended_at is not None:
            return f"Suspended: {self.suspended_because}"
        if self.paused_at is not None:
            return f"Paused by {self.paused_by}: {self.paused_because}"
        return ""
