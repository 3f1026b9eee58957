"""The addresses of the pages of publishing."""

from django.urls import path

from publishing.web.code_map_entries import (
    code_map_export,
    code_map_import,
    code_map_new,
    code_map_retire,
)
from publishing.web.code_maps import code_map_list, code_maps
from publishing.web.deliveries import delivery_list
from publishing.web.delivery_page import (
    delivery,
    delivery_discard,
    delivery_done,
    delivery_replay,
)
from publishing.web.impact import change_impact
from publishing.web.merge_targets import merge_targets
from publishing.web.overview import cause_list, publishing, target_pause, target_resume
from publishing.web.replays import replay, replayed
from publishing.web.simulators import simulator, simulator_list, simulator_object
from publishing.web.target_pages import target, target_credentials, target_list, target_test
from publishing.web.weather import simulator_faults, simulator_tax_code
from publishing.web.where import home_targets, record_where

urlpatterns = [
    path("publishing/", publishing, name="publishing"),
    path("publishing/deliveries/", delivery_list, name="delivery-list"),
    path("publishing/causes/", cause_list, name="cause-list"),
    path("publishing/replay/", replay, name="replay"),
    path("publishing/replays/<uuid:number>/", replayed, name="replayed"),
    path("publishing/deliveries/<uuid:pk>/", delivery, name="delivery"),
    path("publishing/deliveries/<uuid:pk>/replay/", delivery_replay, name="delivery-replay"),
    path("publishing/deliveries/<uuid:pk>/discard/", delivery_discard, name="delivery-discard"),
    path("publishing/deliveries/<uuid:pk>/done/", delivery_done, name="delivery-done"),
    path("publishing/where/<uuid:golden_id>/", record_where, name="record-where"),
    path("publishing/impact/<str:number>/", change_impact, name="change-impact"),
    path("publishing/merge/<slug:domain>/", merge_targets, name="merge-targets"),
    path("publishing/home/", home_targets, name="home-targets"),
    path("simulators/", simulator_list, name="simulator-list"),
    path("simulators/<slug:twin>/faults/", simulator_faults, name="simulator-faults"),
    path("simulators/s4/tax-code/", simulator_tax_code, name="simulator-tax-code"),
    path("simulators/<slug:twin>/<slug:domain>/", simulator, name="simulator"),
    path("simulators/<slug:twin>/<slug:domain>/object/", simulator_object, name="simulator-object"),
    path("code-maps/", code_map_list, name="code-map-list"),
    path("code-maps/<str:code>/", code_maps, name="code-maps"),
    path("code-maps/<str:code>/new/", code_map_new, name="code-map-new"),
    path("code-maps/<str:code>/retire/", code_map_retire, name="code-map-retire"),
    path("code-maps/<str:code>/export/", code_map_export, name="code-map-export"),
    path("code-maps/<str:code>/import/", code_map_import, name="code-map-import"),
    path("targets/", target_list, name="target-list"),
    path("targets/<str:code>/", target, name="target"),
    path("targets/<str:code>/test/", target_test, name="target-test"),
    path("targets/<str:code>/credentials/", target_credentials, name="target-credentials"),
    path("targets/<str:code>/pause/", target_pause, name="target-pause"),
    path("targets/<str:code>/resume/", target_resume, name="target-resume"),
]
