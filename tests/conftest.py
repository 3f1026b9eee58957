"""What every test may use. Records are made by `tests/make.py`, through real use cases."""

import pytest
from django.conf import settings

pytest_plugins = ["tests.services.databases", "tests.services.product"]


@pytest.fixture(autouse=True, scope="session")
def _quick_passwords(django_test_environment: None) -> None:
    """A password hash that is slow on purpose would be most of what the suite does."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
