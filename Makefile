# The commands that people and scripts rely on; docs/settings.md lists what they read
# from the environment. Written for GNU make 3.81, which macOS ships.

VENV := .venv
BIN := $(VENV)/bin
IS_NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON := $(shell for python in python3.13 python3.12 python3.11 python3; do \
	$$python -c '$(IS_NEW_ENOUGH)' 2>/dev/null && echo $$python && break; done)
# A changed lock has another checksum, so its stamp is missing.
LOCKED = $(VENV)/locked-$(shell cksum < requirements.txt | tr ' ' '-')
DEV_LOCKED = $(VENV)/locked-dev-$(shell cksum < requirements-dev.txt | tr ' ' '-')
LIBRARY_LOCKED = $(VENV)/locked-library-$(shell cksum < requirements-library.txt \
	| tr ' ' '-')
INSTALL := $(BIN)/python -m pip --disable-pip-version-check --no-input install \
	--require-hashes

.PHONY: up setup test journeys smoke bench chaos faults check down lock
.DEFAULT_GOAL := up

up: setup
	@PUSHSITE_TIED=1 exec $(BIN)/python manage.py up

setup: $(LOCKED)

# What starts processes of its own has both processors to itself. Whatever the shell
# says of compiled Python, here it is kept: these tests start over 100 interpreters.
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --durations=15 \
	--durations-min=2
SHORT := not slow and not journey
test: $(LIBRARY_LOCKED)
	@$(PYTEST) -n 2 -m "not processes and not browser and $(SHORT)"
	@$(PYTEST) -n 2 --maxschedchunk=1 -m "browser and not processes and $(SHORT)"
	@$(PYTEST) -m "processes and $(SHORT)"

# The long ones: each from a blank page or a bare site to its end.
journeys: $(LIBRARY_LOCKED)
	@$(PYTEST) -n 2 --maxschedchunk=1 -m "journey and browser and not slow"
	@$(PYTEST) -m "journey and not browser and not slow"

smoke: setup
	@$(BIN)/python manage.py smoke

bench: setup
	@$(BIN)/python -m tests.benchmarks

chaos: setup
	@SIZE=$${SIZE:-20000} KILLS=$${KILLS:-20} SEED=$${SEED:-1} \
		$(BIN)/python -m tests.chaos

# Every test that proves a fault, the slow ones too.
faults: setup
	@$(BIN)/python -m tests.faults

check: $(DEV_LOCKED)
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh tests/check.sh

down:
	@if [ -x $(BIN)/python ]; then $(BIN)/python manage.py down; \
	else echo "Nothing to stop: Pushsite was never set up here."; fi

lock:
	uv pip compile requirements.in --universal --python-version 3.11 \
		--generate-hashes --custom-compile-command "make lock" -o requirements.txt
	uv pip compile requirements-dev.in --universal --python-version 3.11 \
		--generate-hashes --custom-compile-command "make lock" \
		-o requirements-dev.txt
	uv pip compile requirements-library.in --universal --python-version 3.11 \
		--generate-hashes --custom-compile-command "make lock" \
		-o requirements-library.txt
	uv pip compile tests/benchmarks/library.in --universal --python-version 3.11 \
		--generate-hashes --custom-compile-command "make lock" \
		-o tests/benchmarks/library.txt

$(BIN)/python:
	@if [ -z "$(PYTHON)" ]; then \
		echo "Pushsite needs Python 3.11 or later, and none was found: install" \
			"python3.13 (or 3.12, or 3.11), then run make again." >&2; exit 1; fi
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		v=$$($(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
		echo "This Python $$v cannot make virtual environments: install the" \
			"package python$$v-venv, then run make again." >&2; exit 1; }
	@echo "Making the virtual environment $(VENV) with $(PYTHON) ..."
	@$(PYTHON) -m venv --clear $(VENV)

$(LOCKED): $(BIN)/python
	@echo "Installing the packages of requirements.txt (about 400 MB) ..."
	@$(INSTALL) -r requirements.txt
	@rm -f $(VENV)/locked-[0-9]* && touch $@

$(DEV_LOCKED): $(LOCKED)
	@echo "Installing the tools of requirements-dev.txt ..."
	@$(INSTALL) -r requirements-dev.txt
	@rm -f $(VENV)/locked-dev-* && touch $@

$(LIBRARY_LOCKED): $(LOCKED)
	@echo "Installing what django-push-notifications' own sending needs ..."
	@$(INSTALL) -r requirements-library.txt
	@rm -f $(VENV)/locked-library-* && touch $@
