#include "client.hpp"

#include "job/address.hpp"
#include "support/settings.hpp"

namespace bench {

resock::hub make_hub(const resock_order& by) {
    return resock::hub(
        resock::options(resock::scope::hub).set("io.threads", by.threaded ? "1" : "0"));
}

resock::options link_options(const resock_order& by) {
    resock::options made;
    // "echo:" is the peer inside the library: its cost without a network.
    if (by.job.url != "echo:") static_cast<void>(address(by.job.url));
    made.set("url", by.job.url);
    if (!by.job.ca_file.empty()) made.set("tls.ca_file", by.job.ca_file);
    set_all(made, by.settings);
    return made;
}

} // namespace bench
