// `resock serve`: a WebSocket server for trying things out.
#pragma once

#include <string>
#include <vector>

#include "command.hpp"
#include "serve/settings.hpp"

namespace cli {

class serve_command : public command {
  public:
    const char* name() const override { return "serve"; }
    const char* summary() const override { return "Listen, and echo or print what arrives"; }
    const char* footer() const override;
    void add_options(CLI::App&) override;
    std::vector<std::string> set_scopes() const override { return {"listener", "hub"}; }
    // Until a signal.
    int run() override;

  private:
    serve_settings settings() const;
    void set_options(serve_settings&) const;
    bool sessions_only() const;
    report wanted_report() const;

    // As written, before the options of the library have checked it.
    std::vector<std::string> listen_;
    std::vector<std::string> set_;
    std::string cert_;
    std::string key_;
    std::string sessions_;
    double drain_ms_ = 10000;
    bool exactly_once_ = false;
    bool echo_ = false;
    bool print_ = false;
    bool binary_ = false;
    bool events_ = false;
    bool json_ = false;
    bool quiet_ = false;
};

} // namespace cli
