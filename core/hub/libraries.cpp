#include "hub/libraries.hpp"

#include <boost/json.hpp>
#include <boost/version.hpp>
#include <openssl/crypto.h>
#include <openssl/opensslv.h>
#include <sqlite3.h>

namespace resock::hub {

namespace {

namespace json = boost::json;

std::string compiler() {
#if defined(__clang__)
    return "Clang " __clang_version__;
#elif defined(__GNUC__)
    return "GCC " __VERSION__;
#else
    return "unknown";
#endif
}

std::string boost_version() {
    return std::to_string(BOOST_VERSION / 100000) + "." +
           std::to_string(BOOST_VERSION / 100 % 1000) + "." + std::to_string(BOOST_VERSION % 100);
}

json::object library(const char* name, const std::string& built, const char* running) {
    json::object made;
    made["name"] = name;
    made["built"] = built;
    made["running"] = running ? json::value(running) : json::value(nullptr);
    return made;
}

} // namespace

std::string version_json(std::uint32_t abi) {
    json::object made;
    made["version"] = RESOCK_VERSION;
    made["abi"] = abi;
    made["compiler"] = compiler();
    made["libraries"] = {
        library("Boost", boost_version(), nullptr),
        library("OpenSSL", OPENSSL_VERSION_STR, OpenSSL_version(OPENSSL_VERSION_STRING)),
        library("SQLite", SQLITE_VERSION, sqlite3_libversion()),
    };
    return json::serialize(made);
}

} // namespace resock::hub
