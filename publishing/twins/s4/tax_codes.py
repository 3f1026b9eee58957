"""Tax codes: customising, read through a view the customer has published; nobody can write them.

A person sets one up in the system itself. `enter` is that person, for demos and tests.
"""

from collections.abc import Iterator

from publishing.twins import customising
from publishing.twins.s4.entities import Entity, Field
from publishing.twins.store import Held, Store

KIND = "s4.I_TaxCode"
FIELDS = {"TaxCalculationProcedure": 6, "TaxCode": 2, "TaxCodeName": 50}
TAX_CODE = Entity(
    service="YY1_TAXCODE_CDS",
    name="I_TaxCode",
    key=("TaxCalculationProcedure", "TaxCode"),
    verbs=frozenset(),
    fields={
        name: Field(name, "String", longest, creatable=False, updatable=False)
        for name, longest in FIELDS.items()
    },
    navigation={},
    blank=dict.fromkeys(FIELDS, ""),
)


def seed(store: Store) -> None:
    for (procedure, code), name in customising.S4_TAX_CODES.items():
        if store.get(KIND, f"{procedure},{code}") is None:
            enter(store, procedure, code, name)


def enter(store: Store, procedure: str, code: str, name: str) -> Held:
    """What a person does in the system; ValueError when it is no tax code."""
    values = {"TaxCalculationProcedure": procedure, "TaxCode": code, "TaxCodeName": name}
    for field, longest in FIELDS.items():
        if not values[field] or len(values[field]) > longest:
            raise ValueError(f"{field} needs 1 to {longest} characters")
    held = store.get(KIND, f"{procedure},{code}")
    if held is None:
        return store.insert(KIND, f"{procedure},{code}", values, code=code)
    return store.update(held, values)


def documents(store: Store) -> Iterator[dict[str, str]]:
    return (held.document for held in store.every(KIND))
