# Sourced by ./dev: wheels of the Python package for every CPython of the machine, and its sdist.

# The oldest glibc that the wheels run on, which names their manylinux tag.
wheel_glibc=2.28
wheel_minors=(9 10 11 12 13)
wheel_place=build/wheel

# Its own environment: what tests run with is another thing.
install_wheel_tools() {
    rm -rf "$wheel_place/tools"
    python3 -m venv "$wheel_place/tools" &&
        "$wheel_place/tools/bin/python" -m pip install --disable-pip-version-check --no-deps \
            --require-hashes --only-binary :all: -r tools/dev/wheel-tools.txt
}

setup_wheel() {
    local stamp=$wheel_place/tools/stamp
    require compiler make-files ninja compiler-cache openssl command-line certificates python \
        make perl tcl deb-sources
    setup_venv
    setup_boost
    ! is_current "$stamp" tools/dev/wheel-tools.txt || return 0
    mkdir -p "$wheel_place"
    step "install the tools of wheels ($wheel_place)" wheel-tools install_wheel_tools
    sha256sum tools/dev/wheel-tools.txt >"$stamp"
}

# source_apt ARGUMENT...: apt-get over the sources of this system's own packages, and nothing of
# the machine's own apt is changed.
source_apt() {
    local place=$root/$wheel_place/apt
    apt-get -o Dir::Etc::SourceList="$place/sources.list" -o Dir::Etc::SourceParts=/dev/null \
        -o Dir::State::Lists="$place/lists" -o Dir::Cache="$place/cache" \
        -o APT::Sandbox::User="$(id -un)" "$@"
}

refresh_source_apt() {
    local suite place=$wheel_place/apt
    suite=$(. /etc/os-release && printf '%s' "$VERSION_CODENAME")
    mkdir -p "$place"/{lists,cache/archives}/partial
    # The same archives as for packages: apt checks signatures and hashes.
    apt-get indextargets --format 'deb-src $(SITE) $(RELEASE) $(COMPONENT)' \
        'Created-By: Packages' |
        awk -v suite="$suite" '$4 == "main" && ($3 == suite || index($3, suite "-") == 1)' |
        sort -u >"$place/sources.list"
    source_apt update
}

# SQLite as one file, with the distribution's fixes; the headers of CLI11. Both go into an sdist.
fetch_wheel_sources() {
    local place=$root/$wheel_place/sqlite
    rm -rf "$place" build/deps/sqlite build/deps/cli11
    mkdir -p "$place" build/deps/sqlite build/deps/cli11 &&
        refresh_source_apt &&
        (cd "$place" && source_apt source sqlite3 && mkdir build && cd build &&
            ../sqlite3-*/configure --disable-tcl && make sqlite3.c sqlite3.h) &&
        cp -r /usr/include/CLI build/deps/cli11/ &&
        cp "$place"/build/sqlite3.{c,h} build/deps/sqlite/
}

# Without Debian's patches, which adapt OpenSSL to Debian's build.
build_wheel_openssl() {
    local place=$root/$wheel_place/openssl tools=$root/$wheel_place/zig
    rm -rf "$place"
    mkdir -p "$place"
    (cd "$place" && source_apt source --download-only --tar-only openssl &&
        mkdir source && tar xf openssl_*.orig.tar.* -C source --strip-components=1 && cd source &&
        CC=$tools/cc AR=$tools/ar RANLIB=$tools/ranlib ./Configure "linux-$(uname -m)" no-shared \
            no-tests no-module no-engine --prefix="$place" --libdir=lib --openssldir=/etc/ssl &&
        make -j "$(nproc)" build_libs && make install_dev)
}

# The compiler of another time: it links against the glibc that it is told.
write_zig_tools() {
    local tool options
    mkdir -p "$wheel_place/zig"
    for tool in cc c++ ar ranlib; do
        options=
        [[ $tool != c* ]] || options="-target $(uname -m)-linux-gnu.$wheel_glibc"
        printf '#!/bin/sh\nexec "%s" -m ziglang %s %s "$@"\n' \
            "$root/$wheel_place/tools/bin/python" "$tool" "$options" >"$wheel_place/zig/$tool"
        chmod +x "$wheel_place/zig/$tool"
    done
}

setup_wheel_sources() {
    local stamp=$wheel_place/stamp
    write_zig_tools
    # Both are fetched anew when this file changes, or after ./dev clean all.
    ! is_current "$stamp" tools/dev/wheel.sh tools/dev/wheel-tools.txt || return 0
    step "fetch SQLite and CLI11 (build/deps)" wheel-sources fetch_wheel_sources
    step "build OpenSSL for glibc $wheel_glibc" wheel-openssl build_wheel_openssl
    sha256sum tools/dev/wheel.sh tools/dev/wheel-tools.txt >"$stamp"
}

# usable_python PROGRAM MINOR: a CPython of this version that runs, has headers and makes venvs.
usable_python() {
    "$1" -c "import sys, ensurepip
sys.exit(sys.implementation.name != 'cpython' or sys.version_info[:2] != (3, $2))" 2>/dev/null &&
        python_has_headers "$1"
}

# find_pythons: one interpreter for each version of wheel_minors, of PATH or of pyenv.
find_pythons() {
    local minor candidate place
    place=$(pyenv root 2>/dev/null) || place=
    for minor in "${wheel_minors[@]}"; do
        while IFS= read -r candidate; do
            if [[ -x $candidate ]] && usable_python "$candidate" "$minor"; then
                printf '%s\n' "$candidate"
                break
            fi
        done < <(type -ap "python3.$minor"
            [[ -z $place ]] || printf '%s\n' "$place/versions/3.$minor".*/bin/python"3.$minor")
    done
}

# wheel_environment PYTHON-NAME COMMAND...: with zig as the compiler, and what CMake is to know.
wheel_environment() {
    local tools=$root/$wheel_place/zig arguments
    # Precompiled headers of this compiler are no gain; the compiler's cache is.
    arguments="-DCMAKE_AR=$tools/ar -DCMAKE_RANLIB=$tools/ranlib"
    arguments+=" -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON"
    arguments+=" -DOPENSSL_ROOT_DIR=$root/$wheel_place/openssl"
    CC=$tools/cc CXX=$tools/c++ ZIG_GLOBAL_CACHE_DIR=$root/$wheel_place/zig-cache \
        CCACHE_BASEDIR=$root CCACHE_COMPILERTYPE=clang CMAKE_ARGS=$arguments \
        SKBUILD_BUILD_DIR=$wheel_place/build-$1 "${@:2}"
}

# build_wheel PYTHON: one wheel into build/wheel/plain, repaired into build/wheel/dist.
build_wheel() {
    local name=${1##*/} place=$wheel_place/plain/${1##*/} tag
    tag=manylinux_${wheel_glibc/./_}_$(uname -m)
    rm -rf "$wheel_place/venv" "$place"
    "$1" -m venv "$wheel_place/venv" &&
        wheel_environment "$name" "$wheel_place/venv/bin/python" -m pip wheel \
            --disable-pip-version-check --no-deps -w "$place" . &&
        PATH=$root/$wheel_place/tools/bin:$PATH "$wheel_place/tools/bin/auditwheel" -v repair \
            --plat "$tag" -w "$wheel_place/dist" "$place"/*.whl
}

# try_wheel PYTHON: the repaired wheel in a clean environment, without network.
try_wheel() {
    local tag wheel
    tag=$("$1" -c 'import sys; print("cp3%d" % sys.version_info[1])')
    wheel=$(echo "$wheel_place/dist"/*-"$tag"-"$tag"-*.whl)
    python3 tests/install/wheel.py "$1" "$wheel" --no-index
}

build_sdist() {
    "$wheel_place/tools/bin/python" -m build --sdist --outdir "$wheel_place/dist" .
}

run_wheel() {
    local pythons python
    [[ $# -eq 0 ]] || die "usage: ./dev wheel"
    case $(uname -m) in
        x86_64 | aarch64) ;;
        *) die "wheels are built on x86_64 and aarch64; this is $(uname -m): pip install ." ;;
    esac
    setup_wheel
    setup_wheel_sources
    mapfile -t pythons < <(find_pythons)
    [[ ${#pythons[@]} -gt 0 ]] || die "no CPython 3.9 to 3.13 with its headers was found"
    rm -rf "$wheel_place/dist"
    for python in "${pythons[@]}"; do
        step "wheel for ${python##*/}" "wheel-${python##*/}" build_wheel "$python"
        step "try it in a clean environment" "try-wheel-${python##*/}" try_wheel "$python"
    done
    step "sdist" wheel-sdist build_sdist
    step "install it with build isolation" try-sdist \
        python3 tests/install/wheel.py "${pythons[-1]}" "$(echo "$wheel_place/dist"/*.tar.gz)"
    ls -l "$wheel_place/dist"
}
