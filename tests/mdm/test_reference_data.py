"""Base data: what the world keeps is there after set-up, once."""

import pytest
from django.contrib.auth import get_user_model

from mdm import reference_data
from mdm.models import Change, Country, Currency, Unit

pytestmark = pytest.mark.django_db


def test_what_is_missing_is_added_by_a_change_and_the_rest_is_left_alone() -> None:
    first = reference_data.load()
    again = reference_data.load()

    change = Change.objects.get()
    assert (first, again, change.state, change.part_count) == (first, 0, "applied", first)
    assert Country.objects.count() + Currency.objects.count() + Unit.objects.count() == first
    germany, yen = Country.objects.get(code="DE"), Currency.objects.get(code="JPY")
    assert (germany.name, germany.iso3, yen.decimals) == ("Germany", "DEU", 0)
    assert change.policy["sentence"] == reference_data.POLICY


def test_nobody_can_sign_in_as_the_product() -> None:
    reference_data.load()

    author = get_user_model().objects.get(username=reference_data.AUTHOR)
    assert not author.has_usable_password()
