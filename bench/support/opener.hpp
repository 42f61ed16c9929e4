#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "link.hpp"

namespace bench {

// Opens many links, a bounded number of them at a time, and keeps them.
class opener final : public link_user {
  public:
    struct plan {
        std::uint32_t links = 0;
        std::uint32_t at_once = 64;
        sources from;
    };

    opener(poller& by, const target& to, const plan& wanted);

    void start();

    // Called once: all are open, or some have failed and no more will open.
    std::function<void()> on_settled = [] {};
    std::function<void(link&, std::string_view)> on_payload = [](link&, std::string_view) {};
    std::function<void(link&, const ending&)> on_lost = [](link&, const ending&) {};

    std::vector<std::unique_ptr<link>>& links() { return links_; }
    std::uint32_t open() const { return open_; }
    std::uint32_t failed() const { return failed_; }
    // Of the last opening that failed, for a person.
    const std::string& last_failure() const { return last_failure_; }

  private:
    void on_connected(link& of) override { of.request_opening(); }
    void on_open(link& of) override;
    void on_message(link& of, std::string_view payload) override { on_payload(of, payload); }
    void on_ended(link& of, const ending& how) override;
    void begin_more();
    void fail(const std::string& why);

    sources from_;
    std::uint32_t at_once_;
    std::vector<std::unique_ptr<link>> links_;
    std::vector<bool> was_open_;
    std::uint32_t begun_ = 0;
    std::uint32_t open_ = 0;
    std::uint32_t failed_ = 0;
    bool settled_ = false;
    std::string last_failure_;
};

// In words: "status 503", "ECONNRESET ...", "close code 1008".
std::string describe(const ending& how);

} // namespace bench
