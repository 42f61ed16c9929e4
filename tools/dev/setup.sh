# Sourced by ./dev: what each command needs, and how it comes onto the machine.

# One line per need: name | what shows that it is there (a command, or a file by its full path) |
# package, which has the same name on Debian 12, Ubuntu 22.04 and Ubuntu 24.04.
needs_table='
compiler         | g++                        | g++
make-files       | cmake                      | cmake
ninja            | ninja                      | ninja-build
compiler-cache   | ccache                     | ccache
openssl          | /usr/include/openssl/ssl.h | libssl-dev
sqlite           | /usr/include/sqlite3.h     | libsqlite3-dev
command-line     | /usr/include/CLI/CLI.hpp   | libcli11-dev
catch            | /usr/include/catch2        | catch2
certificates     | /etc/ssl/certs/ca-certificates.crt | ca-certificates
python           | python3                    | python3
node             | node                       | nodejs
npm              | npm                        | npm
clang-format     | clang-format               | clang-format
man-pages        | groff                      | groff-base
openssl-command  | openssl                    | openssl
go               | go                         | golang-go
cargo            | cargo                      | cargo
rust             | rustc                      | rustc
ruby             | ruby                       | ruby
luajit           | luajit                     | luajit
java             | javac                      | default-jdk-headless
maven            | mvn                        | maven
swig             | swig                       | swig
mono             | mcs                        | mono-mcs
nunit            | nunit-console              | nunit-console
nunit-framework  | /usr/lib/cli/nunit.framework-2.6.3 | libnunit-cil-dev
valgrind         | valgrind                   | valgrind
chromium         | chromium                   | chromium
curl             | curl                       | curl
abi              | abidw                      | abigail-tools
pkg-config       | pkg-config                 | pkg-config
deb-shlibdeps    | dpkg-shlibdeps             | dpkg-dev
deb-file         | file                       | file
clean-root       | /usr/sbin/debootstrap      | debootstrap
reference        | doxygen                    | doxygen
make             | make                       | make
perl             | /usr/share/doc/perl        | perl
tcl              | tclsh                      | tcl
deb-sources      | dpkg-source                | dpkg-dev
libpq            | /usr/include/postgresql/libpq-fe.h | libpq-dev
postgresql       | /usr/lib/postgresql        | postgresql
'

boost_minimum=108100
boost_pinned=108500

# need_row NEED: prints "what shows it|package".
need_row() {
    awk -F ' *[|] *' -v need="$1" '$1 == need { print $2 "|" $3 }' <<<"$needs_table"
}

is_there() {
    case $1 in
        /*) [[ -e $1 ]] ;;
        *) command -v "$1" >/dev/null ;;
    esac
}

as_root() {
    if [[ $(id -u) -eq 0 ]]; then
        "$@"
    else
        sudo -n "$@"
    fi
}

apt_lists_are_fresh=
apt_install() {
    # The lists of a fresh machine are empty or too old to fetch by: refresh them once.
    [[ -n $apt_lists_are_fresh ]] || as_root apt-get update
    apt_lists_are_fresh=yes
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y --no-install-recommends "$@"
}

# install_packages PACKAGE...: installs all of them in one go, or says what to do by hand.
install_packages() {
    [[ $# -gt 0 ]] || return 0
    command -v apt-get >/dev/null || die "this system has no apt-get; install the equivalents of: $*"
    if [[ $(id -u) -ne 0 ]]; then
        command -v sudo >/dev/null || die "run as root: apt-get install --no-install-recommends $*"
        sudo -v || die "sudo refused; run as root: apt-get install --no-install-recommends $*"
    fi
    step "install $*" apt apt_install "$@"
}

# require NEED...: installs the packages of the needs that are not there yet.
require() {
    local need row missing=()
    for need in "$@"; do
        row=$(need_row "$need")
        [[ -n $row ]] || die "no package is known for '$need'"
        is_there "${row%%|*}" || missing+=("${row##*|}")
    done
    install_packages ${missing[@]+"${missing[@]}"}
}

boost_version_of() {
    sed -n 's/^#define BOOST_VERSION \([0-9]*\).*/\1/p' "$1/boost/version.hpp" 2>/dev/null || true
}

# The virtual environment of the tools and test peers; never the system's own packages.
setup_venv() {
    if [[ -x build/venv/bin/python ]] && build/venv/bin/python -m pip --version >/dev/null 2>&1; then
        return
    fi
    require python certificates
    # Debian splits ensurepip off into a package of its own.
    python3 -c 'import ensurepip' 2>/dev/null || install_packages python3-venv
    rm -rf build/venv
    step "make build/venv" venv python3 -m venv build/venv
}

pip_install() {
    build/venv/bin/python -m pip install --disable-pip-version-check --no-deps --require-hashes \
        --only-binary :all: "$@"
}

install_boost() {
    rm -rf build/deps/boost_headers build/deps/boost_headers-*
    pip_install --target build/deps -r tools/dev/boost-headers.txt
}

setup_boost() {
    local found
    found=$(boost_version_of build/deps/boost_headers/include)
    [[ $found != "$boost_pinned" ]] || return 0
    if [[ -z $found ]]; then
        found=$(boost_version_of /usr/include)
        [[ ${found:-0} -lt $boost_minimum ]] || return 0
    fi
    setup_venv
    step "fetch the headers of Boost (build/deps)" boost install_boost
}

# python_has_headers PYTHON: true where extensions can be built for it.
python_has_headers() {
    "$1" -c 'import os, sys, sysconfig
sys.exit(not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")))'
}

install_pybind11() {
    rm -rf build/deps/pybind11 build/deps/pybind11-*
    pip_install --upgrade --target build/deps -r tools/dev/pybind11.txt
}

# What builds the extension of the Python package, for the Python of build/venv.
setup_pybind11() {
    local stamp=build/deps/pybind11/stamp
    setup_venv
    python_has_headers build/venv/bin/python || install_packages python3-dev
    python_has_headers build/venv/bin/python ||
        die "the Python of build/venv has no Python.h: install its headers, or remove build/venv"
    ! is_current "$stamp" tools/dev/pybind11.txt || return 0
    step "fetch pybind11 (build/deps)" pybind11 install_pybind11
    sha256sum tools/dev/pybind11.txt >"$stamp"
}

setup_python() {
    local stamp=build/venv/python-tests sources=(python/tests/requirements.txt)
    setup_pybind11
    ! is_current "$stamp" "${sources[@]}" || return 0
    step "install what tests Python (build/venv)" python-tests pip_install -r "${sources[0]}"
    sha256sum "${sources[@]}" >"$stamp"
}

setup_peers_python() {
    setup_venv
    cmp -s tests/peers/requirements.txt build/venv/requirements.txt && return
    step "install Python test peers (build/venv)" peers-python \
        pip_install -r tests/peers/requirements.txt
    cp tests/peers/requirements.txt build/venv/requirements.txt
}

# is_current STAMP FILE...: true when the stamp was made from these very files.
is_current() {
    local stamp=$1
    shift
    [[ -f $stamp ]] && sha256sum "$@" | cmp -s - "$stamp"
}


# The bindings that SWIG serves; without it `./dev build` leaves them out.
setup_java() {
    require swig java maven certificates
}

setup_newer_java() {
    local stamp=build/venv/newer-java sources=(bindings/java/requirements.txt)
    setup_venv
    ! is_current "$stamp" "${sources[@]}" || return 0
    step "install a newer Java for the tests (build/venv)" newer-java pip_install -r "${sources[0]}"
    sha256sum "${sources[@]}" >"$stamp"
}

setup_build() {
    require compiler make-files ninja compiler-cache openssl sqlite command-line catch
    setup_boost
}

# What the C# binding is built and tested with; the .NET SDK, which Debian does not have, is not needed.
setup_csharp() {
    setup_build
    require python openssl-command swig mono
    if grep -qx 'ID=debian' /etc/os-release; then
        require nunit nunit-framework
    else # which may have dropped it
        (require nunit nunit-framework) || printf 'no NUnit 2: the tests of the C# binding are skipped\n'
    fi
}

setup_test() {
    require compiler make-files ninja compiler-cache openssl sqlite command-line catch \
        certificates python node npm man-pages abi pkg-config deb-shlibdeps deb-file clean-root reference \
        libpq postgresql
    setup_build
    setup_python
    setup_csharp
    setup_peers
    setup_dlopen
    setup_java
    setup_newer_java
}

setup_abi() {
    setup_build
    require python abi
}

setup_deb() {
    setup_build
    require deb-shlibdeps deb-file
}

setup_docs() {
    require reference python
}

setup_lint() {
    require clang-format python
}
