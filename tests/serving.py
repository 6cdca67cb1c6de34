"""An application on a port of this machine, in a thread with a loop of its own."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import uvicorn
from fastapi import FastAPI


@contextmanager
def listening() -> Iterator[tuple[socket.socket, str]]:
    """A free port and its base URL, for an application that must know where it is."""
    with socket.create_server(("127.0.0.1", 0)) as opened:
        yield opened, f"http://127.0.0.1:{opened.getsockname()[1]}"


@contextmanager
def serving(app: FastAPI, opened: socket.socket | None = None) -> Iterator[str]:
    """Its base URL, while the block runs; its lifespan is that of the block."""
    if opened is None:
        with listening() as (new, _), serving(app, new) as base_url:
            yield base_url
        return
    # What asks before the application has started waits at the socket.
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="on"))
    thread = Thread(target=server.run, kwargs={"sockets": [opened]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{opened.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
