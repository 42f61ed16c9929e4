#include "net/store/record_writer.hpp"

#include <string_view>

#include "net/store/schema.hpp"

namespace resock::net {

namespace {

namespace record = session::record;

template<std::size_t N>
std::string_view view(const std::array<std::uint8_t, N>& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), N};
}

std::int64_t flags_of(const record::queued& message) {
    return (message.text ? flag_text : 0) | (message.ackme ? flag_ackme : 0);
}

std::int64_t flags_of(const record::arrived& frame) {
    return (frame.text ? flag_text : 0) | (frame.fin ? flag_fin : 0);
}

} // namespace

record_writer::record_writer(sqlite::database& db, const store_options& options)
    : purpose_(options.purpose)
    , max_tombstones_(options.max_tombstones)
    , begin_(db, "BEGIN IMMEDIATE")
    , commit_(db, "COMMIT")
    , roll_back_(db, "ROLLBACK")
    , find_(db, "SELECT id, epoch, acked, acked_check, recv, recv_check, done FROM session "
                "WHERE sid=?1")
    , insert_session_(db, "INSERT INTO session (sid, secret, digest, principal, born, "
                          "max_frame_in, max_frame_out, max_message_in, max_message_out, "
                          "ack_level_in, ack_level_out, first_window_in, heartbeat_ms, ttl_s, "
                          "tombstone_ttl_s) VALUES (?1,?2,?3,?4,0,0,0,0,0,0,0,0,0,0,0) "
                          "RETURNING id")
    , agree_(db, "UPDATE session SET born=?2, max_frame_in=?3, max_frame_out=?4, "
                 "max_message_in=?5, max_message_out=?6, ack_level_in=?7, ack_level_out=?8, "
                 "first_window_in=?9, heartbeat_ms=?10, ttl_s=?11, tombstone_ttl_s=?12 "
                 "WHERE id=?1")
    , move_(db, "UPDATE session SET epoch=?2, acked=?3, acked_check=?4, recv=?5, recv_check=?6, "
                "done=?7 WHERE id=?1")
    , insert_queued_(db, "INSERT OR REPLACE INTO queue (session, first_seq, frames, chunk, "
                         "content, flags, expires_ms, end_code, data) "
                         "VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9)")
    , insert_arrived_(db, "INSERT OR REPLACE INTO inbox (session, seq, \"check\", cost, content, "
                          "flags, expires_ms, end_code, data) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9)")
    , trim_queue_(db, "DELETE FROM queue WHERE session=?1 AND first_seq<=?2 AND "
                      "first_seq+frames-1<=?2")
    , trim_inbox_(db, "DELETE FROM inbox WHERE session=?1 AND seq<=?2")
    , remove_session_(db, "DELETE FROM session WHERE id=?1")
    , remove_queue_(db, "DELETE FROM queue WHERE session=?1")
    , remove_inbox_(db, "DELETE FROM inbox WHERE session=?1")
    , bury_(db, "INSERT OR REPLACE INTO tombstone SELECT sid, digest, principal, ?2, ?3, ?4 "
                "FROM session WHERE id=?1")
    , exhume_(db, "DELETE FROM tombstone WHERE sid=?1")
    , expire_(db, "DELETE FROM tombstone WHERE until_unix_s<=?1")
    , limit_tombstones_(db, "DELETE FROM tombstone WHERE sid IN (SELECT sid FROM tombstone "
                            "ORDER BY until_unix_s DESC LIMIT -1 OFFSET ?1)") {
}

void record_writer::begin() {
    begin_.run();
}

struct record_writer::applier {
    record_writer& writer;
    cursor& at;
    std::int64_t now_unix_s;

    void operator()(const record::created& made) { writer.create(at, made.identity); }
    void operator()(const record::agreed& made) { writer.agree(at, made.terms); }
    void operator()(const record::ended& made) { writer.end(at, made, now_unix_s); }
    void operator()(const record::epoch& raised) {
        at.position_.epoch = raised.epoch;
        at.moved_ = true;
    }
    void operator()(const record::queued& message) { at.queued_.push_back(&message); }
    void operator()(const record::acknowledged& made) {
        at.position_.acked = made.seq;
        at.position_.acked_check = made.check;
        at.acked_moved_ = true;
    }
    void operator()(const record::arrived& frame) {
        at.position_.recv = frame.seq;
        at.position_.recv_check = frame.check;
        at.moved_ = true;
        at.arrived_.push_back(&frame);
    }
    void operator()(const record::done& made) {
        at.position_.done = made.seq;
        at.done_moved_ = true;
    }
};

void record_writer::add(cursor& at, const session::records& records, std::int64_t now_unix_s) {
    touch(at);
    applier apply{*this, at, now_unix_s};
    for (const record::any& each : records)
        if (at.id_ != 0 || std::holds_alternative<record::created>(each)) std::visit(apply, each);
}

void record_writer::commit() {
    for (cursor* each : touched_)
        flush(*each);
    commit_.run();
    for (cursor* each : touched_) {
        each->touched_ = false;
        each->committed_sid_ = each->sid_;
    }
    touched_.clear();
}

void record_writer::roll_back() noexcept {
    for (cursor* each : touched_) {
        cursor fresh(each->committed_sid_);
        *each = std::move(fresh);
    }
    touched_.clear();
    // Fails where the error has rolled back already: then there is nothing to do.
    try {
        roll_back_.run();
    } catch (...) {
    }
}

void record_writer::touch(cursor& at) {
    if (at.touched_) return;
    if (!at.known_) look_up(at);
    at.touched_ = true;
    touched_.push_back(&at);
}

void record_writer::look_up(cursor& at) {
    // A former channel of the same session may have something in this transaction.
    for (cursor* each : touched_)
        flush(*each);
    find_.query(view(at.sid_));
    at.known_ = true;
    at.id_ = 0;
    at.position_ = {};
    if (!find_.next()) return;
    at.id_ = find_.number(0);
    at.position_.epoch = static_cast<std::uint64_t>(find_.number(1));
    at.position_.acked = static_cast<std::uint64_t>(find_.number(2));
    at.position_.acked_check = static_cast<std::uint32_t>(find_.number(3));
    at.position_.recv = static_cast<std::uint64_t>(find_.number(4));
    at.position_.recv_check = static_cast<std::uint32_t>(find_.number(5));
    at.position_.done = static_cast<std::uint64_t>(find_.number(6));
    find_.reset();
}

// Deletes come first: new rows can then use their pages, also on a full disk.
void record_writer::flush(cursor& at) {
    const auto& now = at.position_;
    if (at.acked_moved_) trim_queue_.run(at.id_, now.acked);
    if (at.done_moved_) trim_inbox_.run(at.id_, now.done);
    if (at.moved_ || at.acked_moved_ || at.done_moved_)
        move_.run(at.id_, now.epoch, now.acked, now.acked_check, now.recv, now.recv_check,
                  now.done);
    for (const record::queued* each : at.queued_)
        if (each->first_seq + each->frames - 1 > now.acked) write(at.id_, *each);
    for (const record::arrived* each : at.arrived_)
        if (each->seq > now.done) write(at.id_, *each);
    at.moved_ = at.acked_moved_ = at.done_moved_ = false;
    at.queued_.clear();
    at.arrived_.clear();
}

void record_writer::write(std::int64_t id, const record::queued& message) {
    insert_queued_.run(id, message.first_seq, message.frames, message.chunk,
                       static_cast<std::int64_t>(message.content), flags_of(message),
                       message.expires_ms, message.end_code, message.data.view());
}

void record_writer::write(std::int64_t id, const record::arrived& frame) {
    insert_arrived_.run(id, frame.seq, frame.check, frame.cost,
                        static_cast<std::int64_t>(frame.content), flags_of(frame), frame.expires_ms,
                        frame.end_code, frame.data.view());
}

void record_writer::create(cursor& at, const session::identity& made) {
    if (at.id_ != 0) flush(at);
    at.sid_ = made.sid;
    look_up(at);
    if (at.id_ != 0) remove(at.id_);
    exhume_.run(view(made.sid));
    insert_session_.query(view(made.sid), view(made.secret), view(made.digest),
                          std::string_view(made.principal));
    if (insert_session_.next()) at.id_ = insert_session_.number(0);
    insert_session_.reset();
    at.position_ = {};
    agree(at, {});
}

void record_writer::agree(cursor& at, const session::terms& made) {
    agree_.run(at.id_, made.born, made.max_frame_in, made.max_frame_out, made.max_message_in,
               made.max_message_out, made.ack_level_in, made.ack_level_out, made.first_window_in,
               made.heartbeat_ms, made.ttl_s, made.tombstone_ttl_s);
}

void record_writer::end(cursor& at, const record::ended& made, std::int64_t now_unix_s) {
    // What waits is needed no more.
    at.moved_ = at.acked_moved_ = at.done_moved_ = false;
    at.queued_.clear();
    at.arrived_.clear();
    if (purpose_ == store_purpose::table) {
        expire_.run(now_unix_s);
        if (made.until_unix_s > now_unix_s)
            bury_.run(at.id_, static_cast<std::int64_t>(made.reason), made.recv, made.until_unix_s);
        limit_tombstones_.run(max_tombstones_);
    }
    remove(at.id_);
    at.id_ = 0;
}

void record_writer::remove(std::int64_t id) {
    remove_queue_.run(id);
    remove_inbox_.run(id);
    remove_session_.run(id);
}

} // namespace resock::net
