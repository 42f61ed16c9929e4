// Events of the link as lines on standard error.
#pragma once

#include <string>
#include <string_view>

#include <resock/resock.hpp>

namespace cli {

enum class report {
    quiet,  // errors only
    status, // connections and warnings: "open: ...", "down: ...", "warning: ..."
    events, // every event: time, name, what there is to say
    json,   // every event as JSON, with "time"
};

class reporter {
  public:
    reporter(int fd, report wanted)
        : fd_(fd)
        , wanted_(wanted) {}

    void event(const resock::event&);
    // Lines as they are, each with its newline.
    void line(std::string_view text) { lines_ += text; }
    // "resock: ..." whatever was asked for.
    void error(std::string_view sentence);
    // Writes what was collected; lines of one turn go with one write(2).
    void flush();

  private:
    void status_line(const resock::event&);

    int fd_;
    report wanted_;
    std::string lines_;
};

// "OPEN 192.0.2.1:443, connection 2, ..."
std::string describe(const resock::event&);

// The names of resock.h in words: "received", "in doubt".
std::string_view name_of(resock::level);
std::string_view name_of(resock::fail_reason);

} // namespace cli
