#include "hub/listener_settings.hpp"

#include "base/error.hpp"
#include "hub/option_value.hpp"

namespace resock::hub {

namespace {

void require(bool condition, const std::string& otherwise) {
    if (!condition) throw error(status::option, otherwise);
}

// The value that was set, else the default.
std::string value_of(const options& from, std::string_view name) {
    const auto set = from.values(name);
    return set.empty() ? std::string(find_option(name)->default_value) : set.back();
}

void fill_bounds(listener_settings& made, const options& from) {
    made.opening.timeout = read_duration(value_of(from, "listen.open_timeout"));
    made.opening.request.header_bytes =
        static_cast<std::size_t>(read_size(value_of(from, "listen.header_bytes")));
    made.opening.request.header_count =
        static_cast<std::size_t>(read_count(value_of(from, "listen.header_count")));
    made.request_timeout = read_duration(value_of(from, "listen.request_timeout"));
    made.retry_after = read_duration(value_of(from, "listen.retry_after"));
    made.connections = read_count(value_of(from, "listen.connections"));
    made.per_address = read_count(value_of(from, "listen.per_address"));
    made.memory = read_size(value_of(from, "listen.memory"));
}

void fill_rules(listener_settings& made, const options& from) {
    made.ask = value_of(from, "listen.accept") == "ask";
    made.rules.origins = read_tokens(value_of(from, "listen.origins"));
    made.rules.paths = read_tokens(value_of(from, "listen.paths"));
    made.rules.token = value_of(from, "listen.token");
    made.rules.subprotocols = read_tokens(value_of(from, "http.subprotocols"));
    // Sessions need no option: an offer of resock.v1 passes always.
    if (!made.rules.subprotocols.empty() || made.sessions_only)
        made.rules.subprotocols.insert(made.rules.subprotocols.begin(), session_subprotocol);
    made.health_path = value_of(from, "listen.health_path");
}

void check_tls(const listener_settings& made) {
    bool secure = false;
    for (const listen_address& each : made.addresses)
        secure = secure || each.secure();
    require(!secure || !made.tls.cert_file.empty(),
            "a wss:// address needs a certificate: set tls.cert_file to a PEM file of it and its "
            "issuers, and tls.key_file to one of its private key");
    require(secure || made.tls.cert_file.empty(),
            "tls.cert_file is set and no listen.url is wss://: write wss:// for TLS, or leave the "
            "certificate out");
}

} // namespace

listener_settings make_listener_settings(const options& given) {
    listener_settings made;
    link_settings plain = make_accepted_settings(given);
    made.sessions_only = plain.in_session();
    made.accepted_session =
        std::make_shared<const link_settings>(session_settings_of(plain, given));
    made.accepted = std::make_shared<const link_settings>(std::move(plain));
    made.session_count = read_count(value_of(given, "listen.session_count"));
    for (const std::string& each : given.values("listen.url"))
        made.addresses.push_back(parse_listen_address(each));
    require(!made.addresses.empty(), "option 'listen.url' is missing: set it to "
                                     "ws://ADDRESS:PORT, wss://ADDRESS:PORT or unix:PATH");
    fill_bounds(made, given);
    fill_rules(made, given);
    made.tls.cert_file = value_of(given, "tls.cert_file");
    made.tls.key_file = value_of(given, "tls.key_file");
    made.tls.min_version = value_of(given, "tls.min_version");
    check_tls(made);
    return made;
}

std::shared_ptr<const link_settings> accepted_settings_with(const options& of_listener,
                                                            const options& given, bool in_session) {
    if (given.scope() != option_scope::listener)
        throw error(status::invalid, "an accepted link takes options of the scope listener");
    for (const std::string& name : given.names())
        require(!name.starts_with("listen.") && !name.starts_with("tls."),
                "option '" + name +
                    "' is the listener's and cannot be set for one link; set it "
                    "when the listener is opened");
    const options all = of_listener.overlaid(given);
    link_settings made = make_accepted_settings(all);
    if (in_session) made = session_settings_of(made, all);
    return std::make_shared<const link_settings>(std::move(made));
}

} // namespace resock::hub
