#include "hub/libraries.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <openssl/crypto.h>
#include <sqlite3.h>

#include "support/catch.hpp"

using namespace resock::hub;

TEST_CASE("the versions of the library and of what is in it") {
    const auto made = boost::json::parse(version_json(7)).as_object();
    CHECK(made.at("version") == RESOCK_VERSION);
    CHECK(made.at("abi") == 7);
    CHECK_FALSE(made.at("compiler").as_string().empty());
    const auto& libraries = made.at("libraries").as_array();
    REQUIRE(libraries.size() == 3);
    CHECK(libraries[0].at("name") == "Boost");
    CHECK(libraries[0].at("running").is_null());
    CHECK(libraries[1].at("name") == "OpenSSL");
    CHECK(libraries[1].at("running") == OpenSSL_version(OPENSSL_VERSION_STRING));
    CHECK(libraries[2].at("name") == "SQLite");
    CHECK(libraries[2].at("running") == sqlite3_libversion());
    for (const auto& each : libraries) {
        const auto& built = each.at("built").as_string();
        CHECK(std::count(built.begin(), built.end(), '.') == 2);
    }
}
