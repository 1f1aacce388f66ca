# Everything a newcomer needs: `make demo`, then `make test`. Each target makes the environment it needs first.
PY ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

# On a busy machine a press is refused as too busy and a scene runs into people's patience: what failed is played once
# more, alone, and said. What fails twice has failed.
twice = $(BIN)/python -m pytest $(1) || { echo "SOME FAILED (above); played once more, alone:"; $(BIN)/python -m pytest --lf --lfnf=none -n 0 $(filter-out -n auto --dist loadfile,$(1)); }

.PHONY: demo play test check proofs bench lock clean fmt
.DEFAULT_GOAL := help

help:
	@sed -n 's/^## //p' Makefile

## make demo     the whole journey on a local Slack, nobody at the keyboard (SEED=7 varies it)
demo: $(VENV)/.run
	$(BIN)/python -m bot demo $(if $(SEED),--seed $(SEED),)

## make play     a local Slack with sample data and the bot, and a page to act on as anybody; Ctrl-C ends it (PORT=8800)
play: $(VENV)/.run
	$(BIN)/python -m bot play $(if $(PORT),--port $(PORT),)

## make test     everything that must hold, under 15 minutes
test: $(VENV)/.dev
	$(call twice,-q -n auto --dist loadfile -m "not proof" --ignore=tests/storage --ignore=tests/journeys --ignore=tests/kill --ignore=tests/storms --ignore=tests/browser $(ARGS) tests)
	$(call twice,-q -n auto --dist loadfile -m "not proof" $(ARGS) tests/storage)
	$(call twice,-q -n auto --dist loadfile -m "not proof" $(ARGS) tests/journeys)
	$(call twice,-q -s -m "not proof" $(ARGS) tests/kill tests/storms)
	$(BIN)/python -m tests.untried tests/browser || { $(call twice,-q -n auto --dist loadfile -m "not proof" $(ARGS) tests/browser); }

## make check    style, types, import contracts and the fast tests, under a minute
check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q -n auto --dist loadfile -m "not proof" tests/domain tests/templates tests/meta

## make proofs   the long proofs: kill everywhere, both databases
proofs: $(VENV)/.dev
	$(BIN)/python -m pytest -q -n auto -m proof --ignore=tests/kill --ignore=tests/storms $(ARGS) tests
	$(BIN)/python -m pytest -m proof -s $(ARGS) tests/kill tests/storms

## make bench    measure; ratios in one run, written to benchmarks/results.json and ledger.json
bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.ledger

## make fmt      let ruff mend what it can
fmt: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

## make lock     renew the locks of versions and hashes (no registry host inside)
lock: $(VENV)/.dev
	$(PIP) -q install uv
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q --upgrade -o requirements.lock pyproject.toml
	$(BIN)/uv pip compile --universal --python-version 3.11 --extra dev --generate-hashes --no-emit-index-url --no-header -q --upgrade -o requirements-dev.lock pyproject.toml

clean:
	rm -rf $(VENV) demo-out play-out *.egg-info

$(VENV)/bin/python:
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; $(PY) is older. Try: make PY=python3.12 ..."; exit 1; }
	$(PY) -m venv $(VENV)

$(VENV)/.run: $(VENV)/bin/python requirements.lock pyproject.toml
	$(PIP) -q install --require-hashes -r requirements.lock
	$(PIP) -q install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	$(PIP) -q install --require-hashes -r requirements-dev.lock
	@touch $@
