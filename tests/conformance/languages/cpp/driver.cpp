// The driver of resock.hpp: what ../README.md asks of a driver.
#include "printer.hpp"
#include "told.hpp"

#include <functional>
#include <iterator>
#include <memory>

namespace conformance {

namespace {

// The next word; `line` goes on behind it.
std::string word(std::string& line) {
    const std::size_t end = std::min(line.find(' '), line.size());
    std::string first = line.substr(0, end);
    line.erase(0, std::min(end + 1, line.size()));
    return first;
}

std::uint64_t number(std::string& line) {
    return std::stoull(word(line));
}

char byte(const std::string& digits, std::size_t at) {
    return static_cast<char>(std::stoul(digits.substr(at, 2), nullptr, 16));
}

struct payload {
    std::string data;
    bool is_text;
};

payload read_payload(std::string words) {
    const std::string kind = word(words);
    if (kind == "text") return {words, true};
    if (kind == "text-of") {
        const std::uint64_t count = number(words);
        return {std::string(count, words.at(0)), true};
    }
    if (kind == "binary-of") {
        const std::uint64_t count = number(words);
        return {std::string(count, byte(words, 0)), false};
    }
    std::string bytes;
    for (std::size_t at = 0; at < words.size(); at += 2)
        bytes += byte(words, at);
    return {bytes, false};
}

resock::level level_of(const std::string& name) {
    static const std::map<std::string, resock::level> levels{
        {"stored", resock::level::stored},
        {"written", resock::level::written},
        {"received", resock::level::received},
        {"processed", resock::level::processed}};
    return levels.at(name);
}

class driver {
  public:
    void obey(std::string line) {
        const std::string command = word(line);
        try {
            commands_.at(command)(line);
        } catch (const resock::error& error) {
            const std::string name = resock_status_name(static_cast<std::int32_t>(error.status()));
            std::cout << "ERROR " << name.substr(std::string("RESOCK_").size()) << '\n';
        }
    }

  private:
    using command = std::function<void(std::string)>;

    // Those of the next open or credentials, which leave none behind, also where they throw.
    resock::options take_options() {
        const auto given = std::exchange(given_, {});
        resock::options made;
        for (const auto& [name, value] : given)
            made.set(name, value);
        return made;
    }

    void open() {
        const resock::options options = take_options();
        hub_ = std::make_unique<resock::hub>();
        told_ = std::make_unique<told>(*hub_);
        link_ = hub_->open(options);
    }

    void send(std::string line) {
        const std::string words = word(line);
        std::uint32_t flags = 0;
        if (words.find("unkept") != std::string::npos) flags |= RESOCK_SEND_UNKEPT;
        if (words.find("flush") != std::string::npos) flags |= RESOCK_SEND_FLUSH;
        const std::size_t at = words.find("ttl=");
        const std::chrono::milliseconds ttl(
            at == std::string::npos ? 0 : std::stol(words.substr(at + 4)));
        const payload sent = read_payload(line);
        const std::uint64_t id = sent.is_text ? link_.send(sent.data, flags, ttl)
                                              : link_.send_binary(sent.data, flags, ttl);
        std::cout << "SENT " << id << '\n';
    }

    void outcome(std::string line) {
        const std::uint64_t id = number(line);
        const auto reason = told_->outcome(id, level_of(line));
        printer end("OUTCOME " + std::to_string(id) + (reason ? " failed" : ""));
        reason ? end.choice("reason", *reason) : end.choice("level", level_of(line));
    }

    void print_rest() {
        while (const auto event = told_->next_event())
            print(*event);
        while (const auto message = told_->next_message())
            print(*message);
    }

    void flush(const std::string& level) {
        link_.flush(resock::forever, level_of(level));
        std::cout << "FLUSHED " << level << '\n';
    }

    void credentials(std::uint64_t request_id) {
        if (given_.empty())
            link_.no_credentials(request_id);
        else
            link_.credentials(request_id, take_options());
    }

    void greet(std::string line) {
        const std::string key = word(line);
        const payload sent = read_payload(line);
        link_.greeting_set(key, sent.data, sent.is_text);
    }

    void reset() {
        told_.reset();
        link_.reset();
        hub_.reset();
        given_.clear();
    }

    std::vector<std::pair<std::string, std::string>> given_;
    std::unique_ptr<resock::hub> hub_;
    std::unique_ptr<told> told_;
    resock::link link_;

    const std::map<std::string, command> commands_{
        {"option",
         [this](std::string line) {
             const std::string name = word(line);
             given_.emplace_back(name, line);
         }},
        {"open", [this](const std::string&) { open(); }},
        {"send", [this](std::string line) { send(line); }},
        {"event", [this](const std::string&) { print(told_->next_event().value()); }},
        {"message", [this](const std::string&) { print(told_->next_message().value()); }},
        {"outcome", [this](std::string line) { outcome(line); }},
        {"writable",
         [this](const std::string&) {
             told_->wait_until_writable();
             std::cout << "WRITABLE\n";
         }},
        {"confirm",
         [this](std::string line) {
             const std::uint64_t id = number(line);
             link_.confirm(id, line == "through");
         }},
        {"flush", [this](const std::string& line) { flush(line); }},
        {"credentials", [this](const std::string&) { credentials(told_->request_id()); }},
        {"credentials-unasked", [this](const std::string&) { credentials(0); }},
        {"greeting", [this](std::string line) { greet(line); }},
        {"greeting-remove", [this](const std::string& line) { link_.greeting_remove(line); }},
        {"ready", [this](const std::string&) { link_.ready(); }},
        {"retry-now", [this](const std::string&) { link_.retry_now(); }},
        {"set",
         [this](std::string line) {
             const std::string name = word(line);
             link_.set(name, line);
         }},
        {"state", [this](const std::string&) { printer("STATE").choice("state", link_.state()); }},
        {"close",
         [this](std::string line) {
             const std::uint64_t code = number(line);
             link_.close(static_cast<unsigned>(code), line);
         }},
        {"rest", [this](const std::string&) { print_rest(); }},
        {"free", [this](const std::string&) { reset(); }},
    };
};

} // namespace

} // namespace conformance

int main() {
    conformance::driver driver;
    std::string line;
    while (std::getline(std::cin, line)) {
        driver.obey(line);
        std::cout << "." << std::endl;
    }
}
