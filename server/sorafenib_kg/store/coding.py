"""Content codings (RFC 9110, 8.4.1): bodies made smaller while they are written."""

import zlib
from typing import Protocol

import brotli

try:
    from compression import zstd  # type: ignore[import-not-found]  # Python 3.14
except ImportError:
    from backports import zstd

# In the order of preference among those that a client likes equally.
CODINGS = ("br", "zstd", "gzip")
# Below this a body is hardly made smaller, and goes out in one packet anyway.
SMALLEST = 1000


class Output(Protocol):
    """What bytes can be written to."""

    def write(self, part: bytes, /) -> int:
        """Take a part."""


class _Compressor(Protocol):
    def compress(self, part: bytes) -> bytes: ...
    def finish(self) -> bytes: ...


class _Gzip:
    def __init__(self) -> None:
        self._inner = zlib.compressobj(5, wbits=31)

    def compress(self, part: bytes) -> bytes:
        return self._inner.compress(part)

    def finish(self) -> bytes:
        return self._inner.flush()


class _Brotli:
    def __init__(self) -> None:
        self._inner = brotli.Compressor(quality=4)

    def compress(self, part: bytes) -> bytes:
        return bytes(self._inner.process(part))

    def finish(self) -> bytes:
        return bytes(self._inner.finish())


class _Zstd:
    def __init__(self) -> None:
        self._inner = zstd.ZstdCompressor(level=3)

    def compress(self, part: bytes) -> bytes:
        return bytes(self._inner.compress(part))

    def finish(self) -> bytes:
        return bytes(self._inner.flush())


_COMPRESSORS: dict[str, type[_Compressor]] = {"br": _Brotli, "zstd": _Zstd, "gzip": _Gzip}


class CodedOutput:
    """Passes what is written on to another output, in a coding unless it stays small."""

    def __init__(self, output: Output, coding: str | None) -> None:
        """Write to the output; no coding passes everything on as it is."""
        self._output = output
        self._compressor = _COMPRESSORS[coding]() if coding else None
        self._coding = coding
        self._held: list[bytes] | None = [] if coding else None
        self._size = 0

    def write(self, part: bytes, /) -> int:
        """Take a part; the first few are held back until it is known whether they stay few."""
        self._size += len(part)
        if self._compressor is None:
            self._output.write(part)
        elif self._held is None:
            self._output.write(self._compressor.compress(part))
        else:
            self._held.append(bytes(part))
            if self._size >= SMALLEST:
                self._output.write(self._compressor.compress(b"".join(self._held)))
                self._held = None
        return len(part)

    def flush(self) -> None:
        """Do nothing: what is held back is held back on purpose."""

    def finish(self) -> str | None:
        """Write what is left; return the coding that the body is in."""
        if self._held is not None:
            self._output.write(b"".join(self._held))
            return None
        if self._compressor is not None:
            self._output.write(self._compressor.finish())
        return self._coding


def encode(body: bytes, coding: str) -> bytes:
    """Return a body in a coding."""
    compressor = _COMPRESSORS[coding]()
    return compressor.compress(body) + compressor.finish()
