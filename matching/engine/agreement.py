"""Which attributes two records both have, and how far each agrees."""

from collections.abc import Iterator

from rapidfuzz.distance import OSA

from matching.engine import legal_forms, places
from matching.engine.evidence import Level
from matching.engine.likeness import alike
from matching.engine.records import Address, Features
from matching.engine.weights import WEIGHTS

Agreement = tuple[str, str, str, Level]  # attribute, left, right, level


def agreements(left: Features, right: Features) -> list[Agreement]:
    """Each attribute but the name that both records have, compared."""
    if left.kind == "supplier":
        return _supplier(left, right)
    levels = _tax_code if left.kind == "tax_code" else _coded
    return [found for found in levels(left, right) if found]


def _coded(left: Features, right: Features) -> Iterator[Agreement | None]:
    """A code means something within its scope; with another scope it is another thing."""
    yield _equal("code", left.code, right.code)
    yield _equal("scope", left.scope, right.scope)


def _tax_code(left: Features, right: Features) -> Iterator[Agreement | None]:
    """Equal or not: nothing about a tax code is nearly the same."""
    yield _equal("tax_code", left.code, right.code)
    yield _equal("tax_country", left.country, right.country)
    yield _equal("tax_kind", left.scope, right.scope)
    yield _equal("rate", left.rate, right.rate)


def _equal(attribute: str, left: str, right: str) -> Agreement | None:
    if not left or not right:
        return None
    return (attribute, left, right, Level.SAME if left == right else Level.DIFFERENT)


def _supplier(left: Features, right: Features) -> list[Agreement]:
    found: list[Agreement | None] = []
    if left.tax_ids and right.tax_ids:
        found.append(_tax_ids(left.tax_ids, right.tax_ids))
    if left.duns and right.duns:
        found.append(_identifier("duns", left.duns, right.duns))
    if left.lei and right.lei:
        found.append(_identifier("lei", left.lei, right.lei))
    if left.ibans and right.ibans:
        found.append(_any_shared("iban", left.ibans, right.ibans))
    if left.phones and right.phones:
        found.append(_any_shared("phone", left.phones, right.phones))
    if left.domains and right.domains:
        found.append(_any_shared("domain", left.domains, right.domains))
    if left.addresses and right.addresses:
        found += _addresses(left.addresses, right.addresses)
    found.append(_equal("country", left.country, right.country))
    if left.form and right.form:
        level = _FORM_LEVELS[legal_forms.agreement(left.form, right.form)]
        found.append(("legal_form", left.form, right.form, level))
    return [item for item in found if item]


_FORM_LEVELS = {"same": Level.SAME, "loose": Level.CLOSE, "different": Level.DIFFERENT}


def _tax_ids(left: tuple[str, ...], right: tuple[str, ...]) -> Agreement | None:
    """Equal numbers agree whatever their kind; only numbers of one kind and country can differ."""
    best: Agreement | None = None
    for a in left:
        kind_a, country_a, number_a = a.split(":", 2)
        for b in right:
            kind_b, country_b, number_b = b.split(":", 2)
            if country_a and country_b and country_a != country_b:
                continue
            if number_a == number_b:
                return ("tax_id", number_a, number_b, Level.SAME)
            if kind_a != kind_b:
                continue
            if len(number_a) >= 8 and OSA.distance(number_a, number_b, score_cutoff=1) == 1:
                best = ("tax_id", number_a, number_b, Level.CLOSE)
            elif best is None:
                best = ("tax_id", number_a, number_b, Level.DIFFERENT)
    return best


def _identifier(attribute: str, left: str, right: str) -> Agreement:
    if left == right:
        return (attribute, left, right, Level.SAME)
    near = len(left) >= 8 and OSA.distance(left, right, score_cutoff=1) == 1
    return (attribute, left, right, Level.CLOSE if near else Level.DIFFERENT)


def _any_shared(attribute: str, left: tuple[str, ...], right: tuple[str, ...]) -> Agreement:
    for value in left:
        if value in right:
            return (attribute, value, value, Level.SAME)
    return (attribute, left[0], right[0], Level.DIFFERENT)


def _addresses(left: tuple[Address, ...], right: tuple[Address, ...]) -> list[Agreement]:
    """The two addresses that agree best, part by part."""
    if len(left) == len(right) == 1:
        return _address(left[0], right[0])
    compared = [_address(a, b) for a in left for b in right]
    return max(compared, key=lambda found: sum(WEIGHTS[it[0]].of(it[3], 9.0) for it in found))


def _address(a: Address, b: Address) -> list[Agreement]:
    found: list[Agreement] = []
    if a.street and b.street:
        shown = f"{a.street} {a.number}".strip(), f"{b.street} {b.number}".strip()
        found.append(("address", *shown, _street_level(a, b)))
    if a.postal_code and b.postal_code:
        part = a.postal_code[:3] == b.postal_code[:3]
        same = a.postal_code == b.postal_code
        level = Level.SAME if same else Level.PART if part else Level.DIFFERENT
        found.append(("postal_code", a.postal_code, b.postal_code, level))
    if a.city and b.city:
        found.append(("city", a.city, b.city, _city_level(a.city, b.city)))
    return found


def _street_level(a: Address, b: Address) -> Level:
    near = a.street == b.street
    if not near:
        core_a, core_b = places.street_core(a.street), places.street_core(b.street)
        near = core_a == core_b or alike(core_a.replace(" ", ""), core_b.replace(" ", "")) > 0
    elsewhere = bool(a.city and b.city and a.city != b.city and a.postal_code != b.postal_code)
    if near and a.number and a.number == b.number:
        return Level.CLOSE if elsewhere else Level.SAME
    if near and not elsewhere:
        return Level.PART if a.number and b.number else Level.CLOSE
    return Level.DIFFERENT


def _city_level(a: str, b: str) -> Level:
    if a == b:
        return Level.SAME
    if a.startswith(f"{b} ") or b.startswith(f"{a} ") or alike(a, b) >= 0.7:
        return Level.CLOSE
    return Level.DIFFERENT
