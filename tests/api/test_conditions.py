"""If-Match and If-None-Match as RFC 9110 has them."""

import pytest

from mdm.api import conditions
from mdm.api.errors import Problem

TAG = '"7-abc"'


@pytest.mark.parametrize(
    ("header", "known"),
    [
        ("", False),
        (TAG, True),
        (f"W/{TAG}", True),
        ("*", True),
        (f'"1", {TAG}', True),
        ('"7"', False),
        ("7-abc", False),
        ('"7-abc', False),
    ],
)
def test_a_read_knows_what_the_caller_has(header, known):
    assert conditions.is_known(header, TAG) is known


@pytest.mark.parametrize(
    ("header", "slug"),
    [
        ("", "precondition-required"),
        ('"6-abc"', "stale-version"),
        (f"W/{TAG}", "stale-version"),
        ("nonsense", "stale-version"),
    ],
)
def test_a_write_names_what_is_there_strongly(header, slug):
    with pytest.raises(Problem) as raised:
        conditions.require_match(header, [TAG, '"7-full"'])

    assert raised.value.kind.slug == slug
    assert raised.value.headers == {"ETag": TAG}


@pytest.mark.parametrize("header", [TAG, '"7-full"', f'"x", {TAG}', "*"])
def test_a_write_may_name_either_form(header):
    conditions.require_match(header, [TAG, '"7-full"'])
