"""The version of the data, in memory that all processes of a server share.

The data process alone writes; the web process reads at every request, without a system call.
"""

import mmap
from pathlib import Path
from typing import Self


class SharedVersion:
    """A number that grows with each change, and when the last one was."""

    def __init__(self, memory: mmap.mmap) -> None:
        """Read and write in this memory."""
        self._memory = memory
        self._number = memoryview(memory).cast("Q")
        self._time = memoryview(memory).cast("d")

    @classmethod
    def create(cls, path: Path) -> None:
        """Make the file that both sides map."""
        path.write_bytes(bytes(mmap.PAGESIZE))

    @classmethod
    def open(cls, path: Path, *, writable: bool = False) -> Self:
        """Map the file."""
        access = mmap.ACCESS_WRITE if writable else mmap.ACCESS_READ
        with path.open("r+b" if writable else "rb") as file:
            return cls(mmap.mmap(file.fileno(), mmap.PAGESIZE, access=access))

    @property
    def number(self) -> int:
        """Return the number; eight bytes in their place are read and written at once."""
        return self._number[0]

    @property
    def changed(self) -> float:
        """Return when the data last changed, in seconds since 1970."""
        return self._time[1]

    def advance(self, number: int, time: float) -> None:
        """Set the number and the time of a change."""
        self.renew()
        # Whoever reads between the two sees an old time with a new number, which only makes a
        # client fetch again what it has.
        self._number[0] = number
        self._time[1] = time

    @property
    def generation(self) -> int:
        """Return a number that grows whenever workers of before are not to be asked any more."""
        return self._number[2]

    def renew(self) -> None:
        """Have new workers asked from now on."""
        self._number[2] += 1


def version_name(base: str, number: int) -> str:
    """Return the name of a version: that of the data as they were loaded, and how many changes."""
    return f"{base}.{number - 1}" if number > 1 else base
