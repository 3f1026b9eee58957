"""What the API says of itself: canonical JSON Schemas, problem types, OpenAPI, the page of docs."""

from functools import cache
from typing import Any, ClassVar

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from drf_spectacular.generators import SchemaGenerator
from rest_framework.request import Request

from mdm import canonical
from mdm.api import shapes
from mdm.api.errors import PROBLEMS, Problem
from mdm.api.openapi import openapi
from mdm.api.operation import Answer, Named, Operation
from mdm.api.view import ApiView, answer
from mdm.domains import DOMAINS

TAG = "Descriptions"
ANY_OBJECT: dict[str, Any] = {"type": "object"}
LINKS = shapes.whole({"name": shapes.TEXT, "title": shapes.TEXT, "href": shapes.TEXT})
INDEX = Named("SchemaIndex", shapes.whole({"data": {"type": "array", "items": LINKS}}))


class SchemaIndexView(ApiView):
    """The canonical schemas there are."""

    operations: ClassVar[dict[str, Operation]] = {
        "GET": Operation(
            "schemas_index", TAG, "List the JSON Schemas", {200: Answer("Every schema.", INDEX)}
        )
    }

    def get(self, request: Request) -> HttpResponse:
        found = canonical.index(DOMAINS.values())
        data = [
            {"name": name, "title": schema["title"], "href": f"/api/schemas/{name}.json"}
            for name, schema in found.items()
        ]
        return answer({"data": data})


class SchemaView(ApiView):
    """One canonical schema."""

    operations: ClassVar[dict[str, Operation]] = {
        "GET": Operation(
            "schemas_read",
            TAG,
            "Read a JSON Schema",
            {200: Answer("The schema.", ANY_OBJECT, media_type="application/schema+json")},
            problems=("not-found",),
            paths={"name": "Such as supplier.v1."},
        )
    }

    def get(self, request: Request, name: str) -> HttpResponse:
        schema = canonical.index(DOMAINS.values()).get(name)
        if schema is None:
            raise Problem("not-found", f"There is no schema {name[:60]}. /api/schemas/ lists them.")
        response = answer(schema)
        response["Content-Type"] = "application/schema+json"
        return response


class ProblemTypeView(ApiView):
    """What a problem's type means."""

    operations: ClassVar[dict[str, Operation]] = {
        "GET": Operation(
            "problems_read",
            TAG,
            "Read what a problem means",
            {
                200: Answer(
                    "The meaning.",
                    Named(
                        "ProblemType",
                        shapes.whole(
                            {
                                "type": shapes.TEXT,
                                "title": shapes.TEXT,
                                "status": shapes.WHOLE,
                                "meaning": shapes.TEXT,
                            }
                        ),
                    ),
                )
            },
            problems=("not-found",),
            paths={"slug": "The last part of a problem's type."},
        )
    }

    def get(self, request: Request, slug: str) -> HttpResponse:
        kind = PROBLEMS.get(slug)
        if kind is None:
            raise Problem("not-found", f"There is no problem type {slug[:60]}.")
        return answer(
            {
                "type": kind.address,
                "title": kind.title,
                "status": kind.status,
                "meaning": kind.meaning,
            }
        )


class OpenApiView(ApiView):
    """The OpenAPI 3.1 description of everything here."""

    operations: ClassVar[dict[str, Operation]] = {
        "GET": Operation(
            "openapi_read",
            TAG,
            "Read the OpenAPI description",
            {200: Answer("OpenAPI 3.1.", ANY_OBJECT)},
        )
    }

    def get(self, request: Request) -> HttpResponse:
        return answer(_openapi(tuple(DOMAINS)))


@cache
def _openapi(domains: tuple[str, ...]) -> dict[str, Any]:
    """The description, made once; it moves only with the domains there are."""
    return openapi(SchemaGenerator())


def docs(request: HttpRequest) -> HttpResponse:
    """The page that shows the description, for a signed-in person."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    return render(request, "mdm/api_docs.html")
