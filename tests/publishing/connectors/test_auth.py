"""Signing: tokens made once for all threads, renewed in time, and dropped when refused."""

import threading
import time

import pytest

from publishing.connectors import CONNECTORS
from publishing.connectors.auth import CredentialCache, service_of
from publishing.connectors.base import Context, Outcome
from publishing.connectors.conversation import Channel
from tests.publishing.connectors.payloads import of
from tests.publishing.connectors.script import Script, answer


def test_a_token_is_made_once_however_many_threads_want_it() -> None:
    cache, made = CredentialCache(), []

    def make() -> tuple[dict[str, str], float]:
        time.sleep(0.02)
        made.append(1)
        return {"token": "t"}, 60.0

    threads = [threading.Thread(target=cache.fetch, args=("k", make)) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(made) == 1


def test_a_token_ends_with_its_time_and_when_it_is_dropped() -> None:
    now = [0.0]
    cache = CredentialCache(lambda: now[0])
    tokens = iter("abc")

    def fetch() -> str:
        return cache.fetch("k", lambda: ({"token": next(tokens)}, 10.0))["token"]

    assert (fetch(), fetch()) == ("a", "a")
    now[0] = 10.0
    assert (fetch(), fetch()) == ("b", "b")
    cache.drop("k")
    assert fetch() == "c"


def test_a_failure_to_make_one_is_not_kept() -> None:
    cache = CredentialCache()

    def fail() -> tuple[dict[str, str], float]:
        raise OSError

    with pytest.raises(OSError):
        cache.fetch("k", fail)

    assert cache.fetch("k", lambda: ({"token": "t"}, 1.0)) == {"token": "t"}


def test_tries_that_share_a_cache_sign_in_once() -> None:
    script = Script().on("GET", "/api/suppliers", answer(200, []))
    channel = Channel(script, CredentialCache())
    context = Context("http://target", credentials={"client_id": "c", "client_secret": "s"})

    for _ in range(3):
        CONNECTORS["coupa"].test(context, channel)

    assert [each.path.split("?")[0] for each in script.asked] == [
        "/oauth2/token",
        *["/api/suppliers"] * 3,
    ]


def test_another_secret_is_another_token() -> None:
    script = Script().on("GET", "/api/suppliers", answer(200, []))
    channel = Channel(script, CredentialCache())

    for secret in ("old", "new"):
        context = Context("http://target", credentials={"client_id": "c", "client_secret": secret})
        CONNECTORS["coupa"].test(context, channel)

    assert sum(each.path == "/oauth2/token" for each in script.asked) == 2


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (answer(401, {"error": "invalid_client"}), Outcome.AUTH),
        (answer(400, {"error": "invalid_scope"}), Outcome.AUTH),
        (answer(503), Outcome.TRANSIENT),
        (answer(429, None, retry_after="5"), Outcome.TRANSIENT),
        (answer(404), Outcome.CONFIGURATION),
        (answer(200, {"no": "token"}), Outcome.TRANSIENT),
        (answer(200, [1]), Outcome.TRANSIENT),
    ],
)
def test_when_no_token_is_to_be_had(reply: object, outcome: Outcome) -> None:
    script = Script()
    script.on("POST", "/oauth2/token", reply)  # type: ignore[arg-type]
    context = Context("http://target", credentials={"client_id": "c", "client_secret": "s"})

    result = CONNECTORS["coupa"].test(context, script.channel)

    assert result.outcome is outcome


@pytest.mark.parametrize("system", CONNECTORS)
def test_a_target_without_credentials_is_set_up_wrongly(system: str) -> None:
    connector = CONNECTORS[system]
    context = Context("http://target", code_maps=connector.DEFAULT_MAPS)

    result = connector.deliver("supplier", of("supplier"), context, Script().channel)

    assert result.outcome is Outcome.CONFIGURATION
    assert "has no" in result.errors[0].message


@pytest.mark.parametrize(
    "path",
    ["/s/API/A_X", "/s/API/A_X('1')", "/s/API/A_X('a%2Fb')?$expand=to_Y", "/s/API/Do?Id='1'"],
)
def test_a_csrf_token_belongs_to_a_service(path: str) -> None:
    assert service_of(path) == "/s/API/"
