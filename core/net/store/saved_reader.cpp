#include "net/store/saved_reader.hpp"

#include <algorithm>
#include <limits>
#include <unordered_map>

#include "net/store/schema.hpp"

namespace resock::net {

namespace {

[[noreturn]] void damaged(const char* what) {
    throw sqlite::error(SQLITE_CORRUPT, 0, std::string("no such value in ") + what);
}

// The columns of a row, in turn.
class row {
  public:
    row(const sqlite::statement& from, const char* table)
        : from_(from)
        , table_(table) {}

    template<class Integer>
    Integer number() {
        const std::int64_t value = from_.number(at_++);
        const auto most = static_cast<std::uint64_t>(std::numeric_limits<Integer>::max());
        if (value < 0 || static_cast<std::uint64_t>(value) > most) damaged(table_);
        return static_cast<Integer>(value);
    }
    template<class Integer>
    void into(Integer& value) {
        value = number<Integer>();
    }
    std::string_view bytes() { return from_.bytes(at_++); }
    template<std::size_t N>
    void into(std::array<std::uint8_t, N>& value) {
        const std::string_view found = bytes();
        if (found.size() != N) damaged(table_);
        std::copy(found.begin(), found.end(), value.begin());
    }
    void into(std::string& value) { value = bytes(); }
    void into(payload& value) { value = payload::copy(bytes()); }
    void into(session::content& value) {
        const auto found = number<std::uint8_t>();
        if (found < 1 || found > 3) damaged(table_);
        value = static_cast<session::content>(found);
    }

  private:
    const sqlite::statement& from_;
    const char* table_;
    int at_ = 0;
};

session::saved session_of(row& from) {
    session::saved made;
    from.into(made.identity.sid);
    from.into(made.identity.secret);
    from.into(made.identity.digest);
    from.into(made.identity.principal);
    from.into(made.terms.born);
    from.into(made.terms.max_frame_in);
    from.into(made.terms.max_frame_out);
    from.into(made.terms.max_message_in);
    from.into(made.terms.max_message_out);
    from.into(made.terms.ack_level_in);
    from.into(made.terms.ack_level_out);
    from.into(made.terms.first_window_in);
    from.into(made.terms.heartbeat_ms);
    from.into(made.terms.ttl_s);
    from.into(made.terms.tombstone_ttl_s);
    from.into(made.epoch);
    from.into(made.acked);
    from.into(made.acked_check);
    from.into(made.recv);
    from.into(made.recv_check);
    from.into(made.done);
    return made;
}

session::record::queued queued_of(row& from) {
    session::record::queued made;
    from.into(made.first_seq);
    from.into(made.frames);
    from.into(made.chunk);
    from.into(made.content);
    const auto flags = from.number<std::uint8_t>();
    made.text = flags & flag_text;
    made.ackme = flags & flag_ackme;
    from.into(made.expires_ms);
    from.into(made.end_code);
    from.into(made.data);
    return made;
}

session::record::arrived arrived_of(row& from) {
    session::record::arrived made;
    from.into(made.seq);
    from.into(made.check);
    from.into(made.cost);
    from.into(made.content);
    const auto flags = from.number<std::uint8_t>();
    made.text = flags & flag_text;
    made.fin = flags & flag_fin;
    from.into(made.expires_ms);
    from.into(made.end_code);
    from.into(made.data);
    return made;
}

class reader {
  public:
    explicit reader(sqlite::database& db)
        : db_(db) {}

    void sessions() {
        sqlite::statement asked(
            db_, "SELECT id, sid, secret, digest, principal, born, max_frame_in, max_frame_out, "
                 "max_message_in, max_message_out, ack_level_in, ack_level_out, first_window_in, "
                 "heartbeat_ms, ttl_s, tombstone_ttl_s, epoch, acked, acked_check, recv, "
                 "recv_check, done FROM session ORDER BY id");
        while (asked.next()) {
            row each(asked, "the table of sessions");
            place_[each.number<std::int64_t>()] = found.sessions.size();
            found.sessions.push_back(session_of(each));
        }
    }
    void queues() {
        sqlite::statement asked(
            db_, "SELECT session, first_seq, frames, chunk, content, flags, expires_ms, end_code, "
                 "data FROM queue ORDER BY session, first_seq");
        while (asked.next()) {
            row each(asked, "the queue");
            session_at(each).queue.push_back(queued_of(each));
        }
    }
    void inboxes() {
        sqlite::statement asked(
            db_, "SELECT session, seq, \"check\", cost, content, flags, expires_ms, end_code, "
                 "data FROM inbox ORDER BY session, seq");
        while (asked.next()) {
            row each(asked, "the inbox");
            session_at(each).inbox.push_back(arrived_of(each));
        }
    }
    void tombstones(std::int64_t now_unix_s) {
        sqlite::statement asked(
            db_, "SELECT sid, digest, principal, reason, recv, until_unix_s FROM tombstone "
                 "WHERE until_unix_s>?1 ORDER BY until_unix_s, sid");
        asked.query(now_unix_s);
        while (asked.next()) {
            row each(asked, "the tombstones");
            tombstone made;
            each.into(made.sid);
            each.into(made.digest);
            each.into(made.principal);
            made.reason = static_cast<session::reject_reason>(each.number<std::uint8_t>());
            each.into(made.recv);
            each.into(made.until_unix_s);
            found.tombstones.push_back(std::move(made));
        }
    }

    session_store::loaded found;

  private:
    session::saved& session_at(row& from) {
        const auto at = place_.find(from.number<std::int64_t>());
        if (at == place_.end()) damaged("the messages: they belong to no session");
        return found.sessions[at->second];
    }

    sqlite::database& db_;
    std::unordered_map<std::int64_t, std::size_t> place_; // of each id in found.sessions
};

} // namespace

session_store::loaded read_saved(sqlite::database& db, std::int64_t now_unix_s) {
    reader reads(db);
    reads.sessions();
    reads.queues();
    reads.inboxes();
    reads.tombstones(now_unix_s);
    return std::move(reads.found);
}

} // namespace resock::net
