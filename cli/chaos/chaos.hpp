// `resock chaos`: a TCP proxy that breaks connections.
#pragma once

#include <cstdint>
#include <string>

#include "chaos/engine/settings.hpp"
#include "command.hpp"

namespace cli {

class chaos_command final : public command {
  public:
    const char* name() const override { return "chaos"; }
    const char* summary() const override { return "A TCP proxy that breaks connections"; }
    const char* footer() const override;
    void add_options(CLI::App& app) override;
    int run() override;

  private:
    void add_cuts(CLI::App& app);
    void add_black_holes(CLI::App& app);
    void add_line(CLI::App& app);
    void add_reports(CLI::App& app);

    bool given(const char* option) const;
    void check_together() const;
    void check_numbers() const;
    chaos::settings settings() const;
    void set_cuts(chaos::settings& made) const;
    void set_black_holes(chaos::settings& made) const;
    void set_line(chaos::settings& made) const;

    CLI::App* app_ = nullptr; // that add_options() was given
    std::string listen_ = "127.0.0.1:0";
    std::string to_;
    std::string cut_every_;
    std::uint64_t cut_at_byte_ = 0;
    std::string cut_direction_ = "to-server";
    unsigned cut_spread_ = 25;
    std::uint64_t cuts_ = chaos::unlimited;
    bool reset_ = false;
    std::string half_open_;
    std::uint64_t refuse_ = 0;
    std::string blackhole_after_;
    std::string blackhole_direction_ = "both";
    std::uint64_t blackholes_ = chaos::unlimited;
    std::uint64_t bandwidth_ = 0;
    std::uint64_t buffer_ = 0;
    std::uint64_t connections_ = 0;
    double delay_ms_ = 0;
    double jitter_ms_ = 0;
    double refuse_for_ms_ = 0;
    double lifetime_ms_ = 0;
    std::uint64_t seed_ = 0;
    bool json_ = false;
    bool quiet_ = false;
};

} // namespace cli
