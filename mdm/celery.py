"""The Celery application: a doorbell. What is to be done is in the database."""

import os
import warnings
from typing import Any

from celery import Celery
from celery.signals import worker_process_init

from mdm.supervisor.process import die_with

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mdm.settings")

# A container's worker is root there, and would say so at each start.
warnings.filterwarnings("ignore", message=".*superuser privileges", module="celery")

app = Celery("mdm")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.set_default()  # or threads other than this one would ring a broker on localhost
app.autodiscover_tasks()


@worker_process_init.connect
def _die_with_the_worker(**kwargs: Any) -> None:
    """A pool process whose worker was killed would wait for ever on a pipe its siblings hold."""
    die_with(os.getppid())()
