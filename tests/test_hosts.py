"""What a request may give as its host, by RFC 9110 (7.2) and RFC 3986 (3.2.2)."""

import pytest
from pyoxigraph import NamedNode

from sorafenib_kg.hosts import authority_of, fault_of_host, is_authority

HOSTS = [
    "localhost", "a.example", "a.example:80", "a.example:", "A_b~c-d", "!$&'()*+,;=", "a%41b",
    "192.0.2.1", "192.0.2.1:7979", "[::1]", "[::1]:80", "[2001:DB8::192.0.2.1]", "[v1.a:b]:1",
]  # fmt: skip
OTHERS = [
    "a|b", "a b", 'a"b', "a\\b", "a{b}", "a^b", "a`b", "a<b", "a\tb", "%zz", "%4", "[::1", "::1",
    "[::1]a", "[1::2::3]", "[fe80::1%25eth0]", "[v.a]", "a:b", "a:80:80", ":80", "a/b", "a?b",
    "a#b", "user@a", "é", "a,b c", "a\n",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTS)
def test_a_host_is_one_with_or_without_a_port(text: str):
    assert is_authority(text)
    assert fault_of_host(text) is None
    NamedNode(f"http://{text}/sparql")


@pytest.mark.parametrize("text", [*OTHERS, "a" * 400 + "|"])
def test_what_is_no_host_is_named(text: str):
    assert not is_authority(text)
    said = fault_of_host(text)
    assert said is not None
    assert repr(text)[1:10] in said
    assert len(said) < 200


def test_an_address_of_ipv6_is_put_in_brackets():
    assert authority_of("192.0.2.1", 80) == "192.0.2.1:80"
    assert authority_of("fe80::1%eth0", 80) == "[fe80::1]:80"
