# K2K. `make` alone says what can be done. Every target does its own set-up; Python 3.11 or later and make are enough.

PYTHON_IN = .venv/bin/python
# One more than two cores: while a browser or a server is waited for, a third has the core.
WORKERS ?= 3
# Databases of tests live in memory where the system has 2 GB of it to give: hundreds of them wait for no disk.
MEMORY ?= /dev/shm
IN_MEMORY := $(shell [ -d $(MEMORY) ] && [ -w $(MEMORY) ] \
	&& [ "$$(df -Pk $(MEMORY) 2>/dev/null | awk 'NR == 2 {print $$4}')" -gt 2000000 ] 2>/dev/null \
	&& echo PYTEST_DEBUG_TEMPROOT=$(MEMORY))

# Tests start hundreds of processes: modules are compiled once, whatever the shell says.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo serve test test-all lint pythons bench proofs extras pages walk nightly docs surface languages pins clean ready-to-run ready-to-test

help:
	@echo "K2K connects flower-trade ERPs: vendors share boxes, buyers sell them and buy only what they sold."
	@echo
	@echo "  make demo     play a Valentine week on the screen: two vendors, two buyers"
	@echo "  make serve    open the console and a buyer's web shop on the demo data; prints the log-ins"
	@echo "  make test     what must hold while one works: all but what takes long, a quarter of an hour on two cores"
	@echo "  make test-all everything that must hold before a change lands, on both engines (about 40 minutes)"
	@echo
	@echo "  make lint     only the style, the types and the layers (half a minute)"
	@echo "  make pythons  tests with every other Python that is supported and installed; ONLY=tests for all of them"
	@echo "  make bench    how fast it is, as ratios within one run, beside those of the last release; ONLY=\"start lists\" for some parts"
	@echo "  make proofs   the proofs in full, several hours; ONLY=\"crashes full_disk\" for some of them"
	@echo "  make extras   install K2K and each of its extras into an empty environment, and import what each brings"
	@echo "  make pages    one of the proofs: every page of the console in both languages and themes, wide and narrow, with axe"
	@echo "  make nightly  the tests with ten times as many random examples, every other Python, the proofs in full, the benchmarks"
	@echo "  make docs     write the generated reference pages again (commands, facade, settings, roles, hooks ...)"
	@echo "  make surface  take what is gone or changed out of the record of what is promised (docs/stability.md), on purpose"
	@echo "  make walk     walk the frequent jobs in the console; write their clicks and the pictures, those of the web shop too, into the documents"
	@echo "  make languages  bring the console's catalogues up to date with its texts, and compile them"
	@echo "  make pins     choose the pinned versions again, from the ranges in setup.cfg"
	@echo "  make clean    remove what was built; with ALL=1 also .venv and tests/node/node_modules"
	@echo
	@echo "The first run makes .venv and installs the pinned packages; later runs start at once."
	@echo "One test:  .venv/bin/python -m pytest tests/unit -k a_few_words"

demo: ready-to-run
	@.venv/bin/k2k demo

serve: ready-to-run
	@.venv/bin/k2k serve --demo

test: lint
	@$(IN_MEMORY) $(PYTHON_IN) -m pytest -q -n $(WORKERS) --dist worksteal -p tests.short_form tests

test-all: lint
	@$(IN_MEMORY) $(PYTHON_IN) -m pytest -q -n $(WORKERS) --dist worksteal tests

lint: ready-to-test
	@echo "K2K: style (ruff)"
	@$(PYTHON_IN) -m ruff check --quiet .
	@echo "K2K: types (mypy, strict)"
	@$(PYTHON_IN) -m mypy --no-error-summary
	@MYPYPATH=docs $(PYTHON_IN) -m mypy --no-error-summary docs/*.py
	@echo "K2K: layers (import-linter)"
	@$(PYTHON_IN) .venv/bin/lint-imports --no-logo

pythons: ready-to-test
	@WORKERS=$(WORKERS) .ci/pythons $(ONLY)

bench: ready-to-test
	@$(PYTHON_IN) -m tests.benchmarks $(ONLY) $(if $(COMMIT),--commit)

proofs: ready-to-test
	@$(PYTHON_IN) -m tests.proofs $(ONLY)

extras: ready-to-test
	@sh .ci/extras

pages: ready-to-test
	@$(PYTHON_IN) -m tests.proofs console_pages

nightly: lint
	@$(IN_MEMORY) $(PYTHON_IN) -m pytest -q -n $(WORKERS) --dist worksteal -p tests.nightly --timeout 3600 tests
	@WORKERS=$(WORKERS) .ci/pythons
	@sh .ci/extras
	@$(PYTHON_IN) -m tests.proofs
	@$(PYTHON_IN) -m tests.benchmarks

docs: ready-to-test
	@$(PYTHON_IN) docs/reference.py
	@$(PYTHON_IN) docs/public_surface.py

surface: ready-to-test
	@$(PYTHON_IN) docs/public_surface.py --on-purpose

walk: ready-to-test
	@$(PYTHON_IN) -m tests.console.walking
	@$(PYTHON_IN) -m tests.shop.pictures

languages: ready-to-test
	@$(PYTHON_IN) docs/update_translations.py

pins:
	@sh .ci/pins

clean:
	@rm -rf build .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache *.egg-info
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
	@if [ -n "$(ALL)" ]; then rm -rf .venv tests/node/node_modules; fi

ready-to-run:
	@sh .ci/setup run

ready-to-test:
	@sh .ci/setup test
