#include "chaos/session.hpp"

#include <unistd.h>

#include "chaos/engine/proxy.hpp"
#include "chaos/lines.hpp"
#include "chaos/words.hpp"
#include "common/exit_code.hpp"
#include "common/signals.hpp"
#include "common/usage_error.hpp"

namespace cli {

int run_chaos(const chaos::settings& faults, bool as_json, bool quiet) {
    lines out(STDOUT_FILENO);
    install_signals();
    try {
        chaos::proxy proxy(faults, [&](const chaos::event& happened) {
            if (!quiet) out.add(as_json ? json_of(happened) : text_of(happened));
        });
        const std::string address = chaos::text_of(proxy.listening_on());
        out.add_last(as_json ? json_of_start(faults, address) : address);
        if (!as_json && !quiet) out.add(text_of_start(faults));
        proxy.run(signal_fd());
        const chaos::counts counted = proxy.counted();
        out.add_last(as_json ? json_of(counted, out.skipped()) : text_of(counted, out.skipped()));
    } catch (const chaos::setup_error& error) {
        throw usage_error(error.what());
    }
    return all_confirmed;
}

} // namespace cli
