# Two commands do everything: `make demo` and `make test`.  They make their own environment.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The tests start hundreds of processes: modules are compiled once, whatever the machine is set to.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test lint style structure quick engines workbook windows generated pictures clean

$(BIN)/permu-xl: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "需要 Python 3.11 或更新的版本：make PYTHON=python3.11 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

demo: $(BIN)/permu-xl
	$(BIN)/permu-xl demo demo
	$(BIN)/permu-xl demo --whole-year demo/全年

# What needs a minute is looked at while the tests run, and told after them.
test: style
	bash .ci/system-packages
	@$(MAKE) --no-print-directory structure > $(VENV)/structure.txt 2>&1 & structure=$$!; \
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4; tests=$$?; \
	wait $$structure; sound=$$?; cat $(VENV)/structure.txt; \
	exit $$((tests + sound))

lint: style structure

style: $(BIN)/permu-xl
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# Types, which package may use which, dead code.
structure: $(BIN)/permu-xl
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/vulture

# Lint and the tests that need no office program and take no ten seconds.
quick: lint
	$(BIN)/python -m pytest --quick --numprocesses auto --maxprocesses 4

# Further spreadsheet engines, which cannot do all that the others can, and for these the schemes
# whose forms of formulas others have too (docs/formulas.md).
engines: $(BIN)/permu-xl
	$(BIN)/python -m pytest -m engines tests/engines

workbook: $(BIN)/permu-xl
	$(BIN)/python -m permu_xl.workbook.example.build workbook
	$(BIN)/python -m permu_xl.intake.example workbook/departments
	$(BIN)/permu-xl excel build --out workbook
	$(BIN)/permu-xl calc build --out workbook

# The one file that installs on Windows, in dist/: needs a connection and Debian's nsis.
windows: $(BIN)/permu-xl
	bash .ci/system-packages
	$(BIN)/permu-xl excel bundle --installer --out dist

generated: $(BIN)/permu-xl
	$(BIN)/python docs/make_generated.py
	$(BIN)/pybabel -q compile -D permu_xl -d permu_xl/cli/locale

pictures: $(BIN)/permu-xl
	bash .ci/system-packages
	$(BIN)/python docs/render_pictures.py
	$(BIN)/python docs/desk_pictures.py

clean:
	rm -rf $(VENV) demo .mypy_cache .pytest_cache .ruff_cache .hypothesis
