#include "kept.hpp"

#include <algorithm>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <stdexcept>

#include "support/clock.hpp"

namespace bench {

namespace {

namespace record = resock::session::record;
using resock::net::session_store;

class writer {
  public:
    explicit writer(const traffic& wanted)
        : wanted_(wanted)
        , text_(wanted.bytes, 'x') {}

    outcome run(session_store& store) {
        const resock::session::sid_bytes sid{1};
        const auto channel =
            store.open_channel(sid, {[this](std::uint64_t through) { stored(through); },
                                     [this](const std::string& text, bool) { failed(text); }});
        record::created made;
        made.identity.sid = sid;
        resock::session::records first;
        first.emplace_back(std::move(made));
        channel->append(std::move(first));
        wait(channel->appended());
        const auto began_ns = now_ns();
        while (sent_ < wanted_.messages)
            append_burst(*channel);
        wait(channel->appended());
        made_.seconds = static_cast<double>(now_ns() - began_ns) / ns_per_s;
        return std::move(made_);
    }
    std::uint64_t left() const { return sent_ - acked_; }

  private:
    void stored(std::uint64_t through) {
        const std::lock_guard lock(mutex_);
        stored_ = through;
        changed_.notify_one();
    }
    void failed(const std::string& text) {
        const std::lock_guard lock(mutex_);
        wrong_ = text;
        changed_.notify_one();
    }
    // Records up to the number are stored; their number then.
    std::uint64_t wait(std::uint64_t through) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return stored_ >= through || !wrong_.empty(); });
        if (!wrong_.empty()) throw std::runtime_error(wrong_);
        return stored_;
    }

    // What each append was: the record that ends it, the last message in it, what it acknowledged.
    struct mark {
        std::uint64_t number = 0;
        std::uint64_t message = 0;
        std::uint64_t acked = 0;
    };

    void append_burst(session_store::channel& channel) {
        note_stored(wait(0));
        while (sent_ - acked_ >= wanted_.in_flight)
            note_stored(wait(marks_[next_].number));
        resock::session::records records;
        if (acked_ > acked_told_) records.emplace_back(record::acknowledged{acked_, 1});
        acked_told_ = acked_;
        for (std::uint64_t left = std::min(wanted_.burst, wanted_.messages - sent_); left; --left) {
            record::queued message;
            message.first_seq = ++sent_;
            message.data = resock::payload::copy(text_, source_);
            records.emplace_back(std::move(message));
        }
        channel.append(std::move(records));
        marks_.push_back({channel.appended(), sent_, acked_told_});
        if (sent_ == wanted_.messages) note_stored(wait(channel.appended()));
    }
    // What was stored between two looks was one transaction or more; the bare loop gets one.
    void note_stored(std::uint64_t through) {
        const std::uint64_t before = acked_;
        std::uint64_t acknowledged = 0;
        while (next_ < marks_.size() && marks_[next_].number <= through) {
            acked_ = marks_[next_].message;
            acknowledged = marks_[next_].acked;
            ++next_;
        }
        if (acked_ > before) made_.transactions.push_back({acked_ - before, acknowledged});
    }

    const traffic wanted_;
    const std::string text_;
    resock::block_source source_;
    std::uint64_t sent_ = 0;
    std::uint64_t acked_ = 0;      // stored, and so acknowledged
    std::uint64_t acked_told_ = 0; // in a record
    std::vector<mark> marks_;
    std::size_t next_ = 0;
    outcome made_;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::uint64_t stored_ = 0;
    std::string wrong_;
};

} // namespace

outcome run_store(const traffic& wanted) {
    const std::string path = wanted.folder + "/store.db";
    std::filesystem::remove(path);
    const auto store = session_store::open({path, wanted.sync});
    writer writes(wanted);
    outcome made = writes.run(*store);
    const auto found = store->load();
    const std::uint64_t acked = made.transactions.empty() ? 0 : made.transactions.back().acked;
    if (found.sessions.size() != 1 || found.sessions[0].acked != acked ||
        found.sessions[0].queue.size() != wanted.messages - acked)
        throw std::runtime_error("the file does not hold what was not acknowledged");
    return made;
}

} // namespace bench
