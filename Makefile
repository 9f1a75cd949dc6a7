# make run: the hotline, started in the foreground.  make test: everything that is checked.
.DEFAULT_GOAL := help
.PHONY: help venv venv-dev

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 12

venv:  ## ./.venv with what the product needs
	@scripts/venv.sh run

venv-dev:  ## ./.venv with what the tests need as well
	@scripts/venv.sh dev
