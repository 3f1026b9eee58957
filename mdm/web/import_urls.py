"""The addresses of imports."""

from django.urls import path

from mdm.web.imports import (
    import_cancel,
    import_file,
    import_list,
    import_map,
    import_new,
    import_progress,
    import_repair,
    import_run,
    import_start,
)

urlpatterns = [
    path("imports/", import_list, name="import-list"),
    path("imports/new/", import_new, name="import-new"),
    path("imports/<uuid:pk>/", import_run, name="import-run"),
    path("imports/<uuid:pk>/map/", import_map, name="import-map"),
    path("imports/<uuid:pk>/repair/", import_repair, name="import-repair"),
    path("imports/<uuid:pk>/run/", import_start, name="import-start"),
    path("imports/<uuid:pk>/cancel/", import_cancel, name="import-cancel"),
    path("imports/<uuid:pk>/progress/", import_progress, name="import-progress"),
    path("imports/<uuid:pk>/result.csv", import_file, {"which": "result"}, name="import-result"),
    path("imports/<uuid:pk>/refused.csv", import_file, {"which": "refused"}, name="import-refused"),
]
