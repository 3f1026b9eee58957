"""Coupa's way to answer: JSON when the caller accepts it, XML otherwise."""

from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from publishing.twins.wire import Answer, Effect, Refusal, Request, json_answer, text_answer

XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def shown(
    request: Request,
    status: int,
    value: Any,
    *,
    name: str,
    effects: Sequence[Effect] = (),
) -> Answer:
    """A resource or a list of them; `name` is the root of its XML form."""
    if request.wants_json:
        return json_answer(status, value, effects=effects)
    body = f"{XML_HEAD}{_xml(name, value)}".encode()
    return Answer(status, body, {"Content-Type": "application/xml; charset=utf-8"}, effects)


def refused(request: Request, status: int, *messages: str) -> Refusal:
    """The error body of Coupa: one text per problem."""
    summary = " ".join(messages)
    if request.wants_json:
        body = {"errors": {"error": list(messages)}}
        return Refusal(json_answer(status, body, message=summary))
    lines = "".join(f"<error>{escape(text)}</error>" for text in messages)
    answer = text_answer(status, f"{XML_HEAD}<errors>{lines}</errors>", kind="application/xml")
    return Refusal(Answer(answer.status, answer.body, answer.headers, (), summary))


def title(field: str) -> str:
    """A field as the messages write it: `payment-term` is `Payment term`."""
    return field.replace("-", " ").capitalize()


def _xml(name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        return f"<{name}>{''.join(_xml(key, inner) for key, inner in value.items())}</{name}>"
    if isinstance(value, list):
        single = name.removesuffix("es") if name.endswith("sses") else name.removesuffix("s")
        inner = "".join(_xml(single, item) for item in value)
        return f'<{name} type="array">{inner}</{name}>'
    if value is None:
        return f'<{name} nil="true"/>'
    text = str(value).lower() if isinstance(value, bool) else escape(str(value))
    return f"<{name}>{text}</{name}>"
