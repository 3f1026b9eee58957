"""Companies that do not exist, complete and the same for the same seed."""

from dataclasses import dataclass
from random import Random

from anyascii import anyascii

from mdm.demo import numbers
from mdm.demo.lands import BY_COUNTRY, Land, Place

SHARES = (("DE", 28), ("US", 22), ("GB", 15), ("FR", 15), ("NL", 10), ("IT", 10))
TERMS = ("NET30", "NET30", "NET30", "NET14", "NET45", "NET60", "NET90", "2-14-NET30")


@dataclass(frozen=True, slots=True)
class Person:
    """Whom to write to."""

    first_name: str
    last_name: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class Account:
    """Where to pay: an IBAN, or account and routing number in the USA."""

    iban: str = ""
    bic: str = ""
    number: str = ""
    routing: str = ""


@dataclass(frozen=True, slots=True)
class Company:
    """One company with all that a supplier's record may hold."""

    name: str
    legal_form: str
    trade: str
    land: Land
    place: Place
    street: str
    house_number: str
    tax_id: str
    account: Account
    person: Person
    terms: str
    duns: str
    lei: str
    website: str

    @property
    def legal_name(self) -> str:
        """The name as registered, legal form included."""
        return f"{self.name} {self.legal_form}"


def make(random: Random, count: int) -> list[Company]:
    """So many companies with different names, spread over the six countries."""
    made: list[Company] = []
    taken: set[str] = set()
    for n in range(count):
        land = _land(n, count)
        while (name := _name(random, land)) in taken:
            pass
        taken.add(name)
        made.append(_company(random, land, name))
    random.shuffle(made)
    return made


def _land(n: int, count: int) -> Land:
    share = n * 100 // count
    for country, percent in SHARES:
        if share < percent:
            return BY_COUNTRY[country]
        share -= percent
    return BY_COUNTRY["DE"]


def _name(random: Random, land: Land) -> str:
    first, trade = random.choice(land.first_words), random.choice(land.trades)
    if random.random() < 0.25:
        return f"{random.choice(land.last_names)} {trade}"
    return f"{first} {trade}"


def _company(random: Random, land: Land, name: str) -> Company:
    host = host_of(name)
    is_american = land.country == "US"
    return Company(
        name=name,
        legal_form=random.choice(land.legal_forms),
        trade=name.rpartition(" ")[2] if " " in name else name,
        land=land,
        place=random.choice(land.places),
        street=random.choice(land.streets),
        house_number=str(random.randint(1, 180)),
        tax_id=numbers.ein(random) if is_american else numbers.vat(random, land.country),
        account=_account(random, land.country),
        person=_person(random, land, host),
        terms=random.choice(TERMS),
        duns=numbers.digits(random, 9),
        lei=numbers.lei(random) if random.random() < 0.2 else "",
        website=f"https://www.{host}",
    )


def _account(random: Random, country: str) -> Account:
    if country == "US":
        return Account(number=numbers.digits(random, 10), routing=numbers.routing(random))
    return Account(iban=numbers.iban(random, country), bic=numbers.bic(country))


def _person(random: Random, land: Land, host: str) -> Person:
    first, last = random.choice(land.first_names), random.choice(land.last_names)
    mailbox = plain(f"{first}.{last}").replace(" ", "")
    return Person(first, last, f"{mailbox}@{host}", land.phone.format(random.randint(100, 199)))


def host_of(name: str) -> str:
    """Where its mail goes: a name under .example, which leads nowhere."""
    words = "".join(c if c.isalnum() else "-" for c in plain(name))
    return "-".join(word for word in words.split("-") if word) + ".example"


def plain(text: str) -> str:
    """Small letters of ASCII."""
    folded: str = anyascii(text)
    return folded.lower()
