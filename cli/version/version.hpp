// `resock version`: what is in the library.
#pragma once

#include <string>

#include "command.hpp"

namespace cli {

// "resock 0.1.0\nABI 1\n"
std::string version_text();

class version_command : public command {
  public:
    const char* name() const override { return "version"; }
    const char* summary() const override { return "Versions: library, ABI, what is inside"; }
    const char* footer() const override;
    void add_options(CLI::App&) override;
    int run() override;

  private:
    bool json_ = false;
};

} // namespace cli
