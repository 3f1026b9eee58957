"""Whom the twins let in: made once, kept for the owner alone, or given by the environment."""

import stat

from publishing.twins import credentials


def test_credentials_are_made_once_and_kept_secret(tmp_path):
    made = credentials.load(tmp_path, {})

    assert credentials.load(tmp_path, {}) == made
    assert len(made.coupa_client_secret) > 30
    assert stat.S_IMODE((tmp_path / "credentials.json").stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["credentials.json"]


def test_the_environment_comes_first(tmp_path):
    given = {name: f"given-{name}" for name in credentials.VARIABLES.values()}

    found = credentials.load(tmp_path, given)

    assert found.s4_password == "given-MDM_TWINS_S4_PASSWORD"
