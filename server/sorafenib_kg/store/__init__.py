"""Stores: what answers queries, behind one narrow interface."""

from sorafenib_kg.store.formats import FORMATS, Format, Kind, format_of, formats_of
from sorafenib_kg.store.interface import Answer, Dump, File, Formats, Store, Table, Term
from sorafenib_kg.store.memory import MemoryStore

__all__ = [
    "FORMATS",
    "Answer",
    "Dump",
    "File",
    "Format",
    "Formats",
    "Kind",
    "MemoryStore",
    "Store",
    "Table",
    "Term",
    "format_of",
    "formats_of",
]
