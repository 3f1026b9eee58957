"""Which words say much about who somebody is, and which say little.

Two sources: a list of words that are common in names of companies everywhere, and the counts of
one base (`WordCounts`). Both are blended, so that a small base does not mistake "systems" for rare.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import log
from types import MappingProxyType

# Dropped from names wherever they stand.
STOP_WORDS = frozenset(
    [
        *("the", "a", "an", "and", "of", "for", "und", "et", "y", "e"),
        *(
            "de",
            "la",
            "le",
            "les",
            "du",
            "des",
            "del",
            "di",
            "da",
            "do",
            "dos",
            "der",
            "die",
            "das",
        ),
        *("el", "los", "las", "van", "den", "het", "voor", "och"),
        *("fur", "pour", "per", "para", "von", "zu", "dem"),
    ]
)

# Words written in several ways; the first is kept.
_SAME_WORDS = """
international intl internat internatl internacional internazionale internationale
manufacturing mfg manuf manufact manufacture manufacturers mfrs
services service svcs svc serv servs servicios servizi dienstleistungen dienste servico servicos
technologies technology tech techs technol tecnologia tecnologie technologie technik tecnologias
industries industry ind inds indus industrie industria industrias industriel industrial industrielle
national natl nacional nazionale nationale
associates association assoc assn assocs associacao asociacion associazione
brothers bros
management mgmt mgt managment
university univ universitat universidad universite universita universidade universiteit
center centre ctr cntr cent centro zentrum
group grp gruppe groupe grupo gruppo groep
holdings holding hldgs hldg hlds holdco
distribution dist distr distributors distributor distribuidora distribucion
engineering eng engg engr engrg ingenieria ingegneria engineers ingenieure
electric elektro electrical electrics elettrica electrica elektrik
electronics electronic elektronik electronique elettronica electronica
pharmaceuticals pharmaceutical pharma pharm pharms pharmaceutica farmaceutica farmaceutici
laboratories laboratory labs lab laboratoires laboratorios laboratori laboratoire
communications communication comms communic comunicaciones
systems system sys syst sistemas sistemi systeme systemes
financial finance fin finl finanz finanziaria financiera financiere finances
chemicals chemical chem chems chemie chimie quimica chimica chemische
packaging pkg verpackung verpackungen embalagens emballage
products product prods prod productos produits prodotti produkte
transport transportation transp trans transportes trasporti transporte transports
logistics logistic logist logistik logistica logistique logistica
construction constr const construcciones costruzioni construcoes constructions bau
insurance ins insur versicherung versicherungen seguros assurances assurance assicurazioni
bank bk banco banca banque
bancorp bancorporation bancshares bankshares
investments investment inv invest invs investimentos inversiones investissements
properties property props prop
development dev devel developments desarrollo
equipment equip eqpt equipments
medical med medizin medica medico medicale
hospital hosp hospitals
health healthcare hlth
solutions solution soln solns soluciones soluzioni
supply supplies suppl
american amer
general genl
company companies cos
enterprises enterprise entp empresas
building bldg builders
materials material matls mat
machinery machine mach machines maschinen
mountain mtn mountains
north nord norte
south sud sur
east ost
west ouest ovest
saint st ste sainte
fort ft
street str
department dept
consulting consult consultants consultancy consultores conseil beratung consultoria
software softw
restaurant rstrnt ristorante restaurante
trading trade commerce handel commercial comercial handels
energy energia energie
resources resource
research rsrch
partners partner
foods food
computers computer
first 1st
second 2nd
third 3rd
school schl sch schools
"""

# Words common in names of companies, per 10,000 names: they tell little apart.
_COMMON = {
    300: "group holdings international company",
    150: """in on at by to technologies services industries global corporation bank bancorp
        financial trust capital""",
    100: """energy health systems pharmaceuticals solutions therapeutics resources partners
        management investments american national first properties fund realty united
        enterprises worldwide""",
    60: """class series shares share stock common ordinary depositary medical software
        communications electric electronics engineering insurance logistics foods construction
        consulting trading products center development transport media digital acquisition
        equity income brands general power water gas oil entertainment bio biosciences networks
        security data research laboratories chemicals materials supply distribution
        manufacturing real estate reit interactive home stores hotels resorts""",
    30: """north south east west new pacific atlantic central southern northern western eastern
        europe european asia america usa us uk china canada india japan deutschland germany
        france italia italy espana spain brasil brazil mexico australia nederland polska suisse
        schweiz austria green blue red black white gold silver sun star city street mountain
        river lake auto automotive motors motor machinery tools steel metals mining metal
        plastics paper packaging print printing design studio studios marketing advertising
        agency travel tours cafe restaurant bar grill house pizza school university college
        institute academy foundation society association club church hospital clinic pharmacy
        dental care environmental environment recycling waste clean cleaning facility facilities
        building buildings builders architects associates brothers sons family community public
        state county federal royal union credit mutual savings life property land estates rental
        leasing lease cars car truck fleet air airlines aviation aerospace marine shipping
        freight cargo express delivery post mail parcel telecom telecommunications mobile
        wireless internet online web net com cloud computer computers hardware it ict infosystems
        information intelligence analytics ai robotics automation control controls sensors
        instruments optics laser solar wind nuclear renewables hydrogen battery lighting haus
        wohnbau immobilien beteiligungs verwaltungs gesellschaft vertrieb werke werk fabrik
        technique immobilier participations conseil inversiones quality premium advanced applied
        integrated innovative innovations creative dynamics future prime pro plus max one alpha
        omega delta sigma smart best elite classic modern universal total early childhood
        learning children child kids headstart day nursery textiles chemie""",
}

# A base is thought of as at least this large, half of it unknown: one pair among many is the same.
BACKGROUND = 4000.0


@dataclass(frozen=True, slots=True)
class WordCounts:
    """In how many of a base's names each word stands. Immutable."""

    total: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    _weights: dict[str, float] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def from_names(cls, names: Iterable[str]) -> "WordCounts":
        """Counts over standardised names, as `Features.name` holds them.

        A name that many records have is counted once: repeated is not the same as common.
        """
        counts: Counter[str] = Counter()
        distinct = set(names)
        for name in distinct:
            counts.update(set(name.replace("|", " ").split()))
        return cls(len(distinct), MappingProxyType(dict(counts)))

    @classmethod
    def from_dict(cls, stored: Mapping[str, int]) -> "WordCounts":
        counts = {word: count for word, count in stored.items() if word}
        return cls(stored.get("", 0), MappingProxyType(counts))

    def to_dict(self) -> dict[str, int]:
        """The counts, and under "" how many names they were taken from."""
        return {"": self.total, **self.counts}

    @property
    def size(self) -> float:
        """How many records a pair was found among, never few."""
        return self.total + BACKGROUND

    def weight(self, word: str) -> float:
        """How much it says that two names share this word, in nats."""
        known = self._weights.get(word)
        if known is not None:
            return known
        count = self.counts.get(word, 0)
        weight = log(self.size / (count + common(word) * BACKGROUND + 0.5))
        if count:
            self._weights[word] = weight
        return weight


NO_COUNTS = WordCounts()


def common(word: str) -> float:
    """The share of names in the world that have the word, as far as the list tells."""
    return _common_words().get(word, 0.0)


def usual_spelling(word: str) -> str:
    """The word itself, or the word of which it is another spelling."""
    return _spellings().get(word, word)


@lru_cache(maxsize=1)
def _common_words() -> dict[str, float]:
    shares: dict[str, float] = {}
    for per_ten_thousand, words in _COMMON.items():
        for word in words.split():
            shares.setdefault(usual_spelling(word), per_ten_thousand / 10_000)
    return shares


@lru_cache(maxsize=1)
def _spellings() -> dict[str, str]:
    spellings: dict[str, str] = {}
    for line in _SAME_WORDS.strip().split("\n"):
        kept, *others = line.split()
        for other in others:
            spellings.setdefault(other, kept)
    return spellings
