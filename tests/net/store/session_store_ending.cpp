// How channels and a store end, and how large the file gets.

#include <atomic>
#include <filesystem>
#include <future>

#include "net/store/session_store.hpp"
#include "net/store/store_file.hpp"
#include "net/store/support/ear.hpp"
#include "net/store/support/place.hpp"
#include "support/catch.hpp"

using namespace resock;
using namespace resock::test;
using net::session_store;
namespace record = session::record;

TEST_CASE("the end of the last holder writes what was appended") {
    const place at;
    auto store = at.open();
    auto channel = store->open_channel(sid_of(1), {});
    store.reset();
    channel->append(records_of(created_of(1)));
    for (std::uint64_t seq = 1; seq <= 10000; ++seq)
        channel->append(records_of(queued_of(seq, "x")));
    channel.reset();
    CHECK(at.open()->load().sessions.at(0).queue.size() == 10000);
}

TEST_CASE("no callback comes once its channel has ended") {
    const place at;
    const auto store = at.open();
    for (int turn = 0; turn < 200; ++turn) {
        auto gone = std::make_shared<std::atomic<bool>>(false);
        auto wrong = std::make_shared<std::atomic<bool>>(false);
        auto channel = store->open_channel(
            sid_of(1), {[gone, wrong](std::uint64_t) { *wrong = *wrong || *gone; }, {}});
        channel->append(records_of(created_of(1)));
        channel.reset();
        *gone = true;
        ear heard;
        const auto next = store->open_channel(sid_of(2), heard.callbacks());
        next->append(records_of(created_of(2)));
        heard.wait_stored(1); // whatever was to come has come
        REQUIRE_FALSE(*wrong);
    }
}

TEST_CASE("a callback may end its channel and with it the store") {
    const place at;
    auto store = at.open();
    std::unique_ptr<session_store::channel> channel;
    std::promise<void> ended;
    channel = store->open_channel(sid_of(1), {[&](std::uint64_t) {
                                                  store.reset();
                                                  channel.reset();
                                                  ended.set_value();
                                              },
                                              {}});
    channel->append(records_of(created_of(1)));
    ended.get_future().get();
}

TEST_CASE("close tells when the file can be opened again") {
    const place at;
    const auto store = at.open();
    const auto channel = store->open_channel(sid_of(1), {});
    channel->append(records_of(created_of(1)));
    std::promise<void> closed;
    store->close([&] { closed.set_value(); });
    closed.get_future().get();
    CHECK(at.open()->load().sessions.size() == 1);
    CHECK_THROWS_WITH(store->load(), "the store is closed");
    std::promise<void> again;
    store->close([&] { again.set_value(); });
    again.get_future().get();
}

TEST_CASE("the file stops growing while messages come and go, and gives a burst's room back") {
    const place at;
    const auto store = at.open();
    ear heard;
    const auto channel = store->open_channel(sid_of(1), heard.callbacks());
    channel->append(records_of(created_of(1)));
    const auto size = [&] { return std::filesystem::file_size(at.options.path); };
    std::uint64_t seq = 0;
    const auto traffic = [&](std::uint64_t count) {
        for (std::uint64_t sent = 0; sent < count; ++sent) {
            ++seq;
            channel->append(records_of(queued_of(seq, std::string(1000, 'x')),
                                       record::acknowledged{seq > 500 ? seq - 500 : 0, 1}));
            if (sent % 100 == 99) heard.wait_stored(channel->appended());
        }
    };
    traffic(4000);
    const auto first = size();
    traffic(20000);
    CHECK(size() <= first + (1 << 20));
    CHECK(std::filesystem::file_size(at.options.path + "-wal") <=
          std::uintmax_t{net::store_file::wal_limit_bytes});
    // 64 MiB at once, then nothing: the rest goes while the store has nothing to do.
    channel->append(records_of(queued_of(++seq, std::string(64 << 20, 'y'))));
    channel->append(records_of(record::acknowledged{seq, 1}));
    const auto most = std::uintmax_t{4096} * (net::store_file::keep_free_pages + 512);
    for (int turn = 0; turn < 10000 && size() > most; ++turn) {
        channel->append(records_of(record::epoch{1}));
        heard.wait_stored(channel->appended());
    }
    CHECK(size() <= most);
}
