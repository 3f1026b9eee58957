"""The addresses of the pages of matching."""

from django.urls import path

from matching.web.compare import compare, compare_file, record_candidates
from matching.web.listing import duplicate_list
from matching.web.pair import (
    DECISIONS,
    duplicate,
    duplicate_decide,
    duplicate_preview,
    duplicate_undo,
)

urlpatterns = [
    path("duplicates/", duplicate_list, name="duplicate-list"),
    path("duplicates/compare/", compare, name="duplicate-compare"),
    path("duplicates/compare/file/", compare_file, name="duplicate-file"),
    path("duplicates/of/<uuid:golden_id>/", record_candidates, name="record-candidates"),
    path("duplicates/<uuid:pk>/", duplicate, name="duplicate"),
    path("duplicates/<uuid:pk>/preview/", duplicate_preview, name="duplicate-preview"),
    path("duplicates/<uuid:pk>/undo/", duplicate_undo, name="duplicate-undo"),
    *(
        path(
            f"duplicates/<uuid:pk>/{verdict}/",
            duplicate_decide,
            {"verdict": verdict},
            name=f"duplicate-{verdict}",
        )
        for verdict in DECISIONS
    ),
]
