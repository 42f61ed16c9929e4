// The sessions of one listener: which link has which, what is left of those that have ended, and
// the file where they are kept (listen.sessions). Any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "hub/hub_link.hpp"
#include "hub/session_journal.hpp"
#include "net/store/session_store.hpp"
#include "session/table.hpp"

namespace resock::hub {

class session_registry {
  public:
    // `path`: "" keeps them in memory. Opens the file; throws resock::error.
    session_registry(std::uint64_t max_sessions, const session_settings&);

    // What the file has: sessions to make links of. Once.
    std::vector<session::saved> load();

    // R14, up to where the session itself is asked.
    struct found {
        session::table::outcome outcome;
        std::shared_ptr<hub_link> link; // alive
    };
    found find(const session::hello_frame&, std::string_view principal);
    // False: as many as listen.session_count allows.
    bool insert(const session::sid_bytes&, const std::shared_ptr<hub_link>&);
    void erase(const session::sid_bytes&);
    void over(const hub_link::session_rest&);
    // It is in the file, and stays there: its client is told to come back later.
    void sleep(const session::sid_bytes&);
    // Null without a file.
    std::shared_ptr<session_journal> journal_of(const session::sid_bytes&,
                                                const std::shared_ptr<hub_link>&);
    std::size_t alive() const;
    std::size_t tombstones() const;

  private:
    std::shared_ptr<net::session_store> store_;
    mutable std::mutex mutex_; // of all below
    session::table table_;
    std::unordered_map<std::uint64_t, std::weak_ptr<hub_link>> links_; // by link id
    // On disk alone, since their links were freed: the client has to wait for the next process.
    std::set<session::sid_bytes> asleep_;
};

} // namespace resock::hub
