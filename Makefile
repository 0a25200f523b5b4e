# The commands of this project. `make run` and `make test` are all a newcomer needs.
PYTHON ?= python3
PY = .venv/bin/python

.PHONY: help run test test-all check faults bench demo screenshots clean setup setup-dev format lock notices

help:
	@$(PYTHON) tools/help.py

run:
	@$(PYTHON) tools/setup.py run && exec $(PY) tools/run.py

test: setup-dev
	@$(PY) tools/tests.py

test-all: setup-dev
	@$(PY) tools/tests.py --all

check: setup-dev
	@$(PY) tools/check.py

faults: setup-dev
	@$(PY) tools/faults.py

bench: setup-dev
	@$(PY) bench/run.py

demo:
	@$(PYTHON) tools/setup.py run && exec $(PY) tools/run.py --fresh-demo

screenshots: setup-dev
	@$(PY) tools/screenshots.py

format: setup-dev
	@$(PY) -m ruff check --fix-only --quiet . ; $(PY) -m ruff format .

lock: setup-dev
	@$(PY) tools/lock.py

notices: setup-dev
	@$(PY) tools/notices.py

setup:
	@$(PYTHON) tools/setup.py run

setup-dev:
	@$(PYTHON) tools/setup.py dev

clean:
	@$(PYTHON) tools/clean.py
