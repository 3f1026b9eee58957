"""Tax codes at the Coupa twin: by file only, row by row."""

import pytest

HEAD = "Code,Country Code,Tax Rate Percentage,Description,Active\n"
REASONS = (
    "Unable to find valid Country record",
    "Tax rate percentage must be a number between 0 and 100",
    "Active must be Yes or No",
)
INCOMING = "/files/Incoming/TaxCodes"


def drop(coupa, content, name="a.csv", **headers):
    return coupa.http.put(f"{INCOMING}/{name}", content=content.encode(), headers=headers)


def results(coupa, name="a.csv"):
    return coupa.http.get(f"/files/Outgoing/TaxCodes/{name}").text.splitlines()[1:]


def test_a_file_makes_and_changes_tax_codes_and_says_what_became_of_each_row(coupa):
    first = drop(coupa, f"{HEAD}V1,DE,16,Input,Yes\nV2,DE,7,Reduced,Yes\n")
    assert first.status_code == 201
    rows = f"{HEAD}V1,DE,19,Input,Yes\nV2,DE,7,Reduced,Yes\nV3,XX,x,,Maybe\n"
    drop(coupa, rows, "b.csv")

    found = coupa.accepted("GET", "/api/tax_codes?code=V1")

    assert [(one["id"], one["percentage"], one["country"]) for one in found] == [
        (1, 19.0, {"code": "DE"})
    ]
    assert coupa.accepted("GET", "/api/tax_codes/2")["description"] == "Reduced"
    assert results(coupa) == ["1,V1,created,", "2,V2,created,"]
    assert results(coupa, "b.csv") == [
        "1,V1,updated,",
        "2,V2,unchanged,",
        f"3,V3,refused,{'; '.join(REASONS)}",
    ]


def test_a_read_file_is_archived(coupa):
    drop(coupa, f"{HEAD}V1,DE,19,Input,Yes\n")

    assert coupa.http.get(f"{INCOMING}/a.csv").status_code == 404
    assert coupa.http.get("/files/Incoming/Archive/TaxCodes/a.csv").text.startswith(HEAD)


def test_a_file_put_into_the_folder_by_hand_is_read_when_somebody_looks(coupa, tmp_path):
    file = tmp_path / "coupa/Incoming/TaxCodes/by-hand.csv"
    file.write_text(f"\ufeff{HEAD}V1,DE,19,Input,\n", encoding="utf-8")

    assert [one["code"] for one in coupa.accepted("GET", "/api/tax_codes")] == ["V1"]
    assert not file.exists()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("Code,Country Code\nV1,DE\n", "missing: Tax Rate Percentage"),
        (f"{HEAD.strip()},Rate\nV1,DE,1,,Yes,1\n", "Unknown columns: 'Rate'"),
        (f'{HEAD}"V1,DE,1,,Yes\n', "cannot be read"),
        (f"{HEAD}V1,DE\n", "Wrong number of cells"),
        (f"{HEAD},DE,1,,Yes\n", "Code can't be blank"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_with_its_reason(coupa, content, reason):
    drop(coupa, content)

    (row,) = results(coupa)

    assert "refused" in row
    assert reason in row
    assert coupa.accepted("GET", "/api/tax_codes") == []


@pytest.mark.parametrize("name", ["a.txt", "..%2Fa.csv", ".hidden.csv", "a b.csv"])
def test_a_strange_file_name_is_refused(coupa, name):
    assert drop(coupa, HEAD, name).status_code in {400, 405}


def test_each_row_is_in_the_log_with_the_id_of_its_request(coupa, control):
    drop(coupa, f"{HEAD}V1,DE,19,Input,Yes\nV2,XX,7,,Yes\n", **{"X-Request-ID": "epoch:1:v1"})

    lines = [entry for entry in control.log() if entry.method == "CSV"]

    assert [(one.request_id, one.effect, one.code, one.status) for one in lines] == [
        ("epoch:1:v1", "create", "V1", 200),
        ("epoch:1:v1", "none", "V2", 400),
    ]


def test_a_supplier_may_name_a_tax_code_that_is_there(coupa, supplier):
    drop(coupa, f"{HEAD}V1,DE,19,Input,Yes\n")

    made = coupa.accepted("POST", "/api/suppliers", {**supplier, "tax-code": {"code": "V1"}})

    assert made["tax-code"] == {"code": "V1"}
