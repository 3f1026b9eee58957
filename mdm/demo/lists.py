"""A pair of lists with known answers: what two systems hold of the same made-up companies.

    python -m mdm.demo.lists FOLDER [--seed 42] [--procurement 120] [--erp 400] [--pairs 110]

They look like the real lists that benchmarks read, so that every journey runs without those: names,
towns and registration numbers in one, numbers and registered names in the other.
"""

import argparse
import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random

from babel import Locale

from mdm.demo.companies import Company, make
from mdm.demo.disguises import disguise
from mdm.standardise.regions import REGIONS

PROCUREMENT = "procurement_suppliers.csv"
ERP = "erp_vendors.csv"
PAIRS = "true_pairs.csv"
STATES = {code: name.title() for name, code in REGIONS["US"].items()}


def generate(
    *, seed: int = 42, procurement: int = 120, erp: int = 400, pairs: int = 110
) -> dict[str, bytes]:
    """The three files by name: both lists, and which of their rows are one company."""
    random = Random(seed)  # noqa: S311 - made-up companies, not secrets
    companies = make(random, procurement + erp - pairs)
    bought, known = companies[:procurement], companies[procurement - pairs :]
    vendor_no = {c.name: f"P{20001 + n}" for n, c in enumerate(bought)}
    shuffled = random.sample(known, len(known))
    lifnr = {c.name: f"{300001 + n:010d}" for n, c in enumerate(shuffled)}
    return {
        PROCUREMENT: _written(
            (
                "vendor_no",
                "vendor_name",
                "city",
                "state",
                "country",
                "registration_no",
                "category",
            ),
            (_bought(vendor_no[c.name], c, random) for c in bought),
        ),
        ERP: _written(("LIFNR", "NAME1"), ((lifnr[c.name], c.legal_name) for c in shuffled)),
        PAIRS: _written(
            ("procurement_vendor_no", "erp_lifnr"),
            ((vendor_no[c.name], lifnr[c.name]) for c in bought if c.name in lifnr),
        ),
    }


def _bought(number: str, company: Company, random: Random) -> tuple[str, ...]:
    place, land = company.place, company.land
    is_american = land.country == "US"
    return (
        number,
        disguise(company, random),
        place.city,
        STATES.get(place.region[3:], "") if is_american else "",
        "" if is_american else str(Locale("en").territories[land.country]),
        company.duns,
        company.trade,
    )


def _written(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode()


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the lists into a folder."""
    parser = argparse.ArgumentParser(prog="python -m mdm.demo.lists", description=main.__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=42)
    for name, count in (("procurement", 120), ("erp", 400), ("pairs", 110)):
        parser.add_argument(f"--{name}", type=int, default=count)
    options = vars(parser.parse_args(arguments))
    folder = options.pop("folder")
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in generate(**options).items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    main()
