"""The two services as processes of `rosterbridge run`: started, watched, ended."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import httpx

START_SECONDS = 60
_STOP_SECONDS = 10
_TAIL_LINES = 15


class ServiceFailed(Exception):
    """A service did not come up, or ended by itself; the text holds the end of its log."""


class PortTaken(Exception):
    """Another process listens there."""


@dataclass(frozen=True)
class ServiceProcess:
    name: str
    url: str
    process: "subprocess.Popen[bytes]"
    log: Path

    @classmethod
    def start(
        cls,
        name: str,
        factory: str,
        host: str,
        port: int,
        environment: Mapping[str, str],
        log: Path,
    ) -> Self:
        command = [
            *(sys.executable, "-m", "cli.running.tied", str(os.getpid())),
            *("uvicorn", "--factory", factory, "--host", host, "--port", str(port)),
            # Forwarded headers are the service's own business; it has a setting for it.
            *("--no-proxy-headers", "--no-server-header", "--log-level", "warning"),
        ]
        with log.open("ab") as output:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
                command,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                # Ctrl-C reaches the supervisor alone, which ends all in order.
                start_new_session=True,
            )
        return cls(name, f"http://{host}:{port}", process, log)

    async def ready(self) -> None:
        """Returns once it answers; raises `ServiceFailed`."""
        async with httpx.AsyncClient(timeout=2) as client:
            for _ in range(START_SECONDS * 10):
                if self.has_ended:
                    raise ServiceFailed(f"{self.describe_end()}\n{self._tail()}")
                try:
                    answer = await client.get(f"{self.url}/health/ready")
                except httpx.HTTPError:
                    await asyncio.sleep(0.1)
                    continue
                if answer.is_success:
                    return
                await asyncio.sleep(0.1)
        raise ServiceFailed(
            f"The {self.name} service did not answer in {START_SECONDS} s; its log: {self.log}\n"
            f"{self._tail()}"
        )

    @property
    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def describe_end(self) -> str:
        code = self.process.returncode
        how = f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        return f"The {self.name} service has ended ({how}); its log: {self.log}"

    def stop(self) -> None:
        """Lets it finish what it does, for a while."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def _tail(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()[-_TAIL_LINES:]
        return "\n".join(lines)


def check_port(host: str, port: int, setting: str) -> None:
    """Raises `PortTaken` with the way out."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise PortTaken(
                f"Port {port} is taken, perhaps by another run: set {setting} to a free one."
            ) from None
