PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
TESTABLE := $(VENV)/testable
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check
# uv takes seconds where pip takes a minute; where it cannot be had, or cannot reach the packages, pip does the same.
install = { $(BIN)/uv pip install -q --python $(BIN)/python $(1) 2>/dev/null || $(PIP) $(1); }
LOCKED := --generate-hashes --python-version 3.11 --no-header --no-annotate --quiet

.PHONY: setup ocr demo province test lint bench chaos attack accuracy score lock clean

setup: $(TESTABLE)

# Remade when the pinned versions or the package's own metadata change.
$(READY): requirements.lock pyproject.toml
	@echo "Setting up $(VENV) (some seconds, once) ..."
	@$(PYTHON) -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "nianbao needs Python 3.11 or newer with venv; on Debian: apt install python3-venv"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -x $(BIN)/uv || $(PIP) uv 2>/dev/null || true
	@$(call install,--require-hashes -r requirements.lock)
	@$(call install,--no-deps --no-build-isolation -e .)
	@touch $(READY)
	@echo "Ready."

# What tests, checks and benchmarks need besides.
$(TESTABLE): $(READY) requirements-dev.lock
	@echo "Adding what the tests need (once) ..."
	@$(call install,--require-hashes -r requirements-dev.lock)
	@touch $(TESTABLE)

# Scans and pictures: 400 MB more.
ocr: $(READY)
	@$(call install,--require-hashes -r requirements-ocr.lock)

demo: $(READY)
	@$(BIN)/nianbao demo

province: $(TESTABLE)
	@$(BIN)/python -m tests.factory.province

# One worker more than there are cores: many tests wait for crawls of their own.
test: $(TESTABLE)
	@echo "Running the tests ..."
	@$(BIN)/python -m pytest -n $$(($$(nproc) + 1)) --dist loadgroup -q

lint: $(TESTABLE)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(TESTABLE)
	@$(BIN)/python -m benchmarks.reading
	@$(BIN)/python -m benchmarks.crawl
	@$(BIN)/python -m benchmarks.panel
	@$(BIN)/python -m benchmarks.room
	@$(BIN)/python -m benchmarks.review
	@$(BIN)/python -m benchmarks.release
	@$(BIN)/python -m benchmarks.scale

chaos: $(TESTABLE)
	@$(BIN)/python -m tools.chaos

attack: $(TESTABLE)
	@$(BIN)/python -m tools.attack --tries 10000

accuracy: $(TESTABLE)
	@$(BIN)/python -m tools.accuracy --check

score: $(TESTABLE)
	@$(BIN)/python -m tools.score

lock: $(TESTABLE)
	@$(PIP) uv
	@$(BIN)/uv pip compile pyproject.toml --extra build $(LOCKED) --upgrade -o requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --extra build --extra dev $(LOCKED) --upgrade -c requirements.lock -o requirements-dev.lock
	@$(BIN)/uv pip compile pyproject.toml --extra build --extra ocr $(LOCKED) --upgrade -c requirements-dev.lock -o requirements-ocr.lock

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
