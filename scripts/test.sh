#!/bin/bash
# Runs every check, prints what ran and how it ended; exit status 1 when any failed.
# usage: test.sh [PYTEST ARGUMENT…]
set -uo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH"
export NO_COLOR=${NO_COLOR-1}
results=()
failed=0

step() {  # NAME COMMAND…
    local name=$1 started=$SECONDS; shift
    printf '\n== %s: %s\n' "$name" "$*"
    if "$@"; then results+=("ok      $name ($((SECONDS - started)) s)")
    else results+=("FAILED  $name, exit status $? ($((SECONDS - started)) s)"); failed=1
    fi
}

step tools python -m sanxiang.ground obtain asterisk sipp chromium espeak-ng fonts
# Playwright's own Node.js needs a library that a bare machine lacks; the one that builds our pages does not.
PLAYWRIGHT_NODEJS_PATH=$(python -m sanxiang.ground node) && export PLAYWRIGHT_NODEJS_PATH
step assets python -m sanxiang.ground assets
step lint ruff check .
step types mypy
step imports lint-imports
step tests python -m pytest "$@"

printf '\n== what ran\n'
printf '%s\n' "${results[@]}"
exit $failed
