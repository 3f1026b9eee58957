import time

import pytest

from matching import engine

HUGE = 10_000_000
STRANGE = [
    "\x00\x01\x02",
    "\u202e\u202dsecart",
    "שלום عالم",
    "🏭" * 50,
    "é" * 100 + "\u0301" * 5_000,
    "a\u0308\u0323" * 2_000,
    "((((((((" * 100,
    "&" * 1_000,
    "a.b." * 1_000,
    "a & b " * 500,
    "\ud800",
    "|;:" * 100,
    "' OR 1=1 --",
    "-" * 1_000 + " - " * 300,
]


def seconds(work):
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


@pytest.mark.parametrize("piece", ["a", "é", "a ", "a.", "(", "株", "\u0301", "1-"])
def test_ten_megabytes_in_every_field_take_no_time(piece):
    text = piece * (HUGE // len(piece))
    values = dict.fromkeys(
        [
            *("legal_name", "trade_name", "legal_form", "street", "house_number", "city"),
            *(
                "postal_code",
                "phone",
                "email",
                "website",
                "tax_id",
                "iban",
                "duns",
                "lei",
                "country",
            ),
        ],
        text,
    )

    def work():
        found = engine.features(values, "supplier")
        engine.keys(found)
        engine.compare(found, found)
        assert sum(map(len, found.to_dict().values())) < 5_000

    assert seconds(work) < 1


@pytest.mark.parametrize("text", STRANGE)
def test_strange_text_is_compared_like_any_other(text):
    found = engine.features(
        dict.fromkeys(["legal_name", "city", "street", "email"], text), "supplier"
    )
    other = engine.features({"legal_name": "Nordwind"}, "supplier")

    assert engine.Features.from_dict(found.to_dict()) == found
    assert 0 < engine.compare(found, other).probability < 0.2
    assert 0 < engine.compare(found, found).probability < 1


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"legal_name": None, "addresses": None, "contacts": "no list", "tax_ids": {"a": 1}},
        {"addresses": [None, 3, "x", []], "bank_accounts": [[]], "tax_ids": [{"number": None}]},
        {"legal_name": 42, "country": ["DE"], "duns": b"150483782"},
        {"addresses": [{"street": "x"}] * 100_000},
    ],
)
@pytest.mark.parametrize("kind", ["supplier", "cost_center", "project", "tax_code", "unheard of"])
def test_whatever_is_no_text_is_left_out(kind, values):
    found = engine.features(values, kind)

    assert engine.compare(found, found).probability < 0.2
    assert len(engine.keys(found)) <= 16


def test_one_value_shared_by_all_does_not_explode():
    shared = {
        "phone": "+49 40 5550100",
        "email": "a@agency.example",
        "street": "Hafen 1",
        "city": "X",
    }
    items = [
        (
            str(i),
            engine.features({"legal_name": f"{chr(97 + i % 26)}{i} Company"} | shared, "supplier"),
        )
        for i in range(3_000)
    ]

    assert seconds(lambda: engine.find_pairs(items)) < 30


def test_one_name_shared_by_all_does_not_explode():
    items = [
        (str(i), engine.features({"legal_name": "Same Name"}, "supplier")) for i in range(3_000)
    ]

    assert seconds(lambda: engine.find_pairs(items)) < 30


def test_one_record_against_very_many_is_bounded():
    found = engine.features({"legal_name": "Nordwind Logistik"}, "supplier")
    many = [(i, engine.features({"legal_name": f"Nordwind {i}"}, "supplier")) for i in range(5_000)]

    assert seconds(lambda: engine.best(found, many)) < 5
