"""What comes back: whole, bounded in size and time, or honestly lost."""

import socket
import threading
import time

import pytest

from publishing.http import AnswerLost, Session
from tests.publishing.http.conftest import OK, Serve


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


@pytest.mark.parametrize(
    "reply",
    [
        b"HTTP/1.1 204 No Content\r\n\r\n{broken",
        OK + b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfake",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\nHTTP/1.1 200 OK",
    ],
)
def test_bytes_behind_an_answer_are_never_taken_for_the_next_one(
    serve: Serve, session: Session, reply: bytes
) -> None:
    def speak(connection: socket.socket) -> None:
        if server.seen[-1].startswith((b"POST", b"GET")):
            connection.sendall(reply if server.seen[-1].startswith(b"POST") else OK)

    server = serve(speak)

    with pytest.raises(AnswerLost, match="more bytes"):
        session.send("POST", server.url, content=b"{}")

    assert session.send("GET", server.url).text == "{}"


@pytest.mark.parametrize(
    "reply",
    [
        b"HTTP/1.1 204 No Content\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    ],
)
def test_whole_answers_of_every_form_are_taken(
    serve: Serve, session: Session, reply: bytes
) -> None:
    server = serve(reply)

    assert {session.send("GET", server.url).text for _ in range(3)} <= {"", "{}"}
    assert len(server.seen) == 3


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
