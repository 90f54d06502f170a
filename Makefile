# herdbook: `make run` does everything, `make test` proves everything. Needs Python 3.11+, make and git.
.DEFAULT_GOAL := help
.PHONY: help setup browser run test check fast format messages audit sample bench clean

PYTHON ?= python3
UV_VERSION := 0.13.9
BIN := .venv/bin
# uv lives beside the project's environment, not on the machine
UV := .venv-uv/bin/uv
export UV_PROJECT_ENVIRONMENT := .venv
export UV_PYTHON := $(PYTHON)
export UV_PYTHON_DOWNLOADS := never

help: ## what there is to call
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

$(UV):
	$(PYTHON) -m venv .venv-uv
	.venv-uv/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

# the lock file with hashes decides what is installed
.venv/.installed: $(UV) uv.lock pyproject.toml
	$(UV) sync --locked --quiet --no-dev --inexact
	@touch $@

.venv/.installed-dev: .venv/.installed
	$(UV) sync --locked --quiet
	@touch $@

setup: .venv/.installed ## install what running needs

browser: ## Debian's Chromium for the browser tests, where it can be installed
	@command -v chromium >/dev/null || { \
	  test "$$(id -u)" = 0 && command -v apt-get >/dev/null && \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk fonts-noto-color-emoji >/dev/null; } \
	  || echo "no Chromium here and none could be installed: the browser tests will be skipped"

run: setup ## crawl what is due, publish, open the dashboard (the replica, where there is no network)
	$(BIN)/herdbook up

fast: .venv/.installed-dev ## format, lint, types, contracts, fast tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q -n auto --dist worksteal -m "not slow and not browser"

check: fast audit ## everything a change must pass except the slow and browser tests

# slow tests wait for processes and pages more than they compute, so four share two processors; those that
# wait longest come first, and the files are named because reading the others costs each worker seconds
LONGEST := tests/crawler/test_hostile_crawl.py tests/test_liars.py tests/dashboard/test_pages.py

test: browser fast ## every test, the fast ones first
	$(BIN)/pytest -q -n 3 --dist loadfile --no-loadscope-reorder -m "slow or browser" \
	  $(LONGEST) $$(grep -rlE "mark\.(slow|browser)" tests --include="test_*.py" | sort)

format: .venv/.installed-dev ## let ruff write it
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

messages: .venv/.installed ## bring the catalogues of the pages' languages up to the source
	$(BIN)/python -m dashboard.messages

audit: .venv/.installed-dev ## known vulnerabilities in the locked packages; says so where it cannot know
	@$(UV) export --locked --no-emit-project --format requirements-txt --quiet -o .venv/requirements.txt
	@$(BIN)/pip-audit --requirement .venv/requirements.txt --disable-pip --require-hashes \
	  --progress-spinner off >.venv/audit.txt 2>&1; true
	@! grep -E "^Found [0-9]+ known vulnerabilit" -A 100 .venv/audit.txt
	@grep -q "^No known vulnerabilities found" .venv/audit.txt || echo "audit: no verdict; the vulnerability service did not answer"
	@grep -c "could not be audited" .venv/audit.txt | sed -n '/^0$$/!s/$$/ packages could not be audited: the package index here has no vulnerability data/p'

sample: .venv/.installed ## make data/sample anew, the release that comes with the code
	$(BIN)/python data/make_sample.py

bench: .venv/.installed-dev ## measure what is promised of speed: ROW=crawl_cpu, QUICK=1, COMPARE=file
	@$(BIN)/python tests/bench $(ROW) $(if $(QUICK),--quick) $(if $(COMPARE),--compare $(COMPARE))

clean: ## remove what was installed and made; data stay
	rm -rf .venv .venv-uv .mypy_cache .ruff_cache .pytest_cache .hypothesis
