"""The script `./run`, and the sum it ends with."""

import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from tests import summary
from tests.summary import Counts

ROOT = Path(settings.BASE_DIR)
RESULT = """<testsuites><testsuite tests="5" failures="1" errors="1" skipped="1">
<testcase name="a"><skipped message="no browser"/></testcase></testsuite></testsuites>"""


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", str(ROOT / "run"), *arguments], capture_output=True, text=True, check=False
    )


def test_the_scripts_are_plain_sh_and_executable():
    for script in (ROOT / "run", ROOT / ".ci/run"):
        assert subprocess.run(["sh", "-n", str(script)], check=False).returncode == 0
        assert script.read_text().startswith("#!/bin/sh\n")
        assert script.stat().st_mode & 0o111


def test_every_verb_is_explained():
    text = (ROOT / "run").read_text()
    verbs = [line.split(")")[0].strip() for line in text.splitlines() if line.endswith(";;")]
    explained = _run("help").stdout

    assert {"up", "test", "check", "bench", "lock"} <= set(verbs)
    assert [verb for verb in verbs if verb.isalpha() and verb != "help"] == [
        verb for verb in verbs if f"./run {verb}" in explained
    ]


def test_an_unknown_verb_is_refused():
    done = _run("fly")

    assert (done.returncode, done.stdout) == (1, "")
    assert "no verb called fly" in done.stderr


@pytest.mark.parametrize(
    ("result", "status", "expected"),
    [
        (RESULT, 1, Counts(passed=2, failed=2, skipped=1)),
        ('<testsuite tests="3" failures="0" errors="0" skipped="0"/>', 0, Counts(passed=3)),
        ('<testsuite tests="3" failures="0" errors="0" skipped="0"/>', 2, Counts(3, 1)),
        ('<testsuite tests="0"/>', 5, Counts()),
        (None, 0, Counts(passed=1)),
        (None, 1, Counts(failed=1)),
    ],
)
def test_a_part_is_counted(tmp_path, result, status, expected):
    if result:
        (tmp_path / "part.xml").write_text(result)

    assert summary.counts(tmp_path / "part.xml", status) == expected


def test_the_sum_ends_with_one_plain_line_and_says_why_tests_were_skipped(tmp_path, capsys):
    (tmp_path / "browser.xml").write_text(RESULT)

    failed = summary.main(tmp_path, ["checks=0", "browser=1"])

    lines = capsys.readouterr().out.splitlines()
    assert failed
    assert lines[-1] == "3 passed, 2 failed, 1 skipped"
    assert "             skipped: no browser" in lines
