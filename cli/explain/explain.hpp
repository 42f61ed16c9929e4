// `resock explain`: what a code, a status or an error means.
#pragma once

#include <string>
#include <vector>

#include "command.hpp"

namespace cli {

class explain_command : public command {
  public:
    const char* name() const override { return "explain"; }
    const char* summary() const override {
        return "What a close code, HTTP status or error means, and what to do";
    }
    const char* footer() const override;
    void add_options(CLI::App&) override;
    std::vector<std::string> values_of(const std::string& option) const override;
    int run() override;

  private:
    std::vector<std::string> what_;
    bool json_ = false;
};

} // namespace cli
