# resock_swig(language folder sources options…): runs SWIG over bindings/swig/resock.i.
#
# language: java or csharp; folder: where the generated classes go; options: further words for SWIG.
# `sources` receives the C file of the wrapper.

find_program(RESOCK_SWIG NAMES swig4.0 swig)

function(resock_swig language folder sources)
    set(interface "${PROJECT_SOURCE_DIR}/bindings/swig")
    set(wrapper "${CMAKE_CURRENT_BINARY_DIR}/resock_${language}.c")
    file(GLOB files CONFIGURE_DEPENDS "${interface}/*.i")
    file(MAKE_DIRECTORY "${folder}")
    add_custom_command(OUTPUT "${wrapper}"
        COMMAND "${RESOCK_SWIG}" -${language} ${ARGN}
            "-I${interface}" "-I${PROJECT_SOURCE_DIR}/capi/include"
            -outdir "${folder}" -o "${wrapper}" "${interface}/resock.i"
        DEPENDS ${files} "${PROJECT_SOURCE_DIR}/capi/include/resock/resock.h"
        COMMENT "SWIG: ${language}" VERBATIM)
    # Its warnings would be about code that is not ours.
    set_source_files_properties("${wrapper}" PROPERTIES COMPILE_OPTIONS "-w")
    set(${sources} "${wrapper}" PARENT_SCOPE)
endfunction()

# resock_swig_library(name wrapper): the shared library that the language loads, beside
# libresock.so. It wants every function at once, so that a library which is not ours is noticed when
# it is loaded and not in the middle of a call.
function(resock_swig_library name wrapper)
    add_library(${name} MODULE "${wrapper}")
    target_link_libraries(${name} PRIVATE resock ${CMAKE_DL_LIBS})
    target_link_options(${name} PRIVATE "LINKER:-z,now")
    set_target_properties(${name} PROPERTIES
        C_VISIBILITY_PRESET hidden
        BUILD_WITH_INSTALL_RPATH ON
        INSTALL_RPATH "$ORIGIN")
endfunction()
