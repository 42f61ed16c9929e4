// A queue beside the stream that it is staged into, and the books of what it tells.
#pragma once

#include <vector>

#include "link/kept_queue.hpp"
#include "machine/script.hpp"

namespace resock::link {

// A queue beside the stream that it is staged into: `frame` bytes for each message.
struct kept_bench {
    explicit kept_bench(delivery promise = delivery::at_least_once, bool final_is_written = false)
        : queue(promise, final_is_written)
        , told(final_is_written ? level::written : level::received) {}

    std::uint64_t push(std::size_t size = 10, time_point expires = time_point::max(),
                       bool unkept = false) {
        kept_message m;
        m.id = ++last;
        m.data = payload(size);
        m.expires = expires;
        m.unkept = unkept;
        told.accepted(m.id, size);
        queue.push(std::move(m));
        return last;
    }
    // The next message, whole; its id, 0 where none waits.
    std::uint64_t stage() {
        kept_message* m = queue.to_stage();
        if (m == nullptr) return 0;
        const std::uint64_t id = m->id;
        if (queue.part() == 0) queue.begin_stage(*m, stream);
        stream += frame;
        queue.finish_stage(*m, stream);
        return id;
    }
    // The first half of the next message.
    std::uint64_t stage_half() {
        kept_message* m = queue.to_stage();
        REQUIRE(m != nullptr);
        queue.begin_stage(*m, stream);
        stream += frame / 2;
        queue.advance_part(m->size / 2);
        return m->id;
    }
    kept_queue::doubt lose() {
        stream = 0;
        const auto doubt = queue.lost_connection(out);
        look();
        return doubt;
    }
    void written(std::uint64_t total) {
        queue.written(total, out);
        look();
    }
    void expire(time_point now) {
        queue.expire(now, out);
        look();
    }
    out::made_room room(std::uint64_t bytes, std::uint64_t messages, bool newest = false) {
        const auto made = queue.make_room({1, bytes, messages, newest}, out);
        look();
        return made;
    }
    // What was told goes to the books.
    void look() {
        for (const auto& each : out) {
            if (const auto* c = std::get_if<out::confirmed>(&each)) told.on(*c);
            if (const auto* f = std::get_if<out::failed>(&each)) {
                told.on(*f);
                failures.push_back(*f);
            }
        }
        out.clear();
        CHECK(told.first_broken() == "");
        CHECK(queue.bytes() <= told.held_bytes());
    }

    static constexpr std::uint64_t frame = 100;
    kept_queue queue;
    ends told;
    actions out;
    std::vector<out::failed> failures;
    std::uint64_t last = 0;
    std::uint64_t stream = 0;
};

} // namespace resock::link
