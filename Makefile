# `make run` starts SalesFollow, `make test` tests it; each sets up what it needs first. `make help` lists the rest.

VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

CATALOGUES := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po))

# What `manage.py check --deploy` sees: a production install behind HTTPS.
PRODUCTION := DEBUG=0 SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))') \
	ALLOWED_HOSTS=sales.example.com BEHIND_HTTPS=1 DATABASE_URL=sqlite://:memory: REDIS_URL=

.DEFAULT_GOAL := help
.PHONY: help setup run test check static-checks worlds acceptance screens bench lock messages format clean \
	check-code check-types check-floors check-migrations check-deploy check-templates check-translations check-compose

help: ## Say what each command does
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'

setup: $(VENV)/development $(CATALOGUES) ## Build .venv with everything for development, and nothing outside it

run: $(VENV)/production $(CATALOGUES) ## Start on http://127.0.0.1:8000 (PORT=…, DEMO=0 or 1)
	@$(BIN)/python -m ops.run

test: setup ## Run all tests, on SQLite and again on PostgreSQL (ARGS="tests/deals -x")
	@$(BIN)/python -m tests $(ARGS)

check: setup ## Everything the build machine runs: the static checks, then all tests
	@$(MAKE) --no-print-directory -j2 --keep-going --output-sync=target static-checks
	@$(BIN)/python -m tests

static-checks: check-types check-code check-floors check-migrations check-deploy check-templates check-translations check-compose

check-code: setup
	$(BIN)/ruff check -q --output-format concise .
	$(BIN)/ruff format -q --check .

check-types: setup
	$(BIN)/mypy .

check-floors: setup
	@$(BIN)/lint-imports --no-logo

check-migrations: setup
	@DATABASE_URL=sqlite://:memory: $(BIN)/python manage.py makemigrations --check --dry-run

check-deploy: setup
	@$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING

check-templates: setup
	$(BIN)/djlint --lint --quiet templates

check-translations: setup
	@$(BIN)/python -m ops.translations check

check-compose: setup
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml

worlds: setup ## Recount the numbers on more than a thousand generated worlds, four times those of the tests (WORLDS=4)
	@WORLDS=$${WORLDS:-4} TEST_DATABASE_URL= $(BIN)/python -m pytest -q -k agrees --hypothesis-show-statistics tests/dashboards

acceptance: setup ## Run every command of docs/acceptance.md on the real data sets, expected against actual
	@$(BIN)/python -m tests.acceptance $(ARGS)

screens: setup ## Photograph every page of the demo into docs/screens (ARGS="today deal")
	@$(BIN)/python -m tests.screens $(ARGS)

bench: setup ## Measure the speed ratios on PostgreSQL (ARGS="--deals 10000")
	@$(BIN)/python -m benchmarks $(ARGS)

messages: setup ## Collect new texts into the translation catalogues (needs gettext)
	@$(BIN)/python -m ops.translations collect

format: setup ## Format the code and mend what ruff can mend
	@$(BIN)/ruff check -q --fix . && $(BIN)/ruff format -q .

lock: .boot/bin/uv ## Write the lock files anew from pyproject.toml (ARGS=--upgrade takes the newest releases)
	@.boot/bin/uv pip compile -q pyproject.toml --universal --generate-hashes --no-header --no-annotate \
		-o requirements.lock $(ARGS)
	@.boot/bin/uv pip compile -q pyproject.toml --group dev -c requirements.lock --universal --generate-hashes \
		--no-header --no-annotate -o requirements-dev.lock $(ARGS)

clean: ## Remove .venv and the tools' caches; var/ with your data stays
	@rm -rf $(VENV) .boot .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# The files below record that an install is complete; a newer lock file makes it run again.

$(VENV)/production: requirements.lock | $(VENV)/bin/python
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	@echo "Installing what SalesFollow runs on into .venv"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/development: requirements-dev.lock $(VENV)/production
	@echo "Installing the development tools into .venv"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

# A name on the path proves nothing (version managers leave stand-ins): ask each interpreter, and take the first that is
# new enough and can build an environment.
$(VENV)/bin/python:
	@for python in $(or $(PYTHON),python3.13 python3.12 python3.11 python3 python); do \
		if $$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			exec $$python -m venv $(VENV); \
		fi; \
	done; \
	echo "SalesFollow needs Python 3.11 or newer with its venv module (on Debian: apt install python3-venv)." >&2; \
	echo "None of these is one: $(or $(PYTHON),python3.13 python3.12 python3.11 python3 python)." >&2; \
	echo "Name it: make $(or $(firstword $(MAKECMDGOALS)),run) PYTHON=/path/to/python3" >&2; \
	exit 1

.boot/bin/uv: | $(VENV)/bin/python
	@$(BIN)/python -m venv .boot && .boot/bin/pip install -qq --disable-pip-version-check uv

%.mo: %.po | $(VENV)/production
	@$(BIN)/python -m ops.translations compile $<
