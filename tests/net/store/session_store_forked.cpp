// A forked child and the store of its parent.

#include "base/error.hpp"
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

namespace {

template<class Call>
std::string refusal(Call call) {
    try {
        call();
    } catch (const error& refused) {
        return std::to_string(static_cast<int>(refused.code())) + " " + refused.what() + "\n";
    }
    return "nothing\n";
}

} // namespace

TEST_CASE("a forked child is refused, and its end leaves the file alone") {
    const temporary_directory directory;
    const store_options options{directory.path() + "/s.db"};
    auto store = session_store::open(options);
    ear heard;
    auto channel = store->open_channel(sid_of(1), heard.callbacks());
    channel->append(records_of(created_of(1), queued_of(1, "x")));
    heard.wait_stored(2);
    process child([&](int pipe) {
        process::say(pipe, refusal([&] { channel->append(records_of(queued_of(2, "child"))); }));
        process::say(pipe, refusal([&] { (void)store->load(); }));
        process::say(pipe, refusal([&] { store->close([] {}); }));
        process::say(pipe, refusal([&] { (void)session_store::open(options); }));
        channel.reset();
        store.reset();
        process::say(pipe, "ended\n");
    });
    const std::string forked = "-12 a forked process cannot use the store that its parent has "
                               "opened; open a file of its own after fork()\n";
    CHECK(child.read_all() == forked + forked + forked + "-14 outbox.path: '" + options.path +
                                  "' is in use by another process; end that one or name another "
                                  "file\nended\n");
    channel->append(records_of(queued_of(2, "parent")));
    heard.wait_stored(3);
    const auto found = store->load();
    REQUIRE(found.sessions.size() == 1);
    REQUIRE(found.sessions[0].queue.size() == 2);
    CHECK(found.sessions[0].queue[1].data.view() == "parent");
    // The lock stands all the same.
    process second([&](int pipe) {
        process::say(pipe, refusal([&] { (void)session_store::open(options); }));
    });
    CHECK(second.read_all().rfind("-14", 0) == 0);
}
