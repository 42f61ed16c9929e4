// Openings that do not become a connection: refused, too slow, gone, cancelled.

#include "net/opening.hpp"
#include "net/support/opening_desk.hpp"

using namespace resock;
using namespace std::chrono_literals;
using test::desk;
using test::opening_request;
using test::switching_text;

namespace {

net::opening_limits within(duration timeout) {
    net::opening_limits made;
    made.timeout = timeout;
    return made;
}

bool begins(const std::string& text, const std::string& with) {
    return text.rfind(with, 0) == 0;
}

std::string body_of(const std::string& answer) {
    return answer.substr(answer.find("\r\n\r\n") + 4);
}

} // namespace

TEST_CASE("a refusal is answered with its status, fields and sentence, then the end") {
    desk at;
    at.to->on_request = [](net::opening& made) {
        made.refuse({426, "only 13", {{"Sec-WebSocket-Version", "13"}}});
        made.refuse({500, "twice", {}}); // one answer only
    };
    at.send(opening_request);
    const std::string answer = at.read_to_end();
    CHECK(begins(answer, "HTTP/1.1 426 Upgrade Required\r\n"));
    CHECK(answer.find("\r\nSec-WebSocket-Version: 13\r\n") != std::string::npos);
    CHECK(body_of(answer) == "only 13\n");
    CHECK(at.to->times_over == 1);
    CHECK(at.to->times_failed == 0);    // the owner knows: it was its own answer
    CHECK_FALSE(at.released.expired()); // the peer may still be sending
    at.hang_up();
    at.on.run_until([&] { return at.released.expired(); });
}

TEST_CASE("any answer can be given; HEAD gets no body") {
    const std::string method = GENERATE(as<std::string>(), "GET", "HEAD");
    desk at;
    at.to->on_request = [](net::opening& made) {
        made.answer(200, {{"Cache-Control", "no-store"}}, "ok\n");
    };
    at.send(method + " /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
    const std::string answer = at.read_to_end();
    CHECK(begins(answer, "HTTP/1.1 200 OK\r\n"));
    CHECK(answer.find("\r\nContent-Length: 3\r\n") != std::string::npos);
    CHECK(body_of(answer) == (method == "GET" ? "ok\n" : ""));
}

TEST_CASE("what is no request is answered without asking the owner, who is told") {
    net::opening_limits limits;
    limits.request.header_bytes = 2000;
    limits.request.header_count = 5;
    struct row {
        std::string sent;
        int status;
    };
    const std::string line = "GET / HTTP/1.1\r\n";
    const row rows[] = {{"garbage\r\n\r\n", 400},
                        {"GET / HTTP/3.0\r\n\r\n", 505},
                        {line + "A: " + std::string(1 << 20, 'a') + "\r\n\r\n", 431},
                        {line + "A: 1\r\nA: 1\r\nA: 1\r\nA: 1\r\nA: 1\r\nA: 1\r\n\r\n", 431}};
    for (const row& each : rows) {
        CAPTURE(each.status, each.sent.size());
        desk at(limits);
        const std::size_t now = std::min<std::size_t>(each.sent.size(), 50'000);
        at.send(std::string_view(each.sent).substr(0, now));
        const std::string answer = at.read_to_end();
        CHECK(begins(answer, "HTTP/1.1 " + std::to_string(each.status) + " "));
        CHECK(body_of(answer) == at.to->why + "\n");
        CHECK(at.to->status == each.status);
        CHECK(at.to->times_failed == 1);
        CHECK(at.to->times_requested == 0);
        CHECK(at.to->times_over == 1);
    }
}

TEST_CASE("TLS on the plain port: nobody to answer, the owner is told") {
    desk at;
    at.send(std::string("\x16\x03\x01\x02\x00\x01", 6));
    CHECK(at.read_to_end().empty());
    CHECK(at.to->status == 0);
    CHECK(at.to->why.find("wss://") != std::string::npos);
}

TEST_CASE("a request that is slow is answered with 408, one that never begins with nothing") {
    desk at(within(5ms));
    SECTION("slow") {
        at.send("GET / HTTP/1.1\r\nHost:");
        const std::string answer = at.read_to_end();
        CHECK(begins(answer, "HTTP/1.1 408 Request Timeout\r\n"));
        CHECK(at.to->status == 408);
        CHECK(at.to->why == "the request was not complete within listen.open_timeout");
        CHECK(body_of(answer) == at.to->why + "\n");
    }
    SECTION("never") {
        CHECK(at.read_to_end().empty());
        CHECK(at.to->status == 0);
        CHECK(at.to->why == "no request came within listen.open_timeout");
        CHECK(at.released.expired());
    }
    CHECK(at.to->times_failed == 1);
    CHECK(at.to->times_over == 1);
}

TEST_CASE("a request whose last byte comes together with its time limit is a request") {
    // Both are ready in the same turn of the loop: the bytes are seen first.
    desk at(within(duration::zero()));
    at.send(opening_request);
    at.run_until_requested();
    at.on.run_ready();
    CHECK(at.to->times_unanswered == 0);
    CHECK(at.to->times_failed == 0);
    CHECK(at.to->times_over == 0);
    at.to->kept->accept(test::switching_response, at.result);
    CHECK(at.result->stream);
}

TEST_CASE("a peer that goes is told as it went") {
    desk at;
    SECTION("before it sent anything") {
        at.hang_up();
        at.run_until_over();
        CHECK(at.to->why == "closed before it sent a request");
    }
    SECTION("inside its request") {
        at.send("GET / HTTP/1.1\r\n");
        at.hang_up();
        at.run_until_over();
        CHECK(at.to->why == "closed inside its request");
    }
    CHECK(at.to->status == 0);
    CHECK(at.to->times_failed == 1);
    CHECK(at.to->times_requested == 0);
    CHECK(at.to->times_over == 1);
    CHECK(at.released.expired());
}

TEST_CASE("a peer that is gone when its request is accepted is the result's failure") {
    desk at;
    at.send(opening_request);
    at.run_until_requested();
    at.hang_up();
    at.to->kept->accept(test::switching_response, at.result);
    at.run_until_over();
    REQUIRE(at.result->failure);
    CHECK(at.result->failure->cause == policy::cause::tcp_reset);
    CHECK(at.result->times == 1);
    CHECK(at.to->times_failed == 0); // told once
    CHECK(at.released.expired());
}

TEST_CASE("the application has its own time, and its owner the last word") {
    desk at(within(1h));
    at.to->on_request = [](net::opening& made) { made.await_answer(1ms); };
    at.to->on_unanswered = [](net::opening& made) { made.refuse({503, "not in time", {}}); };
    at.send(opening_request);
    const std::string answer = at.read_to_end();
    CHECK(begins(answer, "HTTP/1.1 503 "));
    CHECK(at.to->times_unanswered == 1);
    CHECK(at.to->times_over == 1);
}

TEST_CASE("without a limit the application may take its time") {
    desk at(within(5ms));
    at.send(opening_request);
    at.run_until_requested();
    // Longer than the limit of the request, which is over: nothing may come of it.
    bool later = false;
    boost::asio::steady_timer timer(*at.on.io, 20ms);
    timer.async_wait([&](const auto&) { later = true; });
    at.on.run_until([&] { return later; });
    CHECK(at.to->times_unanswered == 0);
    CHECK(at.to->times_over == 0);
    at.to->kept->accept(test::switching_response, at.result);
    CHECK(at.result->stream);
    CHECK(test::peer(at.fd()).read_header() == switching_text);
}

TEST_CASE("cancel closes without a word, wherever it stands, once") {
    desk at;
    SECTION("while reading") {
        at.send("GET /");
        at.on.run_ready();
    }
    SECTION("while the application decides") {
        at.send(opening_request);
        at.run_until_requested();
    }
    const auto held = at.to->kept;
    held->cancel();
    held->cancel();
    CHECK(at.to->times_over == 1);
    CHECK(at.to->times_failed == 0);
    CHECK(at.released.expired());
    at.on.run_ready();
    held->refuse({403, "late", {}});
    held->hurry(1ms);
    held->accept(test::switching_response, at.result);
    REQUIRE(at.result->failure);
    CHECK(at.result->failure->detail == "the peer had gone before its request was answered");
    CHECK(at.read_to_end().find("HTTP") == std::string::npos);
    CHECK(at.to->times_over == 1);
}

TEST_CASE("the owner may cancel what it is just asked about") {
    desk at;
    at.to->on_request = [](net::opening& made) { made.cancel(); };
    at.send(opening_request);
    at.run_until_over();
    CHECK(at.to->times_over == 1);
    CHECK(at.released.expired());
}

TEST_CASE("an opening whose owner has gone ends by itself") {
    desk at;
    const std::weak_ptr<net::opening> made = at.to->kept;
    at.send(opening_request);
    auto held = std::exchange(at.to->kept, nullptr);
    at.to.reset();
    CHECK(at.read_to_end().empty());
    held.reset();
    at.on.run_ready();
    CHECK(made.expired());
    CHECK(at.released.expired());
}

TEST_CASE("hurry leaves at most so much time for the request, never more") {
    SECTION("less than there was") {
        desk at(within(1h));
        at.send("GET /");
        at.to->kept->hurry(1ms);
        CHECK(begins(at.read_to_end(), "HTTP/1.1 408 "));
    }
    SECTION("more than there was") {
        desk at(within(5ms));
        at.send("GET /");
        at.to->kept->hurry(1h);
        CHECK(begins(at.read_to_end(), "HTTP/1.1 408 "));
    }
    SECTION("not while the application decides") {
        desk at(within(1h));
        at.to->on_request = [](net::opening& made) {
            made.hurry(0ms);
            made.await_answer(5ms);
        };
        at.send(opening_request);
        at.on.run_until([&] { return at.to->times_unanswered > 0; });
        CHECK(at.to->times_over == 0);
        at.to->kept->cancel();
    }
}

TEST_CASE("an answer that the socket does not take at once is written as it has room") {
    const std::string large(std::size_t{1} << 20, 'x');
    desk at;
    at.to->on_request = [&](net::opening& made) { made.answer(200, {}, large); };
    at.send(opening_request);
    at.run_until_requested();
    CHECK(at.to->times_over == 0);
    CHECK(body_of(at.read_to_end()) == large);
    CHECK(at.to->times_over == 1);
}

TEST_CASE("a peer that does not take its answer is given up; of a 101 the result is told") {
    const std::string large(std::size_t{1} << 20, 'x');
    const bool accepts = GENERATE(false, true);
    CAPTURE(accepts);
    desk at(within(20ms));
    at.to->on_request = [&](net::opening& made) {
        if (accepts)
            made.accept({101, "Switching Protocols", {{"X-Large", large}}}, at.result);
        else
            made.answer(200, {}, large);
    };
    at.send(opening_request);
    at.run_until_over();
    CHECK(at.released.expired());
    CHECK(at.to->times_failed == 0);
    REQUIRE(at.result->failure.has_value() == accepts);
    if (!accepts) return;
    CHECK(at.result->failure->cause == policy::cause::open_timeout);
    CHECK(at.result->failure->detail == "the peer did not take our answer in time");
}
