"""`manage.py import_file`: its exit codes tell what happened."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from mdm.models import Change, ImportRun, SourceRecord

pytestmark = pytest.mark.django_db
LISTS = Path(__file__).parents[2] / "data"


def bring(capsys: Any, file: Path, *options: str, system: str = "erp") -> dict[str, Any]:
    arguments = ["--system", system, "--domain", "supplier", "--by", "steward", "--json"]
    call_command("import_file", str(file), *arguments, *options)
    facts: dict[str, Any] = json.loads(capsys.readouterr().out)
    return facts


def test_a_list_is_brought_in_and_brought_again_without_effect(people: Any, capsys: Any) -> None:
    first = bring(capsys, LISTS / "erp_vendors.csv", "--submit")
    again = bring(capsys, LISTS / "erp_vendors.csv", "--submit")

    change = Change.objects.get(number=first["change"])
    waiting = SourceRecord.objects.filter(state="waiting").count()
    assert (first["counts"]["rows"], change.state, change.part_count) == (
        400,
        "submitted",
        400 - waiting,
    )
    assert (again["change"], again["counts"]["new"]) == (None, 0)
    assert again["counts"]["unchanged"] == 400 - waiting


def test_a_dry_run_writes_nothing(people: Any, capsys: Any) -> None:
    facts = bring(capsys, LISTS / "erp_vendors.csv", "--dry-run")

    assert (facts["state"], facts["counts"]["rows"], facts["change"]) == ("cancelled", 400, None)
    assert SourceRecord.objects.count() == 0


def test_without_submit_the_change_stays_a_draft(people: Any, capsys: Any, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("LIFNR,NAME1\n1,Acme\n")

    facts = bring(capsys, file, "--result", str(tmp_path / "result.csv"))

    assert Change.objects.get(number=facts["change"]).state == "draft"
    assert "1,Acme,new" in (tmp_path / "result.csv").read_text("utf-8-sig")


def test_refused_rows_are_told_by_the_exit_code(people: Any, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("LIFNR,NAME1,LAND1\n1,Acme,Atlantis\n2,Globex,DE\n")

    with pytest.raises(SystemExit) as ended:
        call_command(
            "import_file", str(file), system="erp", domain="supplier", by="steward", submit=True
        )

    assert ended.value.code == 3
    assert list(SourceRecord.objects.values_list("key", flat=True)) == ["2"]


@pytest.mark.parametrize(
    ("content", "options", "says"),
    [
        ("LIFNR,NAME1,X\n1,A,2\n", [], "Nothing is known about the column “X”"),
        ("LIFNR,NAME1\n1,A\n", ["--map", "NAME1=colour"], "an attribute of a supplier"),
        ("LIFNR,NAME1\n1,A\n", ["--map", "NAME1"], "must be written COLUMN=TARGET"),
        ("LIFNR,NAME1\n1,A\n", ["--map", "OTHER=key"], "The file has no column “OTHER”"),
        ("LIFNR\n", [], "no rows below it"),
    ],
)
def test_a_file_that_is_refused_leaves_nothing(
    people: Any, tmp_path: Path, content: str, options: list[str], says: str
) -> None:
    file = tmp_path / "a.csv"
    file.write_text(content)

    with pytest.raises(CommandError, match=says):
        call_command(
            "import_file", str(file), *options, system="erp", domain="supplier", by="steward"
        )

    assert SourceRecord.objects.count() == 0
    assert not ImportRun.objects.filter(state__in=("uploaded", "previewed", "running")).exists()


def test_somebody_must_answer_for_a_file(people: Any, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("LIFNR,NAME1\n1,A\n")

    with pytest.raises(CommandError, match="Say who imports, with --by"):
        call_command("import_file", str(file), system="erp", domain="supplier")
