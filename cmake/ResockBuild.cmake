# How our own code is compiled: language level, warnings, sanitizers, caches.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 99)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)

if(PROJECT_IS_TOP_LEVEL AND NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

find_program(RESOCK_CCACHE ccache)
if(RESOCK_CCACHE)
    # pch_defines, time_macros: ccache can then cache what includes a precompiled header.
    set(resock_launcher ${CMAKE_COMMAND} -E env
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
        ${RESOCK_CCACHE})
    set(CMAKE_C_COMPILER_LAUNCHER ${resock_launcher})
    set(CMAKE_CXX_COMPILER_LAUNCHER ${resock_launcher})
endif()

if(RESOCK_SANITIZE)
    # -g1: lines for the reports, and half the time to compile.
    add_compile_options(-fsanitize=${RESOCK_SANITIZE} -fno-omit-frame-pointer -O1 -g1)
    add_link_options(-fsanitize=${RESOCK_SANITIZE})
    if(RESOCK_SANITIZE MATCHES "undefined")
        add_compile_options(-fno-sanitize-recover=undefined)
    endif()
else()
    # Unique symbols cannot be made local, which ResockArchive.cmake does.
    add_compile_options($<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique>)
endif()

# __FILE__ of what is handed out says nothing about where it was built.
function(resock_hide_path folder)
    add_compile_options("$<$<NOT:$<CONFIG:Debug>>:-fmacro-prefix-map=${folder}/=>")
endfunction()
resock_hide_path("${CMAKE_CURRENT_SOURCE_DIR}")

# Sets the warnings of our own code on `target`; other people's headers are SYSTEM.
function(resock_warnings target)
    target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
        # gcc 12, -O2: false positives inside std::string (gcc bugs 105651, 105329).
        target_compile_options(${target} PRIVATE -Wno-restrict -Wno-stringop-overflow
            -Wno-array-bounds)
    endif()
    if(RESOCK_DEVELOPER)
        target_compile_options(${target} PRIVATE -Werror)
    endif()
    if(RESOCK_SANITIZE MATCHES "thread")
        # gcc: "atomic_thread_fence is not supported with -fsanitize=thread" (Asio uses fences).
        target_compile_options(${target} PRIVATE -Wno-tsan)
    endif()
endfunction()

set(resock_unity_default OFF)
if(RESOCK_SANITIZE)
    set(resock_unity_default ON)
endif()
option(RESOCK_UNITY "Compile files of core/ together: fast from nothing, slow after a change"
    ${resock_unity_default})

# resock_unity(layer files…): `files` stand apart, because they have names in common with others.
function(resock_unity layer)
    if(RESOCK_UNITY)
        string(REPLACE "/" "_" name "${layer}")
        set_target_properties(resock_${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 12)
        foreach(file ${ARGN})
            set_source_files_properties("${CMAKE_CURRENT_SOURCE_DIR}/${layer}/${file}" PROPERTIES
                SKIP_UNITY_BUILD_INCLUSION ON)
        endforeach()
    endif()
endfunction()

# One static library per layer, or per folder of one: resock_layer(folder [layers below it]).
function(resock_layer folder)
    string(REPLACE "/" "_" name "${folder}")
    file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.cpp")
    add_library(resock_${name} STATIC ${sources})
    target_include_directories(resock_${name} PUBLIC "${CMAKE_CURRENT_SOURCE_DIR}")
    foreach(below ${ARGN})
        target_link_libraries(resock_${name} PUBLIC ${below})
    endforeach()
    resock_warnings(resock_${name})
    set_property(GLOBAL APPEND PROPERTY RESOCK_LAYERS resock_${name})
endfunction()
