"""Projects: unique by name; their status is Coupa's own."""

from collections.abc import Iterable

from publishing.twins.coupa.resources import Document, Names, Resource
from publishing.twins.store import Held, Store

KIND = "coupa.projects"


def complete(_store: Store, document: Document) -> list[str]:
    document["status"] = "active" if document["active"] else "inactive"
    start, end = document.get("start-date", ""), document.get("end-date", "")
    return ["End date must be on or after start date"] if start and end and end < start else []


def names(document: Document) -> Names:
    return Names(
        code=document.get("external-reference-number", ""), name=document["name"].casefold()
    )


def rivals(store: Store, wanted: Names) -> Iterable[tuple[str, Held | None]]:
    yield "name", store.first(KIND, name=wanted.name)


PROJECTS = Resource(
    path="projects",
    single="project",
    contract="project.request",
    title="Project",
    code="external-reference-number",
    complete=complete,
    names=names,
    rivals=rivals,
    read_only=frozenset({"status"}),
)
