# Everything sets itself up: `make demo` or `make test` on a fresh machine with python3 (3.11 or later).

PYTHON ?= python3
PY := .venv/bin/python
# Test processes side by side; 0 runs all in one.
WORKERS ?= 2
# A file's tests stay together; tests/conftest.py says which files go first.
SPREAD := --dist loadfile --no-loadscope-reorder
PYTEST_ARGS ?=
# Benchmarks that take a path to data which cannot be shipped are run by hand.
NEED_DATA := benchmarks/forecast.py benchmarks/peer_forecasts.py benchmarks/adventureworks_peers.py
BENCHMARKS ?= $(filter-out $(NEED_DATA) benchmarks/__init__.py benchmarks/supply_company.py,$(sort $(wildcard benchmarks/*.py)))
TABLES_MD = $(PY) -c 'from sop_xl.schema.reference import reference; print(reference(), end="")'
FUNCTIONS_MD = $(PY) -c 'from sop_xl.functions.reference import reference; print(reference(), end="")'

export PYTHON

.PHONY: help setup demo test coverage lint bench template test-all docs clean office postgres

help:  ## What can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: .venv/.ready-dev office postgres  ## The environment, LibreOffice, fonts and PostgreSQL: all that test and lint need

.venv/.ready-run: pyproject.toml constraints.txt
	@scripts/setup.sh run

.venv/.ready-dev: pyproject.toml constraints.txt
	@scripts/setup.sh dev

office:
	@scripts/office.sh

postgres:
	@scripts/postgres.sh

demo: .venv/.ready-run  ## The Adventure Works workbook, planned, in demo_out/
	.venv/bin/sop-xl demo demo_out

test: setup  ## All tests
	$(PY) -m pytest -n $(WORKERS) $(SPREAD) $(PYTEST_ARGS)

coverage: setup  ## All tests with branch coverage, which takes half as long again
	$(PY) -m pytest -n $(WORKERS) $(SPREAD) --cov --cov-report=term:skip-covered $(PYTEST_ARGS)

lint: .venv/.ready-dev  ## Format, style, types, layers, and docs that are current
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	.venv/bin/lint-imports
	@$(TABLES_MD) | diff -u docs/tables.md - || { echo "docs/tables.md is not current: make docs" >&2; exit 1; }
	@$(FUNCTIONS_MD) | diff -u docs/functions.md - || { echo "docs/functions.md is not current: make docs" >&2; exit 1; }

bench: .venv/.ready-dev  ## The benchmarks that need no outside data
	@for benchmark in $(BENCHMARKS); do echo "== $$benchmark"; $(PY) $$benchmark || exit 1; done
	$(PY) -m pytest -m bench -q tests

template: .venv/.ready-run  ## Build workbook/SOP_Template.xlsm anew
	.venv/bin/sop-xl template

test-all:  ## The core's tests on every Python from 3.11 up on this machine
	@scripts/test_all.sh $(PYTEST_ARGS)

docs: .venv/.ready-dev  ## docs/tables.md from the schema, docs/functions.md from the functions
	$(TABLES_MD) > docs/tables.md
	$(FUNCTIONS_MD) > docs/functions.md

clean:  ## Remove environments and what tools leave behind
	rm -rf .venv .venv-3.* .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage htmlcov
	rm -rf build dist demo_out *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
