"""Legal forms of companies: how they are written, and which of them mean the same.

A form is a run of words as `names.tokens` leaves them: small letters, no accents, initials joined
(`S.A. de C.V.` is `sa de cv`). Each line is one form: its name, then every spelling after it.
"""

from functools import lru_cache

from matching.engine.words import STOP_WORDS

# Countries: US GB IE CA AU NZ ZA IN SG MY HK PH NG KE GH PK BD LK and others of English law.
_ENGLISH = """
inc: inc, incorporated, incorporation, incorp
corp: corp, corporation, corpn
co: co, company
ltd: ltd, limited, co ltd, company limited, co limited, corp ltd, inc ltd
plc: plc, public limited company, public ltd company, pcl, public company limited
pte ltd: pte ltd, pte limited, private limited, pvt ltd, pvt limited, private ltd, p ltd, pte
pty ltd: pty ltd, pty limited, proprietary limited, proprietary ltd, pty, pl
dac: dac, designated activity company
clg: clg, company limited by guarantee
llc: llc, limited liability company, limited liability co, ltd liability co, l l c, lc
llp: llp, limited liability partnership, lllp
lp: lp, limited partnership, ltd partnership
pc: pc, professional corporation, pllc, professional limited liability company
cic: cic, community interest company
unltd: ult, ulc, unlimited company, unlimited liability company
sdn bhd: sdn bhd, sendirian berhad
bhd: bhd, berhad
opc: opc, one person company
"""
# DE AT CH LI LU NL BE FR MC IT ES PT AD SM.
_WESTERN_EUROPE = """
gmbh: gmbh, gesellschaft mit beschrankter haftung, gesellschaft mbh, ges mbh, gesmbh, mbh, ggmbh
ug: ug haftungsbeschrankt, ug, unternehmergesellschaft, unternehmergesellschaft haftungsbeschrankt
ag: ag, aktiengesellschaft
kg: kg, kommanditgesellschaft
gmbh co kg: gmbh co kg, gmbh und co kg, gmbh and co kg, ag co kg, co kg, gmbh co, se co kg, ug co kg
kgaa: kgaa, gmbh co kgaa, ag co kgaa, se co kgaa, kommanditgesellschaft auf aktien
ohg: ohg, offene handelsgesellschaft, gmbh co ohg
gbr: gbr, gesellschaft burgerlichen rechts
ek: ek, eingetragener kaufmann, eingetragene kauffrau, e k
ev: ev, eingetragener verein
eg: eg, egen, eingetragene genossenschaft, genossenschaft
se: se, societas europaea
sa: sa, societe anonyme, sociedad anonima, sociedade anonima, societa anonima, s a
sas: sas, sasu, societe par actions simplifiee, sociedad por acciones simplificada
sarl: sarl, sa rl, sarlu, eurl, societe a responsabilite limitee, gmbh sarl
snc: snc, societe en nom collectif, societa in nome collettivo
scs: scs, sca, societe en commandite, societe en commandite simple, scsp
sci: sci, societe civile immobiliere, scp, selarl
scop: scop, scrl, societe cooperative, scarl
asbl: asbl, vzw, association sans but lucratif
bv: bv, besloten vennootschap, bvba, bv bvba, sprl, srl bv
nv: nv, naamloze vennootschap, nv sa, sa nv
vof: vof, vennootschap onder firma, cv, commanditaire vennootschap
stichting: stichting, cooperatie, cooperatie ua, ua
spa: spa, societa per azioni, s p a
srl: srl, srls, societa a responsabilita limitata, s r l, societa responsabilita limitata
sas: societa in accomandita semplice
sapa: sapa, societa cooperativa, soc coop, scpa
sl: sl, slu, sociedad limitada, sociedad de responsabilidad limitada, s l, sll
sau: sau, sociedad anonima unipersonal, sociedad anonima sociedad unipersonal
scoop: s coop, sociedad cooperativa, aie
lda: lda, limitada, sociedade unipessoal lda, unipessoal lda, sociedade por quotas
sgps: sgps, sgps sa
"""
# SE NO DK FI IS EE LV LT PL CZ SK HU SI HR RS BA MK ME RO BG GR CY TR UA RU BY KZ AL MD.
_NORTH_AND_EAST_EUROPE = """
ab: ab, aktiebolag, aktiebolaget, ab publ, publ ab
hb: hb, handelsbolag, kb, kommanditbolag
as: as, aksjeselskap, aktieselskab, asa, a s, allmennaksjeselskap
aps: aps, anpartsselskab, ivs, ap s
is: interessentskab, kommanditselskab
oy: oy, oyj, osakeyhtio, oy ab, oyj abp, abp
ehf: ehf, ohf
ou: ou, osauhing, aktsiaselts
sia: sia, sabiedriba ar ierobezotu atbildibu
uab: uab, uzdaroji akcine bendrove, akcine bendrove
spzoo: sp z oo, spzoo, sp z o o, spolka z oo, spolka z ograniczona odpowiedzialnoscia, sp zoo
spk: sp k, spk, spolka komandytowa, sp z oo sp k, sp z oo spk
spj: sp j, spj, spolka jawna, spolka cywilna
spsa: spolka akcyjna
sro: sro, spol sro, spol s ro, spolecnost s rucenim omezenym, spolocnost s rucenim obmedzenym
ass: akciova spolecnost, akciova spolocnost, vos
kft: kft, korlatolt felelossegu tarsasag
zrt: zrt, nyrt, zartkoruen mukodo reszvenytarsasag, kkt
doo: doo, d o o, dooel, druzba z omejeno odgovornostjo, drustvo s ogranicenom odgovornoscu, jdoo
dd: dd, d d, dionicko drustvo, delniska druzba, ad, akcionarsko drustvo
sc srl: sc srl, srl d
ood: ood, eood, ead
ae: ae, anonymi etaireia, ave, avee, abee, anonymos etairia
epe: epe, ike, monoprosopi ike, monoprosopi epe
as tr: anonim sirketi, san ve tic as
ltd sti: ltd sti, limited sirketi, limited sti, sti, san ve tic ltd sti, ve tic ltd sti
ooo: ooo, obshchestvo s ogranichennoy otvetstvennostyu, obshchestvo s ogranichennoi otvetstvennostiu
oao: oao, pao, zao, ao, pjsc, ojsc, cjsc, jsc, public joint stock company, joint stock company
tov: tov, prat, tovarystvo z obmezhenoyu vidpovidalnistyu
shpk: shpk, sh pk, sh a
"""
# BR MX AR CL CO PE UY VE CR PA, JP CN KR TW TH ID VN PH, AE SA QA KW BH OM EG MA TN DZ IL IR, ZA.
_REST_OF_THE_WORLD = """
ltda: ltda, limitada me, ltda me, ltda epp, ltda epe
eireli: eireli
sa de cv: sa de cv, sab de cv, sapi de cv, sa de c v, s a de c v, sapi, sab
s de rl de cv: s de rl de cv, s de rl, sde rl de cv, srl de cv, s de r l de c v, s de rl mi
sas: sociedad por acciones
ca: compania anonima
sc: sociedad civil, s en c
kk: kk, kabushiki kaisha, kabushiki gaisha, kabushikigaisha, kabushikikaisha
gk: gk, godo kaisha, godo gaisha, yk, yugen kaisha
cn: youxian gongsi, gufen youxian gongsi, youxian zeren gongsi
kr: jusik hoesa, yuhan hoesa, jusikhoesa
pt: pt tbk, tbk, perseroan terbatas
vn: tnhh, cong ty tnhh, cong ty co phan, tnhh mtv
th: borisat, chamkat, mahachon, chamkat mahachon
wll: wll, w l l, with limited liability
fze: fze, fzco, fz llc, fzc, free zone establishment, dmcc, fz co
spc: spc, single person company, sole proprietorship, establishment
saoc: saoc, saog, sae, kscc, kscp, ksc, qsc, qpsc, bsc
sarl au: sarlau, sarl au
suarl: suarl
il: baam
dba: dba, doing business as
"""

_IN_FRONT = frozenset(
    [
        *("pt", "ooo", "oao", "zao", "pao", "tov", "prat", "uab", "sia"),
        *("ou", "sarl", "sas", "sasu", "eurl", "sci", "scp", "selarl", "dba", "cong ty tnhh"),
        *("cong ty co phan", "stichting", "aktieselskabet", "borisat", "oy", "ab", "as", "tnhh"),
        *("obshchestvo s ogranichennoy otvetstvennostyu", "societe anonyme"),
    ]
)
# In scripts that write without spaces, or whose letters would be lost: found as part of the text.
IN_OTHER_SCRIPTS = {
    "ООО": "ooo",
    "ОАО": "oao",
    "ПАО": "oao",
    "ЗАО": "oao",
    "АО": "oao",
    "ТОО": "ooo",
    "ТОВ": "tov",
    "ЕООД": "ood",
    "ООД": "ood",
    "АД": "dd",
    "ΑΕ": "ae",
    "ΕΠΕ": "epe",
    "ΙΚΕ": "epe",
    "株式会社": "kk",
    "有限会社": "gk",
    "合同会社": "gk",
    "合資会社": "gk",
    "(株)": "kk",
    "(有)": "gk",
    "股份有限公司": "cn",
    "股份有限責任公司": "cn",
    "有限责任公司": "cn",
    "有限責任公司": "cn",
    "有限公司": "cn",
    "주식회사": "kr",
    "유한회사": "kr",
    "(주)": "kr",
    "(유)": "kr",
    'בע"מ': "il",
    "בע״מ": "il",
    "شركة": "spc",
    "ش.م.م": "wll",
    "ذ.م.م": "wll",
    "บริษัท": "th",
    "จำกัด (มหาชน)": "th",
    "จำกัด": "th",
}

# Forms that lists mix up for one and the same company.
_LOOSE = (
    frozenset(["inc", "corp", "co", "ltd", "llc", "dba", "lp"]),
    frozenset(["ltd", "pte ltd", "pty ltd", "plc", "dac", "clg", "bhd", "sdn bhd"]),
    frozenset(["gmbh", "gmbh co kg", "kg", "ug"]),
    frozenset(["sarl", "sas", "sa", "sau", "sl", "srl", "spa", "scs"]),
    frozenset(["bv", "nv", "vof"]),
    frozenset(["as", "aps", "ab", "oy"]),
    frozenset(["co", "ltd", "kk", "cn", "kr", "gk", "vn", "th", "pt"]),
    frozenset(["ooo", "oao", "tov", "ltd", "co"]),
    frozenset(["sa de cv", "s de rl de cv", "sa", "ltda", "lda"]),
)


def split_off(words: list[str]) -> tuple[list[str], str]:
    """The words without the legal form in front and behind, and the form; a name keeps one word."""
    endings = _endings()
    form = ""
    while len(words) > 1:
        length, found = _at_end(words, endings)
        if not length:
            break
        words = words[:-length]
        form = found if not form or form == "co" else form
    for length in (4, 3, 2, 1):
        front = " ".join(words[:length])
        if len(words) > length and front in _IN_FRONT:
            return words[length:], form or endings.get(front, front)
    return words, form


def agreement(left: str, right: str) -> str:
    """How two legal forms compare: same, loose (lists mix them up) or different; "" if unknown."""
    if not left or not right:
        return ""
    if left == right:
        return "same"
    return "loose" if any(left in group and right in group for group in _LOOSE) else "different"


def _at_end(words: list[str], endings: dict[str, str]) -> tuple[int, str]:
    """How many of the last words are a form, at most all but one, and which form."""
    for length in range(min(6, len(words) - 1), 0, -1):
        if all(word in STOP_WORDS for word in words[:-length]):
            continue
        found = endings.get(" ".join(words[-length:]))
        if found:
            return length, found
    return 0, ""


@lru_cache(maxsize=1)
def _endings() -> dict[str, str]:
    lines = (_ENGLISH + _WESTERN_EUROPE + _NORTH_AND_EAST_EUROPE + _REST_OF_THE_WORLD).split("\n")
    return {
        spelling.strip(): form
        for form, spellings in (line.split(": ") for line in lines if line)
        for spelling in spellings.split(",")
    }
