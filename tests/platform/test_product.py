"""The live product that journeys and fault tests get."""

import urllib.request

import pytest


def _status(url: str) -> int:
    with urllib.request.urlopen(url, timeout=5) as answer:
        return answer.status


def test_a_product_answers_dies_and_comes_back(running_product):
    assert _status(f"{running_product.base_url}/healthz/") == 200

    running_product.kill9("web")
    with pytest.raises(OSError):
        _status(f"{running_product.base_url}/healthz/")

    running_product.start("web")
    assert _status(f"{running_product.base_url}/healthz/") == 200
    assert "No migrations to apply" in running_product.manage("migrate")
