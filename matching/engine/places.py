"""Addresses, phones and mail domains as they are compared."""

import re
from functools import lru_cache
from urllib.parse import urlsplit

from matching.engine.names import ascii_text

_MOST = 200  # characters looked at
_WORD = re.compile(r"[a-z0-9]+")
_NUMBER = re.compile(r"^\d+[a-z]?$")
_RANGE = re.compile(r"(\d+)\s?(?:[-–/]\s?\d+[a-z]?|[-–]?\s?([a-z]))\b")
_STREET_ENDING = re.compile(r"(?<=[a-z]{2})(?:strasse|strase|str)$")
_INSIDE_BUILDING = re.compile(
    r"\b(suite|ste|unit|apt|apartment|floor|fl|room|rm|etage|stock|building|bldg|box|between|near)\b.*$"
)

_STREET_WORDS = """
st street str strasse
ave avenue av aven
rd road
blvd boulevard blv boul bd bvd
dr drive drv
ln lane
ct court
pl place plaza platz
sq square
hwy highway
pkwy parkway pkway
ter terrace
cir circle
way weg
n north norte nord
s south sur sud
e east est ost este
w west oeste ouest
ne northeast
nw northwest
se southeast
sw southwest
1st first
2nd second
3rd third
4th fourth
5th fifth
6th sixth
7th seventh
8th eighth
9th ninth
10th tenth
mt mount
ft fort
ctr center centre
calle c cl
via v
rue r
av avenida avda
"""
_DIRECTIONS = frozenset(["n", "s", "e", "w", "ne", "nw", "se", "sw"])
_KINDS = frozenset(
    ["st", "ave", "rd", "blvd", "dr", "ln", "ct", "pl", "way", "hwy", "pkwy", "ter", "cir"]
)

_CITIES = """
munchen munich muenchen
koln cologne koeln
wien vienna
praha prague prag
roma rome rom
milano milan mailand
torino turin
firenze florence florenz
napoli naples neapel
venezia venice venedig
warszawa warsaw warschau
krakow cracow krakau
lisboa lisbon lissabon
bruxelles brussels brussel
antwerpen antwerp anvers
gent ghent gand
kobenhavn copenhagen kopenhagen
goteborg gothenburg
geneve geneva genf
zurich zuerich
nurnberg nuremberg nuernberg
hannover hanover
moskva moscow moskau
athina athens athen
bucuresti bucharest bukarest
beograd belgrade belgrad
sevilla seville
"""

FREE_MAIL = frozenset(
    [
        *("gmail.com", "googlemail.com", "yahoo.com", "hotmail.com", "outlook.com", "live.com"),
        *("icloud.com", "me.com", "aol.com", "msn.com", "gmx.de", "gmx.net", "gmx.at", "gmx.ch"),
        *("web.de", "t-online.de", "freenet.de", "arcor.de", "mail.ru", "yandex.ru", "qq.com"),
        *("163.com", "126.com", "sina.com", "libero.it", "virgilio.it", "tiscali.it", "alice.it"),
        *(
            "orange.fr",
            "wanadoo.fr",
            "free.fr",
            "laposte.net",
            "sfr.fr",
            "wp.pl",
            "o2.pl",
            "onet.pl",
        ),
        *(
            "interia.pl",
            "seznam.cz",
            "email.cz",
            "centrum.cz",
            "azet.sk",
            "uol.com.br",
            "bol.com.br",
        ),
        *(
            "terra.com.br",
            "yahoo.co.uk",
            "hotmail.co.uk",
            "btinternet.com",
            "yahoo.fr",
            "hotmail.fr",
        ),
        *(
            "yahoo.de",
            "hotmail.de",
            "yahoo.co.jp",
            "naver.com",
            "daum.net",
            "proton.me",
            "mail.com",
        ),
        *(
            "protonmail.com",
            "comcast.net",
            "verizon.net",
            "att.net",
            "sbcglobal.net",
            "rediffmail.com",
        ),
        *("bluewin.ch", "aon.at", "telenet.be", "skynet.be", "ziggo.nl", "kpnmail.nl", "planet.nl"),
        *("pec.it", "legalmail.it", "outlook.de", "outlook.fr", "live.nl", "abv.bg", "ukr.net"),
    ]
)
_SECOND_LEVEL = frozenset(["co", "com", "org", "net", "gov", "ac", "edu", "or", "ne", "go", "gob"])


def street(line: str, number: str = "") -> tuple[str, str]:
    """The street's words in one spelling, and the house number, found in the line if not given."""
    text = ascii_text(line[:_MOST].replace(",", " ")).replace("'", "")
    text = _INSIDE_BUILDING.sub("", text)
    text = _RANGE.sub(lambda m: m[1] + (m[2] or ""), text)
    words = _WORD.findall(text)
    house = "".join(_WORD.findall(ascii_text(number[:20])))
    if not house:
        at_end = words[-1:] and _NUMBER.match(words[-1]) and not _NUMBER.match(words[0])
        place = len(words) - 1 if at_end else 0
        if words and _NUMBER.match(words[place]):
            house = words.pop(place)
    elif words and words[-1] == house:
        words.pop()
    usual = _usual()
    return " ".join(
        usual.get(w := _STREET_ENDING.sub("str", word), w) for word in words[:12]
    ), house


def street_core(words: str) -> str:
    """The street's own name: without directions and the kind of street."""
    kept = [w for w in words.split() if w not in _DIRECTIONS and w not in _KINDS]
    return " ".join(kept) or words


def city(name: str) -> str:
    """The city in one spelling, districts and numbers behind it left out."""
    words = _WORD.findall(ascii_text(name[:_MOST]))
    plain = " ".join(word for word in words if not word.isdigit())[:60]
    return _cities().get(plain, plain)


def postal_code(code: str, country: str = "") -> str:
    """Letters and digits of the code; five digits of a longer American one."""
    plain = "".join(_WORD.findall(ascii_text(code[:30]))).upper()
    if country and plain.startswith(country) and plain[len(country) :].isdigit():
        plain = plain[len(country) :]
    return plain[:5] if len(plain) == 9 and plain.isdigit() else plain[:10]


def phone_tail(number: str) -> str:
    """The last eight digits: what country and area prefixes leave alone; short ones are none."""
    digits = "".join(c for c in number[:40].lower().split("ext")[0].split("x")[0] if c.isdigit())
    return digits[-8:] if len(digits) >= 6 and len(set(digits)) > 2 else ""


def mail_domain(address: str) -> str:
    """The company's own domain behind the @ of an address or in a website; "" for free mail."""
    text = address[:300].strip().lower()
    host = text.rsplit("@", 1)[1] if "@" in text else _host(text)
    labels = [label for label in host.strip(". ").split(".") if label]
    if len(labels) < 2 or not all(label.replace("-", "").isalnum() for label in labels):
        return ""
    wide = len(labels) > 2 and labels[-2] in _SECOND_LEVEL and len(labels[-1]) == 2
    domain = ".".join(labels[-3:] if wide else labels[-2:])
    return "" if domain in FREE_MAIL or host in FREE_MAIL else domain


def _host(text: str) -> str:
    try:
        return urlsplit(text if "//" in text else f"//{text}").hostname or ""
    except ValueError:
        return ""


@lru_cache(maxsize=1)
def _usual() -> dict[str, str]:
    spellings: dict[str, str] = {}
    for line in _STREET_WORDS.strip().split("\n"):
        kept, *others = line.split()
        for other in others:
            spellings.setdefault(other, kept)
    return spellings


@lru_cache(maxsize=1)
def _cities() -> dict[str, str]:
    spellings = {"the hague": "den haag", "new york city": "new york", "nyc": "new york"}
    for line in _CITIES.strip().split("\n"):
        kept, *others = line.split()
        spellings |= dict.fromkeys(others, kept)
    return spellings
