"""SAP S/4HANA: business partners, cost centers, projects over OData; tax codes by hand.

no key, or unsure -> look up by our code -> POST all | PATCH, POST, DELETE what differs
412               -> read again: ours already, or untouched by others -> once more; else conflict
"""

from collections.abc import Iterator, Mapping
from typing import Any

from publishing.connectors import compare
from publishing.connectors.auth import BasicWithCsrf
from publishing.connectors.base import (
    CanonicalRecord,
    Context,
    Error,
    Operation,
    Outcome,
    PlannedRequest,
    Result,
    Stop,
    Support,
)
from publishing.connectors.compare import Difference
from publishing.connectors.connector import ENDED, Connector
from publishing.connectors.conversation import Channel, Conversation
from publishing.connectors.mapping import Piece
from publishing.connectors.s4hana import (
    answers,
    cost_center,
    drift,
    plans,
    project,
    supplier,
    supplier_items,
    supplier_service,
    tax_code,
)
from publishing.connectors.s4hana.codes import DEFAULT_MAPS
from publishing.connectors.s4hana.job import Job, fetch
from publishing.connectors.s4hana.odata import Service, own_key
from publishing.limits import Limits


class S4Hana(Connector):
    """SAP S/4HANA's OData services."""

    code = "sap-s4hana"
    label = "S/4HANA"
    auth = BasicWithCsrf()
    limits = Limits(per_second=20, parallel=5, burst=20)
    supported = {
        "supplier": Support.WRITE,
        "cost_center": Support.WRITE,
        "project": Support.WRITE,
        "tax_code": Support.MANUAL,
    }
    shapes = {
        "supplier": supplier.PARTNER,
        "cost_center": cost_center.COST_CENTER,
        "project": project.PROJECT,
    }
    services: Mapping[str, Service] = {
        "supplier": supplier_service.SERVICE,
        "cost_center": cost_center.SERVICE,
        "project": project.SERVICE,
    }
    references = {"project": (("cost_center", "cost_center"),)}
    DEFAULT_MAPS = DEFAULT_MAPS

    def classify(
        self, status: int, headers: Mapping[str, str], body: Any
    ) -> tuple[Outcome, list[Error]]:
        """SAP's words, then the status."""
        return answers.classify(status, headers, body)

    def _piece(self, domain: str, payload: CanonicalRecord, context: Context) -> Piece:
        piece = super()._piece(domain, payload, context)
        plans.number_banks(piece, {part.place: part for part in context.parts})
        piece.problems += supplier_items.clashes(piece)
        return piece

    def _plan(
        self, domain: str, piece: Piece, payload: CanonicalRecord, context: Context
    ) -> Iterator[PlannedRequest]:
        service = self.services[domain]
        parts = {part.place: part for part in context.parts if part.key}
        if ("", service.root.kind, "") in parts:
            todo = plans.steps(service, piece, parts, push_all=context.overwrite)
            yield from (plans.request_of(service, step, parts) for step in todo)
            return
        path = f"{service.path}/{service.root.set}"
        yield PlannedRequest(service.root.kind, "", "POST", path, plans.deep(service, piece))

    def _write(
        self,
        domain: str,
        payload: CanonicalRecord,
        piece: Piece,
        talk: Conversation,
        *,
        only_blocks: bool,
    ) -> tuple[Outcome, Operation]:
        service = self.services[domain]
        job = Job(service, piece, talk)
        ended = payload.get("status") in ENDED
        is_made = False
        if not job.key or talk.context.unsure:
            job.look()
        if not job.key:
            if ended:
                return Outcome.OK_UNCHANGED, Operation.NONE
            is_made = job.create()
        elif _is_elsewhere(service, piece, job.key):
            is_made = job.move()
        changes = job.bring(only_blocks=only_blocks)
        if _is_elsewhere(service, piece, job.key):
            raise Stop(Outcome.MANUAL, cost_center.change_of_dates(piece, job.key))
        if is_made:
            return Outcome.OK, Operation.CREATE
        if not changes:
            return Outcome.OK_UNCHANGED, Operation.NONE
        return Outcome.OK, Operation.DEACTIVATE if ended else Operation.UPDATE

    def _fetch(self, domain: str, talk: Conversation, code: str) -> dict[str, Any] | None:
        if domain == "tax_code":
            return tax_code.find(talk, code)
        service = self.services[domain]
        known = talk.context.part(service.root.kind)
        values = {service.identity[-1]: code}
        remote = fetch(service, values, known.key if known else "", talk)
        return dict(remote) if remote is not None else None

    def _compare(
        self, domain: str, payload: CanonicalRecord, context: Context, remote: dict[str, Any]
    ) -> list[Difference]:
        if domain not in self.services:
            return []
        service, piece = self.services[domain], self._piece(domain, payload, context)
        known = {part.place: part for part in context.parts if part.key}
        return list(drift.drift(service, piece, drift.found_in(service, remote), known))

    def normalise(self, domain: str, remote: Mapping[str, Any], context: Context) -> dict[str, Any]:
        """A thing of S/4HANA's in our words."""
        if domain == "tax_code":
            return {"code": remote.get("TaxCode")}
        record = compare.canonical(self.shapes[domain], remote, context.code_maps)
        number = record.get("duns") or supplier_items.duns_in(remote)
        return {**record, "duns": number} if number else record

    def _by_hand(
        self, domain: str, payload: CanonicalRecord, context: Context, session: Channel
    ) -> Result:
        """Tax codes are customising: look whether it is there, else say what a person has to do."""
        talk = self._talk(context, session)
        return self._finish(talk, None, lambda: tax_code.look(payload, talk))

    def _knock(self, talk: Conversation) -> tuple[Outcome, Operation]:
        service = self.services["supplier"]
        talk.read(f"{service.path}/{service.root.set}?$top=1&$select=BusinessPartner")
        return Outcome.OK, Operation.NONE


def _is_elsewhere(service: Service, piece: Piece, key: str) -> bool:
    """Whether the record has, by what it says itself, another key than it has there."""
    natural = own_key(service.root, piece.values)
    return bool(natural) and natural != key
