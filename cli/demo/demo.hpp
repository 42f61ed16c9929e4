// `resock demo`: the same stream through the same cuts, over a plain WebSocket, over resock and
// over a session of resock.
#pragma once

#include <string>

#include "command.hpp"
#include "demo/settings.hpp"

namespace cli {

class demo_command final : public command {
  public:
    const char* name() const override { return "demo"; }
    const char* summary() const override {
        return "A stream over a line that is cut: a plain WebSocket beside resock";
    }
    const char* footer() const override;
    void add_options(CLI::App& app) override;
    int run() override;

  private:
    bool given(const char* option) const;
    demo::settings settings() const;

    CLI::App* app_ = nullptr; // that add_options() was given
    std::uint64_t messages_ = 50'000;
    std::uint64_t rate_ = 5'000;
    std::uint64_t cuts_ = 10;
    std::uint64_t seed_ = 1;
    double delay_ms_ = 10;
    double cut_every_ms_ = 0;
    double time_limit_ms_ = 0;
    std::string svg_file_;
    bool json_ = false;
    bool quiet_ = false;
};

} // namespace cli
