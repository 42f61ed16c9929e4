// The disk is full, or the file is damaged while it is open.

#include <filesystem>
#include <fstream>
#include <sched.h>
#include <sys/mount.h>

#include "net/store/session_store.hpp"
#include "net/store/store_file.hpp"
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
namespace record = session::record;

namespace {

constexpr std::uint32_t no_limit = 0xFFFFFFFE;
const std::string block(100000, 'b');

std::string full_text(const store_options& options) {
    return "outbox.path: '" + options.path +
           "' cannot be written: the disk is full; make room, "
           "what is there already stays";
}

struct outbox {
    temporary_directory directory;
    store_options options{directory.path() + "/s.db"};
    std::shared_ptr<session_store> store = session_store::open(options);
    ear heard;
    std::unique_ptr<session_store::channel> channel =
        store->open_channel(sid_of(1), heard.callbacks());
    model expected;

    void append(session::records records) {
        for (const auto& each : records)
            expected.apply(sid_of(1), each);
        channel->append(std::move(records));
    }
};

} // namespace

TEST_CASE("a full disk is told once, and it goes on in order when there is room") {
    outbox at;
    at.append(records_of(created_of(1), queued_of(1, block)));
    at.heard.wait_stored(2);
    const std::string before = at.expected.described();
    at.store->limit_pages(1); // the file cannot get smaller than it is
    at.append(records_of(queued_of(2, block), queued_of(3, block)));
    const auto failure = at.heard.wait_failed();
    CHECK(failure.text == full_text(at.options));
    CHECK_FALSE(failure.for_good);
    CHECK(described(at.store->load()) == before);
    // A second channel that waits behind it is told, too; by then it was tried again.
    ear other;
    const auto second = at.store->open_channel(sid_of(2), other.callbacks());
    second->append(records_of(created_of(2)));
    at.expected.apply(sid_of(2), created_of(2));
    CHECK(other.wait_failed().text == full_text(at.options));
    CHECK(at.heard.failures().size() == 1);
    at.append(records_of(queued_of(4, block)));
    CHECK(at.heard.stored().back() == 2);

    at.store->limit_pages(no_limit);
    at.heard.wait_stored(5);
    other.wait_stored(1);
    CHECK(described(at.store->load()) == at.expected.described());
    // The next time is told again.
    at.store->limit_pages(1);
    at.append(records_of(queued_of(5, block), queued_of(6, block)));
    at.heard.wait_failed(2);
    at.store->limit_pages(no_limit);
    at.heard.wait_stored(7);
    CHECK(described(at.store->load()) == at.expected.described());
}

TEST_CASE("acknowledgements behind what does not fit make room for it") {
    outbox at;
    at.append(records_of(created_of(1), queued_of(1, block), queued_of(2, block)));
    at.heard.wait_stored(3);
    at.store->limit_pages(1);
    at.append(records_of(queued_of(3, block)));
    at.heard.wait_failed();
    at.append(records_of(record::acknowledged{2, 7}));
    at.heard.wait_stored(5);
    CHECK(described(at.store->load()) == at.expected.described());
}

TEST_CASE("a store that is closed while the disk is full keeps what was stored, and ends") {
    outbox at;
    at.append(records_of(created_of(1), queued_of(1, block)));
    at.heard.wait_stored(2);
    const std::string before = at.expected.described();
    at.store->limit_pages(1);
    at.append(records_of(queued_of(2, block), queued_of(3, block)));
    at.heard.wait_failed();
    at.channel.reset();
    at.store.reset();
    CHECK(described(session_store::open(at.options)->load()) == before);
}

// Real ENOSPC, where this machine lets a process mount a small file system for itself.
TEST_CASE("a small file system that is full, and then is not") {
    const temporary_directory directory;
    const store_options options{directory.path() + "/s.db"};
    const auto fill = [&](int pipe) {
        if (::unshare(CLONE_NEWNS) != 0 ||
            ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
            ::mount("tmpfs", directory.path().c_str(), "tmpfs", 0, "size=2m") != 0)
            return process::say(pipe, "no mount");
        const std::string ballast = directory.write("ballast", std::string(1 << 20, 'x'));
        outbox at;
        at.channel.reset();
        at.store.reset();
        at.store = session_store::open(options);
        at.channel = at.store->open_channel(sid_of(1), at.heard.callbacks());
        at.append(records_of(created_of(1)));
        std::uint64_t seq = 0;
        while (at.heard.failures().empty() && seq < 100) {
            at.append(records_of(queued_of(++seq, std::string(20000, 'x'))));
            if (at.heard.failures().empty() && seq % 10 == 0) at.heard.wait_either(seq + 1);
        }
        process::say(pipe, at.heard.wait_failed().text + "\n");
        std::filesystem::remove(ballast);
        at.heard.wait_stored(seq + 1);
        const bool same = described(at.store->load()) == at.expected.described();
        process::say(pipe, same ? "all there" : "not all there");
    };
    process filler(fill);
    const std::string said = filler.read_all();
    if (said == "no mount") {
        WARN("skipped: no file system can be mounted here");
        return;
    }
    CHECK(said == full_text(options) + "\nall there");
}

TEST_CASE("a read-only file system is named") {
    const temporary_directory directory;
    process reader([&](int pipe) {
        if (::unshare(CLONE_NEWNS) != 0 ||
            ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
            ::mount("tmpfs", directory.path().c_str(), "tmpfs", MS_RDONLY, nullptr) != 0)
            return process::say(pipe, "no mount");
        (void)session_store::open({directory.path() + "/s.db"});
    });
    const std::string said = reader.read_all();
    if (said == "no mount") {
        WARN("skipped: no file system can be mounted here");
        return;
    }
    CHECK(said == "threw outbox.path: '" + directory.path() +
                      "/s.db' cannot be written: the file system is read-only; name a file on "
                      "another");
}

TEST_CASE("a file that is deleted or replaced while it is in use is told for good") {
    outbox at;
    at.append(records_of(created_of(1)));
    at.heard.wait_stored(1);
    SECTION("deleted") {
        std::filesystem::remove(at.options.path);
    }
    SECTION("replaced") {
        const std::string other = at.directory.write("other", "x");
        std::filesystem::rename(other, at.options.path);
    }
    at.append(records_of(queued_of(1, "lost")));
    const auto failure = at.heard.wait_failed();
    CHECK(failure.for_good);
    CHECK(failure.text == "outbox.path: '" + at.options.path +
                              "' was moved or deleted while it was in use, so nothing more is "
                              "written; leave it in its place");
}

TEST_CASE("damage that opening did not see is told by load, and for good by the channels") {
    const temporary_directory directory;
    const store_options options{directory.path() + "/s.db", store_sync::off};
    {
        const auto store = session_store::open(options);
        const auto channel = store->open_channel(sid_of(1), {});
        channel->append(records_of(created_of(1)));
        for (std::uint64_t seq = 1; seq <= 5; ++seq)
            channel->append(records_of(queued_of(seq, std::string(16 << 20, 'x'))));
    }
    REQUIRE(std::filesystem::file_size(options.path) >
            std::uintmax_t{net::store_file::check_limit_bytes});
    {
        std::fstream file(options.path, std::ios::binary | std::ios::in | std::ios::out);
        for (std::streamoff page = 100; page < 15000; ++page) {
            file.seekp(page * 4096);
            file.write("\xFF\xFF\xFF\xFF", 4); // the next page of a chain
        }
    }
    const auto store = session_store::open(options);
    CHECK_THROWS_WITH(store->load(), Catch::Matchers::Contains("is damaged ("));
    ear heard;
    const auto channel = store->open_channel(sid_of(1), heard.callbacks());
    channel->append(records_of(record::acknowledged{5, 1}));
    const auto failure = heard.wait_failed();
    CHECK(failure.for_good);
    CHECK_THAT(failure.text, Catch::Matchers::Contains("is damaged ("));
    // Nothing is tried any more; every channel learns it.
    ear other;
    const auto second = store->open_channel(sid_of(2), other.callbacks());
    second->append(records_of(created_of(2)));
    CHECK(other.wait_failed().for_good);
    CHECK(heard.failures().size() == 1);
    CHECK(heard.stored().empty());
}
