"""The addresses of the pages of `mdm`."""

from django.urls import path
from django.views.generic import TemplateView

from mdm.web import change_urls, import_urls, record_urls
from mdm.web.preferences import preferences
from mdm.web.sign_in import sign_in, sign_out
from mdm.web.styleguide import styleguide

urlpatterns = [
    path("sign-in/", sign_in, name="sign-in"),
    path("sign-out/", sign_out, name="sign-out"),
    path(
        "signed-out/",
        TemplateView.as_view(template_name="registration/signed_out.html"),
        name="signed-out",
    ),
    path("preferences/", preferences, name="preferences"),
    path("styleguide/", styleguide, name="styleguide"),
    *change_urls.urlpatterns,
    *import_urls.urlpatterns,
    *record_urls.urlpatterns,
]
