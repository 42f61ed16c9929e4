#include "net/store/support/records.hpp"

#include <algorithm>
#include <sstream>

namespace resock::test {

namespace record = session::record;
using session::content;

namespace {

template<class Bytes>
std::string hex(const Bytes& bytes) {
    std::ostringstream text;
    for (const auto each : bytes)
        text << std::hex << (static_cast<unsigned>(each) & 0xFF) << '.';
    return text.str();
}

std::string described(const record::queued& each) {
    std::ostringstream text;
    text << "queued " << each.first_seq << " x" << each.frames << " chunk " << each.chunk
         << " content " << static_cast<int>(each.content) << " text " << each.text << " ackme "
         << each.ackme << " expires " << each.expires_ms << " code " << each.end_code << " '"
         << each.data.view() << "'\n";
    return text.str();
}

std::string described(const record::arrived& each) {
    std::ostringstream text;
    text << "arrived " << each.seq << " check " << each.check << " cost " << each.cost
         << " content " << static_cast<int>(each.content) << " fin " << each.fin << " text "
         << each.text << " expires " << each.expires_ms << " code " << each.end_code << " '"
         << each.data.view() << "'\n";
    return text.str();
}

record::queued copy_of(const record::queued& from) {
    record::queued made;
    made.first_seq = from.first_seq;
    made.frames = from.frames;
    made.chunk = from.chunk;
    made.content = from.content;
    made.text = from.text;
    made.ackme = from.ackme;
    made.expires_ms = from.expires_ms;
    made.end_code = from.end_code;
    made.data = payload::copy(from.data.view());
    return made;
}

record::arrived copy_of(const record::arrived& from) {
    record::arrived made;
    made.seq = from.seq;
    made.check = from.check;
    made.cost = from.cost;
    made.content = from.content;
    made.fin = from.fin;
    made.text = from.text;
    made.expires_ms = from.expires_ms;
    made.end_code = from.end_code;
    made.data = payload::copy(from.data.view());
    return made;
}

} // namespace

session::sid_bytes sid_of(std::uint64_t number) {
    session::sid_bytes sid{};
    for (std::size_t at = 0; at < 8; ++at)
        sid[at] = static_cast<std::uint8_t>(number >> (56 - 8 * at));
    return sid;
}

record::created created_of(std::uint64_t number, const std::string& principal) {
    record::created made;
    made.identity.sid = sid_of(number);
    made.identity.secret.fill(static_cast<std::uint8_t>(number + 1));
    made.identity.digest.fill(static_cast<std::uint8_t>(number + 2));
    made.identity.principal = principal;
    return made;
}

record::queued queued_of(std::uint64_t seq, const std::string& text) {
    record::queued made;
    made.first_seq = seq;
    made.data = payload::copy(text);
    return made;
}

record::arrived arrived_of(std::uint64_t seq, const std::string& text) {
    record::arrived made;
    made.seq = seq;
    made.check = static_cast<std::uint32_t>(seq * 7);
    made.cost = 40;
    made.data = payload::copy(text);
    return made;
}

record::ended ended_of(std::int64_t until_unix_s) {
    return {session::reject_reason::ended, 9, until_unix_s};
}

std::string described(const session::saved& of) {
    const auto& terms = of.terms;
    std::ostringstream text;
    text << "session " << hex(of.identity.sid) << " secret " << hex(of.identity.secret)
         << " digest " << hex(of.identity.digest) << " principal '" << of.identity.principal
         << "'\nterms " << terms.born << ' ' << terms.max_frame_in << ' ' << terms.max_frame_out
         << ' ' << terms.max_message_in << ' ' << terms.max_message_out << ' '
         << int{terms.ack_level_in} << ' ' << int{terms.ack_level_out} << ' '
         << terms.first_window_in << ' ' << terms.heartbeat_ms << ' ' << terms.ttl_s << ' '
         << terms.tombstone_ttl_s << "\nepoch " << of.epoch << " acked " << of.acked << " check "
         << of.acked_check << " recv " << of.recv << " check " << of.recv_check << " done "
         << of.done << '\n';
    for (const auto& each : of.queue)
        text << described(each);
    for (const auto& each : of.inbox)
        text << described(each);
    return text.str();
}

std::string described(const net::tombstone& of) {
    std::ostringstream text;
    text << "tombstone " << hex(of.sid) << " digest " << hex(of.digest) << " principal '"
         << of.principal << "' reason " << static_cast<std::uint64_t>(of.reason) << " recv "
         << of.recv << " until " << of.until_unix_s << '\n';
    return text.str();
}

std::string described(const net::session_store::loaded& of) {
    std::map<session::sid_bytes, std::string> sessions;
    for (const auto& each : of.sessions)
        sessions[each.identity.sid] += described(each);
    std::map<session::sid_bytes, std::string> tombstones;
    for (const auto& each : of.tombstones)
        tombstones[each.sid] += described(each);
    std::string text;
    for (const auto& each : sessions)
        text += each.second;
    for (const auto& each : tombstones)
        text += each.second;
    return text;
}

void model::apply(const session::sid_bytes& of, const record::any& what) {
    if (const auto* made = std::get_if<record::created>(&what)) {
        tombstones_.erase(made->identity.sid);
        sessions_[made->identity.sid] = {};
        sessions_[made->identity.sid].identity = made->identity;
        return;
    }
    session::saved& at = sessions_.at(of);
    if (const auto* agreed = std::get_if<record::agreed>(&what)) at.terms = agreed->terms;
    if (const auto* raised = std::get_if<record::epoch>(&what)) at.epoch = raised->epoch;
    if (const auto* message = std::get_if<record::queued>(&what)) {
        std::erase_if(at.queue,
                      [&](const auto& each) { return each.first_seq == message->first_seq; });
        at.queue.push_back(copy_of(*message));
        std::sort(at.queue.begin(), at.queue.end(),
                  [](const auto& a, const auto& b) { return a.first_seq < b.first_seq; });
    }
    if (const auto* acked = std::get_if<record::acknowledged>(&what)) {
        at.acked = acked->seq;
        at.acked_check = acked->check;
        std::erase_if(at.queue, [&](const auto& each) {
            return each.first_seq + each.frames - 1 <= acked->seq;
        });
    }
    if (const auto* frame = std::get_if<record::arrived>(&what)) {
        at.recv = frame->seq;
        at.recv_check = frame->check;
        at.inbox.push_back(copy_of(*frame));
    }
    if (const auto* done = std::get_if<record::done>(&what)) {
        at.done = done->seq;
        std::erase_if(at.inbox, [&](const auto& each) { return each.seq <= done->seq; });
    }
    if (const auto* ended = std::get_if<record::ended>(&what)) {
        const auto& who = at.identity;
        if (purpose_ == net::store_purpose::table)
            tombstones_[of] = {of,          who.digest,         who.principal, ended->reason,
                               ended->recv, ended->until_unix_s};
        sessions_.erase(of);
    }
}

std::string model::described() const {
    std::string text;
    for (const auto& each : sessions_)
        text += test::described(each.second);
    for (const auto& each : tombstones_)
        text += test::described(each.second);
    return text;
}

std::string record_stream::bytes() {
    // Mostly small; some that need pages of their own.
    std::string made(below(16) == 0 ? below(20000) : below(100), '\0');
    for (char& each : made)
        each = static_cast<char>('a' + below(26));
    return made;
}

record::any record_stream::next() {
    if (alive_) return next_alive();
    alive_ = true;
    epoch_ = sent_ = acked_ = recv_ = done_ = last_first_ = 0;
    return created_of(number_, "user " + std::to_string(below(1000)));
}

record::queued record_stream::queue() {
    record::queued made = queued_of(sent_ + 1, bytes());
    made.frames = 1 + (below(4) == 0 ? below(5) : 0);
    made.chunk = static_cast<std::uint32_t>(below(20000));
    made.text = below(2);
    made.ackme = below(2);
    made.expires_ms = below(2) ? below(1ull << 53) : 0;
    last_first_ = sent_ + 1;
    last_frames_ = made.frames;
    sent_ += made.frames;
    return made;
}

record::any record_stream::next_alive() {
    const auto check = static_cast<std::uint32_t>(random_());
    const std::uint64_t kind = below(100);
    if (kind < 2) {
        session::terms terms;
        terms.born = 1 + below((1ull << 53) - 1);
        terms.first_window_in = check;
        terms.ack_level_in = static_cast<std::uint8_t>(below(4));
        terms.ttl_s = below(1ull << 53);
        terms.max_message_out = 0xFFFFFFFF;
        return record::agreed{terms};
    }
    if (kind < 5) return record::epoch{epoch_ += 1 + below(3)};
    if (kind < 10 && last_first_ > acked_) { // becomes VOID
        record::queued made;
        made.first_seq = last_first_;
        made.frames = last_frames_;
        made.content = content::void_;
        return made;
    }
    if (kind < 25 && sent_ > acked_)
        return record::acknowledged{acked_ += 1 + below(sent_ - acked_), check};
    if (kind < 55) {
        record::arrived made = arrived_of(++recv_, bytes());
        made.check = check;
        made.cost = static_cast<std::uint32_t>(made.data.size() + 34);
        made.content = below(20) == 0 ? content::end : content::data;
        made.fin = below(2);
        made.text = below(2);
        made.expires_ms = below(1ull << 53);
        made.end_code = made.content == content::end ? check : 0;
        return made;
    }
    if (kind < 68 && recv_ > done_) return record::done{done_ += 1 + below(recv_ - done_)};
    if (kind == 99 && below(4) == 0) {
        alive_ = false;
        return record::ended{session::reject_reason::expired, recv_, 4102444800 + check};
    }
    return queue();
}

session::records record_stream::next_batch(std::size_t most) {
    session::records made;
    for (std::size_t left = 1 + sizes_() % most; left > 0; --left)
        made.push_back(next());
    return made;
}

} // namespace resock::test
