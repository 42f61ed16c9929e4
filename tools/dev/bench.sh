# Sourced by ./dev: builds the programs that measure, in the release preset, and runs them.

# run_bench SUBJECT [OPTION...]: the options are those of bench/SUBJECT/run.py.
run_bench() {
    local subject=${1:-}
    [[ $subject == listener ]] || die "unknown subject '$subject': listener"
    shift
    setup_build
    require python
    configure_preset release
    # Targets that nobody else needs: `all` does not build them.
    compile_preset release "bench_$subject"
    compile_preset release cli/resock
    local programs=build/release/bench/$subject
    step "do the programs notice faults?" "bench-$subject-test" \
        python3 "bench/$subject/test_programs.py" "$programs"
    printf '\n'
    python3 "bench/$subject/run.py" "$@"
}
