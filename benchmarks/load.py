"""Load on an HTTP server, made by a process of its own: `run_load`.

The process (`python -m benchmarks.load`) reads a `Job` as JSON and writes a `Result`. It takes
bodies apart only as far as HTTP frames them, so that it costs a small part of what it measures.
"""

import asyncio
import json
import socket
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import cycle
from urllib.parse import urlsplit

import uvloop

_BUFFER = 256 * 1024
_SLOW_BUFFER = 64 * 1024
_SLOW_PAUSE = 0.02
_LINE_END = b"\r\n"
_HEAD_END = _LINE_END * 2
_WITHOUT_BODY = ("204", "304")


@dataclass(frozen=True, slots=True)
class Page:
    """A page to ask for, and how many records it holds."""

    path: str
    records: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """Every connection asks for all pages in turn, each from a place of its own, until `seconds` are over.

    `seconds=0`: each page once. The last `slow` connections read 64 KB, then pause for 20 ms.
    """

    url: str
    pages: Sequence[Page]
    connections: int = 1
    seconds: float = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    slow: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """`latencies` in seconds, of each answer to its last byte."""

    seconds: float
    records: int
    received: int
    """Bytes of the answers, heads included."""
    statuses: dict[str, int]
    """How many answers of each, and under `broken` what ended before its end."""
    latencies: list[float]
    cpu_seconds: float
    """Of the load itself."""

    @property
    def records_per_second(self) -> float:
        return self.records / self.seconds

    @property
    def pages(self) -> int:
        return len(self.latencies)

    @property
    def busy(self) -> float:
        """What part of a core the load took."""
        return self.cpu_seconds / self.seconds


async def run_load(job: Job) -> Result:
    """Raises `AssertionError` where the load could not be made at all."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.load"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate(json.dumps(asdict(job)).encode())
    if process.returncode:
        raise AssertionError(f"the load ended with exit code {process.returncode}")
    return Result(**json.loads(output))


class _Connection(asyncio.BufferedProtocol):
    """One request after the other; `answered` gets the status once a body has come whole."""

    def __init__(self, *, slow: bool) -> None:
        size = _SLOW_BUFFER if slow else _BUFFER
        self._buffer = bytearray(size)
        self._view = memoryview(self._buffer)
        self._slow = slow
        self._head = self._line = b""
        self._status = ""
        self._chunked = self._last = self._in_body = False
        # Bytes until the end of the body, or of the present chunk and the line end behind it.
        self._left = 0
        self._read_since_pause = 0
        self._answer: asyncio.Future[str] | None = None
        self.received = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment] # TCP

    async def ask(self, request: bytes) -> str:
        """The status of the answer, or `broken`."""
        self._answer = asyncio.get_running_loop().create_future()
        self._head = self._line = b""
        self._last = self._in_body = False
        if self._transport.is_closing():
            return "broken"
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        self._transport.close()

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._view

    def buffer_updated(self, nbytes: int) -> None:
        self.received += nbytes
        if self._slow:
            self._pause_at_times(nbytes)
        position = 0
        if not self._in_body:
            position = self._take_head(nbytes)
        if self._in_body:
            self._take_body(position, nbytes)

    def connection_lost(self, exc: Exception | None) -> None:
        self._finish("broken")

    def _take_head(self, size: int) -> int:
        """Where the body begins in the buffer."""
        before = len(self._head)
        self._head += bytes(self._view[:size])
        end = self._head.find(_HEAD_END)
        if end < 0:
            return size
        lines = self._head[:end].decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines[1:])
        }
        self._status = lines[0].split(" ")[1]
        self._chunked = headers.get("transfer-encoding") == "chunked"
        sized = not self._chunked and self._status not in _WITHOUT_BODY
        self._left = int(headers.get("content-length", 0)) if sized else 0
        self._head, self._in_body = b"", True
        return end + len(_HEAD_END) - before

    def _take_body(self, position: int, size: int) -> None:
        if self._chunked:
            self._take_chunks(position, size)
            whole = self._last and not self._left
        else:
            self._left -= size - position
            whole = self._left <= 0
        if whole:
            self._finish(self._status)

    def _take_chunks(self, position: int, size: int) -> None:
        """Chunks of `<hexadecimal size>\\r\\n<bytes>\\r\\n` up to one of size 0; the size may come in pieces."""
        while position < size:
            if self._left:
                taken = min(self._left, size - position)
                self._left -= taken
                position += taken
                continue
            end = self._buffer.find(b"\n", position, size) + 1
            self._line += self._view[position : end or size]
            if not end:
                return
            position, length = end, int(self._line.split(b";")[0], 16)
            self._line = b""
            self._left, self._last = length + len(_LINE_END), length == 0

    def _finish(self, status: str) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(status)

    def _pause_at_times(self, nbytes: int) -> None:
        self._read_since_pause += nbytes
        if self._read_since_pause >= _SLOW_BUFFER:
            self._read_since_pause = 0
            self._transport.pause_reading()
            asyncio.get_running_loop().call_later(_SLOW_PAUSE, self._resume)

    def _resume(self) -> None:
        if not self._transport.is_closing():
            self._transport.resume_reading()


class _Load:
    def __init__(self, job: Job) -> None:
        self._job = job
        self._address = urlsplit(job.url)
        self._statuses: Counter[str] = Counter()
        self._latencies: list[float] = []
        self._records = 0

    async def run(self) -> Result:
        job = self._job
        fast = job.connections - job.slow
        connections = [
            await self._connect(slow=number >= fast) for number in range(job.connections)
        ]
        busy, started = time.process_time(), time.perf_counter()
        await asyncio.gather(
            *(
                self._walk(connection, place * len(job.pages) // job.connections, started)
                for place, connection in enumerate(connections)
            )
        )
        seconds = time.perf_counter() - started
        busy = time.process_time() - busy
        for connection in connections:
            connection.close()
        received = sum(connection.received for connection in connections)
        return Result(seconds, self._records, received, dict(self._statuses), self._latencies, busy)

    async def _connect(self, *, slow: bool) -> _Connection:
        host, port = str(self._address.hostname), self._address.port
        plain = socket.socket()
        if slow:
            # Else the kernel takes a whole page in the reader's stead.
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SLOW_BUFFER)
        plain.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(plain, (host, port))
        _, connection = await loop.create_connection(lambda: _Connection(slow=slow), sock=plain)
        return connection

    async def _walk(self, connection: _Connection, place: int, started: float) -> None:
        job = self._job
        deadline = started + job.seconds
        pages = [*job.pages[place:], *job.pages[:place]]
        for page in cycle(pages) if job.seconds else pages:
            request = self._request(page)
            began = time.perf_counter()
            status = await connection.ask(request)
            ended = time.perf_counter()
            self._statuses[status] += 1
            self._latencies.append(ended - began)
            if status == "200":
                self._records += page.records
            if status == "broken" or (job.seconds and ended >= deadline):
                return

    def _request(self, page: Page) -> bytes:
        headers = {"Host": self._address.netloc, **self._job.headers}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"GET {page.path} HTTP/1.1\r\n{lines}\r\n".encode()


def main() -> None:
    given = json.load(sys.stdin)
    given["pages"] = [Page(**page) for page in given["pages"]]
    result = uvloop.run(_Load(Job(**given)).run())
    json.dump(asdict(result), sys.stdout)


if __name__ == "__main__":
    main()
