"""W3C's SPARQL 1.1 tests, run over HTTP against a server as users run it.

The suite and its client are not part of this repository; the variable names their folder.
"""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from serving import TOKEN, serving

VARIABLE = "SORAFENIB_KG_W3C"
# Of each group, how many tests there are.
SIZES = {
    "protocol": 34,
    "gsp": 14,
    "service-description": 3,
    "query-eval": 225,
    "syntax-query": 106,
    "result-formats": 10,
    "update-eval": 94,
    "syntax-update": 63,
    "federation": 7,
}
# Which server to ask has to be written in a query; in service5 the data say it.
KNOWN = {"sparql11/service#service5"}


@pytest.mark.slow
def test_the_suite_passes(tmp_path: Path):
    folder = os.environ.get(VARIABLE)
    if not folder:
        pytest.skip(f"{VARIABLE} is not set")
    report = tmp_path / "report.json"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        federation = taken.getsockname()[1]  # of the services that the client plays
    with serving(
        "--empty",
        "--writable",
        "--entailment=none",
        f"--allow-service=http://127.0.0.1:{federation}",
        "--allow-private",
        SORAFENIB_KG_TOKEN=TOKEN,
    ) as server:
        subprocess.run(  # noqa: S603 - the client that the variable names
            [
                sys.executable,
                Path(folder) / "run.py",
                Path(folder) / "suite",
                f"--query={server.url}/sparql",
                f"--update={server.url}/update",
                f"--gsp={server.url}/graph-store",
                f"--write-header=Authorization: Bearer {TOKEN}",
                "--skip=entailment",
                f"--federation={federation}",
                f"--json={report}",
            ],
            check=False,
            stdout=subprocess.PIPE,
        )
    found = json.loads(report.read_text(encoding="utf-8"))
    failed = {test["id"]: test["why"] for test in found["tests"] if test["outcome"] == "fail"}
    assert set(failed) == KNOWN, failed
    assert {name: sum(counts.values()) for name, counts in found["tally"].items()} == SIZES
