"""Which servers are asked, at which addresses, and how much of an answer is waited for."""

import itertools
import socket
import threading
from ipaddress import ip_address

import pytest

from neighbours import Reply, neighbour
from sorafenib_kg.errors import ForbiddenError, RemoteError, SettingsError
from sorafenib_kg.fetching import Allowed, Origin
from sorafenib_kg.fetching.addresses import refusal, resolve
from sorafenib_kg.fetching.client import Limits, fetch
from sorafenib_kg.settings import Settings

LIMITS = Limits(20, 10_000)


def look_up_as(*addresses: str):
    """Return a resolver that finds these addresses, one list after another."""

    def look_up(host, port, **kinds):
        return [
            (socket.AF_INET6 if ":" in a else socket.AF_INET, 1, 6, "", (a, port))
            for a in addresses
        ]

    return look_up


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://query.example.org/sparql?x=1", "https://query.example.org"),
        ("HTTPS://Query.Example.ORG.:443/", "https://query.example.org"),
        ("http://query.example.org:8890", "http://query.example.org:8890"),
        ("http://127.0.0.1:80/", "http://127.0.0.1"),
        ("http://[0:0:0:0:0:0:0:1]:3030/ds", "http://[::1]:3030"),
    ],
)
def test_an_address_has_its_origin(url: str, origin: str):
    assert str(Origin.of(url)) == origin
    assert Origin.parse(origin) == Origin.of(url)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.org/",
        "urn:x",
        "http:///nohost",
        "http://user@example.org/",
        "http://user:secret@example.org/",
        "http://allowed.example.org@127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f.0.0.1/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://127.0.0.01/",
        "http://1.2.3.4.5/",
        "http://example.0x7f/",
        "http://%31%32%37.0.0.1/",
        "http://\u2460\u2461\u2466.0.0.1/",
        "http://ex\u00e4mple.org/",
        "http://example.org\\@127.0.0.1/",
        "http://[::1%25lo]/",
        "http://[::1",
        "http://example.org:99999/",
        "http://example.org:http/",
    ],
)
def test_other_schemes_users_and_odd_ways_to_write_a_host_are_refused(url: str):
    with pytest.raises(ForbiddenError):
        Origin.of(url)


@pytest.mark.parametrize(
    "text", ["http://example.org/sparql", "http://example.org/?", "http://example.org#a", "", "*"]
)
def test_an_origin_is_scheme_host_and_port_only(text: str):
    with pytest.raises(ForbiddenError):
        Origin.parse(text)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104 - not listened on
        "100.64.0.1",
        "100.127.255.255",
        "169.254.169.254",
        "192.0.0.8",
        "192.0.2.1",
        "198.19.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::7f00:1",
        "64:ff9b::808:808",
        "64:ff9b:1::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:808:808::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ],
)
def test_no_option_lets_a_special_address_be_asked(address: str):
    assert refusal(ip_address(address), private=True) is not None
    assert refusal(ip_address(address), private=False) is not None


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "127.8.9.1", "::1", "10.0.0.1", "172.31.0.1", "192.168.1.1", "fd00::1"]
)
def test_private_addresses_are_asked_by_an_option_only(address: str):
    assert refusal(ip_address(address), private=False) is not None
    assert refusal(ip_address(address), private=True) is None


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "172.15.255.255", "172.32.0.0", "100.128.0.0", "2606:4700::1111"]
)
def test_public_addresses_are_asked(address: str):
    assert refusal(ip_address(address), private=False) is None


def test_one_bad_address_of_several_is_enough_to_ask_none():
    with pytest.raises(ForbiddenError, match=r"stands for 127\.0\.0\.1, which is on this machine"):
        resolve("two.example", 80, private=False, look_up=look_up_as("8.8.8.8", "127.0.0.1"))


def test_a_name_is_looked_up_once_so_that_a_second_answer_leads_nowhere():
    with neighbour(lambda path, body: Reply(b"{}")) as server:
        asked = []

        def look_up(host, port, **kinds):
            asked.append(host)
            return look_up_as("127.0.0.1" if len(asked) == 1 else "169.254.169.254")(host, port)

        url = f"http://changing.example:{server.port}/a b?c=ü"
        assert fetch(url, accept="*/*", limits=LIMITS, private=True, look_up=look_up).body == b"{}"
    assert asked == ["changing.example"]
    ((method, path, headers, _),) = server.requests
    assert (method, path) == ("GET", "/a%20b?c=%C3%BC")
    assert headers["host"] == f"changing.example:{server.port}"


def test_a_private_address_is_not_connected_to():
    with neighbour(lambda path, body: Reply(b"{}")) as server:
        with pytest.raises(ForbiddenError):
            fetch(f"{server.url}/", accept="*/*", limits=LIMITS)
        with pytest.raises(ForbiddenError):
            fetch(
                f"http://name.example:{server.port}/",
                accept="*/*",
                limits=LIMITS,
                look_up=look_up_as("127.0.0.1"),
            )
    assert server.requests == []


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (Reply(status=302, headers={"Location": "http://127.0.0.1/"}), "redirects"),
        (Reply(status=307, headers={"Location": "http://127.0.0.1/"}), "redirects"),
        (Reply(status=500), "status 500"),
        (Reply(b"x" * 20_000), "more than"),
        (Reply(pieces=lambda: itertools.repeat(b"x" * 1000)), "more than"),
        (Reply(b"x", headers={"Content-Encoding": "gzip"}), "coding"),
        (Reply(b"x", headers={"Content-Length": "5"}), "broke off"),
    ],
    ids=["302", "307", "500", "large", "endless", "gzip", "cut"],
)
def test_an_answer_that_is_not_as_it_should_be_is_refused(reply: Reply, message: str):
    with (
        neighbour(lambda path, body: reply) as server,
        pytest.raises(RemoteError, match=message),
    ):
        fetch(f"{server.url}/", accept="*/*", limits=LIMITS, private=True)
    assert len(server.requests) == 1


def test_an_answer_that_drips_is_given_up_in_time():
    enough = threading.Event()

    def drips():
        while not enough.wait(0.05):
            yield b"x"

    with neighbour(lambda path, body: Reply(pieces=drips)) as server:
        try:
            with pytest.raises(RemoteError, match=r"did not answer within 0\.3 s"):
                fetch(f"{server.url}/", accept="*/*", limits=Limits(0.3, 10_000), private=True)
        finally:
            enough.set()


def test_a_look_up_that_takes_long_is_given_up_in_time():
    enough = threading.Event()

    def look_up(host, port, **kinds):
        enough.wait()
        return look_up_as("127.0.0.1")(host, port)

    try:
        with pytest.raises(RemoteError, match="did not answer within"):
            fetch("http://slow.example/", accept="*/*", limits=Limits(0.1, 10), look_up=look_up)
    finally:
        enough.set()


def test_nobody_listening_is_told_without_details():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(RemoteError, match="cannot be reached"):
        fetch(f"http://127.0.0.1:{port}/", accept="*/*", limits=LIMITS, private=True)


def test_a_server_without_a_certificate_is_not_trusted():
    with (
        neighbour(lambda path, body: Reply(b"{}")) as server,
        pytest.raises(RemoteError, match="cannot be trusted"),
    ):
        url = server.url.replace("http:", "https:")
        fetch(f"{url}/", accept="*/*", limits=LIMITS, private=True)


def test_the_settings_take_origins_that_can_be_asked_only():
    assert Settings(allow_service=("http://127.0.0.1:1",), allow_private=True).allowed == Allowed(
        frozenset([Origin("http", "127.0.0.1", 1)]), private=True
    )
    with pytest.raises(SettingsError, match="on this machine"):
        Settings(allow_service=("http://127.0.0.1:1",))
    with pytest.raises(SettingsError, match="link-local"):
        Settings(allow_load=("http://169.254.169.254",), allow_private=True)
    with pytest.raises(SettingsError, match="more than scheme, host and port"):
        Settings(allow_load=("https://example.org/data",))
