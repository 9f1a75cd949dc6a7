#!/bin/sh
# Writes requirements*.lock from pyproject.toml: for every platform, by hash, naming no index.
# usage: lock.sh [--upgrade]
set -eu
cd "$(dirname "$0")/.."
uv=.build/uv/bin/uv
if [ ! -x $uv ]; then
    "${PYTHON:-python3}" -m venv .build/uv
    .build/uv/bin/pip install -q --disable-pip-version-check uv
fi
# The hashes must be those of PyPI's own files, so the machine's mirrors and local wheels are left aside.
unset PIP_FIND_LINKS UV_FIND_LINKS UV_INDEX UV_INDEX_URL UV_DEFAULT_INDEX UV_EXTRA_INDEX_URL
compile() {
    $uv pip compile --quiet --no-config --default-index https://pypi.org/simple \
        --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate "$@"
}
compile pyproject.toml --group build -o requirements.lock
compile pyproject.toml --group build --group dev -c requirements.lock -o requirements-dev.lock
compile --group node -o requirements-node.lock
