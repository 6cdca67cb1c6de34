"""SIS data in: readers (native bundle, OneRoster CSV, SDS CSV) → differences → schema `sis`.

The only writer of `sis`. Every format is streamed into the same staging tables (`staging`), so the
differences and what becomes of them are written once.
"""

from intake.faults import BundleRefused, Fault, IntakeError, RemovalLimitExceeded, WrongUse
from intake.formats import Format
from intake.importing import import_bundle
from intake.report import ImportReport

__all__ = [
    "BundleRefused",
    "Fault",
    "Format",
    "ImportReport",
    "IntakeError",
    "RemovalLimitExceeded",
    "WrongUse",
    "import_bundle",
]
