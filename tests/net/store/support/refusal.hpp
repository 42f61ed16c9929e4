// A store's file that is opened, or refused with a sentence.
#pragma once

#include <string>

#include "base/error.hpp"
#include "net/store/record_writer.hpp"
#include "net/store/store_file.hpp"
#include "net/store/support/records.hpp"
#include "net/support/certificates.hpp"

namespace resock::test {

inline net::store_options outbox(const std::string& path) {
    return {path, net::store_sync::normal, net::store_purpose::outbox, 10000};
}

struct refusal {
    status code = status::ok;
    std::string text;
};

inline refusal refusal_of(const net::store_options& options) {
    try {
        const net::store_file opened(options);
    } catch (const error& refused) {
        return {refused.code(), refused.what()};
    }
    return {status::ok, "opened"};
}

inline std::string start(const net::store_options& options) {
    return (options.purpose == net::store_purpose::outbox ? "outbox.path: '"
                                                          : "listen.sessions: '") +
           options.path + "' ";
}

// A store's file with some pages of messages, closed.
inline std::string full_file(const temporary_directory& directory,
                             net::store_purpose purpose = net::store_purpose::outbox) {
    const net::store_options options{directory.path() + "/full.db", net::store_sync::off, purpose,
                                     10000};
    net::store_file file(options);
    net::record_writer writer(file.database(), options);
    net::record_writer::cursor at(sid_of(1));
    session::records records = records_of(created_of(1));
    for (std::uint64_t seq = 1; seq <= 500; ++seq)
        records.push_back(queued_of(seq, std::string(1000, 'x')));
    writer.begin();
    writer.add(at, records, 0);
    writer.commit();
    return options.path;
}

} // namespace resock::test
