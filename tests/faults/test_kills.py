"""Processes die in the middle of their work: nothing is lost, done twice, or out of order.

Counted by the twins' own log against what was approved, never by the product's own tables.
"""

import random
import time

import pytest

from publishing.failpoints import POINTS
from tests.faults.conftest import KINDS, Scene

SUPPLIERS = 50  # three versions each at two targets: 300 deliveries
KILLED = ("worker", "web", "beat", "sweeper")
SEED = 20261103


def test_kills_in_the_middle_of_300_deliveries_lose_nothing(scene: Scene) -> None:
    chance = random.Random(SEED)
    scene.twins.set_faults("*", rate=0.15, kinds=list(KINDS), seed=SEED, only_writes=True)
    kills = 0
    for _ in range(3):
        process = scene.approving(0, SUPPLIERS)
        while process.poll() is None:
            time.sleep(chance.uniform(1.0, 2.5))
            name = chance.choice(KILLED)
            scene.product.kill9(name)
            scene.product.start(name)
            kills += 1
        scene.take(process)

    behind = scene.behind(90)

    print(f"seed {SEED}: {scene.seen()} versions, {kills} kills, {scene.faults_drawn()} faults")
    assert behind == []
    assert scene.lost() == []
    assert scene.twice() == []
    assert scene.out_of_order() == []
    assert scene.seen() > 150  # the others were overtaken by newer ones while they waited
    assert kills >= 6
    assert scene.faults_drawn() > 10


@pytest.mark.long
def test_a_kill_at_each_named_point_loses_nothing(scene: Scene) -> None:
    product = scene.product
    product.kill9("sweeper")  # so that it is the worker that comes to the points
    product.kill9("worker")
    survived = []
    for point in POINTS:
        product.env["MDM_FAILPOINT"] = point
        read = len(product.log("worker"))
        product.start("worker")
        scene.approve(0, 4)
        if not _died(scene, read, within=30):
            survived.append(point)
        product.kill9("worker")
    del product.env["MDM_FAILPOINT"]
    product.start("worker")
    product.start("sweeper")

    behind = scene.behind(60)

    assert survived == []
    assert (behind, scene.lost(), scene.twice(), scene.out_of_order()) == ([], [], [], [])


def _died(scene: Scene, read: int, *, within: float) -> bool:
    """Whether the worker ended, or lost one of its processes, as its log then says."""
    ends = time.monotonic() + within
    while time.monotonic() < ends:
        ended = scene.product.processes["worker"].poll() is not None
        if ended or "signal 9" in scene.product.log("worker")[read:]:
            return True
        time.sleep(0.1)
    return False
