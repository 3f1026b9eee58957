"""Sensitive values: sealed per subject, masked for show, found by a blind index, erased by key.

Each subject has a data key (`SubjectKey`), wrapped by the installation's vault keys (envelope
encryption; the first of `MDM_VAULT_KEYS` wraps, all unwrap). Values are sealed with AES-SIV
(RFC 5297), which gives the same token for the same value of the same subject: unchanged values stay
unchanged in rows, history and patches.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from functools import lru_cache
from time import monotonic
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings

from mdm.domains import patch as patches
from mdm.domains.spec import Attribute, Collection, Subject, Values
from mdm.errors import Refused
from mdm.models.access import SubjectKey
from mdm.standardise import masks

PREFIX = "sealed:1:"
ERASED = "(erased)"
HELD_FOR, HELD_AT_MOST = 2.0, 2000  # seconds, keys
_held: dict[UUID, tuple[float, AESSIV]] = {}


def _wrapping() -> MultiFernet:
    return MultiFernet(
        [
            Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.strip().encode()).digest()))
            for key in settings.VAULT_KEYS
        ]
    )


@lru_cache(maxsize=4096)
def _unwrap(wrapped: bytes) -> AESSIV:
    try:
        return AESSIV(_wrapping().decrypt(wrapped))
    except InvalidToken as error:
        raise Refused(
            "A sealed value cannot be opened: its vault key is not in MDM_VAULT_KEYS."
        ) from error


def _key(subject: UUID, *, make: bool = False) -> AESSIV | None:
    row = SubjectKey.objects.filter(pk=subject).first()
    if row is None and make:
        wrapped = _wrapping().encrypt(AESSIV.generate_key(512))
        row, _ = SubjectKey.objects.get_or_create(subject=subject, defaults={"wrapped": wrapped})
    if row is None or row.wrapped is None:
        return None
    return _unwrap(bytes(row.wrapped))


def seal(subject: UUID, text: str) -> str:
    """The token of a value; "" stays "", a token stays itself."""
    if not text or is_sealed(text):
        return text
    token = base64.urlsafe_b64encode(seal_bytes(subject, text.encode())).decode()
    return f"{PREFIX}{subject.hex}:{token}"


def unseal(token: str) -> str:
    """The value of a token; other text is returned as it is, an erased one as "(erased)"."""
    if not is_sealed(token):
        return token
    subject, _, body = token.removeprefix(PREFIX).partition(":")
    plain = unseal_bytes(UUID(subject), base64.urlsafe_b64decode(body))
    return ERASED if plain is None else plain.decode()


def is_sealed(text: Any) -> bool:
    """Whether a text is a token of this vault."""
    return isinstance(text, str) and text.startswith(PREFIX)


def seal_bytes(subject: UUID, plain: bytes) -> bytes:
    """Bytes sealed with the subject's key, which is made at its first use."""
    key = _key(subject, make=True)
    if key is None:
        raise Refused("This subject's data has been erased; nothing can be sealed for it any more.")
    return key.encrypt(plain, [subject.bytes])


def unseal_bytes(subject: UUID, sealed: bytes) -> bytes | None:
    """The plain bytes; None when the key has been destroyed."""
    key = _key_for_reading(subject)
    if key is None:
        return None
    try:
        return key.decrypt(sealed, [subject.bytes])
    except InvalidTag as error:
        raise Refused("A sealed value was altered, or belongs to another subject.") from error


def _key_for_reading(subject: UUID) -> AESSIV | None:
    """A subject's key, remembered for a moment: a page opens many values of one record.

    Never for sealing, which must not use a key that was rolled back or destroyed meanwhile.
    """
    now = monotonic()
    if (held := _held.get(subject)) and held[0] > now:
        return held[1]
    key = _key(subject)
    if len(_held) >= HELD_AT_MOST:
        _held.clear()
    if key is not None:
        _held[subject] = (now + HELD_FOR, key)
    return key


def encrypt_secret(text: str) -> str:
    """A connector's secret as it is kept."""
    return _wrapping().encrypt(text.encode()).decode()


def decrypt_secret(token: str) -> str:
    """A connector's secret as it is used."""
    return _wrapping().decrypt(token.encode()).decode() if token else ""


def blind(kind: str, text: str) -> str:
    """The blind index of a value: equal values have equal indexes, and nothing else can be read."""
    message = f"{kind}\x1f{text}".encode()
    return hmac.new(settings.INDEX_KEY.encode(), message, hashlib.sha256).hexdigest()


def mask(text: str) -> str:
    """What may be shown of a sensitive value, sealed or not."""
    return masks.mask(unseal(text))


def _each(kind: Subject, values: Values, change: Callable[[str], str]) -> Values:
    """The values with `change` done to each sensitive one."""
    result = dict(values)
    for collection in kind.collections:
        if collection.code in result:
            items = result[collection.code] or []
            result[collection.code] = [_each_field(collection, item, change) for item in items]
    return result


def _each_field(
    collection: Collection, item: Mapping[str, str], change: Callable[[str], str]
) -> dict[str, str]:
    sealed = {f.code for f in collection.fields if f.sealed(item)}
    return {k: change(v) if k in sealed and v else v for k, v in item.items()}


def _each_patched(
    kind: Subject, patch: patches.Patch, change: Callable[[str], str], items: Values | None = None
) -> patches.Patch:
    result: patches.Patch = {}
    for path, value in patch.items():
        at = patches.parse(path)
        collection = kind.collection(at.code)
        if collection is None or value is None:
            result[path] = value
        elif isinstance(value, Mapping):
            result[path] = _each_field(collection, value, change)
        else:
            item = (patches.item_of(items, at.code, at.item) if items else None) or {}
            result[path] = change(value) if _seals(collection.field(at.field), item) else value
    return result


def _seals(attribute: Attribute, item: Mapping[str, str]) -> bool:
    """A field patched alone is sealed when its item asks for it, or the item is not known."""
    return attribute.sealed(item) if item else attribute.sealed({"type": "personal"})


def seal_values(kind: Subject, golden_id: UUID, values: Values) -> Values:
    """Values as they are stored."""
    return _each(kind, values, lambda text: seal(golden_id, text))


def open_values(kind: Subject, values: Values) -> Values:
    """Values as they are meant."""
    return _each(kind, values, unseal)


def mask_values(kind: Subject, values: Values) -> Values:
    """Values as they may be shown to anybody who may see the record."""
    return _each(kind, values, mask)


def seal_patch(
    kind: Subject, golden_id: UUID, patch: patches.Patch, values: Values | None = None
) -> patches.Patch:
    """A patch as it is stored; `values` are those it is made against."""
    return _each_patched(kind, patch, lambda text: seal(golden_id, text), values)


def open_patch(patch: patches.Patch) -> patches.Patch:
    """A patch as it is meant. Tokens know their subject, so no declaration is needed."""
    return {path: _open(value) for path, value in patch.items()}


def _open(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: unseal(v) for k, v in value.items()}
    return unseal(value) if isinstance(value, str) else value


def mask_patch(patch: patches.Patch) -> patches.Patch:
    """A stored patch as it may be shown: what is sealed in it is masked."""
    return {path: _mask_sealed(value) for path, value in patch.items()}


def _mask_sealed(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: mask(v) if is_sealed(v) else v for k, v in value.items()}
    return mask(value) if is_sealed(value) else value
