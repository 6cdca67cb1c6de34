"""Runs uvicorn so that it ends with the process that wanted it: `python -m cli.running.tied PID uvicorn …`.

Should the supervisor be killed without a chance to stop its services, the kernel does (Linux).
"""

import ctypes
import os
import runpy
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main() -> None:
    parent, module = int(sys.argv[1]), sys.argv[2]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        # It may have died before the call above.
        if os.getppid() != parent:
            sys.exit("the run that wanted this service is gone")
    sys.argv = [module, *sys.argv[3:]]
    runpy.run_module(module, run_name="__main__")


if __name__ == "__main__":
    main()
