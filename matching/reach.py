"""Which pairs a person may see: both sides, or neither is named."""

from typing import Any

from django.db.models import Q, QuerySet

from matching.models import Candidate, OwnerKind
from mdm import permissions
from mdm.domains import DOMAINS, get_domain

RECORD = OwnerKind.RECORD


def visible(user: Any, domain: str = "") -> QuerySet[Candidate]:
    """Pairs of which the person may see both sides, most alike first.

    What is no record yet belongs to no company code; it is for those who see all of a domain.
    """
    seen = Q(pk__in=[])
    for code in [domain] if domain else DOMAINS:
        if not permissions.may(user, "see", code):
            continue
        if permissions.seen_company_codes(user, code) is None:
            seen |= Q(domain=code)
            continue
        rows = permissions.scoped(user, code, get_domain(code).model.objects.all())
        ids = rows.values("golden_id")
        both = Q(left_kind=RECORD, right_kind=RECORD, left__in=ids, right__in=ids)
        seen |= Q(domain=code) & both
    return Candidate.objects.filter(seen)
