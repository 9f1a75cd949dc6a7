# make run: the hotline, started in the foreground.  make test: everything that is checked.
.DEFAULT_GOAL := help
.PHONY: help run test lint venv venv-dev assets lock clean

# make run ARGS="--port 9000", make test T=tests/ground, make run PYTHON=python3.12
ARGS ?=
T ?=
PYTHON ?= python3
export PYTHON

needed := $(if $(findstring --no-telephony,$(ARGS)),,asterisk espeak-ng)

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 12

run: venv  ## install what is missing, then run the hotline until Ctrl-C (ARGS="--port 9000")
	@$(if $(needed),.venv/bin/python -m sanxiang.ground obtain $(needed) >/dev/null)
	@.venv/bin/python -m sanxiang.ground assets
	@exec .venv/bin/sanxiang up $(ARGS)

test: venv-dev  ## install what the tests need, then run all checks (T="tests/ground -k lock")
	@scripts/test.sh $(T)

lint: venv-dev  ## style, types and who may import whom
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

venv:  ## ./.venv with what the product needs
	@scripts/venv.sh run

venv-dev:  ## ./.venv with what the tests need as well
	@scripts/venv.sh dev

assets: venv  ## the bundles of the pages
	@.venv/bin/python -m sanxiang.ground assets

lock:  ## write the lock files anew from pyproject.toml (UPGRADE=--upgrade for newer versions)
	@scripts/lock.sh $(UPGRADE)

clean:  ## remove what was made here, but not data/
	rm -rf .venv .tools .build frontend/node_modules src/sanxiang/web/static/dist
