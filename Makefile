# One command for each thing one does here; `make help` lists them.
# The environment is made when it is missing and brought up to date when pyproject.toml changes.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install -qq
PYTEST := $(BIN)/python -m pytest
NOTEBOOKS = $(wildcard notebooks/*.ipynb)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help demo test check format lint types layers spelling unit browser notebooks stories docs binder matrix vendor bench gallery lab clean

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.stamp-run ## Load all reports of the embedded account and print what came
	@$(BIN)/ccframes demo

test: check spelling unit browser notebooks docs binder matrix vendor ## Run everything that CI runs

check: lint types layers ## Check format, lint, types and layers; run no test

lint: $(VENV)/.stamp-test ## Check format and lint
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: $(VENV)/.stamp-test ## Check types, strictly
	@$(BIN)/mypy

spelling: $(VENV)/.stamp-test ## Check the spelling of code and documents
	@$(BIN)/codespell

layers: $(VENV)/.stamp-test ## Check that imports point down only
	@$(BIN)/lint-imports

unit: $(VENV)/.stamp-test ## Run the tests, the docstring examples and the README
	@$(PYTEST) --ignore=tests/browser

browser: $(VENV)/.stamp-test ## Drive the widgets in Chromium, in JupyterLab and in Voila
	@$(PYTEST) tests/browser

notebooks: $(VENV)/.stamp-test ## Run the notebooks and compare the tables they show
	@$(if $(NOTEBOOKS),$(PYTEST) --nbval-lax --nbval-current-env $(NOTEBOOKS),echo "no notebooks yet")

binder: $(VENV)/.stamp-test ## Run the notebooks in an environment made from binder/ alone
	@$(BIN)/python -m tools.binder

stories: $(VENV)/.stamp-test ## Run the notebooks and store what they show
	@$(BIN)/python -m tools.stories

matrix: $(VENV)/.stamp-test ## Run the frame tests on pandas 2.3 and 3.1, with and without pyarrow
	@$(BIN)/python tools/matrix.py

vendor: $(VENV)/.stamp-test ## Compare with the vendor's own Python client, in an environment of its own
	@$(BIN)/python -m tools.vendor

docs: gallery ## Build the documentation into build/docs; a warning fails it
	@$(BIN)/python -m sphinx -q -W --keep-going docs build/docs
	@echo build/docs/index.html

bench: $(VENV)/.stamp-test ## Print how we compare with pandas.json_normalize, measured in one run
	@$(BIN)/python -m benchmarks

gallery: $(VENV)/.stamp-test ## Draw every plot on the embedded account, into build/gallery.html
	@$(BIN)/python -m tools.gallery

lab: $(VENV)/.stamp-lab ## Open JupyterLab on the notebooks
	@$(BIN)/jupyter lab --notebook-dir=notebooks

format: $(VENV)/.stamp-test ## Format the code and mend what lint can mend
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

clean: ## Remove the environments and everything that was made
	@rm -rf $(VENV) .venvs build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- the environment ----------------------------------------------------------------------------

$(VENV)/.stamp-venv:
	@command -v "$(PYTHON)" >/dev/null || { \
		echo "$(PYTHON) was not found: install Python 3.11 or newer, or name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "ccframes needs Python 3.11 or newer and $(PYTHON) is $$("$(PYTHON)" -V 2>&1): name another: make PYTHON=python3.12" >&2; exit 1; }
	@"$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "$(PYTHON) cannot make environments: install its venv module (on Debian: apt-get install python3-venv)" >&2; exit 1; }
	@echo "making $(VENV) with $$("$(PYTHON)" -V)"
	@"$(PYTHON)" -m venv $(VENV)
	@touch $@

$(VENV)/.stamp-run: pyproject.toml | $(VENV)/.stamp-venv
	@echo "installing ccframes into $(VENV)"
	@$(INSTALL) --editable .
	@touch $@

$(VENV)/.stamp-test: pyproject.toml | $(VENV)/.stamp-venv
	@echo "installing ccframes and its test tools into $(VENV)"
	@$(INSTALL) --editable '.[test]'
	@touch $@ $(VENV)/.stamp-run

$(VENV)/.stamp-lab: pyproject.toml | $(VENV)/.stamp-venv
	@echo "installing ccframes and JupyterLab into $(VENV)"
	@$(INSTALL) --editable '.[lab]'
	@touch $@ $(VENV)/.stamp-run
