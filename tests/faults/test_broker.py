"""The broker is a doorbell: down, killed or flushed, it takes nothing with it."""

import time

import redis

from tests.faults.conftest import Scene


def test_without_the_broker_approvals_work_and_everything_arrives(scene: Scene) -> None:
    scene.approve(0, 5)
    assert scene.behind(20) == []
    scene.product.kill9("broker")

    began = time.monotonic()
    scene.approve(0, 10)
    behind = scene.behind(25)

    lag = time.monotonic() - began
    print(f"everything arrived {lag:.0f} s after the first approval without a broker")
    assert (behind, scene.lost(), scene.twice(), scene.out_of_order()) == ([], [], [], [])


def test_a_flushed_broker_loses_nothing(scene: Scene) -> None:
    server = redis.Redis.from_url(_plain(scene.product.env["MDM_BROKER_URL"]))
    for _ in range(3):
        scene.approve(0, 5)
        server.flushall()
    server.close()

    assert scene.behind(25) == []
    assert (scene.lost(), scene.twice(), scene.out_of_order()) == ([], [], [])


def _plain(url: str) -> str:
    """Celery's spelling of a unix socket as the client library's own."""
    return url.replace("redis+socket://", "unix://")
