"""Every address of the product. The outer packages are named by string, as in the settings."""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import include, path

# (prefix, module): a module not written yet is left out.
PARTS = (
    ("api/", "mdm.api.urls"),
    ("api/v1/", "matching.api"),
    ("api/v1/", "publishing.api"),
    ("api/", "mdm.api.nowhere"),
    ("", "matching.urls"),
    ("", "publishing.urls"),
    ("", "mdm.web.urls"),
)


def _exists(module: str) -> bool:
    return find_spec(module.rpartition(".")[0]) is not None and find_spec(module) is not None


handler400 = "mdm.web.errors.not_understood"
handler403 = "mdm.web.errors.not_allowed"
handler404 = "mdm.web.errors.not_found"
handler500 = "mdm.web.errors.our_fault"
urlpatterns = [
    path("admin/", admin.site.urls),
    *(path(prefix, include(module)) for prefix, module in PARTS if _exists(module)),
]
