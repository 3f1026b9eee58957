"""The way out: to checked addresses, bounded in size and time, honest about what was sent."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from publishing.addresses import Guard
from publishing.http import AnswerLost, NotSent, Session

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
Serve = Callable[..., "Server"]


class Server:
    """Speaks raw bytes, so that it can speak badly."""

    def __init__(self, reply: Callable[[socket.socket], None], tls: ssl.SSLContext | None) -> None:
        self.seen: list[bytes] = []
        self._reply, self._tls = reply, tls
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        try:
            with connection, self._wrapped(connection) as spoken:
                while data := spoken.recv(65536):
                    self.seen.append(data)
                    self._reply(spoken)
        except OSError:
            pass

    def _wrapped(self, connection: socket.socket) -> socket.socket:
        if self._tls is None:
            return connection
        spoken = self._tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        try:
            spoken.do_handshake()
        except OSError:
            spoken.close()
            raise
        return spoken

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def serve() -> Iterator[Serve]:
    servers: list[Server] = []

    def start(
        reply: bytes | Callable[[socket.socket], None] = OK, tls: ssl.SSLContext | None = None
    ) -> Server:
        speak = reply if callable(reply) else lambda connection: connection.sendall(reply)
        servers.append(Server(speak, tls))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def session() -> Iterator[Session]:
    with Session(Guard(["127.0.0.1"]), max_bytes=1000) as opened:
        yield opened


def test_a_request_and_its_answer(serve: Serve, session: Session) -> None:
    server = serve(
        b"HTTP/1.1 201 Created\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nETag: W\r\n"
        b"Content-Length: 2\r\n\r\n{}"
    )

    answer = session.send("POST", f"{server.url}/x?y=1", headers={"X": "1"}, content=b"{}")

    assert (answer.status, answer.text, answer.cookies) == (201, "{}", ("a=1", "b=2"))
    assert answer.headers["etag"] == "W"
    assert server.seen[0].startswith(b"POST /x?y=1 HTTP/1.1")
    assert b"accept-encoding: identity" in server.seen[0].lower()


def test_cookies_are_not_kept_between_requests(serve: Serve, session: Session) -> None:
    server = serve(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1; Path=/\r\nContent-Length: 0\r\n\r\n")

    for _ in range(2):
        session.send("GET", server.url)

    assert b"cookie" not in b"".join(server.seen).lower()


def test_a_redirect_is_an_answer(serve: Serve, session: Session) -> None:
    inner = serve()
    server = serve(
        f"HTTP/1.1 302 Found\r\nLocation: {inner.url}/\r\nContent-Length: 0\r\n\r\n".encode()
    )

    answer = session.send("GET", server.url)

    assert answer.status == 302
    assert inner.seen == []


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}",
        b"not http at all\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + b"x" * 5000,
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\x8b",
    ],
)
def test_an_answer_that_breaks_off_is_too_long_or_packed_is_lost(
    serve: Serve, session: Session, reply: bytes
) -> None:
    def speak(connection: socket.socket) -> None:
        connection.sendall(reply)
        connection.shutdown(socket.SHUT_RDWR)

    with pytest.raises(AnswerLost):
        session.send("POST", serve(speak).url, content=b"{}")


def test_silence_ends_with_the_time(serve: Serve, session: Session) -> None:
    began = time.monotonic()

    with pytest.raises(AnswerLost):
        session.send("POST", serve(lambda _: time.sleep(2)).url, content=b"{}", timeout=0.2)

    assert time.monotonic() - began < 1


@pytest.mark.parametrize("drip", [b"HTTP/1.1 200 OK\r\nX-A: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_an_answer_that_drips_ends_with_the_time(
    serve: Serve, session: Session, drip: bytes
) -> None:
    def speak(connection: socket.socket) -> None:
        connection.sendall(drip)
        for _ in range(100):
            time.sleep(0.05)
            connection.sendall(b"x")

    began = time.monotonic()
    with pytest.raises(AnswerLost):
        session.send("GET", serve(speak).url, timeout=0.3)

    assert time.monotonic() - began < 1


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


def test_threads_share_a_session(serve: Serve, session: Session) -> None:
    server, answers = serve(), []

    def call() -> None:
        answers.extend(session.send("GET", server.url).status for _ in range(20))

    threads = [threading.Thread(target=call) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [200] * 160
