"""Demo and benchmark data: made with a fixed seed, from names only, never committed as files.

`write_demo` makes the demo of `make run`; `write_bundle_of_size` makes bundles for benchmarks.
"""

from demo.configurations import Release
from demo.school_year import school_year_of
from demo.sizes import Size, SizedBundle, write_bundle_of_size
from demo.write import Demo, write_demo

__all__ = [
    "Demo",
    "Release",
    "Size",
    "SizedBundle",
    "school_year_of",
    "write_bundle_of_size",
    "write_demo",
]
