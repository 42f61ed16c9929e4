// How a conversation ends: what is said, and the exit code.

#include "common/exit_code.hpp"
#include "common/signals.hpp"
#include "connect/conversation.hpp"

namespace cli {

namespace {

// For the outbox to write down what was accepted, before its session is left.
constexpr std::chrono::milliseconds longest_store{10000};

} // namespace

int conversation::finish() {
    if (quit_) {
        const std::uint64_t left = unconfirmed() + failed_;
        if (left > 0)
            reporter_.error("stopped; " + std::to_string(left) + " messages were not confirmed");
        return interrupted + signal_;
    }
    if (leaving_ && !closed_) return explain_leaving();
    output_.drain(signal_fd());
    return explain_end(*closed_);
}

std::string conversation::waiting_for_next_run() const {
    const std::uint64_t left = keeps_session() ? unconfirmed() : 0;
    if (left == 0) return {};
    return std::to_string(left) + " messages wait in " + settings_.outbox + " for the next run";
}

// What was written to standard output is done with, and what was accepted is in the file.
void conversation::leave_session() {
    output_.drain(signal_fd());
    try {
        if (!link_.flush(longest_store, resock::level::stored))
            reporter_.error("not everything that was sent could be stored in " + settings_.outbox);
    } catch (const resock::error& error) { // it has ended meanwhile: the session was lost
        reporter_.error(error.what());
    }
}

int conversation::explain_leaving() {
    leave_session();
    const std::string waiting = waiting_for_next_run();
    if (signal_ == 0)
        reporter_.error("standard output was closed; the session stays in " + settings_.outbox);
    else
        reporter_.error("stopped after " + std::to_string(input_.taken()) + " " + input_.unit() +
                        " of standard input" + (waiting.empty() ? "" : "; " + waiting));
    return signal_ != 0 ? interrupted + signal_ : int{not_confirmed};
}

int conversation::explain_end(const resock::event& closed) {
    const std::string why(closed.why());
    const std::uint64_t accepted = link_.stats(resock::stat::messages_accepted);
    if (failed_ > 0)
        reporter_.error(std::to_string(failed_) + " of " + std::to_string(accepted) +
                        " messages were not confirmed: " + why);
    const std::string waiting = waiting_for_next_run();
    if (!waiting.empty()) reporter_.error(waiting + ": " + why);
    if (signal_ != 0) return interrupted + signal_;
    if (!lost_.empty()) {
        reporter_.error("the session was lost: " + lost_);
        return not_confirmed;
    }
    if (!opened_ && !input_refused_) {
        if (failed_ == 0 && waiting.empty()) reporter_.error("never connected: " + why);
        return never_connected;
    }
    if (failed_ > 0 || !waiting.empty()) return not_confirmed;
    if (input_refused_) return bad_input;
    if (output_.broken() && !settings_.echo && !input_.ended()) {
        reporter_.error("standard output was closed before the end of the input");
        return not_confirmed;
    }
    if (not_returned_ > 0) {
        reporter_.error(std::to_string(not_returned_) + " messages were not sent back: " + why);
        return not_confirmed;
    }
    if (closing_) return all_confirmed;
    // The peer or a verdict ended it. A normal closure with nothing left to send is a good end.
    const bool is_done = settings_.echo || input_is_done();
    if (is_done && closed.close_code() == 1000) return all_confirmed;
    reporter_.error((is_done ? "the link ended: " : "the link ended before the input: ") + why);
    return not_confirmed;
}

} // namespace cli
