"""One target at the twins, together with what the engine would remember of a record in it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from publishing.addresses import Guard
from publishing.connectors import CONNECTORS
from publishing.connectors.auth import CredentialCache
from publishing.connectors.base import Context, Outcome, Part, Result
from publishing.connectors.connector import Connector
from publishing.connectors.conversation import Channel
from publishing.http import Session
from publishing.twins import credentials
from tests.publishing.connectors import payloads
from tests.publishing.connectors.payloads import Payload

TWIN_OF = {"coupa": "coupa", "sap-s4hana": "s4"}


class Line:
    """One target with what the engine would remember of one record in it."""

    def __init__(self, system: str, url: str, folder: Path) -> None:
        known = credentials.load(folder)
        secrets = {
            "coupa": {
                "client_id": known.coupa_client_id,
                "client_secret": known.coupa_client_secret,
            },
            "sap-s4hana": {"username": known.s4_user, "password": known.s4_password},
        }
        self.connector: Connector = CONNECTORS[system]
        self.session = Session(Guard(["127.0.0.1"]))
        self.channel = Channel(self.session, CredentialCache())
        self.parts: dict[Any, Part] = {}
        self.context = Context(
            f"{url}/{TWIN_OF[system]}",
            credentials=secrets[system],
            code_maps=self.connector.DEFAULT_MAPS,
            timeout=5,
            correlation_id="CR-4711",
        )

    def deliver(self, payload: Payload, **changes: Any) -> Result:
        context = replace(self.context, parts=tuple(self.parts.values()), **changes)
        result = self.connector.deliver(payload["domain"], payload, context, self.channel)
        for part in result.parts:
            self.parts.pop(part.place, None)
            if not part.gone:
                self.parts[part.place] = part
        return result

    def read_back(self, payload: Payload) -> dict[str, Any] | None:
        context = replace(self.context, parts=tuple(self.parts.values()))
        return self.connector.read_back(payload["domain"], context, self.channel, payload["code"])

    def forget(self) -> None:
        self.parts.clear()

    def is_like(self, payload: Payload) -> bool:
        """Whether the target holds just that."""
        context = replace(self.context, parts=tuple(self.parts.values()))
        domain = payload["domain"]
        return self.connector.differences(domain, payload, context, self.channel) == []


def prepare(line: Line, domain: str) -> Payload:
    """The payload of a domain, with what it refers to already there."""
    if domain == "project" and line.connector.code == "sap-s4hana":
        done = line.deliver(payloads.of("cost_center"))
        assert done.outcome is Outcome.OK, done
        line.forget()
    return payloads.of(domain)
