# Sourced by ./dev: what examples/dlopen needs, into build/dlopen; the test and the benchmark run it.

dlopen_output=build/dlopen
dlopen_folders=(examples/dlopen bench/dlopen tests/conformance/languages)

# build_dlopen LANGUAGE COMMAND: runs it unless its output is made of these very sources.
build_dlopen() {
    local language=$1 command=$2 stamp=$dlopen_output/$1/stamp sources
    mapfile -t sources < <(find "${dlopen_folders[@]/%//$language}" \
        \( -name node_modules -o -name target \) -prune -o -type f -print | sort)
    ! is_current "$stamp" "${sources[@]}" || return 0
    rm -rf "${dlopen_output:?}/$language"
    mkdir -p "$dlopen_output/$language"
    step "make the $language of examples/dlopen" "dlopen-$language" "$command"
    sha256sum "${sources[@]}" >"$stamp"
}

# go_build FOLDER PACKAGE PROGRAM: without cgo no C compiler takes part.
go_build() {
    local output=$root/$dlopen_output/go/$3
    (cd "$1" && CGO_ENABLED=0 GOFLAGS='-mod=readonly -buildvcs=false' go build -o "$output" "$2")
}

build_dlopen_go() {
    go_build examples/dlopen/go . first && go_build bench/dlopen/go . throughput &&
        go_build bench/dlopen/go ./cycles cycles &&
        go_build bench/dlopen/go ./misuse misuse &&
        go_build tests/conformance/languages/go . conformance
}

build_dlopen_rust() {
    local folder
    for folder in "${dlopen_folders[@]}"; do
        cargo build --release --locked --manifest-path "$folder/rust/Cargo.toml" \
            --target-dir "$dlopen_output/rust/target" || return
    done
    cp "$dlopen_output/rust/target/release/"{first,throughput,cycles,misuse,conformance} \
        "$dlopen_output/rust/"
}

# A copy, so that nothing is installed among the sources.
build_dlopen_node() {
    local folder to
    for folder in "${dlopen_folders[@]}"; do
        to=$dlopen_output/node/$folder
        mkdir -p "$to" && cp -r "$folder/node" "$to/" || return
    done
    npm ci --prefix "$dlopen_output/node/examples/dlopen/node" --no-audit --no-fund --ignore-scripts
}

setup_dlopen() {
    require go cargo rust node npm ruby luajit certificates
    build_dlopen go build_dlopen_go
    build_dlopen rust build_dlopen_rust
    if node -e 'process.exit(parseInt(process.versions.node) < 16 ? 1 : 0)'; then
        build_dlopen node build_dlopen_node
    else
        rm -rf "$dlopen_output/node"
        printf 'Node %s is too old for koffi, which needs 16: its test is skipped\n' "$(node --version)"
    fi
}
