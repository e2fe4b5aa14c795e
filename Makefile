# Two commands do everything on a machine with Python and make: `make demo` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
SAMPLE := docs/sample/article.tr.txt

.PHONY: demo test slow check bench clean

demo: $(VENV)/ready  ## translate the sample article with the bundled model, and show its quotes
	@$(BIN)/dragoman translate $(SAMPLE) --to bilingual
	@$(BIN)/dragoman quotes $(SAMPLE)

test: $(VENV)/ready  ## the fast tests
	$(BIN)/pytest

slow: $(VENV)/ready  ## the slow tests, which CI runs too
	$(BIN)/pytest -m slow

check: $(VENV)/ready  ## style, types, floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/ready  ## figures of docs/performance.md; DATA=folder with dev/newstest2016.tsv.gz
	$(BIN)/python benchmarks/translation.py $(DATA)

clean:
	rm -rf $(VENV) build dist

$(VENV)/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@
