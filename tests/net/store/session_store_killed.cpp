// The process is killed at any moment: what was told stored is there, and what is there is the
// state after some prefix of what was appended.

#include <condition_variable>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <random>

#include "net/store/session_store.hpp"
#include "net/store/support/ear.hpp"
#include "net/store/support/process.hpp"
#include "net/store/support/records.hpp"
#include "net/support/certificates.hpp"
#include "support/catch.hpp"

using namespace resock;
using namespace resock::test;
using net::session_store;
using net::store_options;
using net::store_purpose;
using net::store_sync;

namespace {

// Appends a stream without end and writes to the pipe each number that was told stored.
void write_forever(const store_options& options, std::uint32_t seed, std::uint64_t sid, int pipe) {
    constexpr std::uint64_t most_ahead = 1000;
    std::mutex mutex;
    std::condition_variable moved;
    std::uint64_t stored = 0;
    const auto store = session_store::open(options);
    const auto channel =
        store->open_channel(sid_of(sid), {[&](std::uint64_t through) {
                                              (void)!::write(pipe, &through, sizeof through);
                                              const std::lock_guard lock(mutex);
                                              stored = through;
                                              moved.notify_one();
                                          },
                                          [&](const std::string&, bool) { ::_exit(1); }});
    record_stream stream(seed, sid);
    for (;;) {
        channel->append(stream.next_batch(8));
        std::unique_lock lock(mutex);
        moved.wait(lock, [&] { return channel->appended() < stored + most_ahead; });
    }
}

// Kills it after so many notes; the last number that it was told.
std::uint64_t run_and_kill(const store_options& options, std::uint32_t seed, std::uint64_t sid,
                           std::uint64_t notes) {
    process writer([&](int pipe) { write_forever(options, seed, sid, pipe); });
    std::string heard;
    while (heard.size() < notes * sizeof(std::uint64_t)) {
        const std::string more = writer.read();
        REQUIRE_FALSE(more.empty());
        heard += more;
    }
    writer.kill();
    heard += writer.read_all();
    std::uint64_t last = 0;
    const std::size_t whole = heard.size() / sizeof last;
    std::memcpy(&last, heard.data() + (whole - 1) * sizeof last, sizeof last);
    return last;
}

// The number of records of which `found` is the state, at least `from`; 0 where there is none.
std::uint64_t prefix_of(const std::string& found, std::uint32_t seed, std::uint64_t sid,
                        std::uint64_t from) {
    record_stream stream(seed, sid);
    model state;
    for (std::uint64_t number = 1; number <= from + 3000; ++number) {
        state.apply(sid_of(sid), stream.next());
        if (number >= from && state.described() == found) return number;
    }
    return 0;
}

// Of one session, and of the tombstones it has left.
std::string of_session(session_store::loaded found, std::uint64_t sid) {
    std::erase_if(found.sessions,
                  [&](const auto& each) { return each.identity.sid != sid_of(sid); });
    std::erase_if(found.tombstones, [&](const auto& each) { return each.sid != sid_of(sid); });
    return described(found);
}

} // namespace

// What a power loss leaves at sync=normal: the log up to some byte.
TEST_CASE("a log that is cut anywhere gives an earlier state") {
    const std::uint32_t seed = 4711;
    const temporary_directory directory;
    const store_options options{directory.path() + "/s.db", store_sync::normal,
                                store_purpose::table, 10000};
    process writer([&](int pipe) {
        const auto store = session_store::open(options);
        ear heard;
        const auto channel = store->open_channel(sid_of(0), heard.callbacks());
        record_stream stream(seed, 0);
        for (std::uint64_t number = 1; number <= 300; ++number) {
            channel->append(records_of(stream.next()));
            heard.wait_stored(number);
        }
        process::say(pipe, "all");
        for (;;)
            ::pause();
    });
    REQUIRE(writer.read() == "all");
    writer.kill();
    const auto size = std::filesystem::file_size(options.path + "-wal");
    REQUIRE(size < 1000 * 4096); // nothing of it is in the file yet
    std::mt19937 random(seed);
    std::uint64_t earlier = 0;
    for (int turn = 0; turn < 60; ++turn) {
        const auto left = turn == 0 ? size : random() % size;
        CAPTURE(seed, turn, left);
        store_options copy = options;
        copy.path = directory.path() + "/copy.db";
        for (const char* tail : {"", "-wal"})
            std::filesystem::copy_file(options.path + tail, copy.path + tail,
                                       std::filesystem::copy_options::overwrite_existing);
        std::filesystem::resize_file(copy.path + "-wal", left);
        const std::string found = described(session_store::open(copy)->load());
        const std::uint64_t records = found.empty() ? 0 : prefix_of(found, seed, 0, 1);
        CHECK((found.empty() || records > 0));
        CHECK((turn != 0 || records == 300));
        earlier += records > 0 && records < 300;
    }
    CHECK(earlier > 0); // it was cut between transactions, too
}

TEST_CASE("killed at any moment, twenty times on the same file") {
    const store_sync sync = GENERATE(store_sync::normal, store_sync::full, store_sync::off);
    const std::uint32_t seed = 20260101 + static_cast<std::uint32_t>(sync);
    std::mt19937 random(seed);
    const temporary_directory directory;
    const store_options options{directory.path() + "/s.db", sync, store_purpose::table, 10000};
    std::vector<std::string> before;
    for (std::uint32_t round = 0; round < 20; ++round) {
        const std::uint64_t notes = 1 + random() % (round % 2 ? 200 : 10);
        CAPTURE(seed, round, notes);
        const std::uint64_t told = run_and_kill(options, seed + round, round, notes);
        const auto store = session_store::open(options);
        const std::string found = of_session(store->load(), round);
        CHECK(prefix_of(found, seed + round, round, told) >= told);
        // What earlier rounds have left is as it was.
        for (std::uint64_t earlier = 0; earlier < round; ++earlier)
            CHECK((of_session(store->load(), earlier) == before[earlier]));
        before.push_back(found);
    }
}
