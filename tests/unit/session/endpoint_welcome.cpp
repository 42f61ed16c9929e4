// What a client makes of WELCOME.

#include "session/endpoint.hpp"
#include "support/catch.hpp"
#include "unit/session/ends.hpp"

namespace resock::session {
namespace {

welcome_frame welcome() {
    welcome_frame w;
    w.resumed = true;
    w.born = 77;
    w.recv = 1;
    w.window = 65536;
    w.heartbeat_ms = 10000;
    w.ttl_s = 120;
    return w;
}

} // namespace

TEST_CASE("R15 a WELCOME that does not fit what the client remembers is a lost session") {
    two_ends both;
    both.connect();
    both.client.send(1, "m");
    both.talk();
    both.wait();
    both.cut();
    both.hello();
    welcome_frame w = welcome();
    w.check = both.server.ep.inbox().recv().check;
    const int what = GENERATE(0, 1, 2, 3, 4);
    CAPTURE(what);
    if (what == 1) w.born = 78;
    if (what == 2) w.recv = 2;
    if (what == 3) ++*w.check;
    if (what == 4) w.recv = 0;
    both.client.take(encoded(w));
    CHECK(both.client.told.closed == 0);
    CHECK(both.client.ep.established() == (what == 0));
    if (what != 0) CHECK(both.client.told.reject == reject_reason::state_mismatch);
}

} // namespace resock::session
