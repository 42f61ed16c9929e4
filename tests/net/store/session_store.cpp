#include "net/store/session_store.hpp"

#include <algorithm>

#include "net/store/support/ear.hpp"
#include "net/store/support/place.hpp"
#include "net/store/support/records.hpp"
#include "support/catch.hpp"

using namespace resock;
using namespace resock::test;
using net::session_store;
using net::store_purpose;
namespace record = session::record;

namespace {

constexpr std::int64_t far_away = 4102444800; // 2100

} // namespace

TEST_CASE("a new store holds nothing") {
    const place at;
    const auto store = at.open();
    CHECK(store->load().sessions.empty());
    CHECK(store->load().tombstones.empty());
}

TEST_CASE("every field of every record comes back after the store was closed") {
    const place at;
    model expected;
    {
        const auto store = at.open();
        ear heard;
        const auto channel = store->open_channel(sid_of(7), heard.callbacks());
        session::terms terms{(1ull << 53) - 1, 16385, 16386, 0xFFFFFFFF, 5, 2, 3, 6, 7, 8, 9};
        record::queued end = queued_of(9, "going");
        end.content = session::content::end;
        end.end_code = 0xFFFFFFFF;
        record::queued chunks = queued_of(4, std::string(40000, 'x'));
        chunks.frames = 5;
        chunks.chunk = 8192;
        chunks.text = chunks.ackme = true;
        chunks.expires_ms = (1ull << 53) - 1;
        record::arrived part = arrived_of(2, std::string("a\0b", 3));
        part.fin = false;
        part.text = true;
        part.expires_ms = 77;
        record::arrived over = arrived_of(3, "bye");
        over.content = session::content::end;
        over.end_code = 4000;
        auto records =
            records_of(created_of(7, "someone"), record::agreed{terms}, record::epoch{3},
                       queued_of(1, ""), queued_of(2, "two"), queued_of(3, "three"),
                       std::move(chunks), std::move(end), record::acknowledged{2, 0xFFFFFFFF},
                       arrived_of(1, "one"), std::move(part), std::move(over), record::done{1});
        for (const auto& each : records)
            expected.apply(sid_of(7), each);
        channel->append(std::move(records));
        CHECK(channel->appended() == 13);
        heard.wait_stored(13);
        CHECK(described(store->load()) == expected.described());
    }
    CHECK(at.loaded() == expected.described());
    CHECK(expected.at(sid_of(7)).queue.size() == 3);
    CHECK(expected.at(sid_of(7)).inbox.size() == 2);
}

TEST_CASE("what is loaded after each record is the state after it") {
    const std::uint32_t seed = GENERATE(1u, 2u, 3u);
    CAPTURE(seed);
    const place at;
    const auto store = at.open();
    ear heard;
    const auto channel = store->open_channel(sid_of(1), heard.callbacks());
    record_stream stream(seed, 1);
    model expected;
    for (std::uint64_t number = 1; number <= 300; ++number) {
        auto one = records_of(stream.next());
        expected.apply(sid_of(1), one[0]);
        channel->append(std::move(one));
        heard.wait_stored(number);
        REQUIRE(described(store->load()) == expected.described());
    }
}

TEST_CASE("records of many calls in one transaction lead to the same state") {
    const std::uint32_t seed = GENERATE(11u, 12u, 13u, 14u);
    CAPTURE(seed);
    const place at;
    const auto store = at.open();
    model expected;
    constexpr std::uint64_t sessions = 40;
    std::vector<std::unique_ptr<ear>> ears;
    std::vector<std::unique_ptr<session_store::channel>> channels;
    std::vector<record_stream> streams;
    for (std::uint64_t number = 0; number < sessions; ++number) {
        ears.push_back(std::make_unique<ear>());
        channels.push_back(store->open_channel(sid_of(number), ears.back()->callbacks()));
        streams.emplace_back(seed * 1000 + static_cast<std::uint32_t>(number), number);
    }
    for (int round = 0; round < 30; ++round) {
        for (std::uint64_t number = 0; number < sessions; ++number) {
            auto batch = streams[number].next_batch(20);
            for (const auto& each : batch)
                expected.apply(sid_of(number), each);
            channels[number]->append(std::move(batch));
        }
    }
    for (std::uint64_t number = 0; number < sessions; ++number) {
        ears[number]->wait_stored(channels[number]->appended());
        const auto stored = ears[number]->stored();
        CHECK(std::is_sorted(stored.begin(), stored.end()));
        CHECK(ears[number]->failures().empty());
    }
    CHECK(described(store->load()) == expected.described());
}

TEST_CASE("a channel that follows another one of the same session goes on behind it") {
    const place at;
    const auto store = at.open();
    model expected;
    record_stream stream(5, 1);
    for (int turn = 0; turn < 50; ++turn) {
        ear heard;
        auto channel = store->open_channel(sid_of(1), heard.callbacks());
        auto batch = stream.next_batch(10);
        for (const auto& each : batch)
            expected.apply(sid_of(1), each);
        channel->append(std::move(batch)); // it may still wait when the next one begins
    }
    ear heard;
    const auto last = store->open_channel(sid_of(2), heard.callbacks());
    last->append(records_of(created_of(2)));
    expected.apply(sid_of(2), created_of(2));
    heard.wait_stored(1);
    CHECK(described(store->load()) == expected.described());
}

TEST_CASE("a created record goes on with another session, and replaces one of the same sid") {
    const place at;
    const auto store = at.open();
    ear heard;
    const auto channel = store->open_channel(sid_of(1), heard.callbacks());
    channel->append(records_of(created_of(1), queued_of(1, "old"), arrived_of(1, "old"),
                               record::epoch{4}, created_of(2), queued_of(1, "other")));
    channel->append(records_of(created_of(1, "new"), queued_of(1, "new")));
    heard.wait_stored(8);
    model expected;
    expected.apply(sid_of(1), created_of(1, "new"));
    expected.apply(sid_of(1), queued_of(1, "new"));
    expected.apply(sid_of(2), created_of(2));
    expected.apply(sid_of(2), queued_of(1, "other"));
    CHECK(described(store->load()) == expected.described());
}

TEST_CASE("an ended session leaves a tombstone in a table, and nothing in an outbox") {
    place at;
    at.options.purpose = GENERATE(store_purpose::table, store_purpose::outbox);
    const auto store = at.open();
    ear heard;
    const auto channel = store->open_channel(sid_of(1), heard.callbacks());
    channel->append(
        records_of(created_of(1, "me"), queued_of(1, "x"), arrived_of(1, "y"), ended_of(far_away)));
    channel->append(records_of(record::epoch{9})); // of no session any more
    heard.wait_stored(5);
    const auto found = store->load();
    CHECK(found.sessions.empty());
    if (at.options.purpose == store_purpose::outbox) {
        CHECK(found.tombstones.empty());
        return;
    }
    REQUIRE(found.tombstones.size() == 1);
    const auto made = created_of(1, "me");
    CHECK(described(found.tombstones[0]) ==
          described(net::tombstone{sid_of(1), made.identity.digest, "me",
                                   session::reject_reason::ended, 9, far_away}));
    // The sid may live again.
    channel->append(records_of(created_of(1)));
    heard.wait_stored(6);
    CHECK(store->load().tombstones.empty());
    CHECK(store->load().sessions.size() == 1);
}

TEST_CASE("tombstones end by their time and are bounded by their number") {
    place at;
    at.options.max_tombstones = 3;
    const auto store = at.open();
    ear heard;
    const auto channel = store->open_channel(sid_of(0), heard.callbacks());
    for (std::uint64_t number = 0; number < 6; ++number)
        channel->append(
            records_of(created_of(number), ended_of(far_away - static_cast<std::int64_t>(number))));
    channel->append(records_of(created_of(9), ended_of(1000)));
    heard.wait_stored(14);
    std::vector<std::int64_t> ends;
    for (const auto& each : store->load().tombstones)
        ends.push_back(each.until_unix_s);
    CHECK(ends == std::vector<std::int64_t>{far_away - 2, far_away - 1, far_away});
}

TEST_CASE("a large message comes back as it was") {
    const place at;
    const std::string large(16 << 20, 'L');
    {
        const auto store = at.open();
        const auto channel = store->open_channel(sid_of(1), {});
        channel->append(records_of(created_of(1), queued_of(1, large), arrived_of(1, large)));
    }
    const auto found = at.open()->load();
    REQUIRE(found.sessions.size() == 1);
    CHECK(found.sessions[0].queue.at(0).data.view() == large);
    CHECK(found.sessions[0].inbox.at(0).data.view() == large);
}
