#include <chrono>
#include <iostream>
#include <map>
#include <resock/resock.hpp>

int main(int argc, char** argv) try {
    resock::hub hub;
    resock::listener door = hub.listen(argc > 1 ? argv[1] : "ws://127.0.0.1:8080");
    std::cout << "listening on " << door.address() << std::endl;
    std::map<std::uint64_t, resock::link> links;
    while (auto event = hub.poll()) {
        switch (event->kind()) {
        case resock::event_kind::accepted:
            links.emplace(event->link_id(), resock::take_link(*event));
            break;
        case resock::event_kind::message:
            if (event->data() == "stop")
                door.drain(std::chrono::seconds(5));
            else
                links.at(event->link_id()).send(event->data());
            break;
        case resock::event_kind::closed:
            if (event->listener_id() != 0) return 0; // after the last of its links
            links.erase(event->link_id());
            break;
        default:
            break;
        }
    }
} catch (const resock::error& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
