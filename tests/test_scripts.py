"""The tests of the scripts, which node runs: ``web/test/``."""

import os
import subprocess
from pathlib import Path

import pytest

WEB = Path(__file__).parents[1] / "web"
NODE = os.environ.get("SORAFENIB_KG_NODE")


@pytest.mark.skipif(not NODE, reason="SORAFENIB_KG_NODE is not set")
@pytest.mark.parametrize("file", sorted((WEB / "test").glob("*.test.mjs")), ids=lambda f: f.name)
def test_in_node(file: Path):
    done = subprocess.run(  # noqa: S603 - our own tests
        [str(NODE), "--test", str(file)], cwd=WEB, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
