"""The garbage collector, set for services that make objects by the hundred thousand."""

import gc

# Publication and creation make many objects and few cycles: at Python's own 700 the collector takes
# a fifth of their time, going over what lives as long as the process.
_ALLOCATIONS = 50_000


def settle() -> None:
    """Once a process, when everything it keeps for its life has been made."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS, 20, 50)
