"""Callers of the twins as tests need them: signed in, and suspicious of every error body."""

from typing import Any

import httpx2
from jsonschema import Draft202012Validator

from publishing.twins import contracts
from publishing.twins.credentials import Credentials

ERRORS = {
    name: Draft202012Validator(contracts.schema(system, file))
    for name, system, file in (
        ("coupa", "coupa", "error"),
        ("v2", "sap-s4hana", "error.odata-v2"),
        ("v4", "sap-s4hana", "error.odata-v4"),
    )
}
PARTNERS = "/sap/opu/odata/sap/API_BUSINESS_PARTNER"
PROJECTS = "/sap/opu/odata/sap/API_ENTERPRISE_PROJECT_SRV;v=0002"
CENTERS = "/sap/opu/odata4/sap/api_cost_center/srvd_a2x/sap/costcenter/0001"
CENTERS_READ = "/sap/opu/odata/sap/API_COSTCENTER_SRV"
TAX_CODES = "/sap/opu/odata/sap/YY1_TAXCODE_CDS"
# verify=False: no TLS here, and reading the certificates would be most of a test.
Values = dict[str, Any]


class Coupa:
    """A client of the Coupa twin with a token."""

    def __init__(self, url: str, credentials: Credentials) -> None:
        self.credentials = credentials
        self.http = httpx2.Client(base_url=f"{url}/coupa", timeout=5, verify=False)
        self.http.headers["Accept"] = "application/json"

    def sign_in(self, **form: str) -> httpx2.Response:
        wanted = {
            "grant_type": "client_credentials",
            "client_id": self.credentials.coupa_client_id,
            "client_secret": self.credentials.coupa_client_secret,
            **form,
        }
        answer = self.http.post("/oauth2/token", data=wanted)
        if answer.status_code == 200:
            self.http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return answer

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> httpx2.Response:
        if body is not None:
            more["json"] = body
        answer = self.http.request(method, path, **more)
        if answer.status_code >= 400 and "json" in answer.headers["Content-Type"]:
            ERRORS["coupa"].validate(answer.json())
        return answer

    def accepted(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.call(method, path, body)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def refused(self, method: str, path: str, body: Any = None) -> tuple[int, list[str]]:
        """The status and what Coupa says."""
        answer = self.call(method, path, body)
        return answer.status_code, answer.json()["errors"]["error"]


class S4:
    """A client of the S/4HANA twin with a session and its token."""

    def __init__(self, url: str, credentials: Credentials) -> None:
        self.http = httpx2.Client(
            base_url=f"{url}/s4",
            timeout=5,
            verify=False,
            auth=(credentials.s4_user, credentials.s4_password),
            headers={"Accept": "application/json"},
        )

    def sign_in(self) -> None:
        answer = self.http.get(f"{PARTNERS}/", headers={"X-CSRF-Token": "Fetch"})
        self.http.headers["X-CSRF-Token"] = answer.headers["X-CSRF-Token"]

    def call(self, method: str, path: str, body: Any = None, match: str = "") -> httpx2.Response:
        headers = {"If-Match": match} if match else {}
        answer = self.http.request(method, path, json=body, headers=headers)
        if answer.status_code >= 400 and "json" in answer.headers["Content-Type"]:
            ERRORS["v4" if path.startswith(CENTERS) else "v2"].validate(answer.json())
        return answer

    def create(self, path: str, body: Values) -> Values:
        answer = self.call("POST", path, body)
        assert answer.status_code == 201, answer.text
        return _unwrapped(answer)

    def read(self, path: str) -> Any:
        answer = self.call("GET", path)
        assert answer.status_code == 200, answer.text
        return _unwrapped(answer)

    def change(self, path: str, body: Values, match: str = "") -> None:
        """Read the ETag, then change."""
        match = match or self.call("GET", path).headers["ETag"]
        answer = self.call("PATCH", path, body, match)
        assert answer.status_code in {200, 204}, answer.text

    def refused(
        self, method: str, path: str, body: Any = None, match: str = ""
    ) -> tuple[int, str, str]:
        """The status, SAP's code, and what it says."""
        answer = self.call(method, path, body, match)
        error = answer.json()["error"]
        text = error["message"] if isinstance(error["message"], str) else error["message"]["value"]
        return answer.status_code, error["code"], text


def _unwrapped(answer: httpx2.Response) -> Any:
    body = answer.json()
    found = body.get("d", body)
    return found["results"] if "results" in found else found.get("value", found)
