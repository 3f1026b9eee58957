"""People, reference data and two systems that send files."""

from typing import Any

import pytest

from tests import make


@pytest.fixture
def people(db: None) -> dict[str, Any]:
    people = make.people()
    make.reference(people)
    for code in ("erp", "procurement"):
        system = {"code": code, "name": code.upper()}
        make.record("system", system, by=people["integrator"], approvers=people["approver"])
    return people
