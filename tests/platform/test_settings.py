"""What the settings refuse, and whether operations.md tells all of them."""

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(settings.BASE_DIR)
SECRET = "x" * 40
PRODUCTION = {
    "MDM_DATABASE_URL": "postgres://mdm@db/mdm",
    "MDM_HOSTS": "mdm.example.com",
    "MDM_SECRET_KEY": SECRET,
    "MDM_VAULT_KEYS": SECRET,
    "MDM_INDEX_KEY": SECRET,
}


@pytest.fixture
def read(monkeypatch, tmp_path):
    """The settings of an installation with just these variables."""

    def read(**variables):
        for name in _variables_read():
            monkeypatch.delenv(name, raising=False)
        for name, value in {"MDM_DATA": str(tmp_path), **variables}.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(ROOT / "mdm" / "settings.py"))

    return read


def test_an_embedded_installation_needs_no_variable(read, tmp_path):
    found = read()

    assert found["DATABASES"]["default"]["NAME"] == str(tmp_path / "touchstone.sqlite3")
    assert (
        found["SECRET_KEY"]
        == read()["SECRET_KEY"]
        != read(MDM_DATA=str(tmp_path / "b"))["SECRET_KEY"]
    )
    assert (found["DEBUG"], found["MDM_DEMO"], found["HTTPS"]) == (False, False, False)


def test_a_public_installation_is_locked_up(read):
    found = read(**PRODUCTION)

    assert found["SECURE_SSL_REDIRECT"]
    assert found["SESSION_COOKIE_SECURE"]
    assert found["CSRF_COOKIE_SECURE"]
    assert found["SECURE_HSTS_SECONDS"] > 0
    assert found["DATABASES"]["default"]["CONN_HEALTH_CHECKS"]


@pytest.mark.parametrize("missing", ["MDM_SECRET_KEY", "MDM_VAULT_KEYS", "MDM_INDEX_KEY"])
def test_production_makes_up_no_secret(read, missing):
    with pytest.raises(ImproperlyConfigured, match=missing):
        read(**{**PRODUCTION, missing: ""})


@pytest.mark.parametrize("host", ["mdm.example.com", "localhost,mdm.example.com", "*", ".local"])
def test_a_demo_has_no_public_name(read, host):
    with pytest.raises(ImproperlyConfigured, match="MDM_DEMO"):
        read(MDM_DEMO="1", MDM_HOSTS=host)


def test_a_demo_listens_to_this_machine_only(read):
    with pytest.raises(ImproperlyConfigured, match="MDM_LISTEN"):
        read(MDM_DEMO="1", MDM_LISTEN="0.0.0.0:8000")


def test_no_script_or_style_is_allowed_inside_a_page(read):
    policy = read()["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]

    words = {str(word) for directive in policy.values() for word in directive}
    assert words == {"'none'", "'self'", "data:", "csp.constants.NONCE"}
    assert policy["default-src"] == ["'none'"]


def test_every_variable_is_in_operations_md():
    table = re.findall(
        r"^\| `(MDM_\w+)` \|", (ROOT / "docs/operations.md").read_text(), re.MULTILINE
    )

    assert sorted(table) == sorted(set(table))
    assert set(table) == _variables_read()


def _variables_read() -> set[str]:
    """Every variable that a module names in quotes of its own."""
    return {
        name
        for package in ("mdm", "matching", "publishing")
        for file in (ROOT / package).rglob("*.py")
        for name in re.findall(r"\"(MDM_[A-Z0-9_]+)\"", file.read_text())
    }


@pytest.mark.parametrize("command", ["runall", "check", "migrate", "help"])
@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("MDM_COOLING_HOURS", "0.02", "it must be a whole number of at least 0."),
        ("MDM_DEMO", "perhaps", "it must be yes or no (or 1, 0, true, false)."),
    ],
)
def test_a_variable_that_cannot_be_read_is_refused_in_one_sentence(command, name, value, said):
    environment = os.environ | {name: value}

    done = subprocess.run(
        [sys.executable, "manage.py", command],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"{name} is {value!r}; {said}\n"
