#include "wire/receiver.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "allocations.hpp"
#include "base/buffer.hpp"
#include "support/catch.hpp"

using namespace resock;
using namespace resock::wire;
using namespace std::literals;

namespace {

using lines = std::vector<std::string>;

// One item in words, so that a failed comparison can be read.
std::string shown(const received& item) {
    const std::string bytes(item.bytes);
    const std::string code = std::to_string(item.code) + ' ';
    switch (item.kind) {
    case received::kind::none:
        return "none";
    case received::kind::message:
        return (item.text ? "text " : "binary ") + bytes;
    case received::kind::ping:
        return "ping " + bytes;
    case received::kind::pong:
        return "pong " + bytes;
    case received::kind::close:
        return "close " + code + bytes;
    case received::kind::error:
        return "error " + code + bytes;
    }
    return "?";
}

void collect(receiver& from, lines& to) {
    while (true) {
        const received item = from.next();
        if (item.kind == received::kind::none) return;
        if (!item.owned.empty()) REQUIRE(item.owned.view().data() == item.bytes.data());
        if (!item.owned.empty()) REQUIRE(item.owned.size() == item.bytes.size());
        to.push_back(shown(item));
    }
}

// Items of `wire`, fed in the given pieces; each piece is its own allocation that ends with it, so
// that a sanitizer sees a view kept for too long.
lines items_of(role own, std::uint64_t max_message, const std::vector<std::string>& pieces) {
    receiver under_test(own, {max_message});
    lines items;
    for (const std::string& piece : pieces) {
        const payload copy = payload::copy(piece);
        under_test.feed(copy.view());
        collect(under_test, items);
    }
    return items;
}

// The frames of a script, to either role: masked with a key that changes for the server's.
class script {
  public:
    explicit script(role own)
        : masked_(own == role::server) {}
    script& add(opcode code, bool fin, std::string_view body) {
        append_frame(bytes_, code, fin, body,
                     masked_ ? std::optional(key_ = key_ * 2654435761u + 1) : std::nullopt);
        return *this;
    }
    std::string bytes() const { return std::string(bytes_.view()); }

  private:
    buffer bytes_;
    bool masked_;
    std::uint32_t key_ = 0x9E3779B9;
};

void check_each_split(role own, std::uint64_t max_message, const std::string& wire,
                      const lines& expected) {
    CAPTURE(wire);
    CHECK(items_of(own, max_message, {wire}) == expected);
    for (std::size_t at = 0; at <= wire.size(); ++at) {
        CAPTURE(at);
        REQUIRE(items_of(own, max_message, {wire.substr(0, at), wire.substr(at)}) == expected);
    }
    std::vector<std::string> each_byte;
    for (const char c : wire)
        each_byte.emplace_back(1, c);
    CHECK(items_of(own, max_message, each_byte) == expected);
}

} // namespace

TEST_CASE("items do not depend on the role, nor on where the bytes are split") {
    const role own = GENERATE(role::client, role::server);
    const std::string wide = "\xE6\xBC\xA2\xF0\x9F\x98\x80";
    const std::string longer(300, 'x');
    const std::string wire = script(own)
                                 .add(opcode::text, true, "Hello")
                                 .add(opcode::binary, true, "")
                                 .add(opcode::text, true, "")
                                 .add(opcode::ping, true, std::string(125, 'p'))
                                 .add(opcode::text, false, wide.substr(0, 1))
                                 .add(opcode::ping, true, "between")
                                 .add(opcode::continuation, false, wide.substr(1, 4))
                                 .add(opcode::pong, true, "")
                                 .add(opcode::continuation, false, "")
                                 .add(opcode::continuation, true, wide.substr(5))
                                 .add(opcode::binary, false, "")
                                 .add(opcode::continuation, true, "\xFF\x00"s)
                                 .add(opcode::binary, true, longer)
                                 .add(opcode::binary, false, longer)
                                 .add(opcode::continuation, true, "")
                                 .add(opcode::text, true, wide)
                                 .add(opcode::close, true, "\x03\xE9"s + "bye")
                                 .add(opcode::text, true, "not read")
                                 .bytes();
    check_each_split(own, 1000, wire,
                     {"text Hello", "binary ", "text ", "ping " + std::string(125, 'p'),
                      "ping between", "pong ", "text " + wide, "binary \xFF\x00"s,
                      "binary " + longer, "binary " + longer, "text " + wide, "close 1001 bye"});
}

TEST_CASE("what breaks the protocol is named, and nothing is read behind it") {
    struct row {
        std::string wire;
        std::string error;
    };
    const std::vector<row> rows = {
        {"\xC1\x05Hello", "1002 reserved bit RSV1 set in a text frame of 5 bytes"},
        {"\xB9\x01x", "1002 reserved bits RSV2 and RSV3 set in a ping frame of 1 byte"},
        {"\x83\x02xx", "1002 unknown opcode: a frame with opcode 0x3 of 2 bytes"},
        {"\x8B\x00"s, "1002 unknown opcode: a frame with opcode 0xB of 0 bytes"},
        {"\x09\x01x", "1002 a fragmented ping frame of 1 byte, control frames must be whole"},
        {"\x8A\x7E\x00\x7E"s, "1002 a pong frame of 126 bytes, control frames hold 125 at most"},
        {"\x80\x02lo", "1002 a continuation frame of 2 bytes without a message that it continues"},
        {"\x01\x01x\x82\x01x", "1002 a binary frame of 1 byte inside an unfinished text message"},
        {"\x02\x00\x02\x01x"s, "1002 a binary frame of 1 byte inside an unfinished binary message"},
        {"\x81\x81kkkkx", "1002 a masked text frame of 1 byte, a server must not mask"},
        {"\x82\x7E\x00\x7Dx"s, "1002 a binary frame of 125 bytes whose length is not in its "
                               "shortest form (RFC 6455 §5.2)"},
        {"\x82\x7F\x80\x00\x00\x00\x00\x00\x00\x00"s,
         "1002 a binary frame of 9223372036854775808 bytes, a length is below 2^63 (RFC 6455 "
         "§5.2)"},
        {"\x88\x01x", "1002 a Close frame of 1 byte, a code takes 2"},
        {"\x88\x02\x03\xED", "1002 a Close frame with code 1005, which must not be sent (RFC 6455 "
                             "§7.4)"},
        {"\x88\x02\x0B\xB7", "1002 a Close frame with code 2999, which must not be sent (RFC 6455 "
                             "§7.4)"},
        {"\x88\x03\x03\xE8\xFF", "1007 a Close frame with code 1000 whose reason is not UTF-8"},
        {"\x88\x03\x03\xE8\xC3", "1007 a Close frame with code 1000 whose reason is not UTF-8"},
        {"\x81\x03"
         "ab\xFF",
         "1007 byte 0xFF at offset 2 of a text message is not UTF-8"},
        {"\x81\x02\xE6\xBC", "1007 a text message of 2 bytes ends inside a code point"},
        {"\x01\x02\xE6\xBC\x80\x01x", "1007 byte 0x78 at offset 2 of a text message is not UTF-8"},
        {"\x01\x02\xE6\xBC\x80\x00"s, "1007 a text message of 2 bytes ends inside a code point"},
        {"\x82\x7E\x03\xE9"s, "1009 a binary frame of 1001 bytes, message.max is 1000"},
        {"\x02\x01x\x80\x7E\x03\xE8"s, "1009 a continuation frame of 1000 bytes behind 1 byte of "
                                       "the same message, message.max is 1000"},
        {"\x82\x7F\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s,
         "1009 a binary frame of 9223372036854775807 bytes, message.max is 1000"},
    };
    for (const row& each : rows)
        check_each_split(role::client, 1000, "\x89\x01p" + each.wire + "\x81\x01x",
                         {"ping p", "error " + each.error});
    check_each_split(role::server, 1000, "\x81\x05Hello",
                     {"error 1002 an unmasked text frame of 5 bytes, a client must mask"});
}

TEST_CASE("a Close frame may be empty, and ends the reading") {
    for (const role own : {role::client, role::server}) {
        const std::string wire =
            script(own).add(opcode::close, true, "").add(opcode::ping, true, "x").bytes();
        check_each_split(own, 1000, wire, {"close 1005 "});
    }
    receiver closed(role::client, {});
    closed.feed("\x01\x01x\x88\x00\x89\x00"sv);
    CHECK(shown(closed.next()) == "close 1005 ");
    CHECK(shown(closed.next()) == "none");
    closed.feed("\x81\x01x");
    CHECK(shown(closed.next()) == "none");
    CHECK_FALSE(closed.mid_message());
    CHECK(closed.held() == 0);
}

TEST_CASE("what cannot be is told before the frame is whole") {
    receiver text(role::client, {});
    text.feed("\x81\x7E\x03\xE8gut\xC3"sv);
    CHECK(shown(text.next()) == "none");
    text.feed("(");
    CHECK(shown(text.next()) == "error 1007 byte 0x28 at offset 4 of a text message is not UTF-8");
    CHECK(text.held() == 0);

    receiver large(role::client, {5});
    large.feed("\x82\x06");
    CHECK(shown(large.next()) == "error 1009 a binary frame of 6 bytes, message.max is 5");
    check_each_split(role::client, 5, "\x82\x05Hello\x82\x06Hello!",
                     {"binary Hello", "error 1009 a binary frame of 6 bytes, message.max is 5"});
}

TEST_CASE("mid_message says whether something has begun and not ended") {
    receiver under_test(role::client, {});
    const auto after = [&](std::string_view bytes) {
        under_test.feed(bytes);
        while (under_test.next().kind != received::kind::none) {
        }
        return under_test.mid_message();
    };
    CHECK_FALSE(under_test.mid_message());
    CHECK(after("\x81"));
    CHECK(after("\x02"));
    CHECK(after("H"));
    CHECK_FALSE(after("i"));
    CHECK(after("\x01\x00"sv));
    CHECK(after("\x89\x01"));
    CHECK(after("x"));
    CHECK_FALSE(after("\x80\x00"sv));
    CHECK(under_test.held() == 0);
    CHECK(after("\x89\x02x"));
    CHECK(under_test.held() == 1);
    CHECK_FALSE(after("y"));
}

TEST_CASE("whole frames are views of the fed bytes: no copy and no allocation") {
    std::string wire;
    for (int i = 0; i < 1000; ++i)
        wire += "\x81\x3C" + std::string(60, 'a');
    const std::string large(1000, 'b');
    wire += "\x82\x7E\x03\xE8" + large;
    receiver under_test(role::client, {});

    test::reset_allocations();
    std::size_t views = 0;
    under_test.feed(wire);
    while (true) {
        const received item = under_test.next();
        if (item.kind != received::kind::message) break;
        const bool inside = item.bytes.data() >= wire.data() &&
                            item.bytes.data() + item.bytes.size() <= wire.data() + wire.size();
        views += inside && item.owned.empty();
    }
    const std::size_t count = test::allocated().count;
    CHECK(views == 1001);
    CHECK(count == 0);
}

TEST_CASE("memory grows with the bytes received, not with what a header claims") {
    const role own = GENERATE(role::client, role::server);
    constexpr std::size_t claimed = 16u << 20;
    const std::string wire =
        script(own).add(opcode::binary, true, std::string(claimed, 'x')).bytes();
    const std::size_t header = wire.size() - claimed;
    receiver under_test(own, {2 * claimed});

    constexpr std::size_t piece = 1000;
    constexpr std::size_t first_room = 256;
    constexpr std::size_t chunk = 256u << 10;
    test::reset_allocations();
    bool bounded = true;
    std::size_t fed = 0;
    received last;
    for (; fed < wire.size(); fed += piece) {
        under_test.feed(std::string_view(wire).substr(fed, piece));
        last = under_test.next();
        if (last.kind != received::kind::none) break;
        const std::size_t taken = std::min(fed + piece, wire.size());
        bounded =
            bounded && under_test.held() <= std::max(2 * taken, first_room) &&
            test::allocated().live >= under_test.held() &&
            test::allocated().live - under_test.held() <= block_overhead * (taken / chunk + 2) &&
            under_test.held() + header >= taken;
    }
    const test::allocations used = test::allocated();
    CHECK(bounded);
    CHECK(last.owned.size() == claimed);
    CHECK(last.bytes == std::string(claimed, 'x'));
    CHECK(used.live == claimed + block_overhead); // it fits: nothing was trimmed
    CHECK(used.count < claimed / chunk + 20);
    CHECK(used.peak <= claimed + claimed + 4096); // the parts, their list and the whole
    CHECK(under_test.held() == 0);
}

TEST_CASE("endless empty fragments take no memory") {
    receiver under_test(role::client, {});
    std::string wire = "\x01\x00"s;
    for (int i = 0; i < 100000; ++i)
        wire += "\x00\x00"s;
    test::reset_allocations();
    under_test.feed(wire);
    const received item = under_test.next();
    const std::size_t count = test::allocated().count;
    CHECK(shown(item) == "none");
    CHECK(count == 0);
    CHECK(under_test.held() == 0);
    CHECK(under_test.mid_message());
    under_test.feed("\x80\x02ok");
    CHECK(shown(under_test.next()) == "text ok");
}

TEST_CASE("fragments together are held to the bound") {
    constexpr std::size_t most = 5000;
    receiver under_test(role::client, {most});
    under_test.feed("\x02\x00"sv);
    REQUIRE(shown(under_test.next()) == "none");
    for (std::size_t i = 1; i <= most; ++i) {
        under_test.feed("\x00\x01x"sv);
        REQUIRE(shown(under_test.next()) == "none");
        REQUIRE(under_test.held() <= std::min(most, std::max<std::size_t>(2 * i, 256)));
    }
    SECTION("one more is too many") {
        under_test.feed("\x80\x01"sv);
        CHECK(shown(under_test.next()) == "error 1009 a continuation frame of 1 byte behind 5000 "
                                          "bytes of the same message, message.max is 5000");
    }
    SECTION("as many may end") {
        under_test.feed("\x80\x00"sv);
        CHECK(shown(under_test.next()) == "binary " + std::string(most, 'x'));
    }
}

TEST_CASE("a message put together is exactly as large as its bytes") {
    receiver under_test(role::client, {});
    under_test.feed("\x01\x02He\x80\x03llo");
    const received item = under_test.next();
    CHECK(item.owned.view() == "Hello");
    CHECK(item.bytes == "Hello");
    CHECK(under_test.held() == 0);
    CHECK(shown(under_test.next()) == "none");
}

TEST_CASE("text that is not checked is handed over, whatever it holds") {
    receiver one(role::client, {.max_message = 100, .check_text = false});
    lines items;
    one.feed("\x81\x02\xC3("sv); // short and whole
    collect(one, items);
    one.feed("\x01\x01\xC3\x80\x02(\xFF"sv); // in fragments
    collect(one, items);
    CHECK(items == lines{"text \xC3(", "text \xC3(\xFF"});
}

TEST_CASE("what was fed and not looked at can be taken back behind a message") {
    const std::string behind("\x89\x01p\x82\x05hal", 8);
    receiver one(role::client, {});
    CHECK(one.rest().empty());
    const std::string all = "\x82\x01m" + behind;
    one.feed(all);
    CHECK(shown(one.next()) == "binary m");
    CHECK(one.rest() == behind);
    CHECK(one.rest().data() == all.data() + 3);
    CHECK(shown(one.next()) == "ping p");
    CHECK(one.rest().size() == 5);
    CHECK(shown(one.next()) == "none");
    CHECK(one.rest().empty());
}
