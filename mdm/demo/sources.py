"""What three systems know of the same companies, as files: each with its own words and gaps."""

import csv
import io
from collections.abc import Sequence
from random import Random

from mdm.demo.companies import Company, make
from mdm.demo.disguises import KINDS, disguise
from mdm.demo.house import NOT_MAPPED
from mdm.demo.lands import Place

IN_ERP, NEW_IN_PROCUREMENT = 150, 50
SAME_IN_PROCUREMENT, DISGUISED_IN_PROCUREMENT = 40, 20
SAME_IN_EXPENSES, DISGUISED_IN_EXPENSES, NEW_IN_EXPENSES = 15, 10, 6
LATE = 2  # companies with terms that no target knows yet

ERP_COLUMNS = {
    "LIFNR": "key",
    "KTOKK": "category",
    "NAME1": "legal_name",
    "SORTL": "search_name",
    "RECHTSFORM": "legal_form",
    "BRSCH": "industry",
    "STRAS": "addresses[registered].street",
    "HAUSNR": "addresses[registered].house_number",
    "ORT01": "addresses[registered].city",
    "PSTLZ": "addresses[registered].postal_code",
    "REGIO": "addresses[registered].region",
    "LAND1": "country",
    "SPRAS": "language",
    "STCEG": "tax_ids[vat].number",
    "EIN": "tax_ids[ein].number",
    "DUNS": "duns",
    "LEI": "lei",
    "URL": "website",
    "WAERS": "currency",
    "ZTERM": "payment_terms",
    "ZWELS": "payment_method",
    "NAMEV": "contacts[primary].first_name",
    "NAME2": "contacts[primary].last_name",
    "SMTP_ADDR": "contacts[primary].email",
    "TELF1": "contacts[primary].phone",
    "KOINH": "bank_accounts[1].holder",
    "BANKS": "bank_accounts[1].country",
    "IBAN": "bank_accounts[1].iban",
    "SWIFT": "bank_accounts[1].bic",
    "BANKN": "bank_accounts[1].account_number",
    "BANKL_TYPE": "bank_accounts[1].routing_type",
    "BANKL": "bank_accounts[1].routing_number",
    "BANKA": "bank_accounts[1].bank_name",
    "BUKRS": "company_views[1].company_code",
    "AKONT": "company_views[1].reconciliation_account",
    "EKORG": "purchasing_views[1].organization",
}
PROCUREMENT_COLUMNS = {
    "number": "key",
    "supplier-type": "category",
    "name": "legal_name",
    "street1": "addresses[1].street",
    "house-number": "addresses[1].house_number",
    "city": "addresses[1].city",
    "state": "addresses[1].region",
    "postal-code": "addresses[1].postal_code",
    "country": "addresses[1].country",
    "vat-id": "tax_ids[vat].number",
    "ein": "tax_ids[ein].number",
    "payment-term": "payment_terms",
    "given-name": "contacts[primary].first_name",
    "family-name": "contacts[primary].last_name",
    "email": "contacts[primary].email",
    "phone": "contacts[primary].phone",
    "website": "website",
    "commodity": "industry",
    "buyer-notes": "",
}
EXPENSES_COLUMNS = {
    "merchant_id": "key",
    "merchant_name": "legal_name",
    "town": "addresses[1].city",
    "country": "addresses[1].country",
}


class Sources:
    """The three files, all drawn from one set of companies."""

    def __init__(self, random: Random) -> None:
        known = IN_ERP + NEW_IN_PROCUREMENT
        companies = make(random, known + NEW_IN_EXPENSES)
        self.companies, self.later = companies[:known], companies[known:]
        self._random = random

    def erp(self) -> bytes:
        """The ERP's vendors: complete, with bank accounts and company codes."""
        rows = [self._vendor(n, c) for n, c in enumerate(self.companies[:IN_ERP])]
        return _written(list(ERP_COLUMNS), rows)

    def procurement(self) -> bytes:
        """The procurement system's suppliers: some new, some known, some in disguise."""
        new = self.companies[IN_ERP:]
        same = self.companies[:SAME_IN_PROCUREMENT]
        end = SAME_IN_PROCUREMENT + DISGUISED_IN_PROCUREMENT
        hidden = self.companies[SAME_IN_PROCUREMENT:end]
        rows = [self._bought(c) for c in [*new, *same]]
        rows += [self._half_known(n, c) for n, c in enumerate(hidden)]
        self._random.shuffle(rows)
        numbered = [[f"P{40001 + n}", *row] for n, row in enumerate(rows)]
        return _written(list(PROCUREMENT_COLUMNS), numbered)

    def expenses(self) -> bytes:
        """The expense system's merchants: names and towns, some of them in disguise."""
        begin = SAME_IN_PROCUREMENT + DISGUISED_IN_PROCUREMENT
        middle = begin + SAME_IN_EXPENSES
        same = self.companies[begin:middle]
        hidden = self.companies[middle : middle + DISGUISED_IN_EXPENSES]
        named = [(c, c.legal_name, c.place.city) for c in [*same, *self.later]]
        named += [
            (c, self._disguised(n, c), self._elsewhere(n, c).city) for n, c in enumerate(hidden)
        ]
        self._random.shuffle(named)
        rows = [
            [f"M{7001 + n}", name, town, c.land.country] for n, (c, name, town) in enumerate(named)
        ]
        return _written(list(EXPENSES_COLUMNS), rows)

    def broken(self) -> bytes:
        """A list with mistakes of the usual kinds, for the checks to find."""
        rows = [
            [f"M{7901 + n}", c.legal_name, c.place.city, c.land.country]
            for n, c in enumerate(self.companies[:12])
        ]
        rows[2][3], rows[5][3], rows[8][3] = "Atlantis", "Atlantis", "Utopia"
        rows[4][1], rows[7][0] = "", rows[6][0]
        return _written(list(EXPENSES_COLUMNS), rows)

    def _disguised(self, n: int, company: Company) -> str:
        kinds = list(KINDS)
        return disguise(company, self._random, kinds[n % len(kinds)])

    def _vendor(self, n: int, c: Company) -> list[str]:
        american = c.land.country == "US"
        return [
            f"{100001 + n:010d}",
            "organization",
            c.legal_name,
            c.name[:20].upper(),
            c.legal_form,
            c.trade,
            c.street,
            c.house_number,
            c.place.city,
            c.place.postal_code,
            c.place.region,
            c.land.country,
            c.land.language,
            "" if american else c.tax_id,
            c.tax_id if american else "",
            c.duns,
            c.lei,
            c.website,
            c.land.currency,
            NOT_MAPPED if n < LATE else c.terms,
            c.land.payment_methods,
            c.person.first_name,
            c.person.last_name,
            c.person.email,
            c.person.phone,
            c.legal_name[:60],
            c.land.country,
            c.account.iban,
            c.account.bic,
            c.account.number,
            "aba" if american else "",
            c.account.routing,
            c.land.bank,
            c.land.company_code,
            "21100000",
            c.land.company_code,
        ]

    def _elsewhere(self, n: int, company: Company) -> Place:
        """Another of its country's towns, as for a branch; sometimes none is known."""
        if n % 3 == 2:
            return Place("", "", "")
        others = [p for p in company.land.places if p.city != company.place.city]
        return self._random.choice(others)

    def _half_known(self, n: int, c: Company) -> list[str]:
        """A company in disguise: another spelling, another town, no numbers and nobody to ask."""
        row = dict(zip(list(PROCUREMENT_COLUMNS)[1:], self._bought(c), strict=True))
        place = self._elsewhere(n, c)
        kept = {"supplier-type", "country", "payment-term", "commodity"}
        half = {column: row[column] if column in kept else "" for column in row}
        half |= {"name": self._disguised(n, c), "city": place.city, "state": place.region}
        return list(half.values())

    def _bought(self, c: Company) -> list[str]:
        american = c.land.country == "US"
        return [
            "organization",
            c.legal_name,
            c.street,
            c.house_number,
            c.place.city,
            c.place.region,
            c.place.postal_code,
            c.land.country,
            "" if american else c.tax_id,
            c.tax_id if american else "",
            c.terms,
            c.person.first_name,
            c.person.last_name,
            c.person.email,
            c.person.phone,
            c.website,
            c.trade,
            "prefers e-mail",
        ]


def _written(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8")
