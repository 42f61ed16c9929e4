# Boost (headers only, >= 1.81), OpenSSL 3, SQLite 3.37, threads. docs/dependencies.md says why.

option(RESOCK_STATIC_DEPENDENCIES "Link OpenSSL and SQLite as static libraries, as a wheel does" OFF)
if(RESOCK_STATIC_DEPENDENCIES)
    set(OPENSSL_USE_STATIC_LIBS TRUE)
    include(ResockStaticSqlite)
endif()
find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
if(NOT TARGET SQLite::SQLite3)
    find_package(SQLite3 3.37 REQUIRED)
endif()

add_library(resock_boost INTERFACE)
if(NOT RESOCK_BOOST_INCLUDE_DIR AND EXISTS
   "${CMAKE_CURRENT_SOURCE_DIR}/build/deps/boost_headers/include/boost/version.hpp")
    set(RESOCK_BOOST_INCLUDE_DIR "${CMAKE_CURRENT_SOURCE_DIR}/build/deps/boost_headers/include")
endif()
if(NOT RESOCK_BOOST_INCLUDE_DIR)
    find_package(Boost 1.81 QUIET)
    if(NOT Boost_FOUND)
        # Where pip has put the package boost-headers, the requirement of a wheel's build.
        find_path(RESOCK_BOOST_HEADERS boost/version.hpp PATH_SUFFIXES boost_headers/include)
        if(RESOCK_BOOST_HEADERS)
            set(RESOCK_BOOST_INCLUDE_DIR "${RESOCK_BOOST_HEADERS}")
        endif()
    endif()
endif()
if(RESOCK_BOOST_INCLUDE_DIR)
    target_include_directories(resock_boost SYSTEM INTERFACE "${RESOCK_BOOST_INCLUDE_DIR}")
    resock_hide_path("${RESOCK_BOOST_INCLUDE_DIR}")
elseif(Boost_FOUND)
    target_link_libraries(resock_boost INTERFACE Boost::headers)
else()
    message(FATAL_ERROR "Headers of Boost 1.81 or later were not found: run ./dev setup build, "
        "or set RESOCK_BOOST_INCLUDE_DIR to the folder that holds boost/version.hpp")
endif()
# Header-only parts that would otherwise auto-link or pull compiled libraries.
target_compile_definitions(resock_boost INTERFACE
    BOOST_ALL_NO_LIB BOOST_ERROR_CODE_HEADER_ONLY BOOST_ASIO_NO_DEPRECATED
    BOOST_ASIO_DISABLE_BOOST_COROUTINE BOOST_URL_NO_LIB BOOST_JSON_NO_LIB)
