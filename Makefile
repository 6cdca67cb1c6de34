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

.DEFAULT_GOAL := help
.PHONY: run test lint bench lock clean help

run: $(RUN) ## set up if need be, then start everything and print where it is (Ctrl-C stops it)
	@exec $(VENV)/bin/rosterbridge run

test: $(DEV) ## all tests
	@exec $(VENV)/bin/python -m pytest -n auto --dist loadfile $(ARGS)

lint: $(DEV) ## ruff, mypy, the walls between the packages, the Dockerfile
	@failed=0; \
	for check in "ruff check ." "ruff format --check ." "mypy --strict" "lint-imports" \
			"hadolint Dockerfile"; do \
		echo "$$check"; \
		(set -f; exec $(VENV)/bin/$$check) || failed=1; \
	done; \
	exit $$failed

bench: $(DEV) ## the benchmarks, as a table
	@exec $(VENV)/bin/python -m benchmarks

lock: $(VENV)/bin/python ## bring the lock files in line with pyproject.toml
	$(PIP) install -qq uv
	$(VENV)/bin/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
		--extra local pyproject.toml -o requirements.lock --custom-compile-command 'make lock'
	$(VENV)/bin/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
		--extra dev pyproject.toml -o requirements-dev.lock -c requirements.lock \
		--custom-compile-command 'make lock'

clean: ## remove the virtual environment and all caches; the data of `make run` stays
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
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

# On Debian `venv` is there but fails without `ensurepip`, half done: hence the question first.
$(VENV)/bin/python:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "RosterBridge needs Python 3.11 or later, which \"$(PYTHON)\" is not:" \
			"try make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make virtual environments (no venv or ensurepip):" \
			"install your system's package for it, on Debian and Ubuntu python3-venv" >&2; exit 1; }
	@"$(PYTHON)" -m venv --clear $(VENV) || { rm -rf $(VENV); exit 1; }
