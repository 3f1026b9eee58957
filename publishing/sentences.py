"""What became of a try, in words a finance analyst can act on: theirs, ours, and what to do next.

    "S/4HANA refused it: Payment terms N061 not defined. Payment terms: add N061 to the code map
     payment_terms, then replay."

The cause is the same for equal reasons, so that refusals can be counted and replayed together.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from mdm import vault
from mdm.domains import get_domain
from mdm.domains import patch as patches
from mdm.domains.spec import Attribute, never
from mdm.errors import MdmError
from publishing.codemaps import SEPARATOR
from publishing.connectors import masking
from publishing.connectors.base import Error, Outcome, Result
from publishing.connectors.connector import Connector
from publishing.settling import Settled, is_partial

PLAIN = {
    Outcome.OK: "{target} has it.",
    Outcome.OK_UNCHANGED: "{target} had it already; nothing was changed there.",
    Outcome.ACCEPTED_ASYNC: "{target} accepted it, and has not confirmed it yet.",
    Outcome.AUTH: "{target} does not let us in: {words} Mend the credentials, then resume it.",
    Outcome.CONFIGURATION: "{target} is set up wrongly: {words} Mend its settings, then resume it.",
    Outcome.MANUAL: "{target} has no way to write it. {words} Then mark it as done.",
    Outcome.NOT_SUPPORTED: "{target} does not take it. {words}",
    Outcome.CONFLICT: "Somebody changed it in {target} meanwhile: {words}",
    Outcome.DEFECT: "A defect of ours stopped it: {words} Tell the people who run Touchstone.",
}
LONGEST_CAUSE = 200
SHOWN = 3
UNREACHABLE = "the address could not be reached"
_ITEM = re.compile(r"\[[^\]]*\]")
_EXPECTED_MAP = re.compile(r"; expected an entry in the code map (\S+?)\.")


def of(result: Result, settled: Settled, *, target: str, domain: str, speaks: Connector) -> str:
    """What happened, in the target's words and ours."""
    words = said(result.errors)
    if is_partial(result):
        return f"Only the block was sent to {target}; the rest cannot be: {words}"
    if result.outcome is Outcome.BUSINESS_REJECT:
        return _refused(result, target, domain, speaks, words)
    if settled.gave_up_because or result.outcome not in PLAIN:
        return _passing(result, settled, target, words)
    return " ".join(PLAIN[result.outcome].format(target=target, words=words).split())


def cause(result: Result, settled: Settled) -> str:
    """What groups this reason with its equals; "" when there is nothing to mend."""
    if result.outcome in (Outcome.OK, Outcome.OK_UNCHANGED) and not is_partial(result):
        return ""
    first = _gravest(result.errors)
    if first is None:
        return result.outcome.value
    if first.code == "missing_code":
        name, code = missing_code(first)
        return SEPARATOR.join(("missing_code", name, code))[:LONGEST_CAUSE]
    if first.codes and result.outcome is Outcome.BUSINESS_REJECT:
        sent = (first.codes, first.ours, first.theirs, _without_numbers(_plain(first)))
        return SEPARATOR.join(("refused_code", *sent))[:LONGEST_CAUSE]
    path = _ITEM.sub("", first.canonical_path)
    pieces = (result.outcome.value, path, first.code, _without_numbers(_plain(first)))
    return SEPARATOR.join(p for p in pieces if p)[:LONGEST_CAUSE]


def missing_code(error: Error) -> tuple[str, str]:
    """Which code map lacks which code, from a complaint that says so."""
    found = _EXPECTED_MAP.search(error.message)
    code = error.message.removeprefix(f"{error.canonical_path}: ").split("; expected", 1)[0]
    return (found[1] if found else "", code)


def said(errors: Sequence[Error]) -> str:
    """Their complaints as one text, without repeats, ending in a full stop."""
    texts = list(dict.fromkeys(_plain(e).strip().rstrip(".") for e in errors if e.message.strip()))
    shown = "; ".join(texts[:SHOWN])
    more = f"; and {len(texts) - SHOWN} more" if len(texts) > SHOWN else ""
    return f"{shown}{more}." if shown else ""


def _plain(error: Error) -> str:
    """Their words; what the network said of a lost connection is for the technical detail."""
    is_unreachable = error.code == "not_sent" and error.message.startswith("no connection")
    return UNREACHABLE if is_unreachable else error.message


def label(domain: str, path: str) -> str:
    """An attribute in the words of its page."""
    if path == "status":
        return "Status"
    if path.startswith("option "):
        return f"Setting {path.removeprefix('option ').replace('_', ' ')}"
    try:
        kind = get_domain(domain)
        whole = kind.collection(path)
        if whole:
            return whole.label
        of, _, field = path.partition(".")
        in_item = f"{of}[x].{field}" if field and kind.collection(of) else path
        return patches.label(kind, _ITEM.sub("[x]", in_item))
    except MdmError:
        return path


def needed(domain: str, path: str) -> str:
    """That a value is missing which the target needs: one wording, wherever it is said."""
    what = label(domain, path)
    if "." not in path and _is_collection(domain, path):
        return f"{what} are missing, and needed there."
    return f"{what} is empty, and it is needed there."


def _is_collection(domain: str, path: str) -> bool:
    try:
        return get_domain(domain).collection(path) is not None
    except MdmError:
        return False


def shown(domain: str, path: str, value: str) -> str:
    """A value fit to be shown: masked where the attribute is a sealed one."""
    return vault.mask(value) if _is_sealed(domain, path) else masking.text(value)


def safe(domain: str, result: Result) -> Result:
    """The same result without values of sealed attributes in its complaints."""
    errors = tuple(
        replace(e, message=f"{e.canonical_path}: a value we hide; expected{rest}")
        if _is_sealed(domain, e.canonical_path) and (rest := e.message.partition("; expected")[2])
        else replace(e, message=masking.text(e.message))
        for e in result.errors
    )
    return replace(result, errors=errors)


def _is_sealed(domain: str, path: str) -> bool:
    try:
        what = patches.declared(get_domain(domain), path)
    except MdmError:
        return False
    return isinstance(what, Attribute) and what.sealed is not never


def _refused(result: Result, target: str, domain: str, speaks: Connector, words: str) -> str:
    first = _gravest(result.errors)
    if first is not None and first.code == "missing_code":
        name, code = missing_code(first)
        what = label(domain, first.canonical_path)
        return (
            f"{target} has no code for {what.lower()} {code}. "
            f"Add it to the code map {name}, then replay."
        )
    if not result.exchanges:
        return f"It is not ready for {target}: {_in_words(result.errors, domain)}"
    return f"{target} refused it: {words} {_advice(first, domain, speaks)}".strip()


def _in_words(errors: Sequence[Error], domain: str) -> str:
    """Our own complaints, with the labels of attributes instead of their paths."""
    return said([replace(e, message=_own_words(e, domain)) for e in errors])


def _own_words(error: Error, domain: str) -> str:
    path = error.canonical_path
    if path and error.code == "required":
        return needed(domain, path)
    return labelled(error.message, domain, path)


def labelled(words: str, domain: str, path: str) -> str:
    """A text of ours with the label of the attribute instead of its path."""
    if not path:
        return words
    return re.sub(rf"(?<!code map )(?<!\w){re.escape(path)}", label(domain, path), words)


def _advice(error: Error | None, domain: str, speaks: Connector) -> str:
    if error is None or not error.canonical_path:
        return "Mend the record or the mapping, then replay."
    what = label(domain, error.canonical_path)
    if error.codes:
        return (
            f"It was sent {error.theirs} (from {error.ours}). "
            f"{what}: mend the code map {error.codes}, or the record; then replay."
        )
    plain = _ITEM.sub("[]", error.canonical_path)
    for one in speaks.code_lists(domain):
        if plain in one.canonical_paths:
            return f"{what}: mend the code map {one.name}, or the record; then replay."
    return f"{what}: mend the record; its next version is sent by itself."


def _passing(result: Result, settled: Settled, target: str, words: str) -> str:
    if settled.gave_up_because:
        return f"Given up, {settled.gave_up_because}. {target} last said: {words or 'nothing.'}"
    if result.outcome in (Outcome.UNKNOWN, Outcome.DUPLICATE):
        why = f": {words}" if words else "."
        return f"We cannot tell whether {target} has it{why} The next try looks first."
    status = f" ({result.http_status})" if result.http_status else ""
    return f"{target} could not take it now{status}: {words or 'no reason given.'}"


def _gravest(errors: Sequence[Error]) -> Error | None:
    ranked = sorted(errors, key=lambda e: (e.severity != "error", not e.canonical_path))
    return ranked[0] if ranked else None


def _without_numbers(message: str) -> str:
    """Words that are this record's alone, such as its number there, are left out."""
    return re.sub(r"\b\d{5,}\b", "…", " ".join(message.split()))[:120]


def errors_as_data(errors: Sequence[Error]) -> list[Mapping[str, str]]:
    """Complaints as an attempt keeps them."""
    return [
        {
            "code": e.code,
            "message": e.message,
            "field": e.field,
            "path": e.canonical_path,
            "severity": e.severity,
        }
        for e in errors
    ]
