"""The lists that the world keeps and every installation needs: countries, currencies, units.

Loaded by `manage.py load_reference`, again after each upgrade: rows that are missing are added,
rows that are there are left alone. The change that adds them is the product's own and says so; it
needs no approval, because it is what ISO 3166 and ISO 4217 say and touches nothing that exists.
"""

from collections.abc import Iterator
from datetime import date

from babel import Locale
from babel.core import get_global
from babel.numbers import get_currency_precision
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.db import transaction

from mdm import changes, seams
from mdm.changes.states import move
from mdm.models import Change, Grant
from mdm.standardise import places

AUTHOR = "touchstone"
TITLE = "Countries, currencies and units"
REASON = "Base data of the product: ISO 3166, ISO 4217 and UN/CEFACT units."
FORMER = frozenset({"BUR", "DDR", "FXX", "TMP", "YMD", "ZAR"})  # codes of countries that were
POLICY = "Base data that comes with the product, and changes nothing that exists."
UNITS = {
    "EA": "Each",
    "PCE": "Piece",
    "HUR": "Hour",
    "DAY": "Day",
    "MON": "Month",
    "ANN": "Year",
    "KGM": "Kilogram",
    "GRM": "Gram",
    "TNE": "Tonne",
    "MTR": "Metre",
    "KMT": "Kilometre",
    "MTK": "Square metre",
    "MTQ": "Cubic metre",
    "LTR": "Litre",
    "KWH": "Kilowatt hour",
    "BX": "Box",
    "PK": "Pack",
    "PR": "Pair",
    "SET": "Set",
    "P1": "Percent",
}


@transaction.atomic
def load() -> int:
    """Add the rows that are missing; how many there were."""
    specs = list(_missing())
    if not specs:
        return 0
    author = _author()
    change = changes.draft_many(
        specs,
        by=author,
        title=TITLE,
        reason=REASON,
        channel=Change.Channel.COMMAND,
        effective_from=date(2000, 1, 1),
    )
    move(change, Change.State.SUBMITTED, policy={"sentence": POLICY})
    move(change, Change.State.APPROVED)
    move(change, Change.State.APPLYING)
    changes.apply_change(change)
    return len(specs)


def _author() -> AbstractUser:
    """The product as an account that nobody can sign in with."""
    users = get_user_model().objects
    user, is_new = users.get_or_create(username=AUTHOR, defaults={"first_name": "Touchstone"})
    if is_new:
        user.set_unusable_password()
        user.save()
        Grant.objects.create(user=user, role=Grant.Role.STEWARD)
    return user


def _missing() -> Iterator[changes.PartSpec]:
    rows = {"country": countries(), "currency": currencies(), "unit": units()}
    for subject, wanted in rows.items():
        there = set(seams.subject(subject).model.objects.values_list("code", flat=True))
        for row in wanted:
            if row["code"] not in there:
                yield changes.PartSpec(subject, "create", row, is_clean=True)


def countries() -> Iterator[dict[str, str]]:
    """Every country of ISO 3166-1, with its code of three letters."""
    names = Locale("en").territories
    longer = {
        ours[0]: alias
        for alias, ours in get_global("territory_aliases").items()
        if len(alias) == 3 and alias.isalpha() and len(ours) == 1 and alias not in FORMER
    }
    for code in sorted(places.country_codes()):
        row = {"code": code, "name": names[code], "iso3": longer.get(code, "")}
        yield {name: text for name, text in row.items() if text}


def currencies() -> Iterator[dict[str, str]]:
    """Every currency of ISO 4217 that is legal tender somewhere."""
    names = Locale("en").currencies
    for code in sorted(places.currency_codes()):
        yield {
            "code": code,
            "name": names.get(code, code),
            "decimals": str(get_currency_precision(code)),
        }


def units() -> Iterator[dict[str, str]]:
    """The units of UN/CEFACT recommendation 20 that purchasing uses most."""
    for code, name in UNITS.items():
        yield {"code": code, "name": name}
