#include "demo/outcome.hpp"

#include "support/catch.hpp"

using demo::milliseconds;
using moment = demo::clock::time_point;

namespace {

demo::figures good(const char* name) {
    demo::figures made;
    made.name = name;
    made.sent = 100;
    made.arrived.distinct = 100;
    made.cuts = 3;
    return made;
}

demo::outcome good() {
    demo::outcome made;
    made.wanted.messages = 100;
    made.wanted.cuts = 3;
    made.sides = {good("plain"), good("resock"), good("exactly-once")};
    return made;
}

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

moment at(int ms) {
    return moment(milliseconds(ms));
}

} // namespace

TEST_CASE("the plain side may lose, and repeats are no complaint") {
    demo::outcome shown = good();
    shown.sides[0].arrived.distinct = 90;
    shown.sides[1].arrived.twice = 5;
    CHECK(shown.complaint().empty());
}

TEST_CASE("whatever resock did not keep to is said") {
    demo::outcome shown = good();
    shown.sides[1].arrived.distinct = 98;
    shown.sides[1].arrived.out_of_order = 1;
    CHECK(shown.complaint() == "resock lost 2 messages; resock brought 1 out of order");
    shown = good();
    shown.sides[1].arrived.damaged = 4;
    CHECK(shown.complaint() == "resock brought 4 that were not sent");
    shown = good();
    shown.sides[1].sent = shown.sides[1].arrived.distinct = 60;
    CHECK(shown.complaint() == "resock sent only 60 of 100");
    shown = good();
    shown.sides[2].arrived.distinct = 99;
    shown.sides[2].arrived.twice = 1;
    CHECK(shown.complaint() ==
          "exactly-once lost 1 messages; exactly-once brought 1 a second time");
}

TEST_CASE("a run that proves nothing says so") {
    demo::outcome shown = good();
    shown.sides[0].cuts = 2;
    CHECK(holds(shown.complaint(), "only 2 of 3 cuts happened to plain"));
    shown = good();
    shown.sides[0].failure = "no";
    CHECK(holds(shown.complaint(), "the client plain: no"));
}

TEST_CASE("a run that was ended early has lost nothing for that") {
    demo::outcome shown = good();
    shown.sides[1].arrived.distinct = 50;
    shown.sides[2].arrived.distinct = 40;
    shown.out_of_time = true;
    CHECK(
        holds(shown.complaint(), "60 messages had not yet been sent or arrived over exactly-once"));
    CHECK_FALSE(holds(shown.complaint(), "lost"));
    shown.signal = 2;
    CHECK(holds(shown.complaint(), "stopped by signal 2"));
}

TEST_CASE("time down is from a cut to the first message of a later connection") {
    CHECK(demo::down_times({at(100), at(200)}, {at(10), at(130), at(220)}) ==
          std::vector<double>{20, 30});
    CHECK(demo::down_times({at(100)}, {at(10)}).empty());
    CHECK_FALSE(demo::median({}));
    CHECK(demo::median({1, 2, 9}) == 2);
    CHECK(demo::median({1, 2, 4, 9}) == 3);
}

TEST_CASE("samples are bounded and spread over the whole run") {
    demo::samples course;
    for (int i = 0; i < 100'000; ++i) {
        course.add({i * 0.004, {}, {}});
        REQUIRE(course.all().size() <= 1200);
    }
    course.add_last({400.001, {}, {}});
    CHECK(course.all().size() > 500);
    CHECK(course.all().front().at_s == 0);
    CHECK(course.all().back().at_s == 400.001);
    for (std::size_t i = 1; i < course.all().size(); ++i)
        REQUIRE(course.all()[i].at_s - course.all()[i - 1].at_s <= 1);
}
