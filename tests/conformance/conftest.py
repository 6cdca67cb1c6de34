"""One demo, as `rosterbridge run` starts it, for all the consumers replayed here.

They read `demo-oneroster`, which nobody changes. A test that changes something changes the native
bundle, and so `demo-provider` and `demo-tenant` only.
"""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from demo import Demo, school_year_of, write_demo
from tests.conformance.deployment import Client, Deployment, District, read_district
from tests.e2e.conftest import Runner
from tests.e2e.conftest import bytecode as bytecode
from tests.e2e.consumer import Consumer
from tests.e2e.processes import TODAY, environment, free_ports, own_database


@pytest.fixture(scope="session")
def deployment(bytecode: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    state, logs = tmp_path_factory.mktemp("state"), tmp_path_factory.mktemp("run")
    oneroster_port, engine_port = free_ports(2)
    with own_database() as url:
        values = {
            "DATABASE_URL": url,
            "ROSTERBRIDGE_STATE_DIR": str(state),
            "ROSTERBRIDGE_TODAY": TODAY,
            "ROSTERBRIDGE_ONEROSTER_PORT": str(oneroster_port),
            "ROSTERBRIDGE_ENGINE_PORT": str(engine_port),
        }
        env = environment(bytecode, values)
        runner = Runner(env, state, (oneroster_port, engine_port), logs)
        process = runner.start("run")
        try:
            described = runner.described()
            clients = {
                one["configuration"]: Client(
                    described["oneroster_url"],
                    described["token_url"],
                    one["client_id"],
                    one["client_secret"],
                )
                for one in described["clients"]
            }
            for client in clients.values():
                _await_the_first_edition(client)
            yield Deployment(clients, env, logs)
            process.interrupt()
        finally:
            process.kill()


def _await_the_first_edition(client: Client) -> None:
    """What a consumer's first page may have to wait for is no part of these tests."""
    with closing(Consumer(client.host, client.client_id, client.client_secret)) as consumer:
        consumer.page(consumer.url("orgs", limit=1))


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The files that the deployment was fed with: the same day gives the same bytes."""
    today = date.fromisoformat(TODAY)
    folder = tmp_path_factory.mktemp("written")
    return write_demo(folder, school_year=school_year_of(today), today=today)


@pytest.fixture(scope="session")
def district(written: Demo) -> District:
    return read_district(written.oneroster)


@pytest.fixture(scope="session")
def client(deployment: Deployment) -> Client:
    """Of `demo-oneroster`."""
    return deployment.clients["demo-oneroster"]
