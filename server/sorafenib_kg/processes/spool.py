"""Where a worker writes an answer: memory at first, a file without a name when it grows."""

import tempfile
from typing import BinaryIO

# Larger answers go to the web process as an open file, so that a slow reader holds no worker.
INLINE = 256 * 2**10


class Spool:
    """Takes the bytes of one answer, and of another one when that is cleared away."""

    def __init__(self, inline: int = INLINE) -> None:
        """Keep so many bytes in memory."""
        self._inline = inline
        self._parts: list[bytes] = []
        self._file: BinaryIO | None = None
        self.size = 0

    def write(self, part: bytes, /) -> int:
        """Take a part; raise OSError if the disk takes no more."""
        self.size += len(part)
        if self._file is not None:
            self._file.write(part)
        else:
            self._parts.append(part)
            if self.size > self._inline:
                self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the spool
                self._file.writelines(self._parts)
                self._parts = []
        return len(part)

    def flush(self) -> None:
        """Do nothing: `file` flushes."""

    def clear(self) -> None:
        """Forget what was written; whoever was given the file's descriptor has one of his own."""
        if self._file is not None:
            self._file.close()
            self._file = None
        self._parts, self.size = [], 0

    @property
    def body(self) -> bytes:
        """Return what is in memory."""
        return b"".join(self._parts)

    def file(self) -> int | None:
        """Return the descriptor of the file, at its beginning; None if all is in memory."""
        if self._file is None:
            return None
        self._file.flush()
        # A descriptor that is passed shares its position.
        self._file.seek(0)
        return self._file.fileno()
