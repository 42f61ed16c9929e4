#include <iostream>
#include <resock/resock.hpp>

int main(int argc, char** argv) try {
    resock::hub hub;
    resock::link link = hub.open(argc > 1 ? argv[1] : "echo:");

    link.send("hello"); // kept until it is confirmed, sent again after a break

    while (const auto event = hub.poll()) {
        switch (event->kind()) {
        case resock::event_kind::message:
            std::cout << "arrived: " << event->data() << '\n';
            link.close(); // waits until everything is confirmed
            break;
        case resock::event_kind::down: // connects again by itself
        case resock::event_kind::log:
            std::cerr << event->why() << event->text() << '\n';
            break;
        case resock::event_kind::closed:
            return 0;
        default:
            break;
        }
    }
} catch (const resock::error& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
