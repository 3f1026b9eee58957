"""Where a pair is in its queue, and what comes after it is decided."""

from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse

from matching.models import Candidate
from matching.web import listing
from mdm.web import queue

State = Candidate.State


@dataclass(frozen=True, slots=True)
class Place:
    """The number of a pair among those to decide, and its neighbours."""

    number: int
    total: int
    earlier: str
    later: str
    following: str


def place(request: HttpRequest, pair: Candidate) -> Place | queue.Place | None:
    """The place in the inbox it was opened from, else among the pairs with the same filters."""
    if found := queue.place(request, str(pair.pk)):
        return found
    if pair.state not in (State.OPEN, State.UNSURE):
        return None
    rows = listing.narrowed(listing.of_state(request.user, pair.state), request.GET)
    before = Q(probability__gt=pair.probability) | Q(probability=pair.probability, pk__lt=pair.pk)
    after = Q(probability__lt=pair.probability) | Q(probability=pair.probability, pk__gt=pair.pk)
    earlier = rows.filter(before).order_by("probability", "-pk").first()
    later = rows.filter(after).order_by("-probability", "pk").first()
    following = later or earlier
    return Place(
        number=rows.filter(before).count() + 1,
        total=rows.count(),
        earlier=listing.pair_url(earlier, request.GET) if earlier else "",
        later=listing.pair_url(later, request.GET) if later else "",
        following=listing.pair_url(following, request.GET)
        if following
        else reverse("duplicate-list"),
    )
