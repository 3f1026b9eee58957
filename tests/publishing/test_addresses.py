"""No address leads into the house: forms that hide one, names that resolve to one."""

import pytest

from publishing.addresses import AddressRefused, Guard

GUARD = Guard()
REFUSED_BY_FORM = [
    # schemes
    "http://coupa.example/",
    "ftp://coupa.example/",
    "file:///etc/passwd",
    "gopher://coupa.example/",
    "javascript:alert(1)",
    "//coupa.example/",
    "coupa.example/api",
    "",
    # users and tricks with the host
    "https://user@coupa.example/",
    "https://user:pass@coupa.example/",
    "https://coupa.example@10.0.0.1/",
    "https://coupa.example%40evil.example/",
    "https://coupa.example\\@10.0.0.1/",
    "https://coupa .example/",
    "https://coupa.example\t/",
    "https://coupa.example\r\nHost: x/",
    "https://coupa.example\x00.evil/",
    "https:///api",
    "https://:443/",
    "https://./",
    "https://coupa..example/",
    "https://-coupa.example/",
    "https://%6c%6fcalhost/",
    "https://cöupa.example/",
    "https://ⓛocalhost/",
    "https://１２７.0.0.1/",
    "https://coupa.example:0/",
    "https://coupa.example:99999/",
    "https://coupa.example:abc/",
    "https://[::1/",
    "https://[::1%25eth0]/",
    "https://[fe80::1%eth0]/",
    "https://[v1.fe80]/",
    # numbers that a resolver reads as addresses
    "https://2130706433/",
    "https://017700000001/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://127.1/",
    "https://127.0.1/",
    "https://0/",
    "https://192.168.257/",
    "https://10.0.0.1.5/",
    "https://127.0.0.01/",
]
INSIDE = [
    "127.0.0.1",
    "127.8.9.1",
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.168.0.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:a9fe:a9fe",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
    "2001:0:4136:e378:8000:63bf:f5ff:fffe",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
]


@pytest.mark.parametrize("address", REFUSED_BY_FORM)
def test_an_address_is_refused_by_its_form(address: str) -> None:
    with pytest.raises(AddressRefused):
        GUARD.destination(address)


@pytest.mark.parametrize("address", INSIDE)
def test_a_name_that_leads_inside_is_refused(address: str) -> None:
    with pytest.raises(AddressRefused, match="inside a network"):
        GUARD.admit("coupa.example", 443, [address])


@pytest.mark.parametrize("address", INSIDE)
def test_one_bad_answer_among_good_ones_spoils_the_name(address: str) -> None:
    with pytest.raises(AddressRefused):
        GUARD.admit("coupa.example", 443, ["93.184.216.34", address])


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://coupa.example", "https://coupa.example:443"),
        ("https://Coupa.Example.:8443/api", "https://coupa.example:8443"),
        ("https://my_target.internal.example/", "https://my_target.internal.example:443"),
        ("https://93.184.216.34/", "https://93.184.216.34:443"),
        ("https://[2606:2800:220:1::1]/x", "https://2606:2800:220:1::1:443"),
    ],
)
def test_a_plain_address_is_taken_apart(address: str, origin: str) -> None:
    assert GUARD.destination(address).origin == origin


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:5db8:d822"])
def test_a_public_answer_is_admitted(address: str) -> None:
    assert GUARD.admit("coupa.example", 443, [address]) == [address]


def test_no_answer_is_no_address() -> None:
    with pytest.raises(AddressRefused, match="no address"):
        GUARD.admit("coupa.example", 443, [])


@pytest.mark.parametrize(
    ("listed", "address", "answer"),
    [
        ("127.0.0.1", "http://127.0.0.1:8090/coupa", "127.0.0.1"),
        ("127.0.0.1:8090", "http://127.0.0.1:8090/coupa", "127.0.0.1"),
        ("[::1]:8090", "http://[::1]:8090/", "::1"),
        ("localhost", "http://localhost:9/", "127.0.0.1"),
        ("ERP.internal.", "https://erp.internal/", "10.1.2.3"),
    ],
)
def test_the_operators_list_opens_what_it_names(listed: str, address: str, answer: str) -> None:
    guard = Guard([listed])
    found = guard.destination(address)

    assert guard.admit(found.host, found.port, [answer]) == [answer]


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:8091/", "http://localhost/", "http://127.0.0.2:8090/", "http://[::1]/"],
)
def test_the_operators_list_opens_nothing_besides(address: str) -> None:
    guard = Guard(["127.0.0.1:8090"])

    with pytest.raises(AddressRefused):
        guard.destination(address)


@pytest.mark.parametrize("answer", ["169.254.169.254", "fe80::1", "::ffff:169.254.169.254"])
def test_a_listed_name_does_not_lead_to_a_clouds_metadata(answer: str) -> None:
    guard = Guard(["erp.internal"])

    with pytest.raises(AddressRefused):
        guard.admit("erp.internal", 443, [answer])


def test_a_closed_list_takes_no_other_host() -> None:
    guard = Guard(["erp.internal"], only_listed=True)

    guard.destination("http://erp.internal/")
    with pytest.raises(AddressRefused):
        guard.destination("https://coupa.example/")


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(set(REFUSED_BY_FORM)) + len(set(INSIDE)) >= 60
