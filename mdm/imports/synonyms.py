"""What systems call things: column names in small letters and digits, by target and domain.

SAP's technical names, Coupa's field names, and the words people put over columns in English, German
and French.
"""

# Where a system's key is the record's code as well, which is all domains that people number.
KEY_TARGETS = {"cost_center": "key code", "project": "key code", "tax_code": "key code"}
KEY_NAMES = {
    "": "id key externalid sourceid recordid",
    "supplier": (
        "lifnr vendorno vendornumber vendorid vendor supplierno suppliernumber supplierid number "
        "kreditor kreditornummer lieferantennummer lieferant businesspartner partner creditor "
        "accountnumber fournisseur codefournisseur"
    ),
    "cost_center": "kostl costcenter costcentre costcenterid kostenstelle centredecout",
    "project": "posid projectid projectno projectnumber project pspid psphi wbs wbselement projekt",
    "tax_code": "mwskz taxcode taxcodeid taxkey steuerkennzeichen codetaxe",
}

NAMES: dict[str, dict[str, str]] = {
    "supplier": {
        "legal_name": (
            "name1 legalname vendorname suppliername name companyname company firma firmenname "
            "organizationbpname1 displayname raisonsociale nom lieferantenname"
        ),
        "trade_name": "tradename tradingname tradingas dba doingbusinessas brand markenname",
        "search_name": "sort1 sortl mcod1 searchterm searchname suchbegriff",
        "legal_form": "legalform rechtsform legalentitytype formejuridique",
        "industry": "industry category brsch sector branche commodity industrysector",
        "category": "suppliertype vendortype kind art",
        "language": "spras language langu langue sprache locale",
        "website": "website web url homepage internet internetaddress",
        "duns": "duns dunsnumber dunsno",
        "lei": "lei leicode legalentityidentifier",
        "currency": "waers currency currencycode wahrung waehrung devise",
        "payment_terms": (
            "zterm paymentterms paymentterm paymenttermscode terms zahlungsbedingung conditions"
        ),
        "payment_method": "zwels paymentmethod zahlweg paymentmethods",
        "posting_block": "sperr postingblock",
        "purchasing_block": "sperm purchasingblock onhold",
        "payment_block": "zahls paymentblock holdallpayments",
        "addresses[1].street": (
            "stras street streetname street1 address1 addressline1 address rue strasse"
        ),
        "addresses[1].house_number": "housenum1 housenumber hausnummer streetnumber",
        "addresses[1].line2": "strsuppl1 street2 address2 addressline2 line2 zusatz",
        "addresses[1].city": "ort01 city city1 town ort stadt ville locality",
        "addresses[1].region": "regio region state province bundesland county",
        "addresses[1].postal_code": "pstlz postcode1 postalcode postcode zip zipcode plz",
        "addresses[1].po_box": "pfach pobox postfach",
        "addresses[1].country": "land1 country countrycode countryregion land pays",
        "tax_ids[vat].number": (
            "stceg vat vatid vatno vatnumber vatregistration ustid ustidnr tva tvaintra taxid"
        ),
        "tax_ids[tin].number": "stcd1 taxnumber1 tin steuernummer taxnumber",
        "tax_ids[ein].number": "ein federaltaxid",
        "tax_ids[registration].number": (
            "registrationno registrationnumber companynumber regno commercialregister "
            "handelsregister hrb siren cik"
        ),
        "contacts[primary].first_name": "firstname namev vorname givenname contactfirstname prenom",
        "contacts[primary].last_name": "lastname nachname surname familyname contactlastname",
        "contacts[primary].email": "smtpaddr email mail emailaddress primaryemail",
        "contacts[primary].phone": "telf1 telephone phone phonenumber telefon tel",
        "bank_accounts[1].holder": "koinh accountholder kontoinhaber beneficiary",
        "bank_accounts[1].iban": "iban ibannumber",
        "bank_accounts[1].bic": "swift bic swiftcode biccode swiftbic",
        "bank_accounts[1].country": "banks bankcountry",
        "bank_accounts[1].account_number": "bankn bankaccount bankaccountnumber kontonummer",
        "bank_accounts[1].routing_number": "bankl bankkey routingnumber aba sortcode blz",
        "bank_accounts[1].bank_name": "banka bankname bank",
        "company_views[1].company_code": "bukrs companycode buchungskreis",
        "company_views[1].reconciliation_account": "akont reconciliationaccount abstimmkonto",
        "purchasing_views[1].organization": "ekorg purchasingorganization purchorg",
        "purchasing_views[1].incoterms": "inco1 incoterms",
    },
    "cost_center": {
        "name": "ktext name costcentername bezeichnung costcenterdescription label",
        "description": "ltext description beschreibung longtext",
        "company_code": "bukrs companycode buchungskreis company",
        "controlling_area": "kokrs controllingarea kostenrechnungskreis",
        "category": "kosar category costcentercategory art",
        "owner": "verak owner responsible personresponsible verantwortlicher manager",
        "owner_user": "verakuser owneruser userresponsible",
        "department": "abtei department abteilung",
        "functional_area": "funcarea fkber functionalarea",
        "profit_center": "prctr profitcenter",
        "business_area": "gsber businessarea",
        "currency": "waers currency",
        "country": "land1 country",
        "hierarchy_node": "khinr hierarchynode standardhierarchy hierarchyarea",
        "parent": "parent parentcostcenter parentcode ubergeordnet",
        "valid_from": "datab validfrom startdate gultigab",
        "valid_to": "datbi validto enddate gultigbis",
    },
    "project": {
        "name": "post1 name projectname description1 bezeichnung title label",
        "description": "description longtext beschreibung",
        "project_type": "prart type projecttype",
        "lifecycle": "status stage lifecycle phase",
        "company_code": "pbukr bukrs companycode company",
        "controlling_area": "pkokr kokrs controllingarea",
        "cost_center": "fkstl kostl costcenter responsiblecostcenter",
        "manager": "vernr verna manager projectmanager responsible leiter",
        "parent": "parent parentproject psphiparent",
        "customer_code": "kunnr customer customercode",
        "budget": "budget amount wtges plannedcost",
        "currency": "pwpos waers currency",
        "start_date": "plfaz start startdate begin beginn",
        "end_date": "plsez end enddate finish ende",
        "profit_center": "prctr profitcenter",
        "profile": "profl profile projectprofile",
    },
    "tax_code": {
        "name": "text1 name description bezeichnung label",
        "country": "land1 country countrycode",
        "jurisdiction": "txjcd jurisdiction",
        "company_code": "bukrs companycode",
        "tax_type": "taxtype type",
        "direction": "mwart direction inputoutput",
        "recoverable_percent": "recoverable recoverablepercent deductible",
        "ledger_account": "hkont saknr ledgeraccount glaccount account",
        "procedure": "kalsm procedure taxprocedure",
        "rates[1].rate_percent": "kbetr rate taxrate ratepercent percent percentage satz msatz",
        "rates[1].valid_from": "datab validfrom",
        "rates[1].valid_to": "datbi validto",
    },
}
