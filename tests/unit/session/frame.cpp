#include "session/frame.hpp"

#include <string>

#include "samples.hpp"

using namespace resock::session;
using resock::test::hex;

TEST_CASE("a decoded frame's index is its type, and each has a name") {
    CHECK(decoded().index() == 0);
    CHECK(decoded(data_frame()).index() == static_cast<std::size_t>(frame_type::data));
    CHECK(decoded(end_frame()).index() == static_cast<std::size_t>(frame_type::end));
    CHECK(decoded(ack_frame()).index() == static_cast<std::size_t>(frame_type::ack));
    CHECK(decoded(note_frame()).index() == static_cast<std::size_t>(frame_type::note));
    CHECK(decoded(hello_frame()).index() == static_cast<std::size_t>(frame_type::hello));
    CHECK(decoded(welcome_frame()).index() == static_cast<std::size_t>(frame_type::welcome));
    CHECK(decoded(reject_frame()).index() == static_cast<std::size_t>(frame_type::reject));
    CHECK(decoded(goaway_frame()).index() == static_cast<std::size_t>(frame_type::goaway));
    CHECK(decoded(auth_frame()).index() == static_cast<std::size_t>(frame_type::auth));
    CHECK(decoded(void_frame()).index() == static_cast<std::size_t>(frame_type::void_));
    CHECK(std::variant_size_v<decoded> == 11);

    std::set<std::string> names;
    for (int type = 1; type <= 10; ++type)
        names.insert(frame_name(static_cast<frame_type>(type)));
    CHECK(names.size() == 10);
    CHECK(names.count("frame") == 0);
    CHECK(frame_name(static_cast<frame_type>(0)) == std::string("frame"));
    CHECK(frame_name(static_cast<frame_type>(15)) == std::string("frame"));
}

TEST_CASE("R7: a frame costs its length and 32") {
    CHECK(cost(hex("13 01 68 69").size()) == 36); // §9
    CHECK(cost(0) == 32);
}

TEST_CASE("R8: the first window holds two frames of the largest size, and 65536") {
    CHECK(least_first_window(16384) == 65536);
    CHECK(least_first_window(32736) == 65536);
    CHECK(least_first_window(32737) == 65538);
    CHECK(least_first_window(1 << 24) == 2 * ((1 << 24) + 32));
}

TEST_CASE("an error's reason fits into a close") {
    CHECK(frame_error().reason().empty());
    CHECK(frame_error("R18 gap: %d after %d", 5, 3).reason() == "R18 gap: 5 after 3");
    CHECK(frame_error("%s", std::string(200, 'x').c_str()).reason() == std::string(123, 'x'));
}

TEST_CASE("R10: a text for people is shown whole, with bad UTF-8 replaced") {
    CHECK(shown_text("b\xC3\xA4ld") == "b\xC3\xA4ld");
    CHECK(shown_text("a\xFF"
                     "b") == "a\xEF\xBF\xBD"
                             "b");
    CHECK(shown_text(std::string(max_text, '\xFF')).size() == 3 * max_text);
}

TEST_CASE("R10: a text for people is sent as UTF-8 of at most 1024 bytes") {
    CHECK(sendable_text("bye") == "bye");
    CHECK(sendable_text("\xFF") == "\xEF\xBF\xBD");
    CHECK(sendable_text(std::string(2000, 'x')) == std::string(1024, 'x'));
    CHECK(sendable_text(std::string(1023, 'x') + "\xC3\xA4") == std::string(1023, 'x'));
}
