"""The Celery application: a doorbell. What is to be done is in the database."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mdm.settings")

app = Celery("mdm")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.set_default()  # or threads other than this one would ring a broker on localhost
app.autodiscover_tasks()
