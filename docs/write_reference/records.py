"""The pages about records: domains, and the lists they draw codes from."""

from collections.abc import Iterable

from docs.write_reference.markdown import code, listed, page, sentence, table
from mdm.domains import DOMAINS
from mdm.domains.golden import Status
from mdm.domains.reference import REFERENCE_LISTS
from mdm.domains.spec import (
    Attribute,
    Collection,
    Domain,
    Kind,
    Sensitivity,
    Subject,
    always,
    never,
)

KINDS = {
    Kind.TEXT: "text",
    Kind.LONG_TEXT: "long text",
    Kind.DATE: "date",
    Kind.INTEGER: "whole number",
    Kind.DECIMAL: "decimal",
    Kind.FLAG: "yes or no",
    Kind.CHOICE: "one of",
    Kind.SET: "any of",
    Kind.LISTED: "code of",
    Kind.REFERENCE: "record of",
}
STATUSES = {
    Status.DRAFT: "Not in use yet.",
    Status.ACTIVE: "In use.",
    Status.BLOCKED: "In use no more for now; it can come back.",
    Status.RETIRED: "The end of its life; it can be reactivated.",
    Status.MERGED: "Another record stands for it. It stays as a redirect.",
}
CARE = {
    Sensitivity.ROUTINE: "",
    Sensitivity.IDENTITY: "identity",
    Sensitivity.PERSONAL: "personal",
    Sensitivity.PAYMENT: "payment",
}
ATTRIBUTES = ("attribute", "label", "value", "needs care")


def domains() -> str:
    """Every domain with all of its attributes."""
    return page(
        "# Domains and attributes",
        "A domain is a kind of golden record. Every domain has the attributes below, and each "
        "attribute has one value. A collection is a list of items with ids that stay.",
        "In the column *needs care*: **identity** and **personal** values need an approver, "
        "**payment** values need two payment approvers and cooling-off, and **sealed** values are "
        "encrypted and shown masked. [Policies](policies.md) says who approves what.",
        table(
            ("domain", "code", "path", "numbers"),
            ([d.plural, code(d.code), code(d.path), _numbers(d)] for d in DOMAINS.values()),
        ),
        "The JSON Schema of each domain is at `/api/schemas/<code>.v1.json` "
        "([events](events.md) have their own).",
        "## Status",
        table(("status", "meaning"), ([code(s.value), STATUSES[s]] for s in Status)),
        *(part for domain in DOMAINS.values() for part in _domain(domain)),
    )


def reference_data() -> str:
    """The lists that records draw codes from."""
    return page(
        "# Reference data",
        "The lists that records draw codes from. A row changes like a record: through a change "
        "that somebody else approves. Rows are not published; targets get codes through their "
        "code maps.",
        table(
            ("list", "code", "path", "used by"),
            (
                [one.plural, code(one.code), code(one.path), listed(_users(one))]
                for one in REFERENCE_LISTS.values()
            ),
        ),
        *(
            page(f"## {one.plural}", table(ATTRIBUTES, _attributes(one.attributes)))
            for one in REFERENCE_LISTS.values()
        ),
    )


def _numbers(domain: Domain) -> str:
    return f"from {code(f'{domain.number_prefix}{domain.number_start}')}, where no code is given"


def _users(kind: Subject) -> list[str]:
    """The domains that draw codes from a list."""
    return [d.code for d in DOMAINS.values() if kind.code in _drawn_from(d)]


def _drawn_from(domain: Domain) -> set[str]:
    fields = [*domain.attributes, *(f for c in domain.collections for f in c.fields)]
    return {f.refers_to for f in fields if f.kind is Kind.LISTED}


def _domain(domain: Domain) -> Iterable[str]:
    yield f"## {domain.plural}"
    yield sentence(domain.model.__doc__)
    for group in domain.groups():
        yield f"### {domain.label}: {group.lower()}"
        yield table(ATTRIBUTES, _attributes(a for a in domain.attributes if a.group == group))
    for collection in domain.collections:
        yield f"### {domain.label}: {collection.code}"
        yield _about(collection)
        yield table(ATTRIBUTES, _attributes(collection.fields))
    if domain.identifiers:
        yield f"### {domain.label}: found by"
        yield table(
            ("identifier", "path", "unique"),
            ([code(i.kind), code(i.path), "yes" if i.unique else ""] for i in domain.identifiers),
        )


def _about(collection: Collection) -> str:
    care = CARE[collection.sensitivity]
    whole = f" Every part of it needs care: **{care}**." if care else ""
    return (
        f"{collection.label}: a collection. Two items are the same one when they agree in "
        f"{listed(collection.identity)}.{whole}"
    )


def _attributes(attributes: Iterable[Attribute]) -> Iterable[list[str]]:
    for a in attributes:
        label = f"{a.label} (required)" if a.required else a.label
        yield [code(a.code), label, _value(a), _care(a)]


def _value(attribute: Attribute) -> str:
    kind = KINDS[attribute.kind]
    if attribute.choices:
        return f"{kind} {listed(c for c, _ in attribute.choices)}"
    if attribute.refers_to:
        return f"{kind} {code(attribute.refers_to)}"
    if attribute.kind in (Kind.TEXT, Kind.LONG_TEXT):
        return f"{kind}, at most {attribute.max_length}"
    return kind


def _care(attribute: Attribute) -> str:
    words = [CARE[attribute.sensitivity]]
    if attribute.sealed is always:
        words.append("sealed")
    elif attribute.sealed is not never:
        words.append("sealed for persons")
    return ", ".join(word for word in words if word)
