#include "demo/live.hpp"

#include <cstdio>
#include <string>
#include <unistd.h>

#include "common/print.hpp"
#include "common/text.hpp"
#include "demo/words.hpp"

namespace demo {

namespace {

constexpr milliseconds on_terminal_every{100};
constexpr milliseconds else_every{2000};
constexpr const char* clear_rest = "\x1b[K";

constexpr std::size_t time_width = 7;
// Three sides fit into the 80 columns of a usual terminal.
constexpr std::size_t widths[] = {8, 8, 6};
const std::vector<std::string> names = {"arrived", "missing", "twice"};

std::string columns_of(const std::vector<std::string>& cells) {
    std::string made;
    for (std::size_t i = 0; i < cells.size(); ++i)
        made += right(cells[i], widths[i]);
    return made;
}

std::string columns_of(const live_counts& counts) {
    const std::uint64_t distinct = std::min(counts.arrived.distinct, counts.sent);
    return columns_of(
        {grouped(distinct), grouped(counts.sent - distinct), grouped(counts.arrived.twice)});
}

} // namespace

live::live(bool quiet)
    : quiet_(quiet)
    , on_terminal_(isatty(STDOUT_FILENO) == 1)
    , due_(on_terminal_ ? on_terminal_every : else_every) {
}

void live::begin() {
    if (quiet_) return;
    std::size_t width = 0;
    for (const std::size_t each : widths)
        width += each;
    const std::string blank(time_width, ' ');
    std::string heads = blank;
    std::string columns = blank;
    for (const char* side : {"plain", "resock", "exactly-once"}) {
        const char* between = columns == blank ? "" : " |";
        heads += between + right(side, width);
        columns += between + columns_of(names);
    }
    cli::print(heads + "\n" + columns + "\n");
}

void live::show(clock::time_point started, const std::vector<live_counts>& sides) {
    const clock::time_point now = clock::now();
    if (quiet_ || now - started < due_) return;
    due_ += on_terminal_ ? on_terminal_every : else_every;
    const double seconds = std::chrono::duration<double>(now - started).count();
    std::string line = right(fixed(seconds, 1) + " s", time_width);
    for (std::size_t i = 0; i < sides.size(); ++i)
        line += (i == 0 ? "" : " |") + columns_of(sides[i]);
    if (on_terminal_) // a wrapped line could not be written over
        cli::print("\r" + line.substr(0, cli::columns() - 1) + clear_rest);
    else
        cli::print(line + "\n");
}

void live::end() {
    if (!quiet_) cli::print(on_terminal_ ? std::string("\r") + clear_rest + "\n" : "\n");
}

} // namespace demo
