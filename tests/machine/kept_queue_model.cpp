// The queue against a model too plain to be wrong, and the bounds of what it holds and costs.

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "link/kept_queue.hpp"
#include "machine/script.hpp"

namespace resock::link {
namespace {

struct plain {
    std::uint64_t size = 0;
    bool unkept = false;
    bool touched = false;
    bool staged = false; // on this connection
    std::uint64_t begin = 0, end = 0;
    time_point expires{};
};

class model_test {
  public:
    model_test(std::uint32_t seed, delivery promise, bool final_is_written)
        : random_(seed)
        , once_(promise == delivery::at_most_once)
        , final_is_written_(final_is_written)
        , queue_(promise, final_is_written)
        , told_(final_is_written ? level::written : level::received) {}

    void run(int steps) {
        for (int i = 0; i < steps; ++i) {
            one();
            settle();
        }
        queue_.end_all(out_);
        for (auto& [id, m] : living_)
            expect_failed_.insert(id);
        living_.clear();
        settle();
        CHECK(told_.finished() == "");
    }

  private:
    std::uint64_t below(std::uint64_t n) { return random_() % n; }

    void one() {
        now_ += std::chrono::milliseconds(below(3));
        switch (below(12)) {
        case 0:
        case 1:
        case 2:
            push();
            break;
        case 3:
        case 4:
        case 5:
            stage();
            break;
        case 6:
        case 7:
            write();
            break;
        case 8:
            confirm();
            break;
        case 9:
            expire();
            break;
        case 10:
            room();
            break;
        default:
            if (below(6) == 0) lose();
        }
    }
    void push() {
        kept_message m;
        plain p;
        m.id = ++last_;
        p.size = below(50);
        m.data = payload(p.size);
        m.unkept = p.unkept = below(5) == 0;
        m.expires = p.expires =
            below(2) ? time_point::max() : now_ + 1ms * static_cast<int>(below(40));
        living_[m.id] = p;
        told_.accepted(m.id, p.size);
        queue_.push(std::move(m));
    }
    void stage() {
        kept_message* m = queue_.to_stage();
        const auto next = std::find_if(living_.begin(), living_.end(),
                                       [](const auto& each) { return !each.second.staged; });
        if (half_ == 0) {
            REQUIRE((m != nullptr) == (next != living_.end()));
            if (m == nullptr) return;
            REQUIRE(m->id == next->first);
            CHECK(m->data.size() == next->second.size);
            queue_.begin_stage(*m, stream_);
            next->second.staged = true;
            next->second.begin = stream_;
            next->second.end = UINT64_MAX;
            if (m->size > 20 && below(2)) {
                stream_ += 15;
                queue_.advance_part(10);
                half_ = m->id;
                return;
            }
        }
        REQUIRE(m != nullptr);
        const std::uint64_t id = m->id;
        CHECK(m->data.size() == m->size); // until staged whole, also where it has ended
        if (half_ != 0) CHECK(id == half_);
        stream_ += 5 + m->size;
        queue_.finish_stage(*m, stream_);
        if (living_.count(id)) living_[id].end = stream_;
        half_ = 0;
    }
    void write() {
        if (written_ == stream_) return;
        written_ += 1 + below(stream_ - written_);
        for (auto at = living_.begin(); at != living_.end();) {
            plain& m = at->second;
            m.touched = m.touched || (m.staged && m.begin < written_);
            const bool whole = m.staged && m.end <= written_;
            if (whole && (m.unkept || final_is_written_))
                at = confirmed(at);
            else
                ++at;
        }
        queue_.written(written_, out_);
    }
    using place = std::map<std::uint64_t, plain>::iterator;
    place confirmed(place at) {
        expect_confirmed_.insert(at->first);
        return living_.erase(at);
    }
    place failed(place at) {
        expect_failed_.insert(at->first);
        return living_.erase(at);
    }
    void confirm() {
        if (last_ == 0) return;
        const std::uint64_t id = 1 + below(last_);
        if (below(2)) {
            if (const auto at = living_.find(id); at != living_.end()) confirmed(at);
            queue_.confirm_one(id, out_);
        } else if (below(4) == 0) {
            for (auto at = living_.begin(); at != living_.end() && at->first <= id;)
                at = confirmed(at);
            queue_.confirm_through(id, out_);
        }
    }
    void expire() {
        for (auto at = living_.begin(); at != living_.end();) {
            const plain& m = at->second;
            at = m.expires <= now_ && !m.touched && !m.staged ? failed(at) : std::next(at);
        }
        queue_.expire(now_, out_);
        if (const auto next = queue_.next_expiry()) CHECK(*next > now_);
    }
    bool droppable(const plain& m) const { return !m.touched && !m.staged; }
    void room() {
        const in::make_room wanted{++token_, below(60), below(3), below(2) == 0};
        std::uint64_t bytes = 0, messages = 0;
        while (bytes < wanted.bytes || messages < wanted.messages) {
            auto at = living_.end();
            for (auto each = living_.begin(); each != living_.end(); ++each)
                if (droppable(each->second) && (wanted.newest_first || at == living_.end()))
                    at = each;
            if (at == living_.end()) break;
            bytes += at->second.size;
            ++messages;
            failed(at);
        }
        const auto made = queue_.make_room(wanted, out_);
        CHECK(made.bytes == bytes);
        CHECK(made.messages == messages);
    }
    void lose() {
        std::uint64_t doubtful = 0;
        for (auto at = living_.begin(); at != living_.end();) {
            plain& m = at->second;
            const bool carried = m.staged && m.begin < written_;
            m.staged = false;
            doubtful += carried && !m.unkept && !once_;
            at = carried && (m.unkept || once_) ? failed(at) : std::next(at);
        }
        CHECK(queue_.lost_connection(out_).messages == doubtful);
        stream_ = written_ = half_ = 0;
    }
    // Told is what the model says: failures at once, confirmations as far as the run goes.
    void settle() {
        std::set<std::uint64_t> failed;
        for (const auto& each : out_) {
            if (const auto* c = std::get_if<out::confirmed>(&each)) told_.on(*c);
            if (const auto* f = std::get_if<out::failed>(&each)) {
                told_.on(*f);
                for (std::uint64_t id = f->first; id <= f->last; ++id)
                    failed.insert(id);
            }
        }
        out_.clear();
        REQUIRE(failed == expect_failed_);
        expect_failed_.clear();
        const std::uint64_t first = living_.empty() ? last_ + 1 : living_.begin()->first;
        while (!expect_confirmed_.empty() && *expect_confirmed_.begin() < first) {
            REQUIRE(told_.of(*expect_confirmed_.begin()) == ends::fate::confirmed);
            expect_confirmed_.erase(expect_confirmed_.begin());
        }
        for (const std::uint64_t id : expect_confirmed_)
            REQUIRE(told_.of(id) == ends::fate::living);
        REQUIRE(told_.first_broken() == "");
        REQUIRE(queue_.messages() == living_.size());
        REQUIRE(queue_.empty() == living_.empty());
        if (!living_.empty()) REQUIRE(queue_.first_id() == living_.begin()->first);
        REQUIRE(told_.held_messages() == living_.size());
    }

    std::mt19937 random_;
    bool once_, final_is_written_;
    kept_queue queue_;
    ends told_;
    actions out_;
    std::map<std::uint64_t, plain> living_;
    std::set<std::uint64_t> expect_failed_, expect_confirmed_;
    time_point now_ = start;
    std::uint64_t last_ = 0, stream_ = 0, written_ = 0, half_ = 0, token_ = 0;
};

} // namespace

TEST_CASE("any sequence of operations does what the model does") {
    struct row {
        delivery promise;
        bool final_is_written;
    };
    const row r = GENERATE(row{delivery::at_least_once, false}, row{delivery::at_most_once, false},
                           row{delivery::at_most_once, true});
    for (std::uint32_t seed = 1; seed <= 60; ++seed) {
        CAPTURE(seed, r.final_is_written);
        model_test(seed, r.promise, r.final_is_written).run(600);
    }
}

TEST_CASE("one message that stays does not keep the rest: 200,000 ended behind it") {
    kept_queue queue(delivery::at_least_once, false);
    actions out;
    const auto push = [&](std::uint64_t id) {
        kept_message m;
        m.id = id;
        m.data = payload(8);
        m.expires = start + 1h; // far away: entries of ended messages must not pile up either
        queue.push(std::move(m));
    };
    push(1);
    std::uint64_t stream = 0;
    for (std::uint64_t id = 2; id <= 200'000; ++id) {
        push(id);
        while (kept_message* m = queue.to_stage()) {
            queue.begin_stage(*m, stream);
            queue.finish_stage(*m, stream += 10);
        }
        queue.written(stream, out);
        queue.confirm_one(id, out);
        REQUIRE(queue.messages() == 1);
        REQUIRE(queue.held() <= 400); // places and expiries, ended ones included
        out.clear();
    }
    queue.lost_connection(out);
    CHECK(queue.first_id() == 1);
}

TEST_CASE("breaks without end add no expiries of the same messages") {
    kept_queue queue(delivery::at_least_once, false);
    actions out;
    for (std::uint64_t id = 1; id <= 100; ++id) {
        kept_message m;
        m.id = id;
        m.data = payload(8);
        m.expires = start + 1h;
        queue.push(std::move(m));
    }
    for (int i = 0; i < 1000; ++i) {
        std::uint64_t stream = 0;
        while (kept_message* m = queue.to_stage()) {
            queue.begin_stage(*m, stream);
            queue.finish_stage(*m, stream += 10);
        }
        queue.lost_connection(out);
        REQUIRE(queue.held() <= 400);
    }
    CHECK(queue.next_expiry() == start + 1h);
}

} // namespace resock::link
