"""Signing in and out, with Django's own views and the project's words."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpResponse

from mdm.demo import accounts


class SignInForm(AuthenticationForm):
    """User name and password; pasting and password managers are welcome."""

    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": "User name and password do not go together. Both mind capital letters.",
    }
    remember = forms.BooleanField(label="Keep me signed in on this device", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "User name"
        self.fields["username"].widget.attrs.update(
            {"class": "form-control", "spellcheck": "false", "autofocus": False}
        )
        self.fields["password"].widget.attrs["class"] = "form-control"
        self.fields["remember"].widget.attrs["class"] = "form-check-input"

    def clean(self) -> dict[str, Any]:
        """A demo's password opens nothing outside a demo."""
        if not settings.MDM_DEMO and self.cleaned_data.get("password") == accounts.PASSWORD:
            raise self.get_invalid_login_error()
        return super().clean()


class SignIn(LoginView):
    """The sign-in page; in a demo it lists the demo's accounts."""

    template_name = "registration/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Without "keep me signed in" the session ends with the browser."""
        response = super().form_valid(form)
        if not form.cleaned_data["remember"]:
            self.request.session.set_expiry(0)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form, and the accounts of a demo."""
        shown = accounts.ACCOUNTS if settings.MDM_DEMO else ()
        return super().get_context_data(
            accounts=shown, demo_password=accounts.PASSWORD if shown else "", **kwargs
        )


sign_in = SignIn.as_view()
sign_out = LogoutView.as_view(next_page="signed-out")
