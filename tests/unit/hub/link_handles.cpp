#include "hub/link_handles.hpp"

#include "net/link_support/application.hpp"

using namespace resock;
using namespace resock::hub;

namespace {

handle_key opened(test::application& app) {
    return all_links.insert(app.hub().open(test::link_settings_of("echo:"), 0));
}

} // namespace

TEST_CASE("a handle that is not taken frees its link") {
    test::application app(GENERATE(0u, 1u));
    const handle_key key = opened(app);
    const auto link = all_links.pin(key);
    {
        const link_handle handle(key);
        CHECK(handle.key() == key);
        CHECK_FALSE(link->freed());
    }
    CHECK_FALSE(all_links.pin(key));
    CHECK(link->freed());
}

TEST_CASE("a handle that was taken leaves its link alone") {
    test::application app(1);
    const handle_key key = opened(app);
    {
        link_handle handle(key);
        CHECK(handle.take() == key);
        CHECK(handle.key() == 0);
        CHECK(handle.take() == 0);
    }
    REQUIRE(all_links.pin(key));
    CHECK(free_link(key));
    CHECK_FALSE(free_link(key));
}

TEST_CASE("moved, a handle frees once") {
    test::application app(1);
    const handle_key first = opened(app), second = opened(app);
    {
        link_handle from(first);
        link_handle to(std::move(from));
        CHECK(from.key() == 0);
        CHECK(to.key() == first);
        to = link_handle(second);
        CHECK(to.key() == second);
        CHECK_FALSE(all_links.pin(first)); // the one that was replaced
        CHECK(all_links.pin(second));
    }
    CHECK_FALSE(all_links.pin(second));
    CHECK(link_handle().key() == 0);
}

TEST_CASE("links may be freed after their hub") {
    handle_key key = 0;
    {
        test::application app(GENERATE(0u, 1u));
        key = opened(app);
    }
    REQUIRE(all_links.pin(key));
    CHECK(free_link(key));
    CHECK_FALSE(all_links.pin(key));
    CHECK_FALSE(free_link(0));
}
