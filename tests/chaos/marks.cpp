#include "chaos/engine/marks.hpp"

#include "support/catch.hpp"

using chaos::marks;
using chaos::way;

TEST_CASE("marks are told once, each way by itself") {
    marks all;
    CHECK_FALSE(all.next(way::to_server));
    all.add(way::to_server, 20, marks::action::cut);
    all.add(way::to_server, 10, marks::action::black_hole);
    all.add(way::to_client, 5, marks::action::cut);
    CHECK(all.next(way::to_server).value() == 10);
    CHECK(all.next(way::to_client).value() == 5);
    CHECK(all.take(way::to_server, 10) == std::vector<marks::action>{marks::action::black_hole});
    CHECK(all.take(way::to_server, 10).empty());
    CHECK(all.next(way::to_server).value() == 20);
    CHECK(all.next(way::to_client).value() == 5);
    all.clear();
    CHECK_FALSE(all.next(way::to_client));
}

TEST_CASE("marks at the same byte come in the order in which they were added") {
    marks all;
    all.add(way::to_server, 7, marks::action::cut);
    all.add(way::to_server, 7, marks::action::black_hole);
    CHECK(all.take(way::to_server, 7) ==
          std::vector<marks::action>{marks::action::cut, marks::action::black_hole});
}
