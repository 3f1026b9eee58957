"""The addresses of publishing in the API: deliveries, their replay, targets and code maps."""

from django.urls import path

from publishing.api.deliveries import DeliveryListView, DeliveryView
from publishing.api.replays import ReplayManyView, ReplayView
from publishing.api.targets import CodeMapListView, TargetListView, TargetView

urlpatterns = [
    path("deliveries", DeliveryListView.as_view()),
    path("deliveries/replay", ReplayManyView.as_view()),
    path("deliveries/<str:id>", DeliveryView.as_view()),
    path("deliveries/<str:id>/replay", ReplayView.as_view()),
    path("targets", TargetListView.as_view()),
    path("targets/<str:code>", TargetView.as_view()),
    path("targets/<str:code>/code-maps", CodeMapListView.as_view()),
]
