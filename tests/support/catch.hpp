// Catch2 2.13 (Debian 12, Ubuntu 22.04) and 3.x under one name.
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
