"""Targets, made through the real use cases."""

from typing import Any

from publishing.models import Target
from tests import make


def make_target(people: dict[str, Any], code: str = "coupa", **facts: Any) -> Target:
    """A live target; `options` are given as a mapping."""
    options = facts.pop("options", {})
    patch = {
        "code": code,
        "name": code.title(),
        "system": code,
        "connector": "coupa",
        "address": "https://coupa.example",
        "mode": "immediate",
        **facts,
        **{
            f"options[O{n}]": {"name": name, "value": value}
            for n, (name, value) in enumerate(options.items(), 1)
        },
    }
    system = {"code": code, "name": code.title()}
    who = {"by": people["steward"], "approvers": people["approver"]}
    make.record("system", system, **who)
    target: Target = make.record("target", patch, **who)
    return target
