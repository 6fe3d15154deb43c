# One verb a target. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
MEMBERS := libs/contracts libs/events libs/chassis $(wildcard services/*) deploy/local
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help
help: ## what can be made
	@grep -hE '^[a-z-]+:.*?## ' $(MAKEFILE_LIST) | awk -F ':.*?## ' '{printf "  make %-16s %s\n", $$1, $$2}'

.venv/ready: requirements/all.txt $(MEMBERS:%=%/pyproject.toml)
	@echo "==> making .venv (downloads about 350 MB the first time)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Lintel needs Python 3.11 or later")'
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/all.txt
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation $(MEMBERS:%=-e %)
	@touch $@

.PHONY: setup
setup: .venv/ready ## make the virtual environment from the locks

.PHONY: check
check: setup ## style, types and import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

.PHONY: fmt
fmt: setup ## let ruff put the style right
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

.PHONY: test
test: check ## check, then every test on real PostgreSQL and Kafka
	@$(BIN)/pytest

.PHONY: lock
lock: setup ## compile the hash-pinned requirement files from the members
	@requirements/compile
