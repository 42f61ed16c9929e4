#include "session_sim/store.hpp"

#include <algorithm>

namespace resock::session::sim {

namespace {

template<class Record>
Record copy_of(const Record& r) {
    Record made;
    if constexpr (std::is_same_v<Record, record::queued>) {
        made.first_seq = r.first_seq;
        made.frames = r.frames;
        made.chunk = r.chunk;
        made.ackme = r.ackme;
    } else {
        made.seq = r.seq;
        made.check = r.check;
        made.cost = r.cost;
        made.fin = r.fin;
    }
    made.content = r.content;
    made.text = r.text;
    made.expires_ms = r.expires_ms;
    made.end_code = r.end_code;
    made.data = payload::copy(r.data.view());
    return made;
}

} // namespace

void store::append(record::any r) {
    waiting_.push_back(std::move(r));
}

std::uint64_t store::keep(std::uint64_t records) {
    for (; records > 0 && !waiting_.empty(); --records) {
        apply(waiting_.front());
        waiting_.pop_front();
        ++kept_;
    }
    return kept_;
}

void store::crash(std::uint64_t survive) {
    keep(survive);
    waiting_.clear();
    kept_ = 0;
}

void store::apply(record::any& r) {
    std::visit([this](auto& each) { on(each); }, r);
}

void store::on(record::created& r) {
    queue_.clear();
    inbox_.clear();
    ended_.reset();
    state_ = {};
    state_.identity = r.identity;
    alive_ = created_ = true;
}

void store::on(record::queued& r) {
    queue_[r.first_seq] = std::move(r);
}

void store::on(record::acknowledged& r) {
    state_.acked = r.seq;
    state_.acked_check = r.check;
    std::erase_if(queue_, [&](const auto& each) {
        return each.second.first_seq + each.second.frames - 1 <= r.seq;
    });
}

void store::on(record::arrived& r) {
    state_.recv = r.seq;
    state_.recv_check = r.check;
    if (faults_.parts_not_kept && !r.fin) return;
    inbox_[r.seq] = std::move(r);
}

void store::on(record::done& r) {
    state_.done = r.seq;
    std::erase_if(inbox_, [&](const auto& each) { return each.first <= r.seq; });
}

void store::on(record::ended& r) {
    alive_ = false;
    ended_ = r;
}

void store::sent(std::uint64_t seq, std::uint32_t check) {
    if (!faults_.trimmed_early || seq <= state_.acked) return;
    record::acknowledged r{seq, check};
    on(r);
}

saved store::load() const {
    saved made;
    made.identity = state_.identity;
    made.terms = state_.terms;
    made.epoch = state_.epoch;
    made.acked = state_.acked;
    made.acked_check = state_.acked_check;
    made.recv = state_.recv;
    made.recv_check = state_.recv_check;
    made.done = state_.done;
    for (const auto& each : queue_)
        made.queue.push_back(copy_of(each.second));
    for (const auto& each : inbox_)
        made.inbox.push_back(copy_of(each.second));
    return made;
}

store store::copy() const {
    store made(faults_);
    made.alive_ = alive_;
    made.created_ = created_;
    made.state_ = state_;
    for (const auto& [seq, each] : queue_)
        made.queue_[seq] = copy_of(each);
    for (const auto& [seq, each] : inbox_)
        made.inbox_[seq] = copy_of(each);
    return made;
}

} // namespace resock::session::sim
