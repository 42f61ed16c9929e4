# What `cmake --install` gives. Components: runtime (the shared library), development (headers,
# archive, packages for CMake and pkg-config, documentation), program (the command line).

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(resock_templates "${CMAKE_CURRENT_LIST_DIR}/install")
set(resock_cmake_dir "${CMAKE_INSTALL_LIBDIR}/cmake/resock")
set(resock_generated "${CMAKE_CURRENT_BINARY_DIR}/install")

# resock_relative(result from to): the way from one folder of the prefix to another.
function(resock_relative result from to)
    cmake_path(ABSOLUTE_PATH from BASE_DIRECTORY "/prefix")
    cmake_path(ABSOLUTE_PATH to BASE_DIRECTORY "/prefix")
    cmake_path(RELATIVE_PATH to BASE_DIRECTORY "${from}")
    set(${result} "${to}" PARENT_SCOPE)
endfunction()

# resock_gzip(result source needs…): sets `result` to the file `source`.gz, made by the build.
function(resock_gzip result source)
    find_program(RESOCK_GZIP gzip REQUIRED)
    cmake_path(GET source FILENAME file)
    set(compressed "${resock_generated}/${file}.gz")
    # -n: neither name nor time, so that the same text gives the same bytes.
    add_custom_command(OUTPUT "${compressed}"
        COMMAND ${RESOCK_GZIP} -9nc "${source}" > "${compressed}"
        DEPENDS "${source}" ${ARGN} VERBATIM)
    add_custom_target("resock_gzip_${file}" ALL DEPENDS "${compressed}")
    set(${result} "${compressed}" PARENT_SCOPE)
endfunction()

file(MAKE_DIRECTORY "${resock_generated}")

# The libraries and their CMake package. The archive's targets stand in a file of their own: they
# need OpenSSL's and SQLite's, which a program that links the shared library does not.
install(TARGETS resock EXPORT resock_targets
    LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}"
        COMPONENT runtime NAMELINK_COMPONENT development
    INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(TARGETS resock_static EXPORT resock_static_targets
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT development
    INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/capi/include/resock"
    DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT development)
foreach(set resock resock_static)
    string(REPLACE "_" "-" file "${set}")
    install(EXPORT ${set}_targets FILE ${file}-targets.cmake NAMESPACE resock::
        DESTINATION "${resock_cmake_dir}" COMPONENT development)
endforeach()

# As CHANGELOG.md promises: in 0.x the ABI may change with N of 0.N, from 1.0 with the first number.
set(compatibility SameMajorVersion)
if(PROJECT_VERSION_MAJOR EQUAL 0)
    set(compatibility SameMinorVersion)
endif()
write_basic_package_version_file("${resock_generated}/resock-config-version.cmake"
    COMPATIBILITY ${compatibility})
configure_package_config_file("${resock_templates}/resock-config.cmake.in"
    "${resock_generated}/resock-config.cmake" INSTALL_DESTINATION "${resock_cmake_dir}"
    NO_SET_AND_CHECK_MACRO)
install(FILES "${resock_generated}/resock-config.cmake"
    "${resock_generated}/resock-config-version.cmake"
    DESTINATION "${resock_cmake_dir}" COMPONENT development)

# pkg-config: folders relative to the file, so that the tree can be moved.
resock_relative(resock_pc_prefix "${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/prefix")
resock_relative(resock_pc_libdir "/prefix" "${CMAKE_INSTALL_LIBDIR}")
resock_relative(resock_pc_includedir "/prefix" "${CMAKE_INSTALL_INCLUDEDIR}")
set(resock_pc_private "")
foreach(library stdc++ c++ m)
    if(library IN_LIST CMAKE_CXX_IMPLICIT_LINK_LIBRARIES)
        string(APPEND resock_pc_private " -l${library}")
    endif()
endforeach()
configure_file("${resock_templates}/resock.pc.in" "${resock_generated}/resock.pc" @ONLY)
install(FILES "${resock_generated}/resock.pc"
    DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig" COMPONENT development)

install(FILES "${PROJECT_SOURCE_DIR}/README.md" "${PROJECT_SOURCE_DIR}/CHANGELOG.md"
    DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT development)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/docs" "${PROJECT_SOURCE_DIR}/examples"
    DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT development
    FILES_MATCHING PATTERN "*.md" PATTERN "*.svg" PATTERN "*.c" PATTERN "*.cpp"
    PATTERN "demo" EXCLUDE PATTERN "doxygen" EXCLUDE PATTERN "dlopen" EXCLUDE)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/examples/python" "${PROJECT_SOURCE_DIR}/examples/csharp"
    DESTINATION "${CMAKE_INSTALL_DOCDIR}/examples" COMPONENT development
    FILES_MATCHING PATTERN "*.py" PATTERN "*.cs" PATTERN "__pycache__" EXCLUDE)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/examples/dlopen"
    DESTINATION "${CMAKE_INSTALL_DOCDIR}/examples" COMPONENT development
    PATTERN "node_modules" EXCLUDE PATTERN "target" EXCLUDE PATTERN "__pycache__" EXCLUDE)
# Of a component of its own: Debian has this text once for all packages.
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE"
    DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT license)

if(TARGET resock_cli)
    include(ResockInstallProgram)
endif()
