"""What the command line becomes when it serves: see `begin`."""

import sys

from sorafenib_kg.processes.begin import be_data_process

if __name__ == "__main__":
    sys.exit(be_data_process(sys.argv[1]))
