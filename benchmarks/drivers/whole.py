"""Run a command and wait for it and all that it starts; print what all of it took, as JSON.

usage: whole.py COMMAND…

Processes whose parent ended come here (prctl, Linux), so that those of Java count too. What the
command wrote to its standard output is part of what is printed.
"""

import ctypes
import json
import os
import resource
import subprocess
import sys
import time

PR_SET_CHILD_SUBREAPER = 36


def main() -> None:
    """Run the command that the arguments are."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    started = time.perf_counter()
    with subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        said = process.stdout.read() if process.stdout is not None else ""
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    figures = {
        "cpu": used.ru_utime + used.ru_stime,
        "wall": time.perf_counter() - started,
        "code": process.returncode,
        "said": said,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
