"""Any address under /api/ at which there is nothing: a problem like every other."""

from typing import Any

from django.urls import re_path
from rest_framework.request import Request

from mdm.api.errors import Problem
from mdm.api.view import ApiView


class Nowhere(ApiView):
    """Nothing is here, and nobody learns even that anonymously."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refused for want of an address, once it is known who asks."""
        self.perform_authentication(request)
        self.check_permissions(request)
        raise Problem("not-found", f"There is nothing at {request.path[:200]}.")


urlpatterns = [re_path(r"^.*$", Nowhere.as_view())]
