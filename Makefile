# Offboarding, from a fresh clone:
#
#   make demo          set up, then run everything at http://127.0.0.1:8000 (PORT=, DATA_DIR=)
#   make test          set up, then run the tests that need no service (ARGS= goes to pytest)
#   make lint          formatting, rules of the house, types, templates, migrations
#   make test-scale    the tests that take long; starts its own PostgreSQL and Redis
#   make screenshots   pictures of the demo's pages (FOLDER=, README=yes for those of the README)
#   make bench NAME=   measure against named peers (noise, letters, audit, notices, campaign,
#                      sweep, counts, pages, previews, search, all)
#   make lock          write the locked requirements from pyproject.toml (needs uv)
#
# Python 3.11 or newer is found by itself, or named with PYTHON=.

PORT ?= 8000
DATA_DIR ?= data
NAME ?= all
FOLDER ?= screenshots
ARGS ?=
WORKERS ?= 2
export PYTHON

bin := .venv/bin
setting_up := scripts/environment scripts/system-packages
uv := $(or $(shell command -v uv),$(bin)/uv)
lock := $(uv) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links
bandit := $(bin)/bandit --quiet --recursive --configfile pyproject.toml \
	--severity-level medium --confidence-level medium
packages := accounts audit clients config desk notices offboarding portal

.PHONY: help demo test test-scale lint lock bench screenshots

help:
	@sed -n 's/^#   //p' Makefile

.venv/.installed-for-use: requirements.txt $(setting_up)
	@echo "Setting up .venv (once; a few minutes)"
	@scripts/environment requirements.txt
	@touch $@

.venv/.installed-for-tests: requirements-dev.txt $(setting_up)
	@echo "Setting up .venv for tests (once; a few minutes)"
	@scripts/environment requirements-dev.txt
	@touch $@ .venv/.installed-for-use

.venv/.installed-for-bench: requirements-bench.txt .venv/.installed-for-tests
	@scripts/environment requirements-bench.txt
	@touch $@

# `up` is started without a shell between, so that a signal to make reaches it.
demo: .venv/.installed-for-use
	@env OFFBOARDING_ENV=demo PORT=$(PORT) DATA_DIR=$(DATA_DIR) $(bin)/python manage.py up

test: .venv/.installed-for-tests
	$(bin)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -q $(ARGS)

test-scale: .venv/.installed-for-tests
	@scripts/system-packages $(bin)/python strict
	$(bin)/python -m tests.services $(bin)/python -m pytest -m scale $(ARGS)

lint: export OFFBOARDING_ENV = test
lint: .venv/.installed-for-tests
	$(bin)/ruff format --check .
	$(bin)/ruff check .
	$(bin)/lint-imports
	$(bin)/mypy
	git ls-files -z 'templates/*.html' '*/templates/*.html' | xargs -0r $(bin)/djhtml --check --tabwidth 2 --extra-block alert,endalert
	$(bandit) $(packages)
	$(bin)/python manage.py makemigrations --check --dry-run

bench: .venv/.installed-for-bench
	$(bin)/python -m bench $(NAME) $(ARGS)

screenshots: .venv/.installed-for-tests
	@scripts/system-packages $(bin)/python strict
	$(bin)/python scripts/screenshots $(FOLDER) $(if $(README),--readme)

lock:
	$(lock) pyproject.toml --output-file requirements.txt
	$(lock) pyproject.toml --group dev --constraint requirements.txt \
		--output-file requirements-dev.txt
	$(lock) --group bench --constraint requirements-dev.txt --output-file requirements-bench.txt
