"""Coupa's core API: suppliers, lookup values for cost centers, projects; tax codes by file.

    no key, or unsure -> look up by our code -> POST | PUT -> read back and compare
    409-like "taken"  -> look up; ours -> PUT; another's name -> our code behind the name

Coupa answers 200 and ignores what it does not like, so nothing counts as landed before it was read.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from publishing.connectors import compare
from publishing.connectors.auth import OAuth2ClientCredentials
from publishing.connectors.base import (
    CanonicalRecord,
    Context,
    Error,
    Operation,
    Outcome,
    Part,
    PlannedRequest,
    Stop,
    Support,
)
from publishing.connectors.bodies import body_of
from publishing.connectors.compare import Difference
from publishing.connectors.connector import ENDED, Connector
from publishing.connectors.conversation import Conversation, parsed
from publishing.connectors.coupa import answers, tax_file
from publishing.connectors.coupa.bodies import (
    hash_of,
    ignored,
    is_same_name,
    is_same_parent,
    remits,
    unique_name,
    with_removed,
)
from publishing.connectors.coupa.shapes import (
    COST_CENTER,
    DEFAULT_MAPS,
    LOOKUP,
    PARENT,
    PROJECT,
    SUPPLIER,
    TAX_CODE,
    Resource,
)
from publishing.connectors.mapping import Piece, nested
from publishing.connectors.transforms import plain
from publishing.http import Answer
from publishing.limits import Limits

SCOPES = " ".join(
    f"core.{name}.{right}"
    for name in ("supplier", "accounting", "project", "common")
    for right in ("read", "write")
)


class Coupa(Connector):
    """Coupa's core API."""

    code = "coupa"
    label = "Coupa"
    auth = OAuth2ClientCredentials("/oauth2/token", scope=SCOPES)
    limits = Limits(per_second=20, parallel=4, burst=20)
    supported = {
        "supplier": Support.WRITE,
        "cost_center": Support.WRITE,
        "project": Support.WRITE,
        "tax_code": Support.FILE,
    }
    shapes = {
        "supplier": SUPPLIER,
        "cost_center": COST_CENTER,
        "project": PROJECT,
        "tax_code": TAX_CODE,
    }
    references = {"cost_center": (("parent", "cost_center"),)}
    DEFAULT_MAPS = DEFAULT_MAPS
    resources: Mapping[str, Resource] = {
        "supplier": Resource("/api/suppliers", "number"),
        "cost_center": Resource("/api/lookup_values", "external-ref-num"),
        "project": Resource("/api/projects", "external-reference-number"),
        "tax_code": Resource("/api/tax_codes", "code"),
    }

    def classify(
        self, status: int, headers: Mapping[str, str], body: Any
    ) -> tuple[Outcome, list[Error]]:
        """Coupa's words, then the status."""
        return answers.classify(status, headers, body)

    def normalise(self, domain: str, remote: Mapping[str, Any], context: Context) -> dict[str, Any]:
        """A thing of Coupa's in our words, without what was put behind a name to make it unique."""
        if domain == "tax_code":
            return tax_file.normalised(remote)
        record = super().normalise(domain, remote, context)
        suffix = f" ({record.get('code')})"
        if domain == "supplier" and str(record.get("legal_name", "")).endswith(suffix):
            record["legal_name"] = record["legal_name"].removesuffix(suffix)
        return record

    def _plan(
        self, domain: str, piece: Piece, payload: CanonicalRecord, context: Context
    ) -> Iterator[PlannedRequest]:
        if domain == "tax_code":
            path = f"/files/{tax_file.FOLDER}/{tax_file.name(piece, payload)}"
            yield PlannedRequest(domain, "", "PUT", path, tax_file.content(piece))
            return
        path, known = self.resources[domain].path, context.part(domain)
        if known is None or not known.key:
            yield PlannedRequest(domain, "", "POST", path, body_of(piece, update=False))
        elif known.landed_hash != hash_of(piece):
            body = with_removed(body_of(piece, update=True), piece, context)
            yield PlannedRequest(domain, "", "PUT", f"{path}/{known.key}", body)

    def _write(
        self,
        domain: str,
        payload: CanonicalRecord,
        piece: Piece,
        talk: Conversation,
        *,
        only_blocks: bool,
    ) -> tuple[Outcome, Operation]:
        if domain == "tax_code":
            remote = self._find(domain, talk, str(piece.values["Code"]))
            return tax_file.write(payload, piece, talk, remote)
        context = talk.context
        known = context.part(domain)
        key = known.key if known else ""
        is_new_push = context.unsure or context.overwrite or only_blocks
        if known and key and known.landed_hash == hash_of(piece) and not is_new_push:
            return Outcome.OK_UNCHANGED, Operation.NONE
        if not key or context.unsure:
            remote = self._fetch(domain, talk, str(payload["code"]))
            key = str(remote["id"]) if remote else ""
            if remote is not None and not self._left(domain, piece, remote, context):
                self._landed(domain, piece, talk, key)
                return Outcome.OK_UNCHANGED, Operation.NONE
        ended = payload.get("status") in ENDED
        if not key and ended:
            return Outcome.OK_UNCHANGED, Operation.NONE
        if only_blocks:
            self._send_blocks(domain, piece, talk, key)
            return Outcome.OK, Operation.DEACTIVATE
        operation = Operation.UPDATE if key else Operation.CREATE
        key = self._send(domain, payload, piece, talk, key)
        self._prove(domain, piece, talk, key)
        return Outcome.OK, Operation.DEACTIVATE if ended else operation

    def _send(
        self,
        domain: str,
        payload: CanonicalRecord,
        piece: Piece,
        talk: Conversation,
        key: str,
        *,
        turns: int = 3,
    ) -> str:
        """Create or update, and the key it has; finds its way when key or name is not free."""
        path = self.resources[domain].path
        body = body_of(piece, update=bool(key))
        if key:
            body = with_removed(body, piece, talk.context)
        if body.get("parent"):
            body["parent"] = self._parent(domain, talk, piece)
        method, at = ("PUT", f"{path}/{key}") if key else ("POST", path)
        expect = (Outcome.DUPLICATE, Outcome.CONFIGURATION)
        answer, outcome, errors = talk.write(method, at, body, expect=expect)
        if outcome in (Outcome.OK, Outcome.ACCEPTED_ASYNC):
            return key or self._key_in(answer)
        is_gone = outcome is Outcome.CONFIGURATION and answer.status == 404 and bool(key)
        if not turns or (outcome is Outcome.CONFIGURATION and not is_gone):
            reject = Outcome.BUSINESS_REJECT if outcome is Outcome.DUPLICATE else outcome
            raise Stop(reject, *errors, status=answer.status)
        remote = self._find(domain, talk, str(payload["code"]))
        found = str(remote["id"]) if remote else ""
        if outcome is Outcome.DUPLICATE and found == key:
            if domain != "supplier" or piece.values["name"] == unique_name(piece):
                raise Stop(Outcome.BUSINESS_REJECT, *errors, status=answer.status)
            piece.values["name"] = unique_name(piece)
        return self._send(domain, payload, piece, talk, found, turns=turns - 1)

    def _parent(self, domain: str, talk: Conversation, piece: Piece) -> dict[str, Any]:
        """The value above, by the path that Coupa has made of the codes from the root down."""
        code = str(piece.values[PARENT])
        above = self._find(domain, talk, code)
        return {"external-ref-code": str(above["external-ref-code"]) if above else code}

    def _key_in(self, answer: Answer) -> str:
        body = parsed(answer, Outcome.UNKNOWN)
        key = body.get("id") if isinstance(body, dict) else None
        if key is None:
            raise Stop(Outcome.UNKNOWN, Error("no_key", "Coupa took it and named no id."))
        return str(key)

    def _send_blocks(self, domain: str, piece: Piece, talk: Conversation, key: str) -> None:
        """Only what stops the record, since the rest of it cannot be sent as it is."""
        values = {path: value for path, value in piece.values.items() if path in piece.blocks}
        talk.write("PUT", f"{self.resources[domain].path}/{key}", nested(values))
        talk.learn(Part(domain, key))

    def _prove(self, domain: str, piece: Piece, talk: Conversation, key: str) -> None:
        """Read back; empty by null what Coupa kept; what then still differs was not taken."""
        path = f"{self.resources[domain].path}/{key}"
        left = self._left(domain, piece, talk.read(path), talk.context)
        clears = {d.target_path.split(".")[0]: None for d in left if plain(d.ours) == ""}
        clears = {top: None for top in clears if "[" not in top}
        if clears:
            talk.write("PUT", path, clears)
            left = self._left(domain, piece, talk.read(path), talk.context)
        if left:
            talk.learn(Part(domain, key))
            raise Stop(Outcome.BUSINESS_REJECT, *map(ignored, left), status=200)
        self._landed(domain, piece, talk, key)

    def _landed(self, domain: str, piece: Piece, talk: Conversation, key: str) -> None:
        talk.learn(Part(domain, key, landed_hash=hash_of(piece)))
        wanted = {child.scope.part_id: child for child in remits(piece)}
        for part_id, child in wanted.items():
            code = child.values["remit-to-code"]
            talk.learn(Part("remit_to", code, part_id, landed_hash=child.hash()))
        for part in talk.context.parts:
            if part.kind == "remit_to" and part.part_id not in wanted:
                talk.learn(Part("remit_to", part.key, part.part_id, gone=True))

    def _left(
        self, domain: str, piece: Piece, remote: Mapping[str, Any], context: Context
    ) -> list[Difference]:
        """What the target still lacks; a name made unique and addresses of others do not count."""
        ours = {part.key for part in context.parts if part.kind == "remit_to"}
        return [
            each
            for each in compare.differences(piece, remote)
            if not (domain == "supplier" and is_same_name(piece, each))
            and not is_same_parent(each)
            and (each.ours is not None or each.theirs in ours)
        ]

    def _fetch(self, domain: str, talk: Conversation, code: str) -> dict[str, Any] | None:
        known = talk.context.part(domain)
        if known and known.key and domain != "tax_code":
            path = f"{self.resources[domain].path}/{known.key}"
            found = talk.read(path, missing=True)
            if isinstance(found, dict):
                return found
        return self._find(domain, talk, code)

    def _find(self, domain: str, talk: Conversation, code: str) -> dict[str, Any] | None:
        """The one thing that carries our code; a filter that was ignored finds nothing."""
        resource = self.resources[domain]
        query = {resource.query: code}
        if domain == "supplier":
            query["return_object"] = "limited"
        if domain == "cost_center":
            query["lookup[name]"] = talk.context.option("lookup_name", LOOKUP)
        rows = talk.read(f"{resource.path}?{urlencode(query, quote_via=quote, safe='[]')}")
        named = [r for r in rows if isinstance(r, dict) and r.get(resource.query, code) == code]
        found = []
        for each in named[:3]:
            whole = each
            if domain != "tax_code" and each.get("id"):
                whole = talk.read(f"{resource.path}/{each['id']}", missing=True)
            if isinstance(whole, dict) and whole.get(resource.query) == code:
                found.append(whole)
        if len(found) > 1 and domain != "tax_code":
            ids = ", ".join(str(each["id"]) for each in found)
            words = f"Coupa has {code} more than once ({ids}). Decide there which one stays."
            raise Stop(Outcome.BUSINESS_REJECT, Error("ambiguous", words, resource.query, "code"))
        return found[0] if found else None

    def _knock(self, talk: Conversation) -> tuple[Outcome, Operation]:
        talk.read("/api/suppliers?limit=1&return_object=limited")
        return Outcome.OK, Operation.NONE

    def _key_value(self, domain: str, piece: Piece, payload: CanonicalRecord) -> str:
        return str(piece.values["Code"] if domain == "tax_code" else payload["code"])

    def _confirm(
        self, domain: str, payload: CanonicalRecord, piece: Piece, talk: Conversation
    ) -> tuple[Outcome, Operation]:
        remote = self._fetch(domain, talk, self._key_value(domain, piece, payload))
        if remote is None or self._compare(domain, payload, talk.context, remote):
            return Outcome.ACCEPTED_ASYNC, Operation.NONE
        talk.learn(Part(domain, str(remote.get("id", "")), landed_hash=hash_of(piece)))
        return Outcome.OK, Operation.NONE

    def _compare(
        self, domain: str, payload: CanonicalRecord, context: Context, remote: dict[str, Any]
    ) -> list[Difference]:
        there = tax_file.row(remote) if domain == "tax_code" else remote
        return self._left(domain, self._piece(domain, payload, context), there, context)
