// A listener's store in a directory of its own.
#pragma once

#include "net/store/support/records.hpp"
#include "net/support/certificates.hpp"

namespace resock::test {

struct place {
    temporary_directory directory;
    net::store_options options{directory.path() + "/s.db", net::store_sync::normal,
                               net::store_purpose::table, 10000};

    std::shared_ptr<net::session_store> open() const { return net::session_store::open(options); }
    std::string loaded() const { return described(open()->load()); }
};

} // namespace resock::test
