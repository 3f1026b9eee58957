"""The addresses of home, search, records and reference data."""

from django.urls import path, register_converter

from mdm.web import reference
from mdm.web.authority import authority, authority_first
from mdm.web.history_export import history_export, reference_history_export
from mdm.web.home import home
from mdm.web.merging import record_merge
from mdm.web.page import DomainPath, ListPath
from mdm.web.parting import record_unlink, record_unmerge
from mdm.web.picking import pick
from mdm.web.propose import change_edit, record_new, record_propose
from mdm.web.record_export import record_export
from mdm.web.record_history import record_history
from mdm.web.record_page import record_reveal
from mdm.web.record_past import record, record_list
from mdm.web.record_sources import record_raw, record_sources
from mdm.web.restoring import change_undo, record_restore, reference_restore
from mdm.web.rule_effect import change_effect
from mdm.web.search import search, search_hits

register_converter(DomainPath, "domain")
register_converter(ListPath, "list")

RECORD = "<domain:domain>/<uuid:golden_id>/"
ROW = "reference/<list:kind>/<uuid:golden_id>/"

urlpatterns = [
    path("", home, name="home"),
    path("search/", search, name="search"),
    path("search/hits/", search_hits, name="search-hits"),
    path("pick/<slug:subject>/", pick, name="pick"),
    path("changes/<str:number>/edit/", change_edit, name="change-edit"),
    path("changes/<str:number>/effect/", change_effect, name="change-effect"),
    path("authority/", authority_first, name="authority-first"),
    path("authority/<domain:domain>/", authority, name="authority"),
    path("changes/<str:number>/undo/", change_undo, name="change-undo"),
    path("<domain:domain>/", record_list, name="record-list"),
    path("<domain:domain>/export/", record_export, name="record-export"),
    path("<domain:domain>/merge/", record_merge, name="record-merge"),
    path("<domain:domain>/new/", record_new, name="record-new"),
    path(RECORD, record, name="record"),
    path(f"{RECORD}reveal/", record_reveal, name="record-reveal"),
    path(f"{RECORD}sources/", record_sources, name="record-sources"),
    path(f"{RECORD}history/", record_history, name="record-history"),
    path(f"{RECORD}history/export/", history_export, name="record-history-export"),
    path(f"{RECORD}restore/", record_restore, name="record-restore"),
    path(f"{RECORD}unmerge/", record_unmerge, name="record-unmerge"),
    path(f"{RECORD}unlink/", record_unlink, name="record-unlink"),
    path(f"{RECORD}raw/", record_raw, name="record-raw"),
    path(f"{RECORD}propose/", record_propose, name="record-propose"),
    path("reference/", reference.reference_list, name="reference-list"),
    path("reference/<list:kind>/", reference.reference_rows, name="reference-rows"),
    path("reference/<list:kind>/new/", reference.reference_new, name="reference-new"),
    path(ROW, reference.reference_row, name="reference-row"),
    path(f"{ROW}history/", reference.reference_history, name="reference-row-history"),
    path(f"{ROW}history/export/", reference_history_export, name="reference-row-history-export"),
    path(f"{ROW}restore/", reference_restore, name="reference-row-restore"),
    path(f"{ROW}propose/", reference.reference_propose, name="reference-row-propose"),
]
