// `resock options`: what can be set.
#pragma once

#include <string>
#include <vector>

#include "command.hpp"

namespace cli {

class options_command : public command {
  public:
    const char* name() const override { return "options"; }
    const char* summary() const override { return "What --set and programs can set"; }
    const char* footer() const override;
    void add_options(CLI::App&) override;
    std::vector<std::string> values_of(const std::string& option) const override;
    int run() override;

  private:
    std::string name_;
    std::string scope_;
    bool json_ = false;
    bool markdown_ = false;
};

} // namespace cli
