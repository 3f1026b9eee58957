"""The kinds of golden record, each declared once. A fifth costs a module and two lines here."""

from mdm.domains.cost_center import COST_CENTER
from mdm.domains.project import PROJECT
from mdm.domains.spec import Domain
from mdm.domains.supplier import SUPPLIER
from mdm.domains.tax_code import TAX_CODE
from mdm.errors import NotFound

DOMAINS: dict[str, Domain] = {d.code: d for d in (SUPPLIER, COST_CENTER, PROJECT, TAX_CODE)}


def get_domain(code: str) -> Domain:
    """The domain of that code. Raises `NotFound`."""
    try:
        return DOMAINS[code]
    except KeyError:
        raise NotFound(f"There is no domain {code!r}. There are: {', '.join(DOMAINS)}.") from None


def domain_by_path(path: str) -> Domain:
    """The domain of that path (suppliers, cost-centers …). Raises `NotFound`."""
    for domain in DOMAINS.values():
        if domain.path == path:
            return domain
    raise NotFound(
        f"There is no domain at {path!r}. There are: {', '.join(d.path for d in DOMAINS.values())}."
    )
