# Sourced by ./dev: one line per step, its long output in build/logs/.

die() {
    printf 'dev: %s\n' "$1" >&2
    exit 1
}

# step TITLE LOG COMMAND...: runs the command with its output in build/logs/LOG.log; shows the
# tail of it and ends with status 1 if the command fails.
step() {
    local title=$1 log=build/logs/$2.log started=$SECONDS
    shift 2
    mkdir -p build/logs
    printf '%-44s ' "$title"
    if "$@" >"$log" 2>&1 </dev/null; then
        printf 'ok (%d s)\n' $((SECONDS - started))
        return
    fi
    printf 'FAILED (%d s)\n' $((SECONDS - started))
    tail -n 60 "$log"
    die "$title failed; all of its output: $log"
}

check_preset() {
    case $1 in
        dev | asan | tsan | release) ;;
        *) die "unknown preset '$1': one of dev, asan, tsan, release" ;;
    esac
}

configure_preset() {
    step "configure $1" "configure-$1" cmake --preset "$1"
}

# compile_preset PRESET [TARGET]: without TARGET everything.
compile_preset() {
    step "compile $1" "compile-$1" cmake --build "build/$1" --target "${2:-all}"
}
