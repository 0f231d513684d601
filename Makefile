# make run · make test · make check · make bench · make help
#
# Needs Python 3.11 or newer and make. Everything else goes into .venv, pinned by digest. Only web and web-check need Node.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python

.DEFAULT_GOAL := help
.PHONY: help run test test-postgres check lint bench web web-check clean

help: ## Show what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /  make \1\t/' | expand -t 18
	@echo '  Variables: PORT FRAPI_HOME PYTHON, and all of docs/settings.md'

run: export FRAPI_LOG_FORMAT ?= console
run: $(VENV)/.run ## Set up what is missing, then serve on 127.0.0.1:8000
	@exec $(PY) manage.py start

check: lint ## Lint, types, import rules and the quick tests
	$(VENV)/bin/pytest -q -n auto -m 'not slow and not e2e'

lint: $(VENV)/.dev ## Lint, types and import rules
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

# Those that watch a clock, real servers and browsers have the machine to themselves.
test: $(VENV)/.dev ## All tests
	$(VENV)/bin/pytest -q -n auto -m 'not slow and not e2e'
	$(VENV)/bin/pytest -q -m 'slow or e2e'

test-postgres: $(VENV)/.dev ## The tests of all that is stored, on a PostgreSQL server of their own
	FRAPI_TEST_DATABASE=postgres $(VENV)/bin/pytest -q -m 'not slow' tests/apps

bench: $(VENV)/.dev ## Measure what a session costs, stage by stage
	$(PY) -m benchmarks

# The web component is built and committed, so that a server needs no Node to offer it.
BUNDLE := frapi/apps/console/static/frapi/frapi-face.js
NODE_MODULES := clients/node_modules/.package-lock.json

web: $(NODE_MODULES) ## Build the web component that the server offers
	cd clients/face && npm run build --silent
	mkdir -p $(dir $(BUNDLE))
	cp clients/face/dist/frapi-face.js $(BUNDLE)

web-check: $(NODE_MODULES) ## Check and test the browser's packages, and whether the built component is the committed one
	cd clients && npm run check --silent && npm test --silent
	cd clients/face && npm run build --silent -- --outDir ../node_modules/.face-check --emptyOutDir
	cmp clients/node_modules/.face-check/frapi-face.js $(BUNDLE) || { echo 'The built component is out of date: make web' >&2; exit 1; }

$(NODE_MODULES): clients/package-lock.json
	cd clients && npm ci --silent
	@touch $@

clean: ## Remove the environment and caches; the data folder stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

# A stamp is newer than what was installed for it, so a later start installs nothing.
$(VENV)/.run: requirements/run.txt | $(VENV)/.uv
	$(PY) requirements/install.py requirements/run.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt | $(VENV)/.run
	$(PY) requirements/install.py requirements/dev.txt
	@touch $@

$(VENV)/.uv: requirements/bootstrap.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "frapi needs Python 3.11 or newer; say which: make PYTHON=/path/to/python3")'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo 'This Python can make no virtual environment. On Debian and Ubuntu: apt install python3-venv' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
	@touch $@
