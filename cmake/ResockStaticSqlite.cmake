# SQLite as a static library: compiled from the source that ./dev wheel puts beside us and into an
# sdist, else the system's archive.

set(RESOCK_SQLITE_SOURCE "${CMAKE_CURRENT_SOURCE_DIR}/build/deps/sqlite" CACHE PATH
    "Folder of sqlite3.c and sqlite3.h, to be linked statically")
if(EXISTS "${RESOCK_SQLITE_SOURCE}/sqlite3.c")
    add_library(resock_sqlite STATIC "${RESOCK_SQLITE_SOURCE}/sqlite3.c")
    target_include_directories(resock_sqlite SYSTEM PUBLIC "${RESOCK_SQLITE_SOURCE}")
    # What SQLite recommends, less what nobody here calls; sessions need threads.
    target_compile_definitions(resock_sqlite PRIVATE SQLITE_THREADSAFE=1 SQLITE_DQS=0
        SQLITE_DEFAULT_MEMSTATUS=0 SQLITE_OMIT_LOAD_EXTENSION SQLITE_OMIT_DEPRECATED
        SQLITE_OMIT_SHARED_CACHE SQLITE_LIKE_DOESNT_MATCH_BLOBS HAVE_USLEEP=1 HAVE_FDATASYNC=1)
    target_compile_options(resock_sqlite PRIVATE -w)
    target_link_libraries(resock_sqlite PUBLIC Threads::Threads m)
    add_library(SQLite::SQLite3 ALIAS resock_sqlite)
    return()
endif()

find_library(RESOCK_SQLITE_ARCHIVE libsqlite3.a)
find_path(RESOCK_SQLITE_INCLUDE_DIR sqlite3.h)
if(NOT RESOCK_SQLITE_ARCHIVE OR NOT RESOCK_SQLITE_INCLUDE_DIR)
    message(FATAL_ERROR "No SQLite to link statically was found. Install libsqlite3-dev, or set "
        "RESOCK_SQLITE_SOURCE to a folder with sqlite3.c and sqlite3.h, or link what there is with "
        "RESOCK_STATIC_DEPENDENCIES=OFF (pip install . -C cmake.define.RESOCK_STATIC_DEPENDENCIES=OFF)")
endif()
add_library(SQLite::SQLite3 UNKNOWN IMPORTED)
set_target_properties(SQLite::SQLite3 PROPERTIES
    IMPORTED_LOCATION "${RESOCK_SQLITE_ARCHIVE}"
    INTERFACE_INCLUDE_DIRECTORIES "${RESOCK_SQLITE_INCLUDE_DIR}"
    INTERFACE_LINK_LIBRARIES "m;${CMAKE_DL_LIBS}")
