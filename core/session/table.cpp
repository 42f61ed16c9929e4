#include "session/table.hpp"

#include <cassert>
#include <string>

namespace resock::session {

namespace {

table::outcome rejected(reject_reason reason, const char* text) {
    table::outcome made;
    made.reject.reason = reason;
    made.reject.text = text;
    return made;
}

const char* text_of(reject_reason of_tombstone) {
    return of_tombstone == reject_reason::expired
               ? "the session has expired: its client was away for longer than its ttl"
               : "the session has ended";
}

} // namespace

table::tombstone_key table::key_of(const sid_bytes& sid, const secret_digest& digest,
                                   std::string_view principal) {
    std::string all(sid.begin(), sid.end());
    all.append(digest.begin(), digest.end());
    all.append(principal);
    return sha256_of(all);
}

table::outcome table::find(const hello_frame& hello, std::string_view principal, time_point now) {
    if (const auto known = alive_.find(hello.sid); known != alive_.end()) {
        outcome made;
        made.kind = outcome::kind::alive;
        made.owner = known->second;
        return made;
    }
    expire(now);
    const auto ended = tombstones_.find(key_of(hello.sid, digest_of(hello.secret), principal));
    if (ended != tombstones_.end()) {
        outcome made = rejected(ended->second.reason, text_of(ended->second.reason));
        made.reject.recv = ended->second.recv;
        return made;
    }
    if (hello.born != 0)
        return rejected(reject_reason::unknown_session,
                        "the server does not know this session: it lost it, or kept it only for "
                        "its ttl");
    outcome made;
    made.kind = outcome::kind::unknown;
    return made;
}

bool table::insert(const sid_bytes& sid, std::uint64_t owner) {
    if (alive_.size() >= limits_.sessions) return false;
    return alive_.emplace(sid, owner).second;
}

void table::erase(const sid_bytes& sid) {
    alive_.erase(sid);
}

void table::end(const sid_bytes& sid, const secret_digest& digest, std::string_view principal,
                reject_reason reason, std::uint64_t recv, time_point until) {
    erase(sid);
    insert_tombstone(sid, digest, principal, reason, recv, until);
}

void table::insert_tombstone(const sid_bytes& sid, const secret_digest& digest,
                             std::string_view principal, reject_reason reason, std::uint64_t recv,
                             time_point until) {
    assert(reason == reject_reason::ended || reason == reject_reason::expired);
    if (limits_.tombstones == 0) return;
    const tombstone_key key = key_of(sid, digest, principal);
    if (const auto former = tombstones_.find(key); former != tombstones_.end())
        erase_tombstone(former);
    if (tombstones_.size() >= limits_.tombstones) erase_tombstone(expiries_.begin()->second);
    const auto made = tombstones_.emplace(key, tombstone{reason, recv, {}}).first;
    made->second.expiry = expiries_.emplace(until, made);
}

void table::erase_tombstone(tombstone_map::iterator gone) {
    expiries_.erase(gone->second.expiry);
    tombstones_.erase(gone);
}

void table::expire(time_point now) {
    while (!expiries_.empty() && expiries_.begin()->first <= now)
        erase_tombstone(expiries_.begin()->second);
}

} // namespace resock::session
