"""The systems we speak to, one module or folder each."""

from publishing.connectors.connector import Connector
from publishing.connectors.coupa import Coupa
from publishing.connectors.s4hana import S4Hana

CONNECTORS: dict[str, Connector] = {each.code: each for each in (Coupa(), S4Hana())}

__all__ = ["CONNECTORS", "Connector", "Coupa", "S4Hana"]
