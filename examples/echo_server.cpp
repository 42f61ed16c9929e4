#include <chrono>
#include <iostream>
#include <map>
#include <resock/resock.hpp>

// A client that does not read is ended: its queue is full. docs/listener.md has the gentler way.
void send_back(resock::link& to, const resock::event& message) try {
    message.is_text() ? to.send(message.data()) : to.send_binary(message.data());
} catch (const resock::error& error) {
    if (error.status() != resock::status::closed) to.close(4000, "read what is sent to you");
}

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
                send_back(links.at(event->link_id()), *event);
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
