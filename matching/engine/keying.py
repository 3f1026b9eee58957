"""Keys under which a record is found again: whoever shares one is worth a closer look.

A key is a signed 64-bit number made from a letter for its sort and the value, the same in every
process. Names give keys by their least common words; the word list is built in and versioned with
the code, so that a record's keys depend on the record alone.
"""

from hashlib import blake2b
from itertools import combinations

from matching.engine.likeness import parsed
from matching.engine.names import skeleton
from matching.engine.records import Features
from matching.engine.words import common

VERSION = 1
MOST = 16
_WORDS = 4


def keys(found: Features) -> tuple[int, ...]:
    """The record's keys, identifiers first; at most `MOST`, each once."""
    return tuple(dict.fromkeys(_number(text) for text in texts(found)[:MOST]))


def texts(found: Features) -> list[str]:
    """The keys before they become numbers: a letter for the sort, the kind of record, the value."""
    kind = found.kind
    if kind == "tax_code":
        return [f"{kind}/c/{found.country}/{found.code}", f"{kind}/r/{found.country}/{found.rate}"]
    if kind != "supplier":
        codes = [f"{kind}/c/{found.code}"] if found.code else []
        return codes + [f"{kind}/n/{found.scope}/{text}" for text in _of_name(found.name)]
    known = [f"t/{tax_id.rpartition(':')[2]}" for tax_id in found.tax_ids[:2]]
    known += [f"{sort}/{value}" for sort, value in (("u", found.duns), ("l", found.lei)) if value]
    known += [f"b/{iban}" for iban in found.ibans[:2]]
    known += [f"p/{phone}" for phone in found.phones[:2]]
    known += [f"d/{domain}" for domain in found.domains[:2]]
    known += [
        f"a/{a.street.split(' ')[0][:6]}/{a.number}/{a.postal_code[:4] or a.city[:6]}"
        for a in found.addresses[:1]
        if a.number and a.street
    ]
    known = known[: MOST - 8]
    return known + _of_name(found.name) + _of_name(found.other_name)[:3]


def short_name(name: str) -> str:
    """The key of a name that may be the initials of another, "" if it is too long for that."""
    first = name.partition("|")[0].partition(" ")[0]
    return f"i/{first}" if 2 <= len(first) <= 5 and not common(first) else ""


def _of_name(name: str) -> list[str]:
    """Keys of a name, the most telling first."""
    words = parsed(name)
    if not words.words:
        return []
    main = words.words[: words.main] or words.words
    telling = sorted(words.bag, key=lambda w: (common(w), -len(w), w))
    rare = [skeleton(word) for word in telling if not common(word)] or [skeleton(telling[0])]
    rare = list(dict.fromkeys(rare))[:_WORDS]
    found = [f"n/{' '.join(sorted(words.bag))}", *(f"w/{word}" for word in rare)]
    found.append(f"j/{''.join(main)[:7]}")
    if len(main) > 1:
        found.append(f"i/{''.join(word[0] for word in main)[:5]}")
    found += [short_name(name)] if short_name(name) else []
    both = [skeleton(word) for word in telling[:3]]
    return found + [f"v/{' '.join(sorted(pair))}" for pair in combinations(both, 2)][:2]


def _number(text: str) -> int:
    return int.from_bytes(
        blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "big", signed=True
    )
