"""Who may call a twin: from the environment, else made once and kept beside the twins' data."""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

VARIABLES: Mapping[str, str] = {
    "coupa_client_id": "MDM_TWINS_COUPA_CLIENT_ID",
    "coupa_client_secret": "MDM_TWINS_COUPA_CLIENT_SECRET",
    "s4_user": "MDM_TWINS_S4_USER",
    "s4_password": "MDM_TWINS_S4_PASSWORD",
}


@dataclass(frozen=True, slots=True)
class Credentials:
    coupa_client_id: str
    coupa_client_secret: str
    s4_user: str
    s4_password: str


def load(folder: Path, environ: Mapping[str, str] | None = None) -> Credentials:
    """The credentials the twins of that data folder ask for; whoever comes first makes them."""
    around = os.environ if environ is None else environ
    kept = _kept(folder)
    return Credentials(
        **{name: around.get(variable) or kept[name] for name, variable in VARIABLES.items()}
    )


def _kept(folder: Path) -> dict[str, str]:
    path = folder / "credentials.json"
    folder.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _make(path)
    kept: dict[str, str] = json.loads(path.read_text())
    return kept


def _make(path: Path) -> None:
    made = Credentials(
        coupa_client_id="touchstone",
        coupa_client_secret=secrets.token_urlsafe(32),
        s4_user="TOUCHSTONE",
        s4_password=secrets.token_urlsafe(24),
    )
    draft = path.with_suffix(f".{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(asdict(made), indent=1))
    try:
        os.link(draft, path)  # whole or not at all, and never over another one's
    except FileExistsError:
        pass
    finally:
        draft.unlink()
