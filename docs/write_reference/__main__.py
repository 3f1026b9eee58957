"""`python -m docs.write_reference`: bring the reference pages up to date; say which were not."""

import os
import sys
import tempfile

import django

# What a page says is what holds when nothing is set.
for name in [name for name in os.environ if name.startswith("MDM_")]:
    del os.environ[name]
os.environ["MDM_DATA"] = tempfile.gettempdir()
os.environ["MDM_SECRET_KEY"] = os.environ["MDM_VAULT_KEYS"] = os.environ["MDM_INDEX_KEY"] = "-" * 40
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mdm.settings")
django.setup()

from docs.write_reference.pages import write  # noqa: E402 - needs Django to be set up

written = write()
sys.stdout.write(f"Written: {', '.join(written)}\n" if written else "All pages are up to date.\n")
