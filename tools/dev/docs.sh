# Sourced by ./dev: the reference and the pages that are made by programs.

# make_reference: the HTML in build/docs/html; a warning of Doxygen is a failure.
make_reference() {
    rm -rf build/docs
    mkdir -p build/docs
    RESOCK_DOCS_OUTPUT=build/docs RESOCK_DOCS_VERSION=$(cat VERSION) doxygen docs/doxygen/Doxyfile
}

# update_pages: writes what is made by a program into docs/, to be committed.
update_pages() {
    setup_build
    setup_pybind11
    configure_preset dev
    compile_preset dev cli/resock
    compile_preset dev resock_python
    build/dev/cli/resock options --markdown >build/options.md
    mv build/options.md docs/options.md
    python3 docs/pictures/draw.py
    local script
    for script in python/tools/{keywords,reference}.py; do
        PYTHONPATH=build/dev/python build/venv/bin/python "$script"
    done
    printf 'written: docs/options.md, docs/pictures, docs/python/reference.md, keywords of Python\n'
}

make_docs() {
    local update=
    if [[ ${1:-} == --update ]]; then
        update=yes
        shift
    fi
    [[ $# -eq 0 ]] || die "usage: ./dev docs [--update]"
    setup_docs
    [[ -z $update ]] || update_pages
    step "make the reference" docs make_reference
    printf 'open build/docs/html/index.html\n'
}
