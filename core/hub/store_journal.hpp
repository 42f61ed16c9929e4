// The file of a durable session as its link writes it.
#pragma once

#include <memory>

#include "hub/session_journal.hpp"
#include "hub/settings.hpp"
#include "link/session_side.hpp"
#include "net/store/session_store.hpp"

namespace resock::hub {

class hub_link;

// Appends to a channel of the store; what that tells is posted to the link's I/O thread, so that
// the store's thread never holds the last reference to a link.
std::shared_ptr<session_journal> make_store_journal(net::session_store&, const session::sid_bytes&,
                                                    const std::shared_ptr<hub_link>&);

// outbox.path of a link that is being opened: what it begins with, and its file.
struct opened_outbox {
    std::shared_ptr<net::session_store> store;
    link::session_start start;
    std::uint64_t messages = 0; // that it brought back
    std::uint64_t bytes = 0;
};
// Throws error(status::io) or error(status::option) in one sentence: locked, damaged, foreign, a
// position of another session.
opened_outbox open_outbox(const session_settings&);

net::store_sync sync_of(outbox_sync);

} // namespace resock::hub
