# `cpack`: Debian packages named as Debian names them: libresock0, libresock-dev and resock.
# Configure with -DCMAKE_INSTALL_PREFIX=/usr, which chooses Debian's folders (`./dev deb`).

find_program(RESOCK_DPKG dpkg)
set(CPACK_GENERATOR TGZ)
if(RESOCK_DPKG)
    set(CPACK_GENERATOR DEB)
endif()

set(CPACK_PACKAGE_VENDOR "resock")
set(RESOCK_PACKAGE_CONTACT "resock maintainers <resock@invalid.invalid>" CACHE STRING
    "Maintainer named in Debian packages: NAME <ADDRESS>")
set(CPACK_PACKAGE_CONTACT "${RESOCK_PACKAGE_CONTACT}")
set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
set(CPACK_PACKAGE_NAME resock)
set(CPACK_PACKAGE_FILE_NAME "resock-${PROJECT_VERSION}-${CMAKE_SYSTEM_NAME}-${CMAKE_SYSTEM_PROCESSOR}")
set(CPACK_PACKAGE_CHECKSUM SHA256)
set(CPACK_STRIP_FILES ON)
set(CPACK_THREADS 0)
set(CPACK_COMPONENTS_ALL runtime development)
if(TARGET resock_cli)
    list(APPEND CPACK_COMPONENTS_ALL program)
endif()

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS "${CMAKE_CURRENT_BINARY_DIR}/capi")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)

# The ABI may change with N of 0.N: packages of one version belong together.
set(library libresock${PROJECT_VERSION_MAJOR})
set(same_version "(= ${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})")

# resock_deb(component package section summary more): names the package of a component and what
# Debian asks of each package.
macro(resock_deb component package section summary more)
    string(TOUPPER ${component} upper)
    set(CPACK_DEBIAN_${upper}_PACKAGE_NAME ${package})
    set(CPACK_DEBIAN_${upper}_PACKAGE_SECTION ${section})
    set(CPACK_DEBIAN_${upper}_DESCRIPTION "${summary}
It connects again by itself after a break and keeps every message until
the server has confirmed it, with any WebSocket server, unchanged.
.
${more}")
    install(FILES "${resock_templates}/copyright" "${resock_changelog}" COMPONENT ${component}
        EXCLUDE_FROM_ALL DESTINATION "${CMAKE_INSTALL_DATAROOTDIR}/doc/${package}")
endmacro()

# Empty: else it stands above the summary of each package.
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")
math(EXPR next_minor "${PROJECT_VERSION_MINOR} + 1")
file(WRITE "${resock_generated}/shlibs" "libresock ${PROJECT_VERSION_MAJOR} ${library} "
    "(>= ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}), "
    "${library} (<< ${PROJECT_VERSION_MAJOR}.${next_minor}~)\n")
string(TIMESTAMP resock_date "%a, %d %b %Y %H:%M:%S +0000" UTC)
configure_file("${resock_templates}/changelog.Debian.in" "${resock_generated}/changelog.Debian" @ONLY)
resock_gzip(resock_changelog "${resock_generated}/changelog.Debian")

resock_deb(runtime ${library} libs "WebSocket that stays up (shared library)"
    "This package holds the shared library.")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_CONTROL_EXTRA
    "${resock_templates}/triggers;${resock_generated}/shlibs")

resock_deb(development libresock-dev libdevel "WebSocket that stays up (development files)"
    "This package holds the headers, the static library, the files for CMake
and pkg-config, and the documentation.")
# zlib1g-dev: sqlite3.pc names libz for static programs, and libsqlite3-dev does not bring it.
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
    "${library} ${same_version}, libssl-dev (>= 3.0), libsqlite3-dev (>= 3.37), zlib1g-dev, libc6-dev | libc-dev")

resock_deb(program resock net "WebSocket that stays up (command line)"
    "This package holds the program resock.")
set(CPACK_DEBIAN_PROGRAM_PACKAGE_DEPENDS "${library} ${same_version}")

include(CPack)
