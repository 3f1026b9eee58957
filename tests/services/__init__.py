"""Chooses the database and keeps the environment of a test run; loaded before the settings."""

import os
import tempfile

KEY = "only-for-tests-" + "x" * 40
os.environ |= {
    "MDM_DATA": tempfile.mkdtemp(prefix="touchstone-test-"),
    "MDM_SECRET_KEY": KEY,
    "MDM_VAULT_KEYS": KEY,
    "MDM_INDEX_KEY": KEY,
    "MDM_BROKER_URL": "memory://",
    "MDM_HOSTS": "localhost,127.0.0.1,testserver",
}
