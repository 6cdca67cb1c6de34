"""One process of the read service, seen as a consumer and as the kernel sees it (Linux's /proc)."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

import httpx

from cli.running.services import ServiceProcess

ROSTERING = "/ims/oneroster/v1p1"
_TICKS = os.sysconf("SC_CLK_TCK")
_MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Worker:
    process: ServiceProcess
    token: str

    @property
    def url(self) -> str:
        return self.process.url

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def consumer(self) -> httpx.AsyncClient:
        """What it sends no `Accept-Encoding` with, so that a body comes as it is."""
        return httpx.AsyncClient(
            base_url=f"{self.url}{ROSTERING}",
            headers={**self.headers, "Accept-Encoding": "identity"},
            timeout=120,
            trust_env=False,
        )

    def cpu_seconds(self) -> float:
        return cpu_seconds(self.process)

    def memory(self) -> float:
        """What it holds of the machine's memory (RSS), in MB."""
        return self._status("VmRSS")

    def peak_memory(self) -> float:
        """The most it has held since its start, in MB."""
        return self._status("VmHWM")

    def _status(self, name: str) -> float:
        found = re.search(rf"^{name}:\s+(\d+) kB$", _proc(self.process, "status"), re.MULTILINE)
        if found is None:
            raise AssertionError(f"the kernel tells no {name}")
        return int(found[1]) * 1024 / _MEGABYTE


def cpu_seconds(process: ServiceProcess) -> float:
    """Of user and system together, since its start."""
    # proc(5): the second field, in brackets, may hold spaces; utime and stime are 14 and 15.
    fields = _proc(process, "stat").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _proc(process: ServiceProcess, name: str) -> str:
    return Path(f"/proc/{process.process.pid}/{name}").read_text()


async def access_token(url: str, client_id: str, secret: str) -> str:
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.post(
            f"{url}/connect/token",
            data={"grant_type": "client_credentials"},
            auth=(client_id, secret),
        )
    return str(answer.raise_for_status().json()["access_token"])
