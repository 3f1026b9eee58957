"""SAP's error bodies: OData V2 of the Gateway, OData V4, and what is only text."""

from datetime import UTC, datetime
from typing import Any

from publishing.twins.wire import Refusal, json_answer, text_answer

BUSINESS = "/IWBEP/CX_MGW_BUSI_EXCEPTION"
TECHNICAL = "/IWBEP/CX_MGW_TECH_EXCEPTION"
NO_ENTRY = "00/058"  # T100: an entry is missing in a table
BAD_VALUE = "R11/101"
NO_RESOURCE = "/IWBEP/CM_MGW_RT/023"
NO_MATCH_HEADER = "/IWBEP/CM_MGW_RT/020"
STALE = "/IWBEP/CM_MGW_RT/021"
NOT_ALLOWED = "/IWBEP/CM_MGW_RT/004"


def v2(status: int, code: str, text: str, field: str = "", **headers: str) -> Refusal:
    detail = {"code": code, "message": text, "propertyref": field, "severity": "error"}
    body = {
        "error": {
            "code": code,
            "message": {"lang": "en", "value": text},
            "innererror": {
                "transactionid": "0" * 32,
                "timestamp": f"{datetime.now(UTC):%Y%m%d%H%M%S.%f0}",
                "errordetails": [detail],
            },
        }
    }
    return Refusal(json_answer(status, body, headers=_named(headers), message=text))


def v4(status: int, code: str, text: str, field: str = "", **headers: str) -> Refusal:
    error: dict[str, Any] = {"code": code, "message": text}
    if field:
        error["target"] = field
        error["details"] = [
            {
                "code": code,
                "message": text,
                "target": field,
                "@SAP__common.numericSeverity": 4,
            }
        ]
    return Refusal(json_answer(status, {"error": error}, headers=_named(headers), message=text))


def text(status: int, words: str, **headers: str) -> Refusal:
    return Refusal(text_answer(status, words, headers=_named(headers)))


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
