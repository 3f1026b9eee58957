"""Every table of the package; the domains' own models live beside their declarations."""

from mdm.domains.cost_center import CostCenter
from mdm.domains.golden import GoldenRecord, Governed, Status
from mdm.domains.project import Project
from mdm.domains.reference import (
    CompanyCode,
    ControllingArea,
    Country,
    Currency,
    PaymentTerms,
    Unit,
)
from mdm.domains.supplier import Supplier
from mdm.domains.tax_code import TaxCode
from mdm.models.access import ApiToken, Grant, IdempotentRequest, SubjectKey
from mdm.models.change import Change, ChangeAuthor, ChangePart, CheckResult, NumberRange, Review
from mdm.models.event import Event, LedgerEntry, LiveVersion, Payload
from mdm.models.imports import ImportMapping, ImportRun
from mdm.models.rules import SurvivorshipRule, SystemTrust
from mdm.models.source import Fact, Identifier, Key, SourceRecord, SourceRevision, System

__all__ = [
    "ApiToken",
    "Change",
    "ChangeAuthor",
    "ChangePart",
    "CheckResult",
    "CompanyCode",
    "ControllingArea",
    "CostCenter",
    "Country",
    "Currency",
    "Event",
    "Fact",
    "GoldenRecord",
    "Governed",
    "Grant",
    "IdempotentRequest",
    "Identifier",
    "ImportMapping",
    "ImportRun",
    "Key",
    "LedgerEntry",
    "LiveVersion",
    "NumberRange",
    "Payload",
    "PaymentTerms",
    "Project",
    "Review",
    "SourceRecord",
    "SourceRevision",
    "Status",
    "SubjectKey",
    "Supplier",
    "SurvivorshipRule",
    "System",
    "SystemTrust",
    "TaxCode",
    "Unit",
]
