"""The journal: every change of the data, on disk before it is acknowledged.

A folder holds one file, which one server writes to. A change that is not whole was never
acknowledged, and is cut off when the journal is opened. Only what was asserted is written down:
what follows from it is reasoned anew. `notation` is the form of the file, `file` its keeping.
"""

from sorafenib_kg.journal.file import FILE, Journal, locked, read, read_file, replace
from sorafenib_kg.journal.notation import (
    Base,
    Content,
    Entry,
    compacted,
    packed,
    parse,
    replayed,
    with_lasting_names,
)

__all__ = [
    "FILE",
    "Base",
    "Content",
    "Entry",
    "Journal",
    "compacted",
    "locked",
    "packed",
    "parse",
    "read",
    "read_file",
    "replace",
    "replayed",
    "with_lasting_names",
]
