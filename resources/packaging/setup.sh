#!/bin/sh
# What the Makefile's targets do: system packages, .venv, then the target's own command.
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/../.."
unset PYTHONPATH PYTHONHOME PIP_TARGET PIP_PREFIX
export PIP_USER=0 PIP_REQUIRE_VIRTUALENV=0 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
scripts=resources/packaging
bin=.venv/bin

say() { printf '%s\n' "$*"; }
stop() { printf '%s\n' "$*" >&2; exit 1; }

usage() {
    cat <<'END'
make run           set up, start the embedded PostgreSQL, open the Contacts document of a demo company
make test          set up, run all checks and tests              (ARGS="tests/unit -k phone", WORKERS=2)
make setup         create .venv from the lock file               (PYTHON=/path/to/python3)
make check         formatting, lint, types, import contracts, translations
make test-long     the tests that take long
make bench         measure against bare SQL                      (SIZE=small|full|large)
make screenshots   every page and dialog, both languages and themes, into .screenshots
make translations  take the code's texts into the catalogues and compile them
make lock          write requirements.txt anew from pyproject.toml  (UPGRADE=1: newest versions)
END
}

# --- Python and .venv ---------------------------------------------------------------------------

# ctypes and venv: Debian's python3-minimal and some self-built Pythons lack them.
is_usable() { "$1" -c 'import ctypes, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

choose_python() {
    if [ -n "${PYTHON:-}" ]; then
        is_usable "$PYTHON" || stop "PYTHON=$PYTHON is no complete Python 3.11 or newer."
        python=$PYTHON
        return
    fi
    for python in python3 python3.13 python3.12 python3.11 python3.14; do
        if is_usable "$python"; then return; fi
    done
    stop "No Python 3.11 or newer found: install one (package python3), or name it: make $target PYTHON=/path/to/python3"
}

# A .venv fits one lock file, one Python and, by the paths in its scripts, one folder.
lock_key() { "$bin/python" -V && pwd -P && cksum <requirements.txt; }
project_key() { lock_key && cksum <pyproject.toml; }
is_stamped() { [ -f ".venv/altius-$1" ] && [ "$(cat ".venv/altius-$1")" = "$("$1_key" 2>/dev/null)" ]; }

is_ready() {
    is_stamped project || return 1
    if [ -n "${PYTHON:-}" ] && [ "$("$PYTHON" -V 2>&1)" != "$("$bin/python" -V)" ]; then return 1; fi
    "$bin/python" -c 'import altius_desktop' 2>/dev/null
}

pip_install() {
    if ! output=$("$bin/python" -m pip install --quiet --no-deps "$@" 2>&1); then
        stop "$output
Installing failed; what pip says stands above."
    fi
}

build_venv() {
    if is_ready; then return; fi
    choose_python
    if ! is_stamped lock || ! "$bin/python" -m pip --version >/dev/null 2>&1 ||
        [ "$("$python" -V)" != "$("$bin/python" -V)" ]; then
        say "Creating .venv with $("$python" -V)"
        rm -rf .venv
        "$python" -m venv .venv || stop "The virtual environment cannot be made; what Python says stands above."
        say "Installing the locked packages (the first time some 150 MB are fetched)"
        # pip and setuptools first: what has no wheel is then built with the locked ones.
        awk '/^[^ ]/ { on = /^(pip|setuptools)==/ } on' requirements.txt >.venv/build-tools.txt
        pip_install --require-hashes -r .venv/build-tools.txt
        pip_install --require-hashes --no-build-isolation -r requirements.txt
        lock_key >.venv/altius-lock
    fi
    say "Installing Altius Desktop from this folder"
    pip_install --no-index --no-build-isolation --editable .
    project_key >.venv/altius-project
}

# prepare setup|run|headless|test: system packages, then .venv.
prepare() {
    if [ "$(uname -s)" = Linux ]; then
        if is_ready; then python=$bin/python; else choose_python; fi
        "$python" "$scripts/system_packages.py" "$1"
    fi
    # One at a time: two terminals may start at once. The lock is this folder's; no process keeps it.
    (
        if command -v flock >/dev/null; then flock 9; fi
        build_venv
    ) 9<.
}

# --- What the targets run -----------------------------------------------------------------------

has_screen() { [ "$(uname -s)" != Linux ] || [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; }

# From here on programs have a screen of their own, or none where Xvfb cannot be had.
open_virtual_display() {
    scratch=$(mktemp -d)
    xvfb=
    trap 'if [ -n "$xvfb" ]; then kill "$xvfb" 2>/dev/null || :; fi; rm -rf "$scratch"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    export QT_QPA_PLATFORM=offscreen
    if ! command -v Xvfb >/dev/null; then return; fi
    Xvfb -displayfd 3 -screen 0 1440x1000x24 -nolisten tcp 3>"$scratch/number" >/dev/null 2>&1 &
    xvfb=$!
    for _ in $(seq 100); do
        if [ -s "$scratch/number" ]; then
            # Qt takes the second where the libraries of the first are missing.
            DISPLAY=:$(cat "$scratch/number")
            export DISPLAY QT_QPA_PLATFORM='xcb;offscreen'
            return
        fi
        kill -0 "$xvfb" 2>/dev/null || return 0
        sleep 0.1
    done
}

run() {
    if has_screen; then
        prepare run
        exec "$bin/altius-desktop" demo --as scherbakova
    fi
    say "There is no screen here (DISPLAY is not set): the workplace runs on a virtual display and saves pictures of its pages."
    prepare headless
    open_virtual_display
    "$bin/altius-desktop" demo --as scherbakova --screenshots .screenshots
    say "The pictures lie in $(pwd)/.screenshots"
}

screenshots() {
    prepare headless
    open_virtual_display
    for language in ru en; do
        say "Pictures of every page and dialog: .screenshots/$language"
        rm -rf ".screenshots/$language"
        "$bin/altius-desktop" demo --as scherbakova --lang "$language" --screenshots ".screenshots/$language"
    done
}

# step TITLE COMMAND…: a line when all is well, the whole output when not.
step() {
    title=$1
    shift
    if output=$("$@" 2>&1); then
        say "ok      $title"
    else
        say "$output"
        say "FAILED  $title"
        failed=1
    fi
}

check() {
    failed=
    # resources/ holds data that ruff leaves alone; the scripts there are named one by one.
    step "formatting" "$bin/ruff" format --check . "$scripts"/*.py
    step "lint" "$bin/ruff" check . "$scripts"/*.py
    step "types" "$bin/python" -m mypy
    step "types of the scripts" "$bin/python" -m mypy --strict "$scripts"/*.py
    step "import contracts" "$bin/lint-imports"
    step "translations" "$bin/python" "$scripts/translations.py" check
    [ -z "$failed" ]
}

run_tests() {
    # shellcheck disable=SC2086  # ARGS is a list of words
    "$bin/python" -m pytest -n "${WORKERS:-2}" -m "$1" ${ARGS:-}
}

lock() {
    prepare setup
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT
    "$bin/python" -m venv "$scratch/venv"
    "$scratch/venv/bin/python" -m pip install --quiet uv
    # pytablericons asks for pygame only to rasterise its icons; it has no wheels for Python 3.14.
    say "pygame; python_version < '0'" >"$scratch/overrides"
    "$scratch/venv/bin/uv" pip compile --quiet --no-config --universal --generate-hashes --all-extras \
        --no-annotate --no-emit-index-url --custom-compile-command "make lock" \
        --overrides "$scratch/overrides" ${UPGRADE:+--upgrade} --output-file requirements.txt pyproject.toml >/dev/null
    say "requirements.txt: $(grep -c '==' requirements.txt) packages"
}

# No `prepare … && …` below: inside an and-list the shell would go on after a failed step.
target=${1:-help}
case $target in
help) usage ;;
setup) prepare setup ;;
run) run ;;
check)
    prepare setup
    check
    ;;
test)
    prepare test
    # The tests run in any case: an unformatted line hides no failure.
    status=0
    check || status=1
    run_tests "not long" || status=1
    exit "$status"
    ;;
test-long)
    prepare test
    run_tests long
    ;;
bench)
    prepare test
    exec "$bin/python" -m tests.benchmarks
    ;;
screenshots) screenshots ;;
translations)
    prepare setup
    "$bin/python" "$scripts/translations.py" extract
    "$bin/python" "$scripts/translations.py" compile
    ;;
lock) lock ;;
*)
    usage >&2
    exit 2
    ;;
esac
