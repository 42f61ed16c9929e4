#include "net/http_server.hpp"

#include <ctime>

#include "support/catch.hpp"
#include "wire/http_date.hpp"

using namespace resock;
using progress = net::request_reader::progress;

namespace {

const std::string head = "GET /chat?a=b HTTP/1.1\r\nHost: example.org\r\nUpgrade: websocket\r\n"
                         "X-Twice: 1\r\nx-twice:  2 \r\n\r\n";
const std::string frames("\x81\x82\x00\x00\x00\x00hi\x00\xff", 10);

void check_read(net::request_reader& reader) {
    const wire::client_request request = reader.take_request();
    CHECK(request.method == "GET");
    CHECK(request.target == "/chat?a=b");
    CHECK(request.minor_version == 1);
    const wire::fields expected = {
        {"Host", "example.org"}, {"Upgrade", "websocket"}, {"X-Twice", "1"}, {"x-twice", "2"}};
    REQUIRE(request.fields.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        CHECK(request.fields[i].name == expected[i].name);
        CHECK(request.fields[i].value == expected[i].value);
    }
}

// What a new reader says of `bytes`, in pieces of `step`: 0 while it wants more or is done.
int refused(std::string_view bytes, std::size_t step, const net::request_limits& limits = {},
            std::string* why = nullptr) {
    net::request_reader reader(limits);
    for (; !bytes.empty(); bytes.remove_prefix(std::min(step, bytes.size()))) {
        const progress state = reader.feed(bytes.substr(0, step));
        if (state == progress::done) return 0;
        if (state != progress::refused) continue;
        if (why) *why = reader.refusal().why;
        return reader.refusal().status;
    }
    return 0;
}

// A header of exactly `size` bytes.
std::string header_of(std::size_t size) {
    const std::string line = "GET / HTTP/1.1\r\n";
    return line + "A: " + std::string(size - line.size() - 7, 'x') + "\r\n\r\n";
}

// The value of a field of an answer.
std::string field(const std::string& answer, const std::string& name) {
    const std::size_t at = answer.find("\r\n" + name + ": ");
    if (at == std::string::npos) return "(missing)";
    const std::size_t begin = at + name.size() + 4;
    return answer.substr(begin, answer.find("\r\n", begin) - begin);
}

} // namespace

TEST_CASE("a request is read however it is cut in two, with what stands behind it") {
    const std::string whole = head + frames;
    for (std::size_t split = 1; split < whole.size(); ++split) {
        CAPTURE(split);
        net::request_reader reader({});
        const auto state = reader.feed(std::string_view(whole).substr(0, split));
        REQUIRE(state == (split >= head.size() ? progress::done : progress::more));
        if (state == progress::more)
            REQUIRE(reader.feed(std::string_view(whole).substr(split)) == progress::done);
        check_read(reader);
        CHECK(
            reader.take_leftover() ==
            whole.substr(head.size(), split >= head.size() ? split - head.size() : frames.size()));
    }
}

TEST_CASE("a request is read byte by byte") {
    net::request_reader reader({});
    CHECK(reader.empty());
    for (std::size_t i = 0; i + 1 < head.size(); ++i)
        REQUIRE(reader.feed({&head[i], 1}) == progress::more);
    CHECK_FALSE(reader.empty());
    CHECK(reader.feed({&head.back(), 1}) == progress::done);
    check_read(reader);
    CHECK(reader.take_leftover().empty());
}

TEST_CASE("a body that is announced is left to the rules, and its bytes stay behind") {
    for (const std::string length : {"Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n"}) {
        CAPTURE(length);
        net::request_reader reader({});
        REQUIRE(reader.feed("POST / HTTP/1.1\r\nHost: a\r\n" + length + "\r\nhello") ==
                progress::done);
        const wire::client_request request = reader.take_request();
        CHECK(request.method == "POST");
        CHECK(request.fields.size() == 2);
        CHECK(reader.take_leftover() == "hello");
    }
}

TEST_CASE("HTTP/1.0 is read and told as such") {
    net::request_reader reader({});
    REQUIRE(reader.feed("GET / HTTP/1.0\r\nHost: a\r\n\r\n") == progress::done);
    CHECK(reader.take_request().minor_version == 0);
}

TEST_CASE("a request header may be as large as the limit and no larger, however it comes") {
    net::request_limits limits;
    limits.header_bytes = 1000;
    const std::size_t step = GENERATE(std::size_t{1}, std::size_t{512}, std::size_t{100000});
    CAPTURE(step);
    CHECK(refused(header_of(1000), step, limits) == 0);
    std::string why;
    CHECK(refused(header_of(1001), step, limits, &why) == 431);
    CHECK(why == "the header is larger than listen.header_bytes (1000)");
    CHECK(refused(header_of(1 << 20), step, limits) == 431);
    // One that never ends is told at the limit.
    CHECK(refused(header_of(5000).substr(0, 1001), step, limits) == 431);
    CHECK(refused(header_of(5000).substr(0, 1000), step, limits) == 0);
    CHECK(refused("GET /" + std::string(1 << 20, 'a'), step, limits) == 431);
    // What stands behind the header is not counted.
    CHECK(refused(header_of(1000) + std::string(5000, 'f'), step, limits) == 0);
}

TEST_CASE("a header may have as many fields as the limit and no more") {
    net::request_limits limits;
    limits.header_count = 3;
    const std::string line = "GET / HTTP/1.1\r\n";
    CHECK(refused(line + "A: 1\r\nA: 2\r\nB: 3\r\n\r\n", 1000, limits) == 0);
    std::string why;
    CHECK(refused(line + "A: 1\r\nA: 2\r\nB: 3\r\nC: 4\r\n\r\n", 1000, limits, &why) == 431);
    CHECK(why == "the header has 4 fields, more than listen.header_count (3)");
    CHECK(refused(line + "\r\n", 1000, limits) == 0);
}

TEST_CASE("what is not HTTP/1.x is refused with its status") {
    struct row {
        const char* sent;
        int status;
        const char* part;
    };
    const row rows[] = {
        {"GET / HTTP/2.0\r\n\r\n", 505, "only HTTP/1.1 is spoken here"},
        {"GET / HTTP/1.2\r\n\r\n", 505, "only HTTP/1.1"},
        {"GET / HTTP/0.9\r\n\r\n", 505, "only HTTP/1.1"},
        {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "only HTTP/1.1"},
        {"GET /\r\n\r\n", 400, "it begins with \"GET /"},
        {"GET  / HTTP/1.1\r\n\r\n", 400, "is not valid HTTP"},
        {"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400, "is not valid HTTP"},
        {"GET / HTTP/1.1\r\nA : b\r\n\r\n", 400, "is not valid HTTP"},
        {"GET / HTTP/1.1\r\n: b\r\n\r\n", 400, "is not valid HTTP"},
        {"GET / HTTP/1.1\r\nA: b\x01\r\n\r\n", 400, "is not valid HTTP"},
        {"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400, "is not valid HTTP"},
        {"\r\nGET / HTTP/1.1\r\n\r\n", 400, "it begins with \"%0D%0AGET"},
        {"SSH-2.0-OpenSSH_9.2\r\n", 400, "it begins with \"SSH-2.0-OpenSSH_9.2%0D%0A\""},
        {"\x81\x85mask.....", 400, "is not valid HTTP"},
    };
    for (const row& each : rows) {
        for (const std::size_t step : {std::size_t{1}, std::size_t{1000}}) {
            CAPTURE(each.sent, step);
            std::string why;
            const int status = refused(each.sent, step, {}, &why);
            INFO(why);
            // In pieces it may still want more, which the opening's time bounds.
            CHECK((status == each.status || (step == 1 && status == 0)));
            if (step > 1) CHECK(why.find(each.part) != std::string::npos);
            CHECK(why.find('\n') == std::string::npos);
            CHECK(why.size() < 300);
        }
    }
}

TEST_CASE("TLS on the plain port is nobody to answer, and is named") {
    for (const std::string& hello :
         {std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11),
          std::string("\x16\x03", 2)}) {
        for (const std::size_t step : {std::size_t{1}, hello.size()}) {
            CAPTURE(hello.size(), step);
            net::request_reader reader({});
            progress state = progress::more;
            for (std::size_t at = 0; at < hello.size() && state == progress::more; at += step)
                state = reader.feed(std::string_view(hello).substr(at, step));
            REQUIRE(state == progress::refused);
            CHECK(reader.is_foreign());
            CHECK(reader.refusal().why.find("wss:// instead of ws://") != std::string::npos);
        }
    }
    net::request_reader reader({});
    CHECK(reader.feed("garbage\r\n\r\n") == progress::refused);
    CHECK_FALSE(reader.is_foreign());
}

TEST_CASE("a 101 is its line, its fields in their order, and an empty line") {
    wire::upgrade_response response{
        101, "Switching Protocols", {{"Upgrade", "websocket"}, {"Connection", "Upgrade"}}};
    CHECK(net::response_text(response) == "HTTP/1.1 101 Switching Protocols\r\n"
                                          "Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
}

TEST_CASE("an answer that ends the connection says so, and how long it is") {
    const std::time_t before = std::time(nullptr);
    const auto answer =
        net::final_response_text(503, {{"Retry-After", "5"}}, "come again\n", false);
    CHECK(answer.rfind("HTTP/1.1 503 Service Unavailable\r\n", 0) == 0);
    CHECK(field(answer, "Connection") == "close");
    CHECK(field(answer, "Content-Type") == "text/plain; charset=utf-8");
    CHECK(field(answer, "Content-Length") == "11");
    CHECK(field(answer, "Retry-After") == "5");
    CHECK(answer.substr(answer.find("\r\n\r\n")) == "\r\n\r\ncome again\n");
    const auto date = wire::parse_http_date(field(answer, "Date"), before);
    INFO(field(answer, "Date"));
    CHECK(field(answer, "Date").size() == 29); // IMF-fixdate, RFC 9110 §5.6.7
    REQUIRE(date.has_value());
    CHECK(*date >= before);
    CHECK(*date <= std::time(nullptr));
}

TEST_CASE("a field that the answer brings along stands once") {
    const auto answer = net::final_response_text(
        403, {{"content-type", "application/json"}, {"Date", "Thu, 01 Jan 1970 00:00:00 GMT"}},
        "{}");
    CHECK(field(answer, "content-type") == "application/json");
    CHECK(answer.find("text/plain") == answer.npos);
    CHECK(answer.find("Date: ") == answer.rfind("Date: "));
}

TEST_CASE("HEAD gets the same fields and no body") {
    const auto answer = net::final_response_text(200, {}, "ok\n", true);
    CHECK(answer.rfind("HTTP/1.1 200 OK\r\n", 0) == 0);
    CHECK(field(answer, "Content-Length") == "3");
    CHECK(answer.substr(answer.find("\r\n\r\n")) == "\r\n\r\n");
}

TEST_CASE("with 426 Connection names Upgrade (RFC 9110 section 7.8)") {
    const auto answer = net::final_response_text(426, {{"Upgrade", "websocket"}}, "");
    CHECK(answer.rfind("HTTP/1.1 426 Upgrade Required\r\n", 0) == 0);
    CHECK(field(answer, "Connection") == "Upgrade, close");
    CHECK(field(answer, "Upgrade") == "websocket");
    CHECK(field(answer, "Content-Length") == "0");
}

TEST_CASE("a status without a known name is answered all the same") {
    CHECK(net::final_response_text(499, {}, "").rfind("HTTP/1.1 499 ", 0) == 0);
    CHECK(net::final_response_text(418, {}, "").rfind("HTTP/1.1 418 ", 0) == 0);
}
