// `resock man`: the man page, made of what --help says.
#pragma once

#include "command.hpp"

namespace cli {

class man_command : public command {
  public:
    const char* name() const override { return "man"; }
    const char* summary() const override { return "The man page"; }
    const char* footer() const override;
    void add_options(CLI::App&) override {}
    int run() override;
};

} // namespace cli
