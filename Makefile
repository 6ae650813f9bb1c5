# `make` alone lists what there is. GNU make ends with 2 whenever a recipe fails, whatever the recipe's own exit code was:
# for the exit codes 0, 1 and 2 of a consolidation call `.venv/bin/pipeline` itself.

PYTHON ?= python3
PERIOD ?=
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help consolidate check templates notebooks notebooks-md pictures schemas-json documents samples test test-slow test-all lint bench bench-quick system-deps lock clean

help: ## list the targets (this)
	@echo 'usage: make TARGET [PERIOD=2024]     PERIOD: 2024, 2024-H1, 2024-Q3, 2024-9M, 2024-11; left out: the newest'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

consolidate: $(READY) ## read inputs/PERIOD, check it, compute, write outputs/PERIOD
	@$(BIN)/pipeline consolidate $(PERIOD)

check: $(READY) ## read and check inputs/PERIOD only; marked copies go to outputs/PERIOD/check
	@$(BIN)/pipeline check $(PERIOD)

templates: $(READY) ## write blank workbooks for the provinces (PERIOD, else 2025) to outputs/templates
	@$(BIN)/pipeline templates $(or $(PERIOD),2025)

notebooks: $(READY) ## run the notebooks from top to bottom
	@$(BIN)/python -m tools.run_notebooks

notebooks-md: $(READY) ## run them on the samples and write docs/notebooks, what they show
	@$(BIN)/python -m tools.render_notebooks

pictures: $(READY) ## draw the README's pictures again (needs system-deps)
	@$(BIN)/python -m tools.pictures

schemas-json: $(READY) ## write schemas/json, which lets editors help with the catalogue's files
	@$(BIN)/python -m tools.schemas_json

documents: $(READY) ## write the parts of docs/ that the messages and the catalogue say
	@$(BIN)/python -m tools.documents

samples: $(READY) ## make the sample workbooks in inputs/ again, from their seed
	@$(BIN)/python -m tools.make_samples

# Two halves side by side: pytest-xdist's threads would keep the readers of files from being forked, which costs more.
halves = $(BIN)/python -m pytest -m "$1" $2 >$(VENV)/first-half 2>&1 & first=$$!; status=0; \
	$(BIN)/python -m pytest -m "$1" $3 pipeline || status=$$?; \
	wait $$first || status=$$?; cat $(VENV)/first-half; exit $$status

test: $(READY) ## run the tests but the slow ones
	@$(call halves,not slow,tests/test_[b-m]*.py,tests/test_[!b-m]*.py)

test-slow: $(READY) ## run the slow tests but those of scale
	@$(call halves,slow and not scale,tests/test_[a-n]*.py,tests/test_[!a-n]*.py)

test-all: $(READY) ## run every test, those of scale too: an hour
	@$(BIN)/python -m pytest

lint: $(READY) ## check style, types and architecture
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy --strict --no-error-summary pipeline tools
	@$(BIN)/python -m pytest tests/test_architecture.py

bench: $(READY) ## measure speed and memory beside two yardsticks, on the samples and on generated submissions
	@$(BIN)/python -m benchmarks.run

bench-quick: $(READY) ## the same on the samples, once: under a minute
	@$(BIN)/python -m benchmarks.run --size S --rounds 1

system-deps: ## install LibreOffice Calc, pdftoppm and fonts with Vietnamese letters (Debian, Ubuntu; 300 MB)
	@if command -v soffice >/dev/null && command -v pdftoppm >/dev/null; then exit 0; fi; \
	sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	$$sudo apt-get update -qq && \
	$$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
		libreoffice-calc poppler-utils fonts-dejavu fonts-liberation >/dev/null

lock: $(READY) ## resolve the newest dependencies into requirements.lock
	@[ -x $(VENV)/lock/bin/uv ] || { $(PYTHON) -m venv $(VENV)/lock && $(VENV)/lock/bin/pip install --quiet uv; }
	@$(VENV)/lock/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
		--custom-compile-command "make lock" --extra dev --output-file requirements.lock pyproject.toml

clean: ## remove outputs (accepted ones stay), caches and builds; .venv stays
	@find outputs -mindepth 1 -maxdepth 1 ! -name accepted ! -name .gitignore -exec rm -rf {} +
	@rm -rf build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache
	@find . -path ./$(VENV) -prune -o -name __pycache__ -type d -exec rm -rf {} +

# `.ready` is written last: an interrupted installation starts again.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	@echo 'preparing $(VENV) ...'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q pipeline
	@touch $@

$(VENV): $(READY) ## prepare the virtual environment from the lock file (the others do it by themselves)
