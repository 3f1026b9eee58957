"""Who may do what, where; the keys that seal sensitive values; API tokens."""

from django.conf import settings
from django.db import models

from mdm.domains.ids import uuid7


class Grant(models.Model):
    """A role that a person holds, in one domain or all, in one company code or all."""

    class Role(models.TextChoices):
        REQUESTER = "requester", "Requester"
        STEWARD = "steward", "Data steward"
        APPROVER = "approver", "Approver"
        PAYMENT_APPROVER = "payment_approver", "Payment approver"
        INTEGRATOR = "integrator", "Integrator"
        AUDITOR = "auditor", "Auditor"
        ADMINISTRATOR = "administrator", "Administrator"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20, choices=Role.choices)
    domain = models.CharField(max_length=40, blank=True)  # "" is every domain
    company_code = models.CharField(max_length=20, blank=True)  # "" is every company code

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "domain", "company_code"], name="granted_once"
            )
        ]

    def __str__(self) -> str:
        where = ", ".join(p for p in (self.domain, self.company_code) if p) or "everywhere"
        return f"{self.user}: {self.get_role_display()} ({where})"


class ApiToken(models.Model):
    """A bearer token `id.secret`; only a keyed hash of the secret is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    secret_hash = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)  # of read, propose, source, publish, reveal
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} of {self.user}"


class SubjectKey(models.Model):
    """The wrapped key that seals one subject's values. Destroying it erases them."""

    subject = models.UUIDField(primary_key=True)
    wrapped = models.BinaryField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    destroyed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"key of {self.subject}"


class IdempotentRequest(models.Model):
    """The first answer to a POST under an Idempotency-Key, given again to its repeats."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True, blank=True)  # none: still in progress
    body = models.BinaryField(null=True, blank=True)
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotent_once")]

    def __str__(self) -> str:
        return self.key
