# Every target does its own set-up. `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UI := web/ui
QUICK := tests/netem tests/torture tests/fuzz tests/unit
STORIES := tests/e2e tests/interop
PICTURED := $(addprefix tests/e2e/test_,administration.py desk.py flow_editor.py hours_and_lists.py open_to_everybody.py page.py small_screens.py softphone.py)
# Stories wait more than they compute: three are told at a time, whatever the machine.
TELLERS := 3
export PATH := $(CURDIR)/$(BIN):$(PATH)
# Every server that a story starts finds its modules compiled.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test check fuzz format screens bench bench-media bench-projection bench-queue bench-sip bench-web soak clean

help: ## List every target
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-17s %s\n", $$1, $$2}'

run: $(VENV)/.installed $(UI)/dist/index.html ## Serve the demo company in the foreground; prints where to click
	@$(BIN)/centralita serve

test: $(VENV)/.installed-test $(VENV)/.peers $(UI)/dist/index.html ## Run every test
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@cd $(UI) && npm run --silent lint && npm test --silent
	@$(BIN)/pytest -q -n auto --dist worksteal $(QUICK) || $(BIN)/pytest -q --last-failed --last-failed-no-failures none $(QUICK)
	@$(BIN)/pytest -q -n $(TELLERS) --dist worksteal --reruns 1 -rR $(STORIES) || $(BIN)/pytest -q --last-failed --last-failed-no-failures none $(STORIES)

check: $(VENV)/.installed-test ## Fast checks: format, lint, types, import rules, unit tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/pytest -q -n auto --dist worksteal tests/unit

fuzz: $(VENV)/.installed-test ## Fuzz every parser for long: make fuzz FUZZ_SECONDS=600
	@FUZZ_SECONDS=$(or $(FUZZ_SECONDS),300) $(BIN)/pytest -q --timeout 0 tests/fuzz

format: $(VENV)/.installed-test $(UI)/dist/index.html ## Format the code
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .
	@cd $(UI) && npm run --silent format

screens: $(VENV)/.installed-test $(VENV)/.peers $(UI)/dist/index.html ## Take the pictures of docs/screens anew
	@CENTRALITA_SCREENS=$(CURDIR)/docs/screens $(BIN)/pytest -q -n 2 $(PICTURED)

bench: $(VENV)/.installed-test $(VENV)/.peers ## Relay, calls per second, pop-up and answer times; the last line is JSON
	@$(BIN)/python -m benchmarks.calls

bench-media: $(VENV)/.installed-test ## Media plane beside a C relay; the last line is JSON
	@$(BIN)/python -m benchmarks.media

bench-sip: $(VENV)/.installed-test $(VENV)/.peers ## Calls, registrations, floods, connections, messages of SIP; the last line is JSON
	@$(BIN)/python -m benchmarks.sip

bench-queue: $(VENV)/.installed-test ## Queue engine, days against Erlang C, a hundred agents; the last line is JSON
	@$(BIN)/python -m benchmarks.queue

bench-web: $(VENV)/.installed-test $(VENV)/.peers $(UI)/dist/index.html ## The page's weight and speed, events to screen, the API under load; the last line is JSON
	@$(BIN)/python -m benchmarks.web

soak: $(VENV)/.installed-test ## Calls on a media worker for an hour, memory and descriptors watched: make soak MINUTES=60
	@$(BIN)/python -m benchmarks.media_soak $(or $(MINUTES),60)

bench-projection: $(VENV)/.installed-test ## The office's CPU per call beside plain inserts; the last line is JSON
	@$(BIN)/python -m benchmarks.projection

# --- set-up, each once -------------------------------------------------------------------------------------------------

$(VENV)/.installed: pyproject.toml
	@test -x $(BIN)/python || { echo "Making the virtual environment ..."; $(PYTHON) -m venv $(VENV); }
	@echo "Installing Python packages (once, about a minute) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	@echo "Installing test packages (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
	@touch $@

# Peers that nobody here wrote. Where they cannot be installed, the tests that need them skip and say so.
$(VENV)/.peers: tests/peers.txt
	@if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		echo "Installing SIPp, baresip, linphone, sipsak, Kamailio, Chromium and PulseAudio for the tests (once) ..."; \
		(apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $$(cat tests/peers.txt)) >/dev/null 2>&1 \
			|| echo "Some could not be installed; their tests will skip."; \
	else echo "Not root on Debian: tests with SIPp, baresip, sipsak and Chromium skip unless they are installed."; fi
	@touch $@

$(UI)/dist/index.html: $(shell find $(UI) -path $(UI)/node_modules -prune -o -path $(UI)/dist -prune -o -type f -print 2>/dev/null) | $(VENV)/.installed
	@sh $(UI)/build.sh

clean: ## Remove everything that set-up and runs have made, except the data directory
	@rm -rf $(VENV) $(UI)/node_modules $(UI)/dist .mypy_cache .ruff_cache .pytest_cache .hypothesis benchmarks/build
