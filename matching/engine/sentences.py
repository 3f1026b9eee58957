"""Each comparison in one sentence fit to show a steward."""

from matching.engine.evidence import Level
from matching.engine.likeness import Likeness

_SENTENCES = {
    ("tax_id", Level.SAME): "Both have the tax number {left}.",
    ("tax_id", Level.CLOSE): "The tax numbers differ in one character, as a typing error does.",
    ("tax_id", Level.DIFFERENT): "They have different tax numbers of the same kind.",
    ("duns", Level.SAME): "Both have the D-U-N-S number {left}.",
    ("duns", Level.CLOSE): "The D-U-N-S numbers differ in one digit, as a typing error does.",
    ("duns", Level.DIFFERENT): "They have different D-U-N-S numbers.",
    ("lei", Level.SAME): "Both have the LEI {left}.",
    ("lei", Level.CLOSE): "The LEIs differ in one character, as a typing error does.",
    ("lei", Level.DIFFERENT): "They have different LEIs.",
    ("iban", Level.SAME): "Both are paid on the same bank account.",
    ("iban", Level.DIFFERENT): "They are paid on different bank accounts.",
    ("phone", Level.SAME): "Both are reached by the same phone number.",
    ("phone", Level.DIFFERENT): "They have no phone number in common.",
    ("domain", Level.SAME): "Both use the mail domain {left}.",
    ("domain", Level.DIFFERENT): "They use different mail domains.",
    ("address", Level.SAME): "Both are at the same street and number.",
    ("address", Level.CLOSE): "The street agrees; house number or place is not sure.",
    ("address", Level.PART): "They are in the same street, at different numbers.",
    ("address", Level.DIFFERENT): "They are in different streets.",
    ("postal_code", Level.SAME): "Both have the postal code {left}.",
    ("postal_code", Level.PART): "Their postal codes begin alike.",
    ("postal_code", Level.DIFFERENT): "They have different postal codes.",
    ("city", Level.SAME): "Both are in the same city.",
    ("city", Level.CLOSE): "The city is nearly the same.",
    ("city", Level.DIFFERENT): "They are in different cities.",
    ("country", Level.SAME): "Both are in {left}.",
    ("country", Level.DIFFERENT): "One is in {left}, the other in {right}.",
    ("legal_form", Level.SAME): "Both have the same legal form.",
    ("legal_form", Level.CLOSE): "Their legal forms are often mixed up for one company.",
    ("legal_form", Level.DIFFERENT): "They have different legal forms.",
    ("code", Level.SAME): "Both have the code {left}.",
    ("code", Level.DIFFERENT): "They have different codes.",
    ("scope", Level.SAME): "Both belong to company code {left}.",
    ("scope", Level.DIFFERENT): "One belongs to company code {left}, the other to {right}.",
    ("tax_code", Level.SAME): "Both have the code {left}.",
    ("tax_code", Level.DIFFERENT): "They have different codes.",
    ("tax_country", Level.SAME): "Both are taxes of {left}.",
    ("tax_country", Level.DIFFERENT): "One is a tax of {left}, the other of {right}.",
    ("tax_kind", Level.SAME): "Both are of the same type and direction.",
    ("tax_kind", Level.DIFFERENT): "They are of different type or direction.",
    ("rate", Level.SAME): "Both have the rate {left} %.",
    ("rate", Level.DIFFERENT): "One has {left} %, the other {right} %.",
}
_MOST_WORDS = 4


def sentence(attribute: str, level: Level, left: str, right: str, names: Likeness) -> str:
    """What one comparison found."""
    if attribute == "name":
        return _of_names(names)
    return _SENTENCES[attribute, level].format(left=left, right=right)


def _of_names(found: Likeness) -> str:
    if found.exact:
        return "The names have the same words, legal forms aside."
    if not found.shared_words:
        return "The names have no word in common."
    shared = _quoted(found.shared_words)
    alone = [words for words in (found.left_words, found.right_words) if words]
    if not alone:
        return f"The names agree in {shared}, apart from spelling."
    if len(alone) == 1:
        return f"The names agree in {shared}; only one of them has {_quoted(alone[0])}."
    return (
        f"The names agree in {shared}, but one has {_quoted(alone[0])} "
        f"and the other {_quoted(alone[1])}."
    )


def _quoted(words: tuple[str, ...]) -> str:
    shown = ", ".join(f"“{word}”" for word in words[:_MOST_WORDS])
    return f"{shown} …" if len(words) > _MOST_WORDS else shown
