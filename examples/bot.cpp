// bot URL TOKEN_FILE: answers "hello" in the topic "room"; its token may change at any time.
#include <chrono>
#include <deque>
#include <fstream>
#include <iostream>
#include <string>

#include <resock/resock.hpp>

using namespace std::chrono_literals;
using clock_type = std::chrono::steady_clock;

// Answers wait here so that the server, which counts messages, gets at most five in a second.
class paced_sender {
  public:
    void add(std::string answer) { waiting_.push_back(std::move(answer)); }

    // Sends what is due and returns how long poll may wait.
    std::chrono::milliseconds run(resock::link& link) {
        while (!waiting_.empty()) {
            const auto now = clock_type::now();
            if (now < next_) return std::chrono::ceil<std::chrono::milliseconds>(next_ - now);
            send(link, waiting_.front());
            waiting_.pop_front();
            next_ = now + 200ms;
        }
        return resock::forever;
    }

  private:
    static void send(resock::link& link, const std::string& answer) try {
        link.send(answer);
    } catch (const resock::error& error) {
        if (error.status() != resock::status::closed) throw; // else CLOSED follows and says why
    }

    std::deque<std::string> waiting_;
    clock_type::time_point next_{};
};

// In place of asking whoever gives tokens. Empty: there is none.
std::string read_token(const char* path) {
    std::string token;
    std::ifstream(path) >> token;
    return token;
}

// Must be answered within credentials.timeout, from this thread or any other.
void refresh(resock::link& link, const resock::event& asked, const char* token_file) {
    const auto token = read_token(token_file);
    std::cerr << "attempt " << asked.attempt() << ", status " << asked.http_status() << ": "
              << (token.empty() ? "no token" : "a token is handed in") << '\n';
    if (token.empty()) return link.no_credentials(asked.id());
    resock::options given;
    given.set("http.header", "Authorization: Bearer " + token);
    link.credentials(asked.id(), given);
}

int main(int argc, char** argv) try {
    if (argc != 3) {
        std::cerr << "usage: bot URL TOKEN_FILE\n";
        return 2;
    }
    resock::options options;
    options.set("url", argv[1])
        .set("http.header", "Authorization: Bearer " + read_token(argv[2]))
        .set("credentials.when", "refused")
        .set("confirm.min_interval", "1s")
        .set("message.ttl", "1min")
        .set("verdict.1000", "backoff");
    resock::hub hub;
    resock::link link = hub.open(options);
    link.greeting_set("room", "subscribe room");

    paced_sender sender;
    bool leaving = false;
    while (true) {
        const auto event = hub.poll(sender.run(link));
        if (!event) continue; // an answer is due
        switch (event->kind()) {
        case resock::event_kind::open:
            std::cerr << "open\n";
            break;
        case resock::event_kind::credentials:
            refresh(link, *event, argv[2]);
            break;
        case resock::event_kind::message: // "room 12 hello, bot"
            if (event->data().find(" hello") != event->data().npos)
                sender.add("publish room good day");
            if (event->data().find(" go home") != event->data().npos) {
                leaving = true;
                link.close();
            }
            break;
        case resock::event_kind::down:
            std::cerr << "down: " << event->why() << '\n';
            break;
        case resock::event_kind::closed:
            std::cerr << "ended: " << event->why() << '\n';
            return leaving ? 0 : 1;
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
