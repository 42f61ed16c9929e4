#include "hub/event.hpp"

#include <string>

#include "support/catch.hpp"

using namespace resock;
using namespace resock::hub;
namespace out = resock::link::out;

namespace {
block_source blocks;

constexpr event_origin origin{3, 99};

out::deliver delivery_of(std::string_view bytes, bool text, bool owned) {
    out::deliver made{bytes, {}, text};
    if (owned) {
        made.owned = payload::copy(bytes);
        made.bytes = made.owned.view();
    }
    return made;
}

} // namespace

TEST_CASE("a MESSAGE keeps its bytes, wherever they came from") {
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{1}, small_payload - 1, small_payload, std::size_t{100'000}}) {
        for (const bool owned : {false, true}) {
            CAPTURE(size, owned);
            std::string source(size, 'x');
            event_ptr made = make_event(origin, delivery_of(source, true, owned), blocks);
            const std::string expected = source;
            source.assign(size, 'y'); // the machine's buffer is used again
            CHECK(made->kind == event_kind::message);
            CHECK(made->flags == event_text);
            CHECK(made->link_id == 3);
            CHECK(made->user == 99);
            CHECK(made->bytes() == expected);
        }
    }
}

TEST_CASE("small payloads are copied behind the event, large ones handed over") {
    out::deliver small = delivery_of(std::string(100, 'a'), false, true);
    event_ptr made = make_event(origin, std::move(small), blocks);
    CHECK(made->bytes().data() == made->tail());
    CHECK(made->flags == 0);
    const std::string large_bytes(small_payload, 'b');
    out::deliver large = delivery_of(large_bytes, false, true);
    const char* at = large.owned.data();
    made = make_event(origin, std::move(large), blocks);
    CHECK(made->bytes().data() == at);
}

TEST_CASE("each action becomes its event") {
    out::opened opened;
    opened.address = "192.0.2.1:443";
    opened.subprotocol = "v1";
    opened.connection = 4;
    opened.attempt = 2;
    opened.downtime = std::chrono::microseconds(1500);
    event_ptr made = make_event(origin, std::move(opened));
    CHECK(made->kind == event_kind::open);
    REQUIRE(made->open());
    CHECK(made->open()->address == "192.0.2.1:443");
    CHECK(made->open()->subprotocol == "v1");
    CHECK(made->open()->downtime_ms == 1);
    CHECK(made->id() == 4);

    out::down down;
    down.record.why = "gone";
    down.record.close_reason = "bad \xff end";
    down.record.connection = 5;
    down.was_open = true;
    made = make_event(origin, std::move(down));
    CHECK(made->kind == event_kind::down);
    CHECK(made->was_open());
    CHECK(made->id() == 5);
    REQUIRE(made->record());
    CHECK(made->record()->close_reason == "bad \xef\xbf\xbd end");
    REQUIRE(made->text());
    CHECK(*made->text() == "gone");

    made = make_event(origin, out::finish{});
    CHECK(made->kind == event_kind::closed);
    CHECK(made->record());
    CHECK_FALSE(made->was_open());

    made = make_event(origin, out::confirmed{link::level::written, 12, 1, 1});
    CHECK(made->kind == event_kind::confirmed);
    CHECK(made->id() == 12);
    CHECK(made->level() == 2);

    made = make_event(origin, out::ask{8, 1, 401, 0});
    CHECK(made->kind == event_kind::credentials);
    REQUIRE(made->credentials());
    CHECK(made->credentials()->http_status == 401);
    CHECK(made->id() == 8);

    made = make_event(origin, out::log{link::log_level::info, std::string(5000, 'l')});
    CHECK(made->kind == event_kind::log);
    CHECK(made->level() == 3);
    REQUIRE(made->text());
    CHECK(made->text()->size() == max_log_text);

    CHECK(make_writable(origin)->kind == event_kind::writable);
}

TEST_CASE("a FAILED knows the budget that it holds, unless it made room for another") {
    out::failed failed{4, 9, link::fail_reason::dropped, 6, 600, false};
    event_ptr made = make_event(origin, failed);
    CHECK(made->kind == event_kind::failed);
    CHECK(made->id() == 4);
    CHECK(made->last_id() == 9);
    CHECK(made->reason() == 2);
    CHECK(std::get<body::failed>(made->body).messages == 6);
    CHECK(std::get<body::failed>(made->body).bytes == 600);
    failed.for_room = true;
    made = make_event(origin, failed);
    CHECK(std::get<body::failed>(made->body).messages == 0);
    CHECK(std::get<body::failed>(made->body).bytes == 0);
}

TEST_CASE("accessors of another kind answer nothing") {
    const event_ptr made = make_writable(origin);
    CHECK(made->bytes().empty());
    CHECK(made->id() == 0);
    CHECK(made->last_id() == 0);
    CHECK(made->level() == 0);
    CHECK(made->reason() == 0);
    CHECK(made->skipped() == 0);
    CHECK_FALSE(made->text());
    CHECK_FALSE(made->record());
    CHECK_FALSE(made->open());
    CHECK_FALSE(made->credentials());
    CHECK_FALSE(made->request());
    CHECK_FALSE(made->accepted());
    CHECK(made->listener_id() == 0);
}

TEST_CASE("kinds have the numbers and names of resock.h") {
    const std::pair<int, std::string> kinds[] = {
        {1, "OPEN"},     {2, "MESSAGE"},  {3, "CONFIRMED"},   {4, "FAILED"},
        {5, "DOWN"},     {6, "WRITABLE"}, {7, "CREDENTIALS"}, {8, "REQUEST"},
        {9, "ACCEPTED"}, {10, "LOST"},    {11, "CLOSED"},     {12, "LOG"}};
    for (const auto& [number, name] : kinds)
        CHECK(to_string(static_cast<event_kind>(number)) == name);
    CHECK(static_cast<int>(event_kind::closed) == 11);
    CHECK(static_cast<int>(event_kind::log) == 12);
}

TEST_CASE("a REQUEST has what was asked, and by whom") {
    request_info info;
    info.listener_id = 4;
    info.request_id = 6;
    info.request.method = "GET";
    info.request.target = "/chat?room=\xff";
    info.request.fields = {{"Host", "example.org"}, {"X-Bad", "a \xff b"}};
    info.address = "192.0.2.1:4711";
    info.tls = "TLSv1.3";
    const event_ptr made = make_request({0, 99}, std::move(info));
    CHECK(made->kind == event_kind::request);
    CHECK(made->link_id == 0);
    CHECK(made->user == 99);
    CHECK(made->id() == 6);
    CHECK(made->listener_id() == 4);
    REQUIRE(made->request());
    CHECK(made->request()->request.method == "GET");
    CHECK(made->request()->request.target == "/chat?room=\xef\xbf\xbd");
    CHECK(made->request()->request.fields[1].value == "a \xef\xbf\xbd b");
    CHECK(made->request()->address == "192.0.2.1:4711");
    CHECK_FALSE(made->accepted());
    CHECK_FALSE(made->record());
}

TEST_CASE("an ACCEPTED names the listener and the request that was answered") {
    accepted_info info;
    info.listener_id = 4;
    info.request_id = 6;
    const event_ptr made = make_accepted(origin, std::move(info));
    CHECK(made->kind == event_kind::accepted);
    CHECK(made->link_id == 3);
    CHECK(made->id() == 6);
    CHECK(made->listener_id() == 4);
    REQUIRE(made->accepted());
    CHECK(made->accepted()->link.key() == 0);
    CHECK_FALSE(made->request());
}

TEST_CASE("a listener's CLOSED has no link, and a record that says why") {
    const event_ptr made = make_listener_closed({0, 99}, 4, "closed: 3 links accepted");
    CHECK(made->kind == event_kind::closed);
    CHECK(made->link_id == 0);
    CHECK(made->listener_id() == 4);
    CHECK(made->id() == 4);
    REQUIRE(made->record());
    CHECK(made->record()->why == "closed: 3 links accepted");
    REQUIRE(made->text());
    CHECK(*made->text() == "closed: 3 links accepted");
    CHECK(make_event(origin, out::finish{})->listener_id() == 0); // a link's
}

// ---- of sessions ----

namespace {

out::deliver session_delivery(std::string_view bytes, std::uint64_t seq) {
    out::deliver made = delivery_of(bytes, true, bytes.size() >= small_payload);
    made.seq = seq;
    made.check = 0xC0FFEE;
    return made;
}

} // namespace

TEST_CASE("a MESSAGE of a session holds its receipt in the same block") {
    const auto tracker = done_tracker::make({}, {});
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{64}, small_payload, 3 * small_payload}) {
        CAPTURE(size);
        const std::string bytes(size, 'x');
        const std::uint64_t seq = size + 5;
        event_ptr made = make_event(origin, session_delivery(bytes, seq), blocks, *tracker);
        CHECK(made->bytes() == bytes);
        CHECK(made->flags == event_text);
        CHECK(made->id() == seq);
        REQUIRE(made->session_receipt());
        CHECK(made->session_receipt()->check == 0xC0FFEE);
        tracker->publish();
        made->session_receipt()->polled = true;
        CHECK_FALSE(tracker->fetch());
        made.reset();
        CHECK(tracker->fetch() == seq);
    }
    event_ptr plain = make_event(origin, delivery_of("x", true, false), blocks);
    CHECK_FALSE(plain->session_receipt());
    CHECK(plain->id() == 0);
}

TEST_CASE("a message that came before, or whose time is over, says so") {
    out::deliver first = delivery_of("x", false, false);
    first.redelivered = true;
    first.expires_ms = 1; // of 1970
    CHECK(make_event(origin, std::move(first), blocks)->flags ==
          (event_redelivered | event_expired));
    out::deliver later = delivery_of("x", true, false);
    later.expires_ms = 1ull << 52;
    CHECK(make_event(origin, std::move(later), blocks)->flags == event_text);
}

TEST_CASE("LOST has reason, text and what follows; OPEN whether it was resumed") {
    out::lost lost;
    lost.reason = session::reject_reason::expired;
    lost.why = "gone \xff";
    lost.begun_anew = true;
    const event_ptr made = make_event(origin, std::move(lost));
    CHECK(made->kind == event_kind::lost);
    CHECK(made->reason() == 6);
    REQUIRE(made->text());
    CHECK(*made->text() == "gone \xef\xbf\xbd");
    REQUIRE(made->lost());
    CHECK(made->lost()->begun_anew);
    lost.reason = static_cast<session::reject_reason>(std::uint64_t{1} << 40); // of a later version
    CHECK(make_event(origin, std::move(lost))->reason() == UINT32_MAX);

    out::opened opened;
    opened.resumed = true;
    CHECK(make_event(origin, std::move(opened))->open()->resumed);
}
