"""The contract files of the product are those of the research, and the twins keep to them."""

import json
import subprocess
import sys

import pytest
from django.conf import settings
from jsonschema import Draft202012Validator

from publishing.twins import contracts
from publishing.twins.checks import compiled
from publishing.twins.s4 import entities
from tests.publishing.twins.callers import CENTERS, PARTNERS, PROJECTS
from tests.publishing.twins.conftest import SHARED

SCHEMAS = {
    "coupa": ["supplier.request", "lookup-value.request", "project.request", "tax-code", "error"],
    "sap-s4hana": [
        "supplier.request",
        "cost-center.request",
        "project.request",
        "tax-code.read",
        "error.odata-v2",
        "error.odata-v4",
    ],
}
FLAGS = {"create": "creatable", "update": "updatable", "delete": "deletable"}
NAMES = [(system, name) for system, names in SCHEMAS.items() for name in names]


def shared(path):
    file = SHARED / path
    if not file.exists():
        pytest.skip("the research contracts are not beside this checkout")
    return json.loads(file.read_text())


def stripped(value):
    """A schema without the marks of where each fact comes from."""
    if isinstance(value, dict):
        return {
            name: stripped(inner)
            for name, inner in value.items()
            if name not in {"x-src", "x-status", "oneOf", "anyOf"}
        }
    return [stripped(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize(("system", "name"), NAMES)
def test_a_schema_says_what_the_research_says(system, name):
    ours = contracts.schema(system, name)

    Draft202012Validator.check_schema(ours)
    assert stripped(ours) == stripped(shared(f"{system}/{name}.schema.json"))


@pytest.mark.parametrize("name", ["business-partner", "enterprise-project", "cost-center"])
def test_an_entity_list_says_what_the_research_says(name):
    theirs = shared(f"sap-s4hana/{name}.fields.json")

    found = entities.service(name)

    for facts in theirs["entities"]:
        entity = found[facts["entity"]]
        wanted = {
            one["name"]: (
                one["type"],
                one.get("max_length"),
                one.get("creatable", True),
                one.get("updatable", True),
            )
            for one in facts["fields"]
            if not one["name"].endswith(("_fc", "_ac", "_oc", "_mc"))
        }
        have = {
            field.name: (field.type, field.longest, field.creatable, field.updatable)
            for field in entity.fields.values()
        }
        assert {name: have[name] for name in wanted} == wanted
        assert set(have) - set(wanted) <= set(entity.key)
        assert (list(entity.key), sorted(entity.verbs)) == (
            facts["key"],
            sorted(verb for verb in ("create", "update", "delete") if facts[FLAGS[verb]]),
        )


@pytest.mark.parametrize(
    ("example", "path"),
    [("supplier", "/api/suppliers"), ("lookup-value", "/api/lookup_values")],
)
def test_coupa_takes_the_examples_of_the_research(coupa, example, path):
    body = shared(f"coupa/examples/{example}.request.json")

    assert coupa.call("POST", path, body).status_code == 201


def test_s4_takes_the_examples_of_the_research(s4):
    for example, path in (
        ("supplier", f"{PARTNERS}/A_BusinessPartner"),
        ("cost-center", f"{CENTERS}/A_CostCenter_2"),
        ("project", f"{PROJECTS}/A_EnterpriseProject"),
    ):
        s4.create(path, shared(f"sap-s4hana/examples/{example}.request.json"))


@pytest.mark.parametrize(("system", "name"), [("coupa", "error"), ("sap-s4hana", "error.odata-v2")])
def test_the_error_schemas_hold_the_known_answers(system, name):
    validator = Draft202012Validator(contracts.schema(system, name))

    bodies = [
        one["body"]
        for one in shared("error-cases.json")["cases"]
        if one["system"] == system and isinstance(one.get("body"), dict)
    ]

    assert bodies
    for body in bodies:
        validator.validate(body)


GOOD = {"name": "x", "number": "S-1", "status": "active"}
BODIES = [
    GOOD,
    {},
    {**GOOD, "name": 5},
    {**GOOD, "name": "x" * 101},
    {**GOOD, "status": "gone"},
    {**GOOD, "on-hold": 1},
    {**GOOD, "payment-term": {"id": True}},
    {**GOOD, "payment-term": {"id": 1.5}},
    {**GOOD, "remit-to-addresses": [{"country": {"code": "DEU"}}]},
    {**GOOD, "remit-to-addresses": {}},
    {**GOOD, "custom-fields": {"a": 1}},
    [],
]


@pytest.mark.parametrize("body", BODIES)
def test_our_checks_judge_as_a_general_validator_does(body):
    schema = contracts.schema("coupa", "supplier.request")

    ours = [problem.path for problem in compiled(schema, closed=False)(body, ())]
    theirs = list(Draft202012Validator(schema).iter_errors(body))

    assert len(ours) == len(theirs)


def test_a_word_that_is_not_checked_is_an_error():
    with pytest.raises(ValueError, match="minLength"):
        compiled({"type": "string", "minLength": 3}, closed=True)


def test_the_twins_need_no_django():
    code = (
        "import sys, publishing.twins.cli, publishing.twins.control;"
        "print([name for name in ('django', 'mdm', 'matching') if name in sys.modules])"
    )

    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=settings.BASE_DIR,
    )

    assert done.stdout.strip() == "[]"
