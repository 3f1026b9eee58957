"""Requests made up from the description: whatever is sent, what comes back is what it says.

The short form asks each operation a few times; `--all` asks hundreds of times.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from mdm.api.openapi import openapi
from mdm.wsgi import application
from tests import make
from tests.api.conftest import Caller

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much]


@cache
def described() -> Any:
    """The description, ready to make requests from."""
    document = openapi(SchemaGenerator())
    document.pop("webhooks")
    schema = schemathesis.openapi.from_dict(document)
    schema.app = application
    schema.location = "/api/v1/schema/"
    return schema


def operations() -> list[Any]:
    """Every operation there is."""
    return [result.ok() for result in described().get_all_operations()]


def ids() -> list[str]:
    return [f"{operation.method} {operation.path}" for operation in operations()]


@pytest.fixture
def token(people: dict[str, Any], reference: None, settings: Any) -> Iterator[str]:
    """Somebody who may do much, so that requests get far."""
    settings.API_REQUESTS_PER_MINUTE = 0
    both = make.person("both", "steward", "integrator")
    for signal in (request_started, request_finished):  # the test's transaction is to stay
        signal.disconnect(close_old_connections)
    yield Caller(both, "read", "propose", "source", "publish", "reveal").text
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def ask(operation: Any, token: str, *, examples: int) -> None:
    """Send made-up requests, right ones and wrong ones, and look at each answer."""

    @given(data=st.data())
    @hypothesis(
        max_examples=examples,
        deadline=None,
        suppress_health_check=QUIET,
        phases=[Phase.generate],
        derandomize=True,
        database=None,
    )
    def check(data: Any) -> None:
        mode = data.draw(st.sampled_from(list(schemathesis.GenerationMode)))
        case = data.draw(operation.as_strategy(generation_mode=mode))
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=CHECKS)

    check()


@pytest.mark.parametrize("operation", operations(), ids=ids())
def test_every_operation_answers_as_it_is_described(operation: Any, token: str) -> None:
    ask(operation, token, examples=4)


@pytest.mark.long
@pytest.mark.parametrize("operation", operations(), ids=ids())
def test_every_operation_answers_hundreds_of_times(operation: Any, token: str) -> None:
    ask(operation, token, examples=200)
