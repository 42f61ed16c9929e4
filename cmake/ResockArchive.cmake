# The static library: one archive that holds everything of ours, whoever links it.

include(CheckLinkerFlag)

# Where the tools can, the archive has one object whose only global symbols are resock_*. Else a
# program that brings its own Boost, of another version, would have the linker mix the two.
check_linker_flag(CXX "LINKER:--force-group-allocation" RESOCK_LINKER_RESOLVES_GROUPS)
if(RESOCK_LINKER_RESOLVES_GROUPS AND CMAKE_OBJCOPY AND NOT RESOCK_SANITIZE)
    set(resock_one_object ON)
else()
    set(resock_one_object OFF)
endif()
set_property(GLOBAL PROPERTY RESOCK_ONE_OBJECT ${resock_one_object})

# Sets `result` to one object made of `objects`.
function(resock_merge_objects result name objects)
    set(merged "${CMAKE_CURRENT_BINARY_DIR}/${name}.o")
    set(lto)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        set(lto -flinker-output=nolto-rel)
    endif()
    add_custom_command(OUTPUT "${merged}"
        COMMAND ${CMAKE_CXX_COMPILER} -r -nostdlib ${lto} -Wl,--force-group-allocation
            -o "${merged}.all" ${objects}
        COMMAND ${CMAKE_OBJCOPY} --wildcard "--keep-global-symbol=resock_*"
            "${merged}.all" "${merged}"
        COMMAND ${CMAKE_COMMAND} -E rm "${merged}.all"
        DEPENDS ${objects}
        COMMENT "Merging ${name}"
        COMMAND_EXPAND_LISTS VERBATIM)
    set_source_files_properties("${merged}" PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
    set(${result} "${merged}" PARENT_SCOPE)
endfunction()

# resock_archive(name target…): a static library of the objects of `target…` and of all layers.
function(resock_archive name)
    get_property(layers GLOBAL PROPERTY RESOCK_LAYERS)
    set(objects)
    foreach(target ${ARGN} ${layers})
        # A precompiled header counts as an object of its target.
        list(APPEND objects $<FILTER:$<TARGET_OBJECTS:${target}>,EXCLUDE,_pch[.]hxx>)
    endforeach()
    if(resock_one_object)
        resock_merge_objects(objects ${name} "${objects}")
    endif()
    add_library(${name} STATIC ${objects})
    add_dependencies(${name} ${ARGN} ${layers})
    # Seen as C, with the C++ runtime named: a project that knows only C can link it.
    set_target_properties(${name} PROPERTIES LINKER_LANGUAGE C)
    foreach(library stdc++ c++ m)
        if(library IN_LIST CMAKE_CXX_IMPLICIT_LINK_LIBRARIES)
            target_link_libraries(${name} PRIVATE ${library})
        endif()
    endforeach()
endfunction()
