# Whether the Python package is built: RESOCK_PYTHON.

set(resock_python ${RESOCK_PYTHON})
if(RESOCK_PYTHON STREQUAL "AUTO")
    # ThreadSanitizer would have to watch the interpreter, too.
    set(resock_python OFF)
    if(RESOCK_DEVELOPER AND NOT RESOCK_SANITIZE MATCHES "thread"
       AND EXISTS "${PROJECT_SOURCE_DIR}/build/deps/pybind11/share/cmake/pybind11")
        set(resock_python ON)
    endif()
endif()
if(resock_python)
    add_subdirectory(python)
endif()
