// `resock completion`: scripts that complete the words of `resock` in a shell.
#pragma once

#include <string>

#include "command.hpp"

namespace cli {

class completion_command : public command {
  public:
    const char* name() const override { return "completion"; }
    const char* summary() const override { return "A script for completion by bash, zsh or fish"; }
    const char* footer() const override;
    void add_options(CLI::App&) override;
    std::vector<std::string> values_of(const std::string& option) const override;
    int run() override;

  private:
    std::string shell_;
};

} // namespace cli
