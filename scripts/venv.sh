#!/bin/sh
# Makes ./.venv as an ordinary user and installs a lock into it, by hash. Does nothing when all is current.
# usage: venv.sh run|dev          environment: PYTHON (default python3)
set -eu
cd "$(dirname "$0")/.."
what=${1:?run or dev}
python=${PYTHON:-python3}
say() { printf '%s\n' "$*" >&2; }
fail() { say "错误：$1"; say "解决办法：$2"; exit 3; }
key() { cat "$@" | sha256sum | cut -c1-20; }

case $what in
    run) lock=requirements.lock ;;
    dev) lock=requirements-dev.lock ;;
    *) say "usage: venv.sh run|dev"; exit 2 ;;
esac

make_venv() {
    command -v "$python" >/dev/null || fail "找不到 Python（$python）" \
        "安装 Python 3.11 或更新的版本，或指明它：make run PYTHON=/path/to/python3.11"
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail \
        "$("$python" --version) 太旧，需要 3.11 以上" "指明较新的 Python：make run PYTHON=/path/to/python3.11"
    say "建立 .venv ($("$python" --version)) …"
    rm -rf .venv
    if "$python" -c 'import ensurepip' 2>/dev/null; then
        "$python" -m venv .venv
    else
        borrow_pip
    fi
}

# Debian keeps pip's wheel in a package of its own; our own code, which needs only Python, fetches it without root.
borrow_pip() {
    say "这台机器没有 ensurepip（python3-venv 未安装），从软件源取 pip …"
    rm -rf .build/pip
    PYTHONPATH=src "$python" -m sanxiang.ground unpack .build/pip python3-pip-whl || fail \
        "没有 ensurepip，也取不到 python3-pip-whl" "请管理员执行：apt-get install python3-venv"
    "$python" -m venv --without-pip .venv
    wheel=$(ls .build/pip/usr/share/python-wheels/pip-*.whl)
    .venv/bin/python "$wheel/pip" install -q --disable-pip-version-check --no-index --no-deps "$wheel" >&2
    rm -rf .build/pip
}

# A stamp is written only after all of it succeeded: an interrupted install is done again.
.venv/bin/python -m pip --version >/dev/null 2>&1 || make_venv
stamp=.venv/.installed-$what-$(key $lock)
if [ ! -e "$stamp" ]; then
    say "安装 $lock …"
    .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r $lock >&2 || fail \
        "依赖安装失败" "检查网络或 pip 的镜像设置（pip config list）后重试"
    rm -f .venv/.installed-"$what"-*
    touch "$stamp"
fi
stamp=.venv/.installed-self-$(key pyproject.toml)
if [ ! -e "$stamp" ]; then
    .venv/bin/python -m pip install -q --disable-pip-version-check --no-build-isolation --no-deps -e . >&2
    rm -f .venv/.installed-self-*
    touch "$stamp"
fi
