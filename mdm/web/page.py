"""What every page of signed-in people shares: the door, and where pages of a kind are.

What the business refuses becomes the page for it: not allowed names the role that may, not found
says so.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import NoReverseMatch, reverse

from mdm import permissions, seams
from mdm.domains import domain_by_path
from mdm.domains.golden import GoldenRecord
from mdm.domains.spec import Domain, Subject
from mdm.errors import Invalid, NotAllowed, NotFound

View = Callable[..., HttpResponseBase]
BELONGS_TO = "touchstone.belongs_to"
"""In a request's META: the page below which its page stands, where the address does not say so."""


def page(view: View) -> View:
    """A page for signed-in people; nobody else sees more than the way to sign in."""

    @login_required
    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except NotAllowed as error:
            raise PermissionDenied(str(error)) from error
        except NotFound as error:
            raise Http404(str(error)) from error
        except Invalid as error:
            raise BadRequest(str(error)) from error

    return shown


class DomainPath:
    """A domain in an address, by its path: suppliers, cost-centers."""

    regex = "[a-z0-9-]+"

    def to_python(self, value: str) -> Domain:
        """The domain; an address of anything else is somebody else's."""
        try:
            return domain_by_path(value)
        except NotFound as error:
            raise ValueError(str(error)) from error

    def to_url(self, value: Domain | str) -> str:
        """Its path."""
        path = value if isinstance(value, str) else value.path
        self.to_python(path)
        return path


class ListPath:
    """A governed kind that is no domain, by its path: payment-terms, systems."""

    regex = "[a-z0-9-]+"

    def to_python(self, value: str) -> Subject:
        """The kind; an address of anything else is somebody else's."""
        for kind in seams.subjects().values():
            if kind.path == value and not kind.is_domain:
                return kind
        raise ValueError(f"There is no reference list at {value!r}.")

    def to_url(self, value: Subject | str) -> str:
        """Its path."""
        return value if isinstance(value, str) else value.path


def list_url(kind: Subject) -> str:
    """The list of a kind."""
    return reverse("record-list" if kind.is_domain else "reference-rows", args=[kind.path])


def row_url(kind: Subject, golden_id: UUID | str, part: str = "") -> str:
    """The page of one record or reference row; `part` is one of its tabs."""
    name = ("record" if kind.is_domain else "reference-row") + (f"-{part}" if part else "")
    return reverse(name, args=[kind.path, golden_id])


def new_url(kind: Subject) -> str:
    """Where one proposes a new one."""
    return reverse("record-new" if kind.is_domain else "reference-new", args=[kind.path])


def panel_url(name: str, *ways: tuple[Any, ...]) -> str:
    """The address of a page of another package; "" while this installation has none.

    `ways` are the arguments it may take, tried in turn.
    """
    for args in ways or ((),):
        try:
            return reverse(name, args=args)
        except NoReverseMatch:
            continue
    return ""


def propose_right(kind: Subject) -> str:
    """The right that proposing a change of this kind takes."""
    return "propose" if kind.is_domain else "govern"


def find(user: Any, kind: Subject, golden_id: UUID) -> Any:
    """A row that the person may see. Raises `NotAllowed` for the kind, `NotFound` for the row."""
    permissions.require(user, "see", kind.code if kind.is_domain else "")
    rows = kind.model.objects.all()
    if issubclass(kind.model, GoldenRecord):
        rows = permissions.scoped(user, kind.code, rows)
    row = rows.filter(pk=golden_id).first()
    if row is None:
        raise NotFound(f"There is no {kind.label.lower()} {golden_id}, or none you may see.")
    return row
