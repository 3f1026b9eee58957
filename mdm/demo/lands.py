"""The six countries of the demo: where its companies are, and what things are called there."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A town, its region (ISO 3166-2, "" where targets need none) and one of its postal codes."""

    city: str
    region: str
    postal_code: str


@dataclass(frozen=True, slots=True)
class Land:
    """A country as the demo needs it."""

    country: str
    company_code: str
    company: str
    currency: str
    language: str
    legal_forms: tuple[str, ...]
    first_words: tuple[str, ...]
    trades: tuple[str, ...]
    places: tuple[Place, ...]
    streets: tuple[str, ...]
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    phone: str  # made-up numbers, from ranges kept for fiction where there are any
    bank: str
    payment_methods: str


def _places(text: str) -> tuple[Place, ...]:
    """Written as "city/region/postal code; …"."""
    return tuple(Place(*(p.strip() for p in one.split("/"))) for one in text.split(";"))


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(","))


GERMANY = Land(
    "DE",
    "1010",
    "Touchstone Deutschland GmbH",
    "EUR",
    "de",
    _words("GmbH, AG, GmbH & Co. KG, KG"),
    _words(
        "Nordwind, Rheintal, Kessler, Bergmann, Hansa, Elbe, Falken, Sonnen, Brandt, Albrecht, "
        "Weser, Lindner, Schwarzwald, Taunus, Isar, Müller & Söhne, Vogtland, Jäger"
    ),
    _words(
        "Logistik, Maschinenbau, Elektrotechnik, Verpackungen, Gebäudeservice, Büromöbel, "
        "Werkzeuge, Druckerei, Metallbau, Chemie, Software, Kältetechnik"
    ),
    _places(
        "Hamburg/DE-HH/20457; Köln/DE-NW/50667; München/DE-BY/80331; Leipzig/DE-SN/04109; "
        "Stuttgart/DE-BW/70173; Bremen/DE-HB/28195; Mannheim/DE-BW/68159"
    ),
    _words("Hafenstraße, Industrieweg, Am Wall, Ringstraße, Gartenweg, Lindenallee, Mühlgasse"),
    _words("Anna, Jonas, Katrin, Stefan, Miriam, Lukas, Petra, Uwe"),
    _words("Weber, Schulz, Hoffmann, Krüger, Neumann, Schäfer, Wolf, Peters"),
    "+49 30 23125 {:03d}",
    "Musterbank",
    "T",
)
BRITAIN = Land(
    "GB",
    "1110",
    "Touchstone UK Ltd",
    "GBP",
    "en",
    _words("Ltd, PLC, LLP, Limited"),
    _words(
        "Northgate, Ashford, Kingsway, Pennine, Whitby, Harrow, Oakfield, Severn, Caledonian, "
        "Mersey, Bracken, Thornton, Avon, Redbridge, Colne, Saxon"
    ),
    _words(
        "Logistics, Engineering, Packaging, Facilities, Office Supplies, Instruments, Print, "
        "Fabrications, Chemicals, Software, Refrigeration, Joinery"
    ),
    _places(
        "Leeds//LS1 4AP; Bristol//BS1 5TR; Manchester//M2 5DB; Glasgow//G2 1DU; Reading//RG1 1AX; "
        "Sheffield//S1 2HE"
    ),
    _words("Station Road, Mill Lane, High Street, Canal Wharf, Park Row, Quay Street, Church Lane"),
    _words("Alice, Tom, Priya, George, Hannah, Owen, Ruth, Callum"),
    _words("Bennett, Hughes, Patel, Fletcher, Walsh, Murray, Barker, Ellis"),
    "+44 20 7946 0{:03d}",
    "Example Bank",
    "T",
)
FRANCE = Land(
    "FR",
    "1210",
    "Touchstone France SAS",
    "EUR",
    "fr",
    _words("SAS, SARL, SA, SASU"),
    _words(
        "Beaumont, Clairvaux, Armor, Mistral, Valois, Bellecour, Garonne, Lacroix, Provence, "
        "Lutèce, Éclair, Rivoli, Montagne, Océane, Picardie, Tisserand"
    ),
    _words(
        "Logistique, Mécanique, Électricité, Emballages, Propreté, Mobilier, Outillage, "
        "Imprimerie, Métallerie, Chimie, Informatique, Froid Industriel"
    ),
    _places(
        "Lyon//69002; Lille//59800; Nantes//44000; Toulouse//31000; Marseille//13002; Rennes//35000"
    ),
    _words("Rue de la Gare, Avenue Foch, Quai du Port, Rue Nationale, Allée des Tilleuls"),
    _words("Camille, Hugo, Élise, Julien, Manon, Antoine, Claire, Bastien"),
    _words("Martin, Lefèvre, Moreau, Girard, Roux, Fontaine, Chevalier, Garnier"),
    "+33 1 99 00 1{:03d}",
    "Banque Exemple",
    "T",
)
NETHERLANDS = Land(
    "NL",
    "1810",
    "Touchstone Nederland B.V.",
    "EUR",
    "nl",
    _words("B.V., N.V., V.O.F."),
    _words(
        "Noordzee, Van Dijk, De Molen, Oranje, Waal, Zuiderpark, Haarlem, Kaap, Veluwe, Delta, "
        "De Ruiter, Amstel, Texel, IJssel"
    ),
    _words(
        "Logistiek, Machinebouw, Elektro, Verpakkingen, Schoonmaak, Kantoormeubelen, Gereedschap, "
        "Drukwerk, Metaal, Chemie, Automatisering, Koeltechniek"
    ),
    _places(
        "Rotterdam//3011 AD; Utrecht//3511 CE; Eindhoven//5611 EM; Groningen//9711 LM; "
        "Amsterdam//1012 JS"
    ),
    _words("Havenweg, Stationsplein, Molenstraat, Kerkstraat, Singel, Lange Voorhout"),
    _words("Sanne, Daan, Femke, Bram, Lotte, Jeroen, Marijke, Ruben"),
    _words("de Vries, Jansen, Bakker, Visser, Smit, Mulder, Bos, Dekker"),
    "+31 20 555 0{:03d}",
    "Voorbeeldbank",
    "T",
)
ITALY = Land(
    "IT",
    "1610",
    "Touchstone Italia S.r.l.",
    "EUR",
    "it",
    _words("S.r.l., S.p.A., S.n.c."),
    _words(
        "Ponte Vecchio, Adriatica, Bellini, Ferrante, Lombarda, Vesuvio, Toscana, Aurelia, "
        "Moretti, San Marco, Ligure, Dolomiti, Rinaldi, Etrusca"
    ),
    _words(
        "Logistica, Meccanica, Elettronica, Imballaggi, Pulizie, Arredamenti, Utensili, "
        "Tipografia, Carpenteria, Chimica, Informatica, Refrigerazione"
    ),
    _places("Milano//20121; Torino//10121; Bologna//40121; Verona//37121; Genova//16121"),
    _words("Via Roma, Corso Italia, Via Garibaldi, Viale Europa, Via Dante, Piazza Verdi"),
    _words("Giulia, Marco, Chiara, Paolo, Elena, Davide, Sara, Luca"),
    _words("Rossi, Bianchi, Colombo, Ricci, Marino, Greco, Conti, Gallo"),
    "+39 06 555 0{:03d}",
    "Banca Esempio",
    "T",
)
AMERICA = Land(
    "US",
    "1710",
    "Touchstone USA Inc.",
    "USD",
    "en",
    _words("Inc., LLC, Corp., L.P."),
    _words(
        "Great Lakes, Bluestone, Cascade, Prairie, Liberty, Keystone, Sierra, Magnolia, Summit, "
        "Frontier, Granite, Pacific Crest, Lone Star, Harbor, Evergreen, Ridgeline"
    ),
    _words(
        "Logistics, Machinery, Electric, Packaging, Janitorial, Office Furniture, Tools, Printing, "
        "Metal Works, Chemicals, Software, Refrigeration"
    ),
    _places(
        "Minneapolis/US-MN/55401; Columbus/US-OH/43215; Austin/US-TX/78701; Portland/US-OR/97204; "
        "Boston/US-MA/02110; Denver/US-CO/80202; Atlanta/US-GA/30303"
    ),
    _words("Main Street, Industrial Parkway, 5th Avenue, Lake Drive, Commerce Way, Oak Street"),
    _words("Emily, Michael, Ashley, David, Grace, Brian, Olivia, Kevin"),
    _words("Johnson, Miller, Davis, Anderson, Taylor, Clark, Lewis, Young"),
    "+1 202 555 0{:03d}",
    "First Example Bank",
    "T",
)
LANDS = (GERMANY, BRITAIN, FRANCE, NETHERLANDS, ITALY, AMERICA)
BY_COUNTRY = {land.country: land for land in LANDS}
