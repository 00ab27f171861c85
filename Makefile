# Every target is enough by itself on a bare clone: it makes .venv and installs what it needs, once.
PYTHON ?= python3
PORT ?= 8765

# What an installation depends on; a change of it installs (and bundles the frontend) again.
INPUTS := pyproject.toml $(shell find tradestream_nb/frontend \( -name node_modules -o -name __pycache__ \) -prune \
	-o -type f -print | sort)
STAMPS := .venv/installed/$(shell cat $(INPUTS) | cksum | cut -d ' ' -f 1)

# The broker's two libraries break each other, so that the second one's tests run in an environment of their own,
# beside the others.
OTHER := .venv/ib_async

# What a notebook must not keep of a run, besides its outputs: `.venv/bin/nbstripout $(VOLATILE) FILE` takes it out.
VOLATILE := --extra-keys metadata.language_info.version

.DEFAULT_GOAL := help
.PHONY: run test check lab bench clean help

run: $(STAMPS)/run ## serve the simulated market and its dashboard (PORT=8765)
	@.venv/bin/tradestream serve --source "sim?seed=7" --auto-trade --port $(PORT) --handlers handlers

test: $(STAMPS)/test $(STAMPS)/ibkr-async ## run every test, in a browser and through the notebooks too
	@.venv/bin/python -m tests.browser
	@$(OTHER)/bin/python -m pytest tests/sources/ibkr tests/sim/tws >$(OTHER)/report 2>&1 & \
	  .venv/bin/pytest --nbval-lax --nbval-current-env --nbval-cell-timeout=60; ended=$$?; \
	  wait $$! || ended=1; cat $(OTHER)/report; exit $$ended

check: $(STAMPS)/test ## lint, formatting, types, notebooks without outputs
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check
	@.venv/bin/mypy
	@find notebooks -name '*.ipynb' -exec .venv/bin/nbstripout --verify $(VOLATILE) {} +

lab: $(STAMPS)/lab ## open JupyterLab on the notebooks
	@.venv/bin/jupyter lab notebooks

bench: $(STAMPS)/bench ## run every benchmark
	@for file in tests/benchmarks/[!_]*.py; do \
	  .venv/bin/python -m tests.benchmarks.$$(basename $$file .py) || exit 1; \
	done

clean: ## remove what make made
	@rm -rf .venv .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist
	@rm -rf tradestream_nb/static tradestream_nb/frontend/node_modules
	@find . -name __pycache__ -prune -exec rm -rf {} +

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' $(MAKEFILE_LIST)

$(STAMPS)/run: EXTRAS :=
$(STAMPS)/lab: EXTRAS := [lab,ibkr]
$(STAMPS)/test: EXTRAS := [lab,ibkr,test,check]
$(STAMPS)/bench: EXTRAS := [bench]

$(STAMPS)/%: | .venv
	@echo "Installing tradestream_nb$(EXTRAS) into .venv ..."
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --editable ".$(EXTRAS)"
	@test -d $(@D) || rm -rf .venv/installed
	@mkdir -p $(@D)
	@touch $@

$(STAMPS)/ibkr-async: | $(STAMPS)/test
	@echo "Installing tradestream_nb[ibkr-async] into $(OTHER) ..."
	@.venv/bin/python -m venv --clear $(OTHER)
	@$(OTHER)/bin/python -m pip install --quiet --disable-pip-version-check --editable ".[ibkr-async,test-ibkr]"
	@touch $@

.venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "$(PYTHON) is missing or older than Python 3.11: name one that is not, as in make PYTHON=python3.12" >&2; \
	  exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }
