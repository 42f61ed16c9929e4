// topics_server URL [TOKEN]: "publish TOPIC TEXT" goes, numbered, to all who sent "subscribe
// TOPIC".
#include <csignal>
#include <deque>
#include <iostream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <thread>

#include <resock/resock.hpp>

// What a client can make us keep has a bound: with message.max below 400 MB.
constexpr std::size_t most_topics = 500;
constexpr std::size_t most_recent = 100; // of a topic

struct topic {
    std::uint64_t last = 0;
    std::deque<std::pair<std::uint64_t, std::string>> recent;
    std::set<std::uint64_t> subscribers; // link_id
};

class server {
  public:
    server(resock::listener& door, std::string token)
        : door_(door)
        , token_(std::move(token)) {}

    // Only to the opening of a link can be said no with an HTTP status.
    void decide(const resock::event& request) {
        if (token_.empty() || request.field("Authorization") == "Bearer " + token_) {
            auto link = door_.accept(request.id());
            const auto id = link.id();
            links_.emplace(id, std::move(link));
        } else {
            door_.refuse(request.id(), 401, "WWW-Authenticate: Bearer", "another token is needed");
        }
    }

    void serve(const resock::event& message) {
        std::istringstream words{std::string(message.data())};
        std::string verb, name, text;
        words >> verb >> name >> std::ws;
        std::getline(words, text);
        if (topics_.size() >= most_topics && topics_.count(name) == 0)
            links_.at(message.link_id()).close(4001, "there are too many topics");
        else if (verb == "publish" && !name.empty())
            publish(name, text);
        else if (verb == "subscribe" && !name.empty())
            subscribe(name, text, message.link_id());
        else
            links_.at(message.link_id()).close(4000, "publish TOPIC TEXT, subscribe TOPIC [SINCE]");
    }

    void forget(std::uint64_t link_id) {
        links_.erase(link_id);
        for (auto& [name, of] : topics_)
            of.subscribers.erase(link_id);
    }

  private:
    void publish(const std::string& name, const std::string& text) {
        auto& to = topics_[name];
        const auto line = name + ' ' + std::to_string(++to.last) + ' ' + text;
        to.recent.emplace_back(to.last, line);
        if (to.recent.size() > most_recent) to.recent.pop_front();
        for (const auto id : to.subscribers)
            send(id, line);
    }

    // With a number, what was published after it comes first.
    void subscribe(const std::string& name, const std::string& since, std::uint64_t link_id) {
        auto& to = topics_[name];
        to.subscribers.insert(link_id);
        std::cout << "subscribed: " << name << ' ' << since << std::endl;
        if (since.empty()) return;
        for (const auto& [number, line] : to.recent)
            if (number > std::strtoull(since.c_str(), nullptr, 10)) send(link_id, line);
    }

    // Ended since: its CLOSED is on its way. Nothing else is refused with drop-oldest.
    void send(std::uint64_t link_id, const std::string& line) try {
        links_.at(link_id).send(line);
    } catch (const resock::error& error) {
        if (error.status() != resock::status::closed) std::cerr << error.what() << '\n';
    }

    resock::listener& door_;
    const std::string token_;
    std::map<std::uint64_t, resock::link> links_;
    std::map<std::string, topic> topics_;
};

int main(int argc, char** argv) try {
    // Before there is another thread, which inherits it: only sigwait gets these signals then.
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ending, nullptr);

    resock::hub hub;
    resock::options options(resock::scope::listener);
    options.set("listen.url", argc > 1 ? argv[1] : "ws://127.0.0.1:8080")
        .set("listen.accept", "ask")
        .set("listen.memory", "256MiB")
        .set("message.max", "8KiB")
        .set("delivery", "at-most-once")
        .set("confirm", "off")
        .set("queue.messages", "1000")
        .set("queue.full", "drop-oldest");
    if (argc > 4) options.set("tls.cert_file", argv[3]).set("tls.key_file", argv[4]);
    resock::listener door = hub.listen(options);
    std::cout << "listening on " << door.address() << std::endl;

    // A handle is a key: used after its end it gives an error, and never crashes.
    std::thread([ending, key = door.get()] {
        int number = 0;
        sigwait(&ending, &number);
        resock_listener_drain(key, 1001, 5000);
    }).detach();

    server here(door, argc > 2 ? argv[2] : "");
    while (const auto event = hub.poll()) {
        switch (event->kind()) {
        case resock::event_kind::request:
            here.decide(*event);
            break;
        case resock::event_kind::message:
            here.serve(*event);
            break;
        case resock::event_kind::closed:
            if (event->listener_id() != 0) return 0; // drained: after the last of its links
            here.forget(event->link_id());
            break;
        case resock::event_kind::log:
            std::cerr << event->text() << '\n';
            break;
        default:
            break;
        }
    }
} catch (const resock::error& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
