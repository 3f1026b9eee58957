"""Where a request goes: to the checked address of its target, over verified TLS, nowhere else."""

import socket
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from publishing.addresses import Guard
from publishing.http import NotSent, Session
from tests.publishing.http.conftest import Serve


def test_a_redirect_is_an_answer(serve: Serve, session: Session) -> None:
    inner = serve()
    server = serve(
        f"HTTP/1.1 302 Found\r\nLocation: {inner.url}/\r\nContent-Length: 0\r\n\r\n".encode()
    )

    answer = session.send("GET", server.url)

    assert answer.status == 302
    assert inner.seen == []


def test_a_refused_connection_sent_nothing(session: Session) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    with pytest.raises(NotSent) as failure:
        session.send("POST", f"http://127.0.0.1:{port}/", content=b"{}")

    assert not failure.value.is_configuration


def test_a_name_is_resolved_once_and_only_its_checked_answer_is_used(serve: Serve) -> None:
    server, asked = serve(), []

    def resolver(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    with Session(Guard(["erp.example"]), resolver=resolver) as session:
        answer = session.send("GET", f"http://erp.example:{server.port}/")

    assert (answer.status, asked) == (200, ["erp.example"])
    assert b"host: erp.example" in server.seen[0].lower()


@pytest.mark.parametrize(
    "answers", [["127.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["169.254.169.254"], ["::1"], []]
)
def test_a_public_name_that_resolves_inside_is_not_called(serve: Serve, answers: list[str]) -> None:
    server = serve()
    opened = Session(Guard(), resolver=lambda host, port: answers)
    with opened as session, pytest.raises(NotSent) as failure:
        session.send("GET", f"https://erp.example:{server.port}/")

    assert failure.value.is_configuration
    assert server.seen == []


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/", "http://[::1]/", "https://localhost/"])
def test_loopback_is_closed_unless_listed(address: str) -> None:
    with Session(Guard()) as session, pytest.raises(NotSent) as failure:
        session.send("GET", address)

    assert failure.value.is_configuration


def test_a_session_for_one_target_goes_nowhere_else(serve: Serve) -> None:
    one, other = serve(), serve()
    with Session(Guard(["127.0.0.1"]), origins=[f"{one.url}/coupa"]) as session:
        session.send("GET", f"{one.url}/anything")
        with pytest.raises(NotSent):
            session.send("GET", f"{other.url}/anything")

    assert other.seen == []


@pytest.fixture
def certified(tmp_path: Path) -> ssl.SSLContext:
    """A server certificate that nobody has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "erp.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("erp.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "server.pem"
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(private + made.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@pytest.mark.parametrize("host", ["erp.example", "other.example"])
def test_a_certificate_is_always_verified(
    serve: Serve, certified: ssl.SSLContext, host: str, tmp_path: Path
) -> None:
    server = serve(tls=certified)
    trusting = ssl.create_default_context(cafile=tmp_path / "server.pem")
    address = f"https://{host}:{server.port}/"
    inside = {"resolver": lambda name, port: ["127.0.0.1"]}

    with Session(Guard([host]), **inside) as session, pytest.raises(NotSent) as failure:  # type: ignore[arg-type]
        session.send("GET", address)
    assert failure.value.is_configuration
    with Session(Guard([host]), tls=trusting, **inside) as session:  # type: ignore[arg-type]
        if host == "erp.example":
            assert session.send("GET", address).status == 200
        else:
            with pytest.raises(NotSent):
                session.send("GET", address)
