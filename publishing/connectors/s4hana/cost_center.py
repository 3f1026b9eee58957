"""A cost center in S/4HANA: a time slice with texts by language, over OData V4 (payload assumed).

The end of validity is part of the key: a slice that overlaps another cannot be made, and an end
cannot be changed here. That is left to a person, and everything else lands.
"""

from collections.abc import Sequence

from publishing.connectors.base import CanonicalRecord, Context, Error
from publishing.connectors.mapping import Field, Piece, Scope, Shape
from publishing.connectors.s4hana.odata import Entity, Service
from publishing.connectors.transforms import LANGUAGE, ONE_WAY, Transform, any_of

FIRST_DAY, LAST_DAY = "1900-01-01", "9999-12-31"
BLOCKS = {
    "block_primary_actual": "IsBlkdForPrimaryCostsPosting",
    "block_secondary_actual": "IsBlkdForSecondaryCostsPosting",
    "block_revenue": "IsBlockedForRevenuePosting",
    "block_commitment": "IsBlockedForCommitmentPosting",
    "block_plan": "IsBlockedForPlanPrimaryCosts",
}


def _day(fallback: str) -> Transform:
    return Transform(
        f"{fallback} when open",
        lambda value: value or fallback,
        lambda value: "" if value == fallback else value,
        takes_empty=True,
    )


def _texts(payload: CanonicalRecord, context: Context) -> Sequence[Scope]:
    """The record's own name in the target's main language, and the names it has in others."""
    main = context.option("language", "EN").lower()
    own = {
        "language": main,
        "short": payload.get("short_name") or payload.get("name"),
        "name": payload.get("name"),
    }
    source = "short_name" if payload.get("short_name") else "name"
    paths = {"short": source, "name": "name", "language": "option language"}
    scopes = [Scope(own, "", main.upper(), paths=paths)]
    for item in payload.get("names", ()):
        language = str(item.get("language", ""))[:2].lower()
        if language and language != main:
            path = f"names[{item['id']}]"
            other = {"language": language, "short": item.get("name"), "name": item.get("name")}
            scopes.append(Scope(other, path, language.upper(), paths={"short": f"{path}.name"}))
    return scopes


TEXT = Shape(
    "text",
    (
        Field("language", "Language", 2, Transform(LANGUAGE.label, LANGUAGE.there, lambda _: None)),
        Field(
            "short",
            "CostCenterName",
            20,
            ONE_WAY,
            cut=True,
            required=True,
        ),
        Field("name", "CostCenterDescription", 40),
    ),
    of=_texts,
    at="_Text",
    many=True,
)
COST_CENTER = Shape(
    "cost_center",
    (
        Field("controlling_area", "ControllingArea", 4, codes="controlling_area", required=True),
        Field("code", "CostCenter", 10, required=True),
        Field("valid_from", "ValidityStartDate", how=_day(FIRST_DAY)),
        Field("valid_to", "ValidityEndDate", how=_day(LAST_DAY)),
        Field("company_code", "CompanyCode", 4, codes="company_code", required=True),
        Field("business_area", "BusinessArea", 4),
        Field("owner", "CostCtrResponsiblePersonName", 20, cut=True),
        Field("owner_user", "CostCtrResponsibleUser", 12),
        Field("currency", "CostCenterCurrency", 5),
        Field("profit_center", "ProfitCenter", 10),
        Field("department", "Department", 12),
        Field("functional_area", "FunctionalArea", 16),
        Field("country", "Country", 3),
        Field("hierarchy_node", "CostCenterStandardHierArea", 12),
        Field("category", "CostCenterCategory", 1, codes="cost_center_category"),
        *(
            Field(
                (flag, "status"),
                target,
                how=any_of("blocked by a flag or by the status"),
                is_block=True,
            )
            for flag, target in BLOCKS.items()
        ),
    ),
    children=(TEXT,),
)


def change_of_dates(piece: Piece, key: str) -> Error:
    """What a person has to do when the dates differ."""
    code, start = piece.values["CostCenter"], piece.values["ValidityStartDate"]
    end, was = piece.values["ValidityEndDate"], key.rsplit("/", 1)[-1]
    words = (
        f"Set the validity of cost center {code} in S/4HANA to {start} until {end}; it ends {was} "
        "there, and the interface cannot change that. Everything else is there."
    )
    return Error("manual", words, "ValidityEndDate", "valid_to", "info")


_KEY = (("ControllingArea", "text"), ("CostCenter", "text"), ("ValidityEndDate", "date"))

SERVICE = Service(
    "/sap/opu/odata4/sap/api_cost_center/srvd_a2x/sap/costcenter/0001",
    4,
    (
        Entity(COST_CENTER, "A_CostCenter_2", _KEY, tuple(name for name, _ in _KEY)),
        Entity(
            TEXT,
            "A_CostCenterText_2",
            (_KEY[0], _KEY[1], ("Language", "text"), _KEY[2]),
            ("Language",),
            match=("Language",),
            removal="delete",
        ),
    ),
    identity=("ControllingArea", "CostCenter"),
)
