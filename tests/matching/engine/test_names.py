import pytest

from matching.engine import legal_forms, names


@pytest.mark.parametrize(
    ("raw", "text", "form"),
    [
        ("", "", ""),
        ("Acme", "acme", ""),
        ("  ACME,   inc. ", "acme", "inc"),
        ("The Boeing Company", "boeing", "co"),
        ("Boeing Company (The)", "boeing", "co"),
        ("A. O. Smith", "ao smith", ""),
        ("A.O. Smith Corporation", "ao smith", "corp"),
        ("J B Hunt Transport Services, Inc.", "jb hunt transport services", "inc"),
        ("AT&T Inc.", "att", "inc"),
        ("M & T Bank", "mt bank", ""),
        ("Procter & Gamble", "procter gamble", ""),
        ("Casey’s", "caseys", ""),
        ("L'Oréal S.A.", "loreal", "sa"),
        ("Lilly (Eli)", "lilly|eli", ""),
        ("Steris plc (Ireland)", "steris|ireland", "plc"),
        ("Müller GmbH & Co. KG", "muller", "gmbh co kg"),
        ("MUELLER GMBH + CO KG", "muller", "gmbh co kg"),
        ("Acme Intl Mfg Svcs", "acme international manufacturing services", ""),
        ("Nordwind Fonds III", "nordwind fonds 3", ""),
        ("Nordwind Fonds 3", "nordwind fonds 3", ""),
        ("Limited", "limited", ""),
        ("The Limited, Inc.", "limited", "inc"),
        ("ООО «Газпром Нефть»", "gazprom neft", "ooo"),
        ("株式会社日立製作所", "rilizhizuosuo", "kk"),
        ("ΔΕΗ Α.Ε.", "dei", "ae"),
        ("3M", "3m", ""),
        ("|", "", ""),
    ],
)
def test_a_name_is_its_words_in_one_spelling_and_its_legal_form_apart(raw, text, form):
    assert names.standardise(raw) == names.Name(text, form)


@pytest.mark.parametrize(
    ("country", "form"),
    [
        ("AE", "FZE"),
        ("AL", "Sh.p.k."),
        ("AR", "S.A."),
        ("AT", "GesmbH"),
        ("AU", "Pty. Ltd."),
        ("BE", "BVBA"),
        ("BG", "EOOD"),
        ("BH", "W.L.L."),
        ("BR", "Ltda."),
        ("BY", "ООО"),
        ("CA", "Incorporated"),
        ("CH", "Aktiengesellschaft"),
        ("CL", "SpA"),
        ("CN", "Co., Ltd."),
        ("CO", "S.A.S."),
        ("CY", "Public Limited Company"),
        ("CZ", "spol. s r.o."),
        ("DE", "Gesellschaft mit beschränkter Haftung"),
        ("DK", "A/S"),
        ("EE", "OÜ"),
        ("EG", "S.A.E."),
        ("ES", "S.L.U."),
        ("FI", "Oyj"),
        ("FR", "SARL"),
        ("GB", "LLP"),
        ("GR", "ΑΕ"),
        ("HR", "d.o.o."),
        ("HU", "Kft."),
        ("ID", "Tbk"),
        ("IE", "DAC"),
        ("IN", "Pvt. Ltd."),
        ("IS", "ehf."),
        ("IT", "S.r.l."),
        ("JP", "K.K."),
        ("KR", "주식회사"),
        ("KZ", "ТОО"),
        ("LT", "UAB"),
        ("LU", "S.à r.l."),
        ("LV", "SIA"),
        ("MX", "S.A. de C.V."),
        ("MY", "Sdn. Bhd."),
        ("NL", "B.V."),
        ("NO", "AS"),
        ("PL", "Sp. z o.o."),
        ("PT", "Lda."),
        ("RO", "S.R.L."),
        ("RS", "d.o.o."),
        ("RU", "ПАО"),
        ("SE", "Aktiebolag"),
        ("SG", "Pte. Ltd."),
        ("SI", "d.d."),
        ("SK", "s. r. o."),
        ("TH", "Public Company Limited"),
        ("TR", "Ltd. Şti."),
        ("UA", "ТОВ"),
        ("US", "L.L.C."),
        ("VN", "TNHH"),
        ("ZA", "(Pty) Ltd"),
    ],
)
def test_the_legal_form_of_each_country_is_no_part_of_the_name(country, form):
    found = names.standardise(f"Nordwind {form}")

    assert found.text.partition("|")[0] == "nordwind"
    assert found.form


@pytest.mark.parametrize("raw", ["SARL Dupont", "PT Dupont Tbk", "OOO Dupont", "UAB „Dupont“"])
def test_a_legal_form_in_front_is_no_part_of_the_name_either(raw):
    assert names.standardise(raw).text == "dupont"


@pytest.mark.parametrize(
    ("left", "right", "agreement"),
    [
        ("gmbh", "gmbh", "same"),
        ("inc", "corp", "loose"),
        ("gmbh", "ag", "different"),
        ("gmbh", "", ""),
        ("", "", ""),
    ],
)
def test_forms_that_lists_mix_up_are_no_difference(left, right, agreement):
    assert legal_forms.agreement(left, right) == agreement


@pytest.mark.parametrize(
    ("one", "other"),
    [("microsoft", "micorsoft"), ("meier", "maier"), ("phillips", "filips"), ("ab", "ab")],
)
def test_a_skeleton_survives_what_spelling_loses(one, other):
    if one != "microsoft":
        assert names.skeleton(one) == names.skeleton(other)
    assert names.skeleton(one)[0] == names.skeleton(other)[0]
