#include "net/http.hpp"

#include "support/catch.hpp"

using namespace resock;
using progress = net::response_reader::progress;

namespace {

const std::string early = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
const std::string head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";
const std::string frames("\x81\x02hi\x00\xff", 6);

void check_read(net::response_reader& reader) {
    CHECK(reader.response().status == 101);
    REQUIRE(reader.response().fields.size() == 1);
    CHECK(reader.response().fields[0].name == "Upgrade");
    CHECK(reader.response().fields[0].value == "websocket");
}

} // namespace

TEST_CASE("a request is one line, the fields in their order, and an empty line") {
    wire::upgrade_request request;
    request.target = "/a?b=c";
    request.fields = {{"Host", "example.org"}, {"Upgrade", "websocket"}};
    CHECK(net::request_text(request) ==
          "GET /a?b=c HTTP/1.1\r\nHost: example.org\r\nUpgrade: websocket\r\n\r\n");
}

TEST_CASE("a response is read however it is cut in two") {
    const std::string prefix = GENERATE(as<std::string>(), "", early, early + early);
    const std::string whole = prefix + head + frames;
    const std::size_t end = prefix.size() + head.size();
    for (std::size_t split = 1; split < whole.size(); ++split) {
        CAPTURE(split);
        net::response_reader reader;
        const auto state = reader.feed(std::string_view(whole).substr(0, split));
        CHECK(state == (split >= end ? progress::done : progress::more));
        if (state == progress::more)
            CHECK(reader.feed(std::string_view(whole).substr(split)) == progress::done);
        check_read(reader);
        CHECK(reader.take_leftover() ==
              whole.substr(end, split >= end ? split - end : frames.size()));
    }
}

TEST_CASE("a response is read byte by byte") {
    const std::string whole = early + head;
    net::response_reader reader;
    CHECK(reader.empty());
    for (std::size_t i = 0; i + 1 < whole.size(); ++i)
        REQUIRE(reader.feed({&whole[i], 1}) == progress::more);
    CHECK(!reader.empty());
    CHECK(reader.feed({&whole.back(), 1}) == progress::done);
    check_read(reader);
    CHECK(reader.take_leftover().empty());
}

TEST_CASE("what cannot become HTTP is told at its first wrong byte") {
    struct row {
        const char* sent;
        progress state;
    };
    const row rows[] = {{"H", progress::more},
                        {"HTTP/", progress::more},
                        {"h", progress::failed},
                        {"HTTQ", progress::failed},
                        {"\x15\x03\x01", progress::failed}};
    for (const row& row : rows) {
        CAPTURE(row.sent);
        net::response_reader reader;
        CHECK(reader.feed(row.sent) == row.state);
    }
}

TEST_CASE("a header may be as large as the limit and no larger, however it comes") {
    const std::string line = "HTTP/1.1 101 X\r\n";
    const std::size_t room = net::response_reader::max_header - line.size() - 8; // "A: " and ends
    const std::size_t step = GENERATE(std::size_t{1}, std::size_t{4096}, std::size_t{100000});
    for (const bool fits : {true, false}) {
        CAPTURE(step, fits);
        const std::string text =
            line + "A: " + std::string(fits ? room : room + 100, 'a') + "\r\n\r\n";
        net::response_reader reader;
        auto state = progress::more;
        for (std::size_t i = 0; i < text.size() && state == progress::more; i += step)
            state = reader.feed(std::string_view(text).substr(i, step));
        CHECK(state == (fits ? progress::done : progress::failed));
        if (fits) continue;
        CHECK(reader.failure().cause == policy::cause::not_websocket);
        CHECK(reader.failure().detail.find("larger than 16 KiB") != std::string::npos);
    }
}
