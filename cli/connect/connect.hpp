// `resock connect`: standard input out, messages in.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "command.hpp"
#include "connect/settings.hpp"

namespace cli {

class connect_command : public command {
  public:
    const char* name() const override { return "connect"; }
    const char* summary() const override { return "Standard input out, messages in"; }
    const char* footer() const override;
    void add_options(CLI::App&) override;
    std::vector<std::string> set_scopes() const override { return {"link", "hub"}; }
    // Until the link has ended.
    int run() override;

  private:
    void add_times(CLI::App&);
    void add_session(CLI::App&);
    void add_link_options(CLI::App&);
    void add_reports(CLI::App&);
    connect_settings settings() const;
    void set_options(connect_settings&) const;
    report wanted_report() const;

    // As written, before the options of the library have checked it.
    std::string url_;
    std::string outbox_;
    std::vector<std::string> set_;
    std::vector<std::string> headers_;
    std::vector<std::string> subprotocols_;
    std::uint64_t chunk_ = 16 * 1024;
    double wait_ms_ = -1; // not given
    bool exactly_once_ = false;
    bool binary_ = false;
    bool echo_ = false;
    bool stay_ = false;
    bool events_ = false;
    bool json_ = false;
    bool quiet_ = false;
};

} // namespace cli
