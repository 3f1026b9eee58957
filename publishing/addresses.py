"""Where the product may connect to: an allow-list of hosts, and no way into the house.

    address -> destination(): scheme, host, port, refused by form
            -> resolve once -> admit(): every answer public, or the host listed by the operator
            -> publishing.http connects to exactly that answer

Whoever may edit a target could otherwise make the server read its own network for them. Only a host
that the operator lists in the environment may be private, loopback or plain HTTP.
"""

import ipaddress
import re
import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Sequence[str]]

_HOST_FORM = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*")
_PORTS = {"https": 443, "http": 80}
_SPECIAL = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "fec0::/10", "64:ff9b:1::/48")))
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_COMPATIBLE = ipaddress.ip_network("::/96")


class AddressRefused(Exception):
    """An address the product does not connect to. The text is for the person who set it."""


@dataclass(frozen=True, slots=True)
class Destination:
    """An address taken apart and found well-formed; nothing is resolved yet."""

    scheme: str
    host: str
    port: int

    @property
    def origin(self) -> str:
        """Scheme, host and port: what two addresses of one target have in common."""
        return f"{self.scheme}://{self.host}:{self.port}"


class Guard:
    """Which destinations are allowed."""

    def __init__(self, allowed_hosts: Iterable[str] = (), *, only_listed: bool = False) -> None:
        """`allowed_hosts` is the operator's list: `host` or `host:port`, private or not."""
        self._listed = frozenset(host.strip().lower().rstrip(".") for host in allowed_hosts if host)
        self._only_listed = only_listed

    def is_listed(self, host: str, port: int) -> bool:
        """Whether the operator vouches for this host."""
        named = f"[{host}]" if ":" in host else host
        return not self._listed.isdisjoint({host, named, f"{named}:{port}"})

    def destination(self, address: str) -> Destination:
        """The address in parts, or a refusal that says what is wrong with its form."""
        if not address.isascii() or not address.isprintable() or " " in address or "\\" in address:
            raise AddressRefused("The address has characters that no address may have.")
        try:
            parts = urlsplit(address)
            port, host = parts.port, parts.hostname or ""
        except ValueError:
            raise AddressRefused("The address cannot be read.") from None
        if parts.scheme not in _PORTS:
            raise AddressRefused(f"The scheme is {parts.scheme or 'missing'}, not https.")
        if "[" in parts.netloc and ":" not in host:
            raise AddressRefused("The address in brackets cannot be read.")
        if "@" in parts.netloc:
            raise AddressRefused("The address carries a user name; credentials are kept apart.")
        host = host.rstrip(".")
        _refuse_odd_host(host)
        found = Destination(parts.scheme, host, _PORTS[parts.scheme] if port is None else port)
        if found.port == 0:
            raise AddressRefused("The port is 0.")
        listed = self.is_listed(found.host, found.port)
        if not listed and found.scheme != "https":
            raise AddressRefused(f"{host} is not on the operator's list, so it must be https.")
        if not listed and self._only_listed:
            raise AddressRefused(f"{host} is not on the operator's list.")
        return found

    def admit(self, host: str, port: int, answers: Sequence[str]) -> list[str]:
        """The resolved addresses, all acceptable for this host; one bad answer spoils it."""
        listed = self.is_listed(host, port)
        admitted = []
        for answer in answers:
            address = _parsed(answer)
            if not _is_public(address) and not (listed and _may_be_listed(address, host)):
                raise AddressRefused(f"{host} leads to {answer}, inside a network of our own.")
            admitted.append(str(address))
        if not admitted:
            raise AddressRefused(f"{host} has no address.")
        return admitted


def resolve(host: str, port: int) -> list[str]:
    """Every address the host has now, in the resolver's order; OSError when it has none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _refuse_odd_host(host: str) -> None:
    """An address literal in its one plain form, or a name that no resolver reads as a number."""
    if not host:
        raise AddressRefused("The address has no host.")
    if ":" in host:
        if "%" in host:
            raise AddressRefused("The address names a network interface.")
        _parsed(host)
        return
    if not _HOST_FORM.fullmatch(host) or len(host) > 253:
        raise AddressRefused(f"{host} is not the name of a host.")
    last = host.rsplit(".", 1)[-1]
    if last.isdigit() or last.startswith("0x"):
        _parsed(host)


def _parsed(text: str) -> IPAddress:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        raise AddressRefused(f"{text} is not a plain network address.") from None


def _embedded(address: IPAddress) -> IPAddress:
    """The IPv4 address that an IPv6 one wraps, by whichever of the ways there are."""
    if not isinstance(address, ipaddress.IPv6Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 1):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _is_public(address: IPAddress) -> bool:
    inner = _embedded(address)
    special = inner.is_multicast or inner.is_reserved or inner.is_unspecified or inner.is_loopback
    local = inner.is_link_local or inner.is_private or any(inner in each for each in _SPECIAL)
    return inner.is_global and not special and not local


def _may_be_listed(address: IPAddress, host: str) -> bool:
    """A listed name may lead inside; to a link-local address (cloud metadata) only by number."""
    inner = _embedded(address)
    if inner.is_multicast or inner.is_unspecified:
        return False
    return not inner.is_link_local or host == str(address)
