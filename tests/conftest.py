"""What every test may use. Records are made by `tests/make.py`, through real use cases."""

from typing import Any

import hypothesis
import pytest
from django.conf import settings

from tests import make

# A busy machine is no defect: how long an example takes is measured in benchmarks.
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")

pytest_plugins = ["tests.services.databases", "tests.services.product"]


@pytest.fixture(autouse=True, scope="session")
def _quick_passwords(django_test_environment: None) -> None:
    """A password hash that is slow on purpose would be most of what the suite does."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def people(db: None) -> dict[str, Any]:
    """One person for each part in the play."""
    return make.people()


@pytest.fixture
def reference(people: dict[str, Any]) -> None:
    """The reference rows that the test data draws on."""
    make.reference(people)
