#include "session_sim/play.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>

namespace resock::session::sim {

played play(const plan& p, const faults& broken, bool tracing) {
    world w(p.seed * 2 + 1, p.setup, broken, tracing);
    w.client.start();
    for (const plan_step& each : p.steps) {
        w.run_for(each.wait);
        if (!w.stage.broken.empty()) break;
        if (tracing) w.stage.trace(std::string("--- ") + name_of(each.what));
        carry_out(w, each, p);
    }
    if (w.stage.broken.empty()) w.calm_down();
    w.finish();
    played made;
    made.broken = w.stage.broken;
    made.trace = std::move(w.stage.told);
    made.sessions = w.stage.sessions;
    made.connections = w.stage.connections;
    made.resumed = w.stage.resumed;
    made.lost = w.stage.lost;
    made.clean = w.stage.clean;
    made.restarts = w.stage.restarts;
    made.redelivered = w.stage.redelivered;
    made.messages = w.stage.messages;
    made.voided = w.stage.voided;
    made.rejected = w.stage.rejected;
    return made;
}

namespace {

// Without numbers, which change as steps go.
std::string kind_of(const std::string& complaint) {
    std::string made;
    for (const char c : complaint)
        if (c < '0' || c > '9') made += c;
    return made;
}

class shortener {
  public:
    shortener(const faults& broken, const std::string& complaint)
        : broken_(broken)
        , wanted_(kind_of(complaint)) {}

    bool still(const plan& p) {
        return ++tries_ <= most_tries && kind_of(play(p, broken_).broken) == wanted_;
    }
    void drop_steps(plan& p) {
        for (std::size_t size = std::max<std::size_t>(1, p.steps.size() / 2); size > 0; size /= 2)
            for (std::size_t at = 0; at < p.steps.size();) {
                plan shorter = p;
                const auto from = shorter.steps.begin() + static_cast<std::ptrdiff_t>(at);
                const std::size_t many = std::min(size, p.steps.size() - at);
                shorter.steps.erase(from, from + static_cast<std::ptrdiff_t>(many));
                if (still(shorter))
                    p = std::move(shorter);
                else
                    at += many;
            }
    }
    void simplify(plan& p) {
        const auto attempt = [&](const auto& change) {
            plan simpler = p;
            change(simpler);
            if (still(simpler)) p = std::move(simpler);
        };
        attempt([](plan& q) { q.setup.network = {}; });
        attempt([](plan& q) { q.setup.client.ack_level = 0; });
        attempt([](plan& q) { q.setup.server.ack_level = 0; });
        attempt([](plan& q) { q.setup.think[0] = q.setup.think[1] = 1ms; });
        attempt([](plan& q) { q.setup.store_delay = 1ms; });
    }

  private:
    static constexpr int most_tries = 400;
    const faults& broken_;
    std::string wanted_;
    int tries_ = 0;
};

} // namespace

plan shorten(const plan& failed, const faults& broken, const std::string& complaint) {
    plan p = failed;
    shortener s(broken, complaint);
    s.drop_steps(p);
    s.simplify(p);
    s.drop_steps(p);
    return p;
}

std::string report(const plan& failed, const faults& broken, const std::string& complaint) {
    const plan p = shorten(failed, broken, complaint);
    const played again = play(p, broken, true);
    std::ostringstream out;
    out << "seed " << failed.seed << ": " << complaint << "\n"
        << "rerun with RESOCK_SIM_SEED=" << failed.seed << "; shortened from "
        << failed.steps.size() << " steps to " << p.steps.size()
        << ", where it says: " << again.broken << "\n"
        << "ack_level of client " << int{p.setup.client.ack_level} << ", of server "
        << int{p.setup.server.ack_level} << "\n";
    for (const plan_step& each : p.steps)
        out << "  after "
            << std::chrono::duration_cast<std::chrono::milliseconds>(each.wait).count()
            << " ms: " << name_of(each.what) << "\n";
    constexpr std::size_t most_lines = 150;
    const std::size_t skipped =
        again.trace.size() > most_lines ? again.trace.size() - most_lines : 0;
    if (skipped) out << "… " << skipped << " lines\n";
    for (std::size_t i = skipped; i < again.trace.size(); ++i)
        out << again.trace[i] << "\n";
    return out.str();
}

namespace {

std::optional<std::uint32_t> number_in(const char* name) {
    const char* text = std::getenv(name);
    if (text == nullptr || *text == '\0') return std::nullopt;
    return static_cast<std::uint32_t>(std::strtoul(text, nullptr, 10));
}

} // namespace

seeds wanted_seeds(std::uint32_t usual) {
    if (const auto one = number_in("RESOCK_SIM_SEED")) return {*one, *one};
    return {1, number_in("RESOCK_SIM_SEEDS").value_or(usual)};
}

} // namespace resock::session::sim
