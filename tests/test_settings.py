"""Settings: one table for options, variables and documentation."""

import os
from pathlib import Path

import pytest

from sorafenib_kg.errors import SettingsError
from sorafenib_kg.settings import SETTINGS, Settings, from_environment


def test_without_variables_the_defaults_hold():
    assert from_environment({}) == Settings()


def test_variables_give_values_of_their_kind():
    paths = os.pathsep.join(["one.ttl", "two"])
    environ = {"SORAFENIB_KG_PORT": "0", "SORAFENIB_KG_DATA": paths, "SORAFENIB_KG_EMPTY": "no"}
    assert from_environment(environ) == Settings(port=0, data=(Path("one.ttl"), Path("two")))


def test_settings_reach_another_process_as_they_are():
    settings = Settings(
        port=0,
        data=(Path("one.ttl"), Path("two")),
        cors="none",
        allowed_host=("a", "b"),
        writable=True,
        public_url="https://example.org/",
    )
    assert from_environment(settings.as_environment()) == settings


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        pytest.param("PORT", "web", "--port: 'web' is not a whole number", id="no_number"),
        pytest.param("PORT", "70000", "--port: 70000 is above 65535", id="too_large"),
        pytest.param("THREADS", "0", "--threads: at least 4", id="too_small"),
        pytest.param("EMPTY", "maybe", "--empty: 'maybe' is neither true nor false", id="flag"),
        pytest.param("PUBLIC_URL", "foo", "--public-url: 'foo' is no absolute", id="no_url"),
        pytest.param("PUBLIC_URL", "ftp://a/", "is no absolute address", id="other_scheme"),
        pytest.param("PUBLIC_URL", "https://a/?b", "is no absolute address", id="url_with_query"),
        pytest.param("PUBLIC_URL", "https://a|b/", "is no absolute address", id="url_of_no_host"),
        pytest.param("PUBLIC_URL", "https://a/b c", "is no absolute address", id="url_with_blank"),
        pytest.param("PUBLIC_URL", "https://a/%zz", "is no absolute address", id="url_no_percent"),
        pytest.param("CORS", "foo", "--cors: 'foo' is no origin", id="no_origin"),
        pytest.param("CORS", "https://a.example/", "is no origin", id="origin_with_path"),
        pytest.param("CORS", "https://A.example", "is no origin", id="origin_in_capitals"),
        pytest.param("CORS", "https://a\nX: b", "is no origin", id="origin_of_two_lines"),
        pytest.param("CORS", "null", "is no origin", id="null"),
        pytest.param(
            "ALLOW_SERVICE", "foo", "--allow-service, .*: foo is no scheme and host", id="less"
        ),
        pytest.param("ALLOW_LOAD", "localhost:81", "is no scheme and host", id="no_scheme"),
        pytest.param("ALLOW_LOAD", "http://a.example/b", "is more than scheme", id="more"),
        pytest.param("ENTAILMENT", "dl", "--entailment: 'dl' is not rl or none", id="choice"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_the_name_of_its_option(
    name: str, value: str, message: str
):
    with pytest.raises(SettingsError, match=message):
        from_environment({f"SORAFENIB_KG_{name}": value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_URL", "https://kg.example.org"),
        ("PUBLIC_URL", "HTTP://[::1]:80/a/%20b/"),
        ("CORS", "*"),
        ("CORS", "none"),
        ("CORS", "http://localhost:3000"),
        ("CORS", "moz-extension://7b23"),
    ],
)
def test_addresses_and_origins_may_be_written_as_they_are(name: str, value: str):
    settings = from_environment({f"SORAFENIB_KG_{name}": value})
    assert getattr(settings, name.lower()) == value


def test_what_follows_from_changes_needs_the_merge():
    with pytest.raises(SettingsError, match="--entailment none only"):
        Settings(default_graph="unnamed", writable=True)
    assert not Settings(default_graph="unnamed", writable=True, entailment="none").is_merge


def test_data_and_nothing_exclude_each_other():
    with pytest.raises(SettingsError, match="exclude each other"):
        Settings(data=(Path("one.ttl"),), empty=True)


def test_each_setting_has_one_sentence_of_help():
    assert all(setting.about.help.endswith(".") for setting in SETTINGS.values())
