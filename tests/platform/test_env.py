"""Reading the MDM_ variables."""

import stat

import pytest
from django.core.exceptions import ImproperlyConfigured

from mdm import env

NAME = "MDM_SAMPLE"
SECRET = "a secret that is long enough to be one"


@pytest.fixture
def given(monkeypatch):
    return lambda value: monkeypatch.setenv(NAME, value)


@pytest.mark.parametrize(
    ("value", "read", "expected"),
    [
        ("Yes", env.flag, True),
        ("0", env.flag, False),
        ("  ", env.flag, False),
        ("a, ,b,", env.words, ["a", "b"]),
        (" x ", env.text, "x"),
        (SECRET, env.secret, SECRET),
    ],
)
def test_a_value_that_can_be_read_is_read(given, value, read, expected):
    given(value)

    assert read(NAME) == expected


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("maybe", env.flag),
        ("", env.text),
        ("", env.secret),
        ("short", env.secret),
        (f"{SECRET},short", env.secret),
        ("-1", lambda name: env.number(name, 1)),
        ("٣", lambda name: env.number(name, 1)),
        ("0", lambda name: env.number(name, 1, least=1)),
        ("LOUD", lambda name: env.choice(name, "INFO", ("INFO", "ERROR"))),
        ("relative/folder", lambda name: env.folder(name, None)),
        ("localhost", lambda name: env.address(name, "")),
        (":80", lambda name: env.address(name, "")),
        ("localhost:http", lambda name: env.address(name, "")),
        ("localhost:70000", lambda name: env.address(name, "")),
        ("mysql://user@host/name", lambda name: env.database(name, "")),
        ("postgres://host:5432", lambda name: env.database(name, "")),
        ("postgres://host:http/name", lambda name: env.database(name, "")),
        ("sqlite:///relative", lambda name: env.database(name, "")),
    ],
)
def test_a_value_that_cannot_be_read_is_refused_by_name(given, value, read):
    given(value)

    with pytest.raises(ImproperlyConfigured, match=NAME):
        read(NAME)


def test_an_address_may_be_of_version_6(given):
    given("[::1]:8000")

    assert env.address(NAME, "") == ("::1", 8000)


def test_a_database_address_becomes_settings(given):
    given("postgres://ada:p%40ss@db:5433/mdm?sslmode=require")

    assert env.database(NAME, "") == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "mdm",
        "USER": "ada",
        "PASSWORD": "p@ss",
        "HOST": "db",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }


def test_a_secret_that_is_made_is_kept_for_its_owner_alone(tmp_path):
    made = env.secret(NAME, tmp_path / "keys")

    assert env.secret(NAME, tmp_path / "keys") == made
    assert stat.S_IMODE((tmp_path / "keys" / "sample").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["sample"]
