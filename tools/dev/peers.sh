# Sourced by ./dev: clients and servers of other makers, which the tests and benchmarks talk to.

install_node_packages() {
    mkdir -p "$2" &&
        cp "$1/package.json" "$1/package-lock.json" "$2/" &&
        npm ci --prefix "$2" --no-audit --no-fund --ignore-scripts
}

# setup_node_packages FOLDER OUTPUT: installs what FOLDER/package-lock.json names.
setup_node_packages() {
    local stamp=$2/stamp sources=("$1"/package{,-lock}.json)
    require node npm certificates
    ! is_current "$stamp" "${sources[@]}" || return 0
    step "install Node peers ($2)" "${2//\//-}" install_node_packages "$1" "$2"
    sha256sum "${sources[@]}" >"$stamp"
}

build_go_program() {
    local output=$root/$2/client
    (cd "$1" && GOFLAGS='-mod=readonly -buildvcs=false' go build -o "$output" .)
}

# setup_go_program FOLDER OUTPUT: makes OUTPUT/client.
setup_go_program() {
    local stamp=$2/stamp sources=("$1"/{*.go,go.mod,go.sum})
    require go certificates
    ! is_current "$stamp" "${sources[@]}" || return 0
    mkdir -p "$2"
    step "build the Go peer ($2)" "${2//\//-}" build_go_program "$1" "$2"
    sha256sum "${sources[@]}" >"$stamp"
}

# Maven locks no hashes of its own, so what it fetched is checked against ours.
build_java_program() {
    local output=$root/$2
    rm -rf "$output"
    mkdir -p "$output/classes"
    cp "$1/pom.xml" "$output/" &&
        mvn -B -ntp -f "$output/pom.xml" dependency:copy-dependencies \
            -DoutputDirectory="$output/jars" &&
        (cd "$output/jars" && sha256sum -c "$root/$1/jars.sha256") &&
        javac --release 11 -encoding UTF-8 -d "$output/classes" -cp "$output/jars/*" "$1"/*.java
}

# setup_java_program FOLDER OUTPUT: makes OUTPUT/classes and OUTPUT/jars.
setup_java_program() {
    local stamp=$2/stamp sources=("$1"/{pom.xml,jars.sha256,*.java})
    require java maven certificates
    ! is_current "$stamp" "${sources[@]}" || return 0
    step "build the Java peer ($2)" "${2//\//-}" build_java_program "$1" "$2"
    sha256sum "${sources[@]}" >"$stamp"
}

# Ubuntu's package only asks snapd for the browser: containers and build servers have no snapd, and
# inside a snap the browser sees neither our page nor its profile.
chromium_is_to_be_had() {
    case $(command -v chromium) in
        "" | /snap/*) ! grep -qx 'ID=ubuntu' /etc/os-release ;;
    esac
}

setup_peers_chromium() {
    if chromium_is_to_be_had; then
        require chromium
    else
        printf 'no Chromium: Ubuntu has it only as a snap; its test is skipped\n'
    fi
}

setup_peers() {
    require openssl-command curl python node npm go java maven certificates
    setup_peers_python
    setup_node_packages tests/peers/node build/node
    setup_go_program tests/peers/clients/go build/clients/go
    setup_java_program tests/peers/clients/java build/clients/java
    setup_peers_chromium
}
