"""A made-up base of suppliers with known duplicates, and with pairs that only look like it.

Duplicates are written the way other people write: abbreviations, typing errors, missing values, a
moved office. Beside them stand sister companies (one address and domain, another trade), branches,
namesakes abroad, and tenants of one registered-agent address.
"""

import random
import string
from collections.abc import Iterator

Row = dict[str, str]

_SYLLABLES = (
    "bar ben cal cor dal dor el fen fer gal gar hal han in jor kal kel lan lin lor mar mel mon "
    "nor ol pal per quin ral ros sal sel tar tel tor ul val ven ver wal wen xan yor zel zor bri "
    "cru dre fla gro klu pli sta tri vik"
)
_TRADES = (
    "Logistics|Steel|Foods|Engineering|Consulting|Software|Chemicals|Packaging|Electronics|"
    "Transport|Construction|Machinery|Textiles|Energy|Medical|Trading|Plastics|Printing|"
    "Automotive|Facility Services"
)
_TAILS = [
    "Group",
    "International",
    "Solutions",
    "Systems",
    "Industries",
    "Services",
    "Partners",
    "",
]
_SHORT = {
    "International": "Intl",
    "Engineering": "Eng.",
    "Services": "Svcs",
    "Solutions": "Soln",
    "Industries": "Ind.",
    "Systems": "Sys",
    "Logistics": "Logist.",
    "Electronics": "Elec",
    "Construction": "Constr.",
    "Chemicals": "Chem.",
    "Manufacturing": "Mfg",
    "Transport": "Transp.",
}
_PLACES = {
    "DE": (
        "GmbH|GmbH & Co. KG|AG|UG",
        "Hamburg|München|Köln|Berlin|Stuttgart|Leipzig",
        "{}straße",
        5,
        "de",
    ),
    "FR": ("SARL|SAS|SA", "Paris|Lyon|Lille|Nantes|Toulouse|Bordeaux", "rue de {}", 5, "fr"),
    "GB": ("Ltd|Limited|PLC|LLP", "London|Leeds|Bristol|Glasgow|York|Derby", "{} Road", 6, "co.uk"),
    "US": (
        "Inc.|LLC|Corp.|Co.",
        "Austin|Boston|Denver|Chicago|Seattle|Dallas",
        "{} Street",
        5,
        "com",
    ),
    "IT": ("S.r.l.|S.p.A.", "Milano|Torino|Roma|Napoli|Bologna|Verona", "Via {}", 5, "it"),
    "ES": ("S.L.|S.A.", "Madrid|Sevilla|Valencia|Bilbao|Málaga|Vigo", "Calle {}", 5, "es"),
    "PL": ("Sp. z o.o.|S.A.", "Warszawa|Kraków|Gdańsk|Poznań|Łódź|Lublin", "ul. {}", 5, "pl"),
    "NL": ("B.V.|N.V.", "Amsterdam|Utrecht|Rotterdam|Breda|Delft|Leiden", "{}weg", 4, "nl"),
}
_FORMS = {
    "GmbH": "Gesellschaft mit beschränkter Haftung|G.m.b.H.",
    "Ltd": "Limited",
    "Limited": "Ltd.",
    "Inc.": "Incorporated|Inc",
    "Corp.": "Corporation",
    "Co.": "Company",
    "S.r.l.": "SRL",
    "S.p.A.": "SpA",
    "Sp. z o.o.": "Spółka z o.o.",
    "B.V.": "BV",
    "N.V.": "NV",
    "S.L.": "SL",
    "S.A.": "SA",
    "GmbH & Co. KG": "GmbH + Co KG",
    "PLC": "Public Limited Company",
}


def base(size: int, seed: int = 7, share: float = 0.3) -> tuple[list[Row], set[tuple[str, str]]]:
    """About `size` rows with a `rec_id` each, in random order, and the pairs that are the same."""
    rng = random.Random(seed)
    rows: list[Row] = []
    pairs: set[tuple[str, str]] = set()
    while len(rows) < size:
        original = _company(rng)
        group = [original]
        if rng.random() < share:
            group += [_written_again(rng, original) for _ in range(1 if rng.random() < 0.8 else 2)]
        ids = [f"R{len(rows) + i:07d}" for i in range(len(group))]
        rows += [{"rec_id": rec_id, **row} for rec_id, row in zip(ids, group, strict=True)]
        pairs |= {(a, b) for i, a in enumerate(ids) for b in ids[i + 1 :]}
        if rng.random() < 0.25:
            rows += [
                {"rec_id": f"R{len(rows) + i:07d}", **row}
                for i, row in enumerate(_alike(rng, original))
            ]
    rng.shuffle(rows)
    return rows, pairs


def _company(rng: random.Random) -> Row:
    country = rng.choice(list(_PLACES))
    forms, cities, street, digits, domain = _PLACES[country]
    word = _word(rng)
    trade, tail = rng.choice(_TRADES.split("|")), rng.choice(_TAILS)
    name = " ".join(filter(None, [word, _word(rng) if rng.random() < 0.3 else "", trade, tail]))
    return {
        "name": f"{name} {(form := rng.choice(forms.split('|')))}",
        "legal_form": form,
        "tax_id": country + _digits(rng, 9) if rng.random() < 0.6 else "",
        "street": f"{street.format(_word(rng))} {rng.randint(1, 200)}",
        "city": rng.choice(cities.split("|")),
        "postal_code": _digits(rng, digits),
        "country": country,
        "email": f"office@{word.lower()}{rng.choice(['', '-group', trade[:5].lower()])}"
        f"{_digits(rng, 2)}.{domain}",
        "phone": f"+{rng.randint(30, 49)} {_digits(rng, 9)}" if rng.random() < 0.7 else "",
        "iban": country + _digits(rng, 18) if rng.random() < 0.5 else "",
        "duns": _digits(rng, 9) if rng.random() < 0.25 else "",
    }


def _written_again(rng: random.Random, row: Row) -> Row:
    """The same company as somebody else typed it."""
    again = dict(row)
    again["name"] = _name_again(rng, row["name"], row["legal_form"])
    if rng.random() < 0.25:
        again["street"] = f"{_word(rng)}straße {rng.randint(1, 99)}"
        again["postal_code"] = _digits(rng, len(row["postal_code"]))
    else:
        again["street"] = (
            row["street"].replace("straße", "str.").replace("Street", "St.").replace("Road", "Rd")
        )
    if rng.random() < 0.3:
        again["email"] = f"{_word(rng).lower()}@gmail.com"
    for attribute, gone in (
        ("tax_id", 0.5),
        ("phone", 0.4),
        ("iban", 0.5),
        ("duns", 0.6),
        ("email", 0.3),
        ("street", 0.1),
        ("city", 0.05),
        ("legal_form", 0.3),
    ):
        if rng.random() < gone:
            again[attribute] = ""
    return again


def _name_again(rng: random.Random, name: str, form: str) -> str:
    words = name.removesuffix(form).split()
    if rng.random() < 0.4:
        words = [_SHORT.get(word, word) for word in words]
    if rng.random() < 0.25 and len(words) > 2:
        words.pop()
    if rng.random() < 0.3:
        words[0] = _misspelt(rng, words[0])
    if rng.random() < 0.05 and len(words) > 1:
        words[:2] = ["".join(words[:2])]
    ending = rng.choice([form, "", *_FORMS.get(form, form).split("|")])
    written = " ".join([*words, ending]).strip()
    return written.upper() if rng.random() < 0.3 else written


def _misspelt(rng: random.Random, word: str) -> str:
    at = rng.randrange(1, max(2, len(word) - 1))
    kind = rng.random()
    if kind < 0.3:
        return word[:at] + word[at + 1 :]
    if kind < 0.6:
        return word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
    return word[:at] + rng.choice(string.ascii_lowercase) + word[at + (kind < 0.8) :]


def _alike(rng: random.Random, row: Row) -> Iterator[Row]:
    """Companies that look like this one and are not."""
    other = _company(rng)
    word = row["name"].split()[0]
    kind = rng.random()
    if kind < 0.35:  # a sister at the same address
        trade = rng.choice([trade for trade in _TRADES.split("|") if trade not in row["name"]])
        yield {
            **row,
            "name": f"{word} {trade} {row['legal_form']}",
            "tax_id": other["tax_id"] and row["country"] + _digits(rng, 9),
            "iban": "",
            "duns": "",
            "phone": rng.choice([row["phone"], ""]),
        }
    elif kind < 0.6:  # a namesake abroad
        yield (
            {**other, "name": f"{row['name'].removesuffix(row['legal_form'])}{other['legal_form']}"}
            if other["country"] != row["country"]
            else other
        )
    elif kind < 0.8:  # another company with the same first word
        yield {**other, "name": f"{word} {rng.choice(_TRADES.split('|'))} {other['legal_form']}"}
    else:  # a tenant of the same registered-agent address
        yield {
            **other,
            "street": row["street"],
            "city": row["city"],
            "postal_code": row["postal_code"],
            "country": row["country"],
        }


def _word(rng: random.Random) -> str:
    return "".join(
        rng.choice(_SYLLABLES.split()) for _ in range(rng.choice([2, 3, 3, 4]))
    ).capitalize()


def _digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choice(string.digits) for _ in range(count))
