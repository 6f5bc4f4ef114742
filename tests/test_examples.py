"""The examples for those who run a server: what they name is there, and what checks them passes."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import click
import pytest

from sorafenib_kg.app import create_app, routes_of
from sorafenib_kg.cli import main
from sorafenib_kg.gateway.writing import LARGEST_GRAPH
from sorafenib_kg.processes.data import SECONDS_TO_FINISH
from sorafenib_kg.settings import SETTINGS, TOKEN_VARIABLE, Settings, from_environment

EXAMPLES = Path(__file__).parents[1] / "docs" / "examples"
UNIT = EXAMPLES / "sorafenib-kg.service"
CONTAINER = EXAMPLES / "Containerfile"
NGINX = EXAMPLES / "nginx.conf"
VARIABLES = {setting.variable for setting in SETTINGS.values()} | {TOKEN_VARIABLE}


def options_of(name: str) -> set[str]:
    """Return the options of a command."""
    command = main.get_command(click.Context(main), name)
    assert command is not None, name
    return {option for parameter in command.params for option in parameter.opts}


def service() -> dict[str, list[str]]:
    """Return the values of the unit's settings in their order."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for line in UNIT.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith(("#", "[")):
            name, _, value = line.partition("=")
            found[name].append(value)
    return dict(found)


def instructions() -> list[tuple[str, str]]:
    """Return the instructions of the container's file."""
    text = CONTAINER.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines)]


@pytest.mark.parametrize("path", sorted(EXAMPLES.iterdir()), ids=lambda path: path.name)
def test_each_example_is_named_in_the_page_and_names_what_there_is(path: Path):
    page = (EXAMPLES.parent / "operation.md").read_text(encoding="utf-8")
    assert f"(examples/{path.name})" in page
    text = path.read_text(encoding="utf-8")
    options = options_of("serve")
    ours = {found for found in re.findall(r"--[a-z-]+", text) if found in options}
    assert set(re.findall(r"SORAFENIB_KG_[A-Z_]+", text)) <= VARIABLES
    assert ours or path == CONTAINER


def test_the_unit_starts_the_server_with_settings_that_it_has():
    unit = service()
    command, name, *arguments = shlex.split(unit["ExecStart"][0])
    assert (Path(command).name, name) == ("sorafenib-kg", "serve")
    known = options_of("serve")
    assert {argument for argument in arguments if argument.startswith("--")} <= known
    assert arguments[arguments.index("--journal") + 1] == f"/var/lib/{unit['StateDirectory'][0]}"
    environment = dict(pair.split("=", 1) for pair in unit["Environment"])
    ours = {name: value for name, value in environment.items() if name in VARIABLES}
    assert from_environment(ours).trusted_proxy == ("127.0.0.1", "::1")


def test_the_unit_waits_for_what_is_running():
    unit = service()
    assert unit["KillMode"] == ["mixed"]
    longest = Settings().timeout + 2 * SECONDS_TO_FINISH
    assert int(unit["TimeoutStopSec"][0]) > longest
    assert f"--stop-timeout {unit['TimeoutStopSec'][0]}" in CONTAINER.read_text(encoding="utf-8")


SYSTEMD = shutil.which("systemd-analyze")


@pytest.mark.skipif(SYSTEMD is None, reason="systemd-analyze is not installed")
def test_systemd_finds_no_fault_in_the_unit(tmp_path: Path):
    path = tmp_path / UNIT.name
    text = UNIT.read_text(encoding="utf-8")
    # The program has to be there.
    path.write_text(text.replace("/opt/sorafenib-kg/bin/sorafenib-kg", sys.executable), "utf-8")
    done = subprocess.run(  # noqa: S603 - systemd's own
        [str(SYSTEMD), "verify", "--man=no", str(path)], capture_output=True, text=True, check=False
    )
    complaints = [line for line in done.stderr.splitlines() if UNIT.name in line]
    assert complaints == []


@pytest.mark.skipif(SYSTEMD is None, reason="systemd-analyze is not installed")
def test_systemd_calls_the_unit_well_confined(tmp_path: Path):
    done = subprocess.run(  # noqa: S603 - systemd's own
        [str(SYSTEMD), "security", "--offline=yes", "--threshold=15", str(UNIT)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_container_runs_the_server_as_nobody():
    found = instructions()
    known = {"FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK",
             "ENTRYPOINT", "CMD"}  # fmt: skip
    assert {word for word, _ in found} <= known
    stages = [rest for word, rest in found if word == "FROM"]
    assert all(re.fullmatch(r"[a-z]+:\d+\.\d+-slim( AS [a-z]+)?", stage) for stage in stages)
    last = dict(found[max(n for n, (word, _) in enumerate(found) if word == "FROM") :])
    assert last["EXPOSE"] == str(Settings().port)
    uid = int(last["USER"].split(":")[0])
    assert uid != 0
    assert last["STOPSIGNAL"] == "SIGTERM"
    entry, command = json.loads(last["ENTRYPOINT"]), json.loads(last["CMD"])
    assert entry == ["sorafenib-kg"]
    assert command == ["serve"]
    environment = dict(pair.split("=", 1) for pair in last["ENV"].split())
    ours = {name: value for name, value in environment.items() if name in VARIABLES}
    assert from_environment(ours).host == "0.0.0.0"  # noqa: S104 - within the container


def test_the_container_asks_for_its_health_where_that_is_told():
    [health] = [rest for word, rest in instructions() if word == "HEALTHCHECK"]
    code = json.loads(health[health.index("[") :])[2]
    compile(code, "health", "exec")
    [(port, path)] = re.findall(r"http://127\.0\.0\.1:(\d+)(/\w+)", code)
    assert int(port) == Settings().port
    assert path in routes_of(create_app(Settings(empty=True)))


def test_the_proxy_passes_on_what_the_server_needs():
    text = re.sub(r"#.*", "", NGINX.read_text(encoding="utf-8"))
    assert text.count("{") == text.count("}")
    directives = [part.strip() for part in re.split(r"[;{}]", text) if part.strip()]
    assert "proxy_set_header Host $host" in directives
    assert "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for" in directives
    assert f"server 127.0.0.1:{Settings().port}" in directives
    assert f"client_max_body_size {LARGEST_GRAPH // 2**20}m" in directives
    [seconds] = [int(d.split()[1][:-1]) for d in directives if d.startswith("proxy_read_timeout")]
    assert seconds > Settings().timeout
