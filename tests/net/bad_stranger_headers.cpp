// Strangers whose header has no end, or never comes.
#include "net/opening.hpp"

#include "net/link_support/memory.hpp"
#include "net/link_support/siege.hpp"

using namespace resock;
using test::has;
using test::opening_without_end;
using test::raw_client;
using test::siege;

namespace {

constexpr std::size_t mebibyte = 1u << 20;

std::string many_fields(std::size_t bytes) {
    std::string made;
    for (int i = 0; made.size() < bytes; ++i)
        made += "X-" + std::to_string(i) + ": y\r\n";
    return made;
}

struct row {
    const char* what;
    std::string bytes;
    const char* told;
};

std::vector<row> large_headers() {
    const std::string as = std::string(mebibyte, 'a');
    return {
        {"one huge field", opening_without_end("X-Huge: " + as + "\r\n") + "\r\n",
         "listen.header_bytes (16384)"},
        {"a field without a name", opening_without_end(as), "listen.header_bytes (16384)"},
        {"many fields", opening_without_end(many_fields(mebibyte)) + "\r\n",
         "listen.header_bytes (16384)"},
        {"many small fields", opening_without_end(many_fields(2000)) + "\r\n",
         "listen.header_count (100)"},
        {"a first line without end", "GET /" + as, "listen.header_bytes (16384)"},
        {"a method without end", as, "listen.header_bytes (16384)"},
    };
}

} // namespace

TEST_CASE("1 MiB of header: 431, and never more of it in memory than listen.header_bytes") {
    siege at(GENERATE(0u, 2u));
    for (const row& each : large_headers()) {
        INFO(each.what);
        raw_client& who = at.stranger();
        at.echo(false);
        std::size_t worst = 0;
        {
            std::string_view rest = each.bytes;
            const test::memory_mark memory;
            at.until("its end", [&] {
                rest.remove_prefix(who.send_some(rest.substr(0, 64 << 10)));
                return who.ended();
            });
            worst = memory.worst();
        }
        CHECK(worst < 128 << 10);
        at.echo(true);
        CHECK(who.status() == 431);
        const auto noted = at.await_refusal(who);
        CHECK(noted.status == 431);
        CHECK(has(noted.why, each.told));
        CHECK(who.rest() == noted.why + "\n");
        CHECK(at.guest_of(who) == nullptr);
    }
    at.check_as_before();
}

TEST_CASE("a first line that goes on and on is not read for ever") {
    siege at(GENERATE(0u, 2u));
    raw_client& who = at.stranger_sending("GET /");
    const std::string more(64 << 10, 'a');
    std::size_t sent = 0;
    at.until("its end", [&] {
        sent += who.send_some(more);
        return who.ended();
    });
    CHECK(who.status() == 431);
    CHECK(at.await_refusal(who).status == 431);
    who.close();
    at.check_as_before();
}

TEST_CASE("a request that does not come in time: 408 where it began, else closed") {
    siege at(GENERATE(0u, 2u), {{"listen.open_timeout", "1s"}});
    raw_client& silent = at.stranger();
    raw_client& half = at.stranger_sending("GET /chat HT");
    raw_client& nearly = at.stranger_sending(opening_without_end());
    raw_client& drop_by_drop = at.stranger();
    const std::string endless = opening_without_end("X: " + std::string(10000, 'x'));
    std::size_t next = 0;
    at.until("the end of all", [&] {
        if (next < endless.size()) at.send(drop_by_drop, {endless[next++]}); // each new byte
        return silent.ended() && half.ended() && nearly.ended() && drop_by_drop.ended();
    });
    CHECK(silent.received().empty());
    const auto of_silent = at.await_refusal(silent);
    CHECK(of_silent.status == 0);
    CHECK(has(of_silent.why, "no request came within listen.open_timeout"));
    for (raw_client* each : {&half, &nearly, &drop_by_drop}) {
        CHECK(each->status() == 408);
        const auto noted = at.await_refusal(*each);
        CHECK(noted.status == 408);
        CHECK(has(noted.why, "not complete within listen.open_timeout"));
        each->close();
    }
    at.check_as_before();
}

TEST_CASE("strangers that go before they are answered") {
    siege at(GENERATE(0u, 2u));
    const std::string bytes = GENERATE("", "GET /chat HT");
    raw_client& who = at.stranger_sending(bytes);
    at.until("it is inside", [&] { return at.at.number("connections") == 2; });
    who.close();
    at.until("a record", [&] { return at.at.history().size() == 1; });
    const auto noted = at.at.history()[0].as_object();
    CHECK(noted.at("status").is_null());
    at.check_as_before();
}
