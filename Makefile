# Two commands do everything on a fresh machine: `make explore` and `make test`. `make help` lists the rest.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
UV     := $(shell command -v uv 2>/dev/null)
NPM    := $(shell command -v npm 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help explore test lint format docs gallery bench bench-peers card dist protocol frontend screenshot clean

help:  ## Show what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

# One stamp per set of extras: nothing is reinstalled until pyproject.toml changes.
$(BIN)/python:
	@echo "— making the environment in $(VENV)"
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(v < (3, 11) and f"squeezeviz needs Python 3.11 or newer; $(PYTHON) is {v[0]}.{v[1]}. Try: make PYTHON=python3.12 …")'
ifdef UV
	@uv venv --quiet --python $(PYTHON) $(VENV)
else
	@$(PYTHON) -m venv $(VENV)
endif

$(VENV)/.ready-%: pyproject.toml | $(BIN)/python
	@echo "— installing squeezeviz[$(subst +,$(comma),$*)]"
ifdef UV
	@VIRTUAL_ENV=$(abspath $(VENV)) uv pip install --quiet --editable '.[$(subst +,$(comma),$*)]'
else
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[$(subst +,$(comma),$*)]'
endif
	@touch $@
comma := ,

explore: $(VENV)/.ready-samples+heif  ## Make the environment, fetch and verify the model, open the explorer
	@$(BIN)/squeezeviz download || echo "— going on with the bundled model; the page says so"
	@$(BIN)/squeezeviz lab $(LAB)

# A file of tests stays with one worker, which has servers and a browser of its own.
# Tests start hundreds of Pythons: each would compile the package anew where a person's settings let none be kept.
test: $(VENV)/.ready-test+samples+openvino  ## Make the environment, run every test (ARGS='-m quick': those of a minute)
ifdef NPM
	@$(MAKE) --no-print-directory node_modules
endif
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder --max-worker-restart 1 $(ARGS)

lint: $(VENV)/.ready-test+samples+openvino $(VENV)/.ready-lint  ## Check style and types, Python and front end
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
ifdef NPM
	@$(MAKE) --no-print-directory node_modules
	@npm run --silent check
endif

format: $(VENV)/.ready-lint  ## Format the code
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .
ifdef NPM
	@$(MAKE) --no-print-directory node_modules
	@npm run --silent format
endif

docs: $(VENV)/.ready-docs+samples+dataset  ## Run the notebooks and build the documentation, in artifacts/docs
	@$(BIN)/python docs/making/run_notebooks.py
	@$(BIN)/python docs/making/build.py

bench: $(VENV)/.ready-samples  ## Measure against the peers that are installed, as ratios in one run
	@$(BIN)/python -m benchmarks $(ARGS)

card: $(VENV)/.ready-samples  ## Measure the bundled model anew, and write its card
	@$(BIN)/python -m squeezeviz.shapes.card

bench-peers: $(VENV)/.ready-bench  ## Install the heavy peers for `make bench`: PyTorch, Captum
	@echo "— peers ready; now: make bench"

node_modules: package.json
	@npm install --silent --no-audit --no-fund --no-package-lock
	@touch node_modules

protocol: $(VENV)/.ready-samples  ## Write the page's types anew, from explorer/protocol (then: make frontend)
	@$(BIN)/python -m squeezeviz.explorer.typescript

frontend: node_modules  ## Check the front end's types and style, compile its kernels and bundle it anew
	@npm run --silent types
	@npm run --silent lint
	@npm run --silent build

gallery: $(VENV)/.ready-test+samples+openvino  ## Take the gallery's pictures and the README's moving one anew (needs Chromium)
	@$(BIN)/python docs/making/take_findings.py
	@$(BIN)/python docs/making/take_moving.py

screenshot: $(VENV)/.ready-test+samples+openvino  ## Take the site's screenshots anew (needs Chromium)
	@$(BIN)/python docs/take_screenshot.py

dist: $(VENV)/.ready-test+samples+openvino  ## Build wheel and sdist into dist/, install the wheel with all it needs, start from it
	@$(MAKE) --no-print-directory docs
	@rm -rf dist
	@$(BIN)/python -m hatchling build -d dist
	@$(PYTHON) -m venv dist/installed
	@dist/installed/bin/python -m pip install --quiet --disable-pip-version-check dist/*.whl
	@SQUEEZEVIZ_INSTALLED=dist/installed $(BIN)/python -m pytest -q tests/integration/test_installed.py

clean:  ## Remove the environment and everything generated (models and caches stay)
	@rm -rf $(VENV) node_modules artifacts .pytest_cache .mypy_cache .ruff_cache .hypothesis dist build
