"""Django's entry for the package."""

from django.apps import AppConfig


class MdmConfig(AppConfig):
    name = "mdm"
    verbose_name = "Master data"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mdm import celery  # noqa: F401  # tasks find their application once Django is set up
