"""How to reach somebody: e-mail, phone, website."""

import re

from mdm.errors import Invalid
from mdm.standardise import text

_EMAIL = re.compile(r"[^\s@<>(),;:\"\\\[\]]{1,64}@([^\s@<>(),;:\"\\\[\]/.]+\.)+[^\W\d_][\w-]*")
_WEBSITE = re.compile(
    r"(?:(https?)://)?((?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]*(?::\d{1,5})?)([/?#]\S*)?",
    re.IGNORECASE,
)


def email(value: str) -> str:
    """An e-mail address in small letters."""
    found = text.squeeze(value).removeprefix("mailto:").lower()
    if found and (len(found) > 254 or ".." in found or not _EMAIL.fullmatch(found)):
        raise Invalid(
            value, "one e-mail address such as orders@example.com", "Write one per contact."
        )
    return found


def phone(value: str, country: str = "") -> str:
    """A phone number in its international form, such as +49 40 5550100."""
    found = text.squeeze(value)
    if not found:
        return ""
    # Loading its tables takes longer than all other cleaning together, and few values are phones.
    import phonenumbers

    try:
        number = phonenumbers.parse(found[:250], country or None)
    except phonenumbers.NumberParseException as error:
        raise _not_a_phone(value) from error
    if not phonenumbers.is_possible_number(number):
        raise _not_a_phone(value)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def website(value: str) -> str:
    """A web address with its scheme, the host in small letters; only http and https."""
    found = text.squeeze(value)
    if not found:
        return ""
    match = _WEBSITE.fullmatch(found)
    if not match:
        raise Invalid(value, "a web address such as https://example.com", "Leave out the rest.")
    scheme, host, rest = match.groups()
    return f"{(scheme or 'https').lower()}://{host.lower()}{'' if rest in {None, '/'} else rest}"


def _not_a_phone(value: str) -> Invalid:
    return Invalid(
        value, "a phone number such as +49 40 5550100", "Start with + and the country's code."
    )
