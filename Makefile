# One verb a target. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
MEMBERS := libs/contracts libs/events libs/hours libs/chassis $(wildcard services/*) deploy/local
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
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

.PHONY: test
test: check ## check, then every test on real PostgreSQL and Kafka
	@$(BIN)/pytest --numprocesses=2

.PHONY: lock
lock: setup ## compile the hash-pinned requirement files from the members
	@requirements/compile

LOCAL := $(BIN)/python -m lintel_local

.PHONY: demo
demo: setup ## the whole system, one journey after another, real baskets, figures
	@$(BIN)/python -m lintel_local.demo

.PHONY: up
up: setup ## start everything in the background: front door on http://127.0.0.1:8000
	@$(LOCAL) up

.PHONY: down
down: setup ## stop everything; the data stay in .lintel
	@$(LOCAL) down

.PHONY: status
status: setup ## what runs, where (JSON=1: as JSON); fails when the stack is not up
	@$(LOCAL) status $(if $(JSON),--json)

.PHONY: logs
logs: setup ## the last lines of every log (WHAT=orders: of one; FOLLOW=1: and on)
	@$(LOCAL) logs $(WHAT) $(if $(FOLLOW),--follow)

.PHONY: token
token: setup ## an access token: ROLE=shopper|associate|pos|care|merchandiser|ops SUB=ann STORES=S1,S2
	@$(LOCAL) token "$(or $(ROLE),shopper)" $(if $(SUB),--sub="$(SUB)") $(if $(STORES),--stores="$(STORES)")

.PHONY: env
env: setup ## addresses of everything as export lines: eval "$(make -s env)"
	@$(LOCAL) env

.PHONY: break
break: setup ## kill -9 one component until it is healed: WHAT=kafka|postgres|caddy|<service>
	@$(LOCAL) break "$(WHAT)"

.PHONY: heal
heal: setup ## start again what was broken
	@$(LOCAL) heal

.PHONY: backup
backup: setup ## a service's database to a file: WHAT=orders FILE=orders.backup
	@$(LOCAL) backup "$(WHAT)" "$(FILE)"

.PHONY: restore
restore: setup ## a service's database from such a file, brought up to the log: WHAT=orders FILE=orders.backup WITHOUT=...
	@$(LOCAL) restore "$(WHAT)" "$(FILE)" --without="$(WITHOUT)"

.PHONY: verify
verify: setup ## whether the books of what is up add up (LOG=1: compared with every fact on the log; JSON=1)
	@$(BIN)/python -m lintel_local.verify $(if $(LOG),--log) $(if $(JSON),--json)

BENCHES := $(filter-out bare load results system,$(basename $(notdir $(wildcard bench/*.py))))

.PHONY: bench
bench: setup ## what it all costs, each beside its baseline (`make bench-orders`: one of bench/*.py)
	@for one in $(BENCHES); do $(BIN)/python bench/$$one.py || exit 1; done

bench-%: setup
	@$(BIN)/python bench/$*.py

.PHONY: chaos
chaos: setup ## faults against the event backbone on three brokers, a table of what held (MINUTES=60 SEED=random)
	@$(BIN)/python -m tests.chaos --minutes "$(or $(MINUTES),5)" --seed "$(or $(SEED),1)"

.PHONY: mutants
mutants: setup ## break the backbone in ten ways and see that a test notices each
	@$(BIN)/python -m tests.chaos.mutants

.PHONY: docs
docs: setup ## write what is generated: event schemas and pages, AsyncAPI, OpenAPI, problems, the front door's segments
	@$(BIN)/python -m lintel_contracts.schemas
	@LINTEL_WRITE_DOCS=1 $(BIN)/pytest -q tests/contract/test_events_page.py
	@$(BIN)/lintel-events asyncapi > docs/asyncapi.json
	@$(BIN)/python -m lintel_chassis.http.documents docs lintel_catalog lintel_inventory lintel_orders lintel_pickup lintel_geo_offers
	@$(BIN)/python -m lintel_local.front_door

.PHONY: examples
examples: setup ## add records of events and properties that libs/contracts has no example of yet
	@LINTEL_WRITE_DOCS=1 $(BIN)/pytest -q tests/contract/test_published_events.py -k examples

ASYNCAPI_PARSER := @asyncapi/parser@3.6.3

.node/ready:
	@npm install --silent --no-save --no-package-lock --ignore-scripts --no-audit --no-fund --prefix .node $(ASYNCAPI_PARSER)
	@touch $@

.PHONY: asyncapi
asyncapi: .node/ready ## docs/asyncapi.json by the official validator (needs node 18 or later; fetches 55 MB the first time)
	@NODE_PATH=.node/node_modules node tests/contract/asyncapi.cjs docs/asyncapi.json
