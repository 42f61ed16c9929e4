# Sourced by ./dev: builds the programs that measure, in the release preset, and runs them.

bench_usage() {
    cat <<'TEXT'
usage: ./dev bench --quick [OPTION...]     our client against Boost.Beast; 2 minutes
       ./dev bench --all [OPTION...]       and against clients of other makers; writes
                                           docs/performance (30 minutes)
       ./dev bench listener [OPTION...]    our listener: bad clients, memory, openings, idle links
       ./dev bench store [OPTION...]       the durable store beside a bare SQLite loop
       ./dev bench sessions [OPTION...]    sessions beside plain links, outbox, resume, idle ones
       ./dev bench java [OPTION...]        the Java binding against clients in Java
       ./dev bench csharp [OPTION...]      the C# binding under mono, and the framework's own client
       ./dev bench loss [OPTION...]        1,000,000 messages each way, 1,000 breaks: what is lost?
       ./dev bench dlopen [OPTION...]      languages that load the library at run time, beside C
       ./dev bench python [OPTION...]      the Python package beside websockets and picows

OPTION: ./dev bench --quick --help (the others likewise) lists them. How to read the
figures: bench/README.md, docs/performance/README.md. Nothing else should run meanwhile.
TEXT
}

# run_bench [SUBJECT] [OPTION...]: the options are those of bench/SUBJECT/run.py.
run_bench() {
    case ${1:-} in
        "" | help | -h | --help) bench_usage ;;
        listener)
            shift
            run_bench_listener "$@"
            ;;
        store)
            shift
            run_bench_store "$@"
            ;;
        sessions)
            shift
            run_bench_sessions "$@"
            ;;
        csharp)
            shift
            run_bench_csharp "$@"
            ;;
        loss)
            shift
            run_bench_loss "$@"
            ;;
        dlopen)
            shift
            run_bench_dlopen "$@"
            ;;
        python)
            shift
            run_bench_python "$@"
            ;;
        java)
            shift
            run_bench_java "$@"
            ;;
        --*) run_bench_link "$@" ;;
        *)
            bench_usage >&2
            die "unknown subject '$1': --quick, --all, listener, store, sessions, java, csharp, loss, dlopen or python"
            ;;
    esac
}

# compile_bench SUBJECT: targets that nobody else needs, `all` does not build them.
compile_bench() {
    setup_build
    require python openssl-command
    configure_preset release
    compile_preset release "bench_$1"
    compile_preset release cli/resock
}

run_bench_listener() {
    compile_bench listener
    step "do the programs notice faults?" bench-listener-test \
        python3 bench/listener/test_programs.py build/release/bench/listener
    printf '\n'
    python3 bench/listener/run.py "$@"
}

run_bench_store() {
    setup_build
    configure_preset release
    compile_preset release bench_store
    printf '\n'
    build/release/bench/store/bench_store "$@"
}

run_bench_sessions() {
    compile_bench sessions
    step "does the harness count right?" bench-sessions-test \
        env -C bench/sessions python3 -m unittest test_tap test_report
    printf '\n'
    python3 bench/sessions/run.py "$@"
}

run_bench_csharp() {
    setup_csharp
    compile_bench csharp
    printf '\n'
    python3 bench/csharp/run.py "$@"
}

run_bench_loss() {
    setup_build
    configure_preset release
    compile_preset release cli/resock
    printf '\n'
    python3 bench/loss/run.py "$@"
}

run_bench_dlopen() {
    setup_build
    setup_dlopen
    configure_preset release
    compile_preset release bench_dlopen
    printf '\n'
    python3 bench/dlopen/run.py "$@"
}

run_bench_python() {
    setup_build
    setup_python
    setup_bench_python
    configure_preset release
    local target
    for target in resock_python cli/resock bench_echo_server bench_session_server; do
        compile_preset release "$target"
    done
    step "does the harness count right?" bench-python-test test_bench_python
    printf '\n'
    python3 bench/python/run.py "$@"
}

test_bench_python() {
    env -C bench/python python3 -m unittest test_report &&
        env -C bench/python PYTHONPATH="$root/build/release/python" \
            "$root/build/venv/bin/python" -m unittest test_clients
}

# The jar of the release build, and the program that measures it with what the peers share.
build_bench_java_binding() {
    local output=$root/build/bench/resock-java built=$root/build/release/bindings/java/target
    rm -rf "$output"
    mkdir -p "$output/classes"
    mvn -B -ntp -f bindings/java/pom.xml "-Dresock.build=$root/build/release" -DskipTests package &&
        cp "$built"/resock-*.jar "$output/resock.jar" &&
        javac --release 11 -encoding UTF-8 -d "$output/classes" -cp "$output/resock.jar" \
            bench/link/java/*.java bench/link/peers/java/{Options,Echoes}.java
}

run_bench_java() {
    setup_build
    setup_java
    configure_preset release
    compile_preset release bench_echo_server
    compile_preset release resock_java
    step "build the Java binding" bench-java-binding build_bench_java_binding
    setup_bench_java
    printf '\n'
    python3 bench/link/run.py --java "$@"
}

run_bench_link() {
    compile_bench link
    step "does the harness count right?" bench-harness-test test_link_harness
    local option
    for option in "$@"; do
        [[ $option != --all ]] || prepare_bench_all
    done
    printf '\n'
    python3 bench/link/run.py "$@"
}

test_link_harness() {
    (cd bench/link &&
        python3 -m unittest test_bench test_figures test_limits test_processes test_report)
}

# Takes minutes: not for --quick.
prepare_bench_all() {
    step "do the programs notice faults?" bench-link-test \
        python3 bench/link/test_programs.py build/release/bench/link
    setup_bench_peers
    (step "do the other clients notice faults?" bench-peers-test test_link_peers) ||
        printf 'goes on, but do not trust the figures of the one that failed\n'
}

test_link_peers() {
    (cd bench/link && python3 -m unittest test_peers)
}

# A peer that this system cannot have is skipped, and the run names it; so each has its own shell.
setup_bench_peers() {
    local peer
    for peer in python node go java; do
        ("setup_bench_$peer") || printf 'no %s peer: goes on without\n' "$peer"
    done
    (require valgrind) || printf 'no valgrind: instructions are not counted\n'
}

# Not in build/venv: the tests' websockets is an older one, for Python 3.10.
install_bench_python() {
    rm -rf build/bench/python
    pip_install --target build/bench/python -r bench/link/peers/python/requirements.txt
}

setup_bench_python() {
    local stamp=build/bench/python/stamp sources=(bench/link/peers/python/requirements.txt)
    setup_venv
    ! is_current "$stamp" "${sources[@]}" || return 0
    step "install Python peers (build/bench/python)" build-bench-python install_bench_python
    sha256sum "${sources[@]}" >"$stamp"
}

setup_bench_node() {
    setup_node_packages bench/link/peers/node build/bench/node
}

setup_bench_go() {
    setup_go_program bench/link/peers/go build/bench/go
}

setup_bench_java() {
    setup_java_program bench/link/peers/java build/bench/java
}
