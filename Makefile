# make review     set up, run the workflow, print where the review lies
# make test       set up with the test tools, run every test
# make test-long  the same, with the long sweeps in place of samples
# make test-slurm the workflow through a real Slurm, as root: installs Debian's, starts it, stops it
# make test-crate the tests of the crate, with a validator of RO-Crates in a place of its own
# make wheel      the package with its workflow, to be installed anywhere, in dist/
# make docs       the docs as a site that needs no network, in site/
# make benchmark  measure every figure of the docs, beside the peers, and write docs/benchmarks.md
#                 (QUICK=1 a few minutes, printed; ONLY="The page" one section; DATE=2026-11-22 to
#                 be written; DATA=folder of labelled sets)
# All need Python 3.11 or newer, git and a package index, nothing else.

PYTHON ?= python3
BIN := .venv/bin
TEST_BIN := .venv-test/bin
PIP := -m pip --disable-pip-version-check --quiet
SMK := Snakefile workflow/Snakefile workflow/rules

.PHONY: review test test-long test-slurm test-crate wheel docs benchmark lint lock clean

review: .venv/ready
	$(BIN)/perennial check
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/snakemake
	@echo "The review: $(CURDIR)/results/review/review.html"

test: .venv-test/ready
	PATH="$(CURDIR)/$(TEST_BIN):$$PATH" $(TEST_BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder

test-long: .venv-test/ready
	PATH="$(CURDIR)/$(TEST_BIN):$$PATH" PERENNIAL_LONG=1 $(TEST_BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder

test-slurm: .venv-test/ready
	PATH="$(CURDIR)/$(TEST_BIN):$$PATH" PERENNIAL_SLURM=1 $(TEST_BIN)/pytest tests/slurm -rs

test-crate: .venv-test/ready .venv-crate/ready
	PATH="$(CURDIR)/$(TEST_BIN):$(CURDIR)/.venv-crate/bin:$$PATH" $(TEST_BIN)/pytest tests/crate

benchmark: .venv-bench/ready
	PATH="$(CURDIR)/.venv-bench/bin:$$PATH" python benchmarks/run.py \
	    $(if $(QUICK),--quick,-o docs/benchmarks.md) \
	    $(if $(ONLY),--only "$(ONLY)") $(if $(DATE),--date "$(DATE)") $(if $(DATA),--data "$(DATA)")

wheel: .venv/ready
	rm -rf build dist
	$(BIN)/python $(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist .
	@ls dist/*.whl

docs: .venv-test/ready
	$(TEST_BIN)/sphinx-build --fail-on-warning --quiet --builder html docs site
	@echo "The docs: $(CURDIR)/site/index.html"

lint: .venv-test/ready
	$(TEST_BIN)/ruff check .
	$(TEST_BIN)/ruff format --check .
	$(TEST_BIN)/mypy
	$(TEST_BIN)/lint-imports
	$(TEST_BIN)/snakefmt --check $(SMK)
	PATH="$(CURDIR)/$(TEST_BIN):$$PATH" $(TEST_BIN)/snakemake --lint

.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv .venv
	$(BIN)/python $(PIP) install --require-hashes -r requirements.lock
	$(BIN)/python $(PIP) install --no-deps --no-build-isolation --editable .
	touch $@

.venv-test/ready: requirements-test.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv .venv-test
	$(TEST_BIN)/python $(PIP) install --require-hashes -r requirements-test.lock
	$(TEST_BIN)/python $(PIP) install --no-deps --no-build-isolation --editable .
	touch $@

# The validator wants other versions than we do, so that it cannot live with the test tools.
.venv-crate/ready: tests/crate/requirements.lock
	$(PYTHON) -m venv .venv-crate
	.venv-crate/bin/python $(PIP) install --require-hashes -r $<
	touch $@

.venv-bench/ready: requirements.lock benchmarks/requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python $(PIP) install --require-hashes \
	    -r requirements.lock -r benchmarks/requirements.lock
	.venv-bench/bin/python $(PIP) install --no-deps --no-build-isolation --editable .
	touch $@

# For maintainers: pin anew after an edit to pyproject.toml (needs uv), then mend environment.yml
# until tests/test_environment.py is content.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-header -q pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-header -q --extra test pyproject.toml -c requirements.lock -o requirements-test.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-header -q tests/crate/requirements.in -o tests/crate/requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-header -q benchmarks/requirements.in -c requirements.lock -c requirements-test.lock \
	    -o benchmarks/requirements.lock

# Leaves archive/ alone: what a source has answered cannot be asked again.
clean:
	rm -rf results/[0-9]* results/review results/crate.zip logs .snakemake .perennial
