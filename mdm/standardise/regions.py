"""Regions by country: the name (small letters, no accents, no punctuation) and its code.

Countries that are not listed take an ISO 3166-2 code, or its part after the hyphen.
"""

_NAMES = {
    "US": (
        "alabama=AL; alaska=AK; arizona=AZ; arkansas=AR; california=CA; colorado=CO; "
        "connecticut=CT; delaware=DE; district of columbia=DC; washington dc=DC; florida=FL; "
        "georgia=GA; hawaii=HI; idaho=ID; illinois=IL; indiana=IN; iowa=IA; kansas=KS; "
        "kentucky=KY; louisiana=LA; maine=ME; maryland=MD; massachusetts=MA; michigan=MI; "
        "minnesota=MN; mississippi=MS; missouri=MO; montana=MT; nebraska=NE; nevada=NV; "
        "new hampshire=NH; new jersey=NJ; new mexico=NM; new york=NY; north carolina=NC; "
        "north dakota=ND; ohio=OH; oklahoma=OK; oregon=OR; pennsylvania=PA; puerto rico=PR; "
        "rhode island=RI; south carolina=SC; south dakota=SD; tennessee=TN; texas=TX; utah=UT; "
        "vermont=VT; virginia=VA; washington=WA; west virginia=WV; wisconsin=WI; wyoming=WY; "
        "guam=GU; american samoa=AS; us virgin islands=VI; northern mariana islands=MP"
    ),
    "CA": (
        "alberta=AB; british columbia=BC; manitoba=MB; new brunswick=NB; "
        "newfoundland and labrador=NL; newfoundland=NL; northwest territories=NT; "
        "nova scotia=NS; nunavut=NU; ontario=ON; prince edward island=PE; quebec=QC; "
        "saskatchewan=SK; yukon=YT"
    ),
    "AU": (
        "australian capital territory=ACT; new south wales=NSW; northern territory=NT; "
        "queensland=QLD; south australia=SA; tasmania=TAS; victoria=VIC; western australia=WA"
    ),
    "DE": (
        "badenwurttemberg=BW; bayern=BY; bavaria=BY; berlin=BE; brandenburg=BB; bremen=HB; "
        "hamburg=HH; hessen=HE; hesse=HE; mecklenburgvorpommern=MV; niedersachsen=NI; "
        "lower saxony=NI; nordrheinwestfalen=NW; north rhinewestphalia=NW; rheinlandpfalz=RP; "
        "rhinelandpalatinate=RP; saarland=SL; sachsen=SN; saxony=SN; sachsenanhalt=ST; "
        "saxonyanhalt=ST; schleswigholstein=SH; thuringen=TH; thuringia=TH"
    ),
    "AT": (
        "burgenland=1; karnten=2; carinthia=2; niederosterreich=3; lower austria=3; "
        "oberosterreich=4; upper austria=4; salzburg=5; steiermark=6; styria=6; tirol=7; "
        "tyrol=7; vorarlberg=8; wien=9; vienna=9"
    ),
    "CH": (
        "aargau=AG; appenzell ausserrhoden=AR; appenzell innerrhoden=AI; basellandschaft=BL; "
        "baselstadt=BS; bern=BE; berne=BE; fribourg=FR; freiburg=FR; geneve=GE; genf=GE; "
        "geneva=GE; glarus=GL; graubunden=GR; grisons=GR; jura=JU; luzern=LU; lucerne=LU; "
        "neuchatel=NE; nidwalden=NW; obwalden=OW; sankt gallen=SG; st gallen=SG; "
        "schaffhausen=SH; schwyz=SZ; solothurn=SO; thurgau=TG; ticino=TI; tessin=TI; uri=UR; "
        "valais=VS; wallis=VS; vaud=VD; waadt=VD; zug=ZG; zurich=ZH; zurich=ZH"
    ),
    "BR": (
        "acre=AC; alagoas=AL; amapa=AP; amazonas=AM; bahia=BA; ceara=CE; distrito federal=DF; "
        "espirito santo=ES; goias=GO; maranhao=MA; mato grosso=MT; mato grosso do sul=MS; "
        "minas gerais=MG; para=PA; paraiba=PB; parana=PR; pernambuco=PE; piaui=PI; "
        "rio de janeiro=RJ; rio grande do norte=RN; rio grande do sul=RS; rondonia=RO; "
        "roraima=RR; santa catarina=SC; sao paulo=SP; sergipe=SE; tocantins=TO"
    ),
}
REGIONS: dict[str, dict[str, str]] = {
    country: dict(pair.split("=") for pair in names.split("; "))
    for country, names in _NAMES.items()
}
