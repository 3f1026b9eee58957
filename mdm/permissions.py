"""Who may do what, in which domain and company code. Denied unless a grant says otherwise."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Q, QuerySet

from mdm.domains.spec import Subject, Values
from mdm.errors import NotAllowed
from mdm.models.access import Grant
from mdm.models.source import Identifier

Role = Grant.Role
Actor = AbstractBaseUser | AnonymousUser

ACTIONS: dict[str, tuple[str, ...]] = {
    "see": tuple(Role.values),
    "propose": (Role.REQUESTER, Role.STEWARD, Role.INTEGRATOR),
    "govern": (Role.STEWARD, Role.INTEGRATOR, Role.ADMINISTRATOR),
    "import": (Role.STEWARD, Role.INTEGRATOR),
    "decide_match": (Role.STEWARD,),
    "approve": (Role.APPROVER, Role.PAYMENT_APPROVER),
    "approve_payment": (Role.PAYMENT_APPROVER,),
    "reveal": (Role.STEWARD, Role.PAYMENT_APPROVER),
    "publish": (Role.INTEGRATOR, Role.ADMINISTRATOR),
    "see_ledger": (Role.AUDITOR, Role.ADMINISTRATOR),
    "administer": (Role.ADMINISTRATOR,),
}
WORDS = {
    "see": "see this",
    "propose": "propose a change here",
    "govern": "propose changes of reference data and settings",
    "import": "import files here",
    "decide_match": "decide duplicates here",
    "approve": "approve changes here",
    "approve_payment": "approve changes of payment data here",
    "reveal": "reveal masked values here",
    "publish": "manage publishing",
    "see_ledger": "see the ledger",
    "administer": "administer Touchstone",
}


def grants(user: Actor) -> list[tuple[str, str, str]]:
    """The person's grants as (role, domain, company code), read once per request's user."""
    if not user.is_authenticated or not user.is_active:
        return []
    known: list[tuple[str, str, str]] | None = getattr(user, "known_grants", None)
    if known is None:
        rows = Grant.objects.filter(user_id=user.pk).values_list("role", "domain", "company_code")
        known = list(rows)
        setattr(user, "known_grants", known)  # noqa: B010 - a cache Django's user has no field for
    return known


def may(user: Actor, action: str, domain: str = "", company_codes: Iterable[str] = ()) -> bool:
    """Whether a grant covers the action. A record of no company code belongs to all of them."""
    if getattr(user, "is_superuser", False) and user.is_active:
        return True
    codes = set(company_codes)
    return any(
        role in ACTIONS[action]
        and (not domain or not granted or granted == domain)
        and (not codes or not company or company in codes)
        for role, granted, company in grants(user)
    )


def require(user: Actor, action: str, domain: str = "", company_codes: Iterable[str] = ()) -> None:
    """Raise `NotAllowed`, naming the roles that may, unless a grant covers the action there."""
    if not may(user, action, domain, company_codes):
        roles = " or ".join(Role(role).label for role in ACTIONS[action])
        where = f" for {domain.replace('_', ' ')}s" if domain else ""
        raise NotAllowed(f"You may not {WORDS[action]}{where}. It takes the role {roles}.")


def company_codes_of(kind: Subject, values: Values) -> list[str]:
    """The company codes a record belongs to: those of its attribute, or of its views."""
    if not kind.company_code:
        return []
    code, _, field = kind.company_code.partition(".")
    if not field:
        return [values[code]] if values.get(code) else []
    return sorted({i[field] for i in values.get(code) or [] if i.get(field)})


def seen_company_codes(user: Actor, domain: str) -> set[str] | None:
    """The company codes whose records of a domain the person may see; None for all of them."""
    if getattr(user, "is_superuser", False):
        return None
    codes = {c for _, granted, c in grants(user) if not granted or granted == domain}
    return None if "" in codes else codes


def belonging(codes: Iterable[str]) -> Q:
    """Rows whose `company_codes` (text, comma between) is empty or names one of these."""
    found = Q(company_codes="")
    for code in sorted(codes):
        found |= Q(company_codes=code) | Q(company_codes__startswith=f"{code},")
        found |= Q(company_codes__endswith=f",{code}") | Q(company_codes__contains=f",{code},")
    return found


def scoped(user: Actor, domain: str, records: QuerySet[Any]) -> QuerySet[Any]:
    """Those of the records that the person may see."""
    codes = seen_company_codes(user, domain)
    if codes is None:
        return records
    if not codes:
        return records.none()
    bound = Identifier.objects.filter(domain=domain, kind="company_code")
    theirs = bound.filter(value__in=codes).values("golden_id")
    return records.filter(Q(golden_id__in=theirs) | ~Q(golden_id__in=bound.values("golden_id")))
