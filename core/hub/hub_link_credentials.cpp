// Credentials that an application gives as options: which of them count, and what they mean.

#include "base/url.hpp"
#include "hub/hub.hpp"
#include "hub/hub_link.hpp"
#include "hub/option_value.hpp"

namespace resock::hub {

void hub_link::credentials(std::uint64_t request_id, const options* given) {
    link::in::credentials answer;
    answer.request_id = request_id;
    answer.none_to_be_had = given == nullptr;
    if (given) {
        if (given->scope() != option_scope::link)
            throw error(resock::status::invalid, "credentials are options of the scope link");
        if (const auto urls = given->values("url"); !urls.empty())
            answer.url = parse_url(urls.back());
        if (in_session_ && answer.url && answer.url->scheme == url::scheme::echo)
            throw error(resock::status::invalid,
                        "a session needs a server that speaks resock.v1, and echo: does not");
        for (const std::string& line : given->values("http.header")) {
            if (!answer.headers) answer.headers.emplace();
            answer.headers->push_back(read_header(line));
        }
        if (const auto tokens = given->values("session.token"); !tokens.empty()) {
            if (!in_session_)
                throw error(resock::status::invalid,
                            "session.token is of sessions, and this link is none: hand in "
                            "http.header or url");
            answer.token = tokens.back();
        }
        if (!answer.url && !answer.headers && !answer.token)
            throw error(resock::status::invalid,
                        "credentials hold neither url, http.header nor session.token; pass null "
                        "where there are none to be had");
    }
    lock guard(mutex_);
    if (freed_ || ended_) check_alive(guard);
    push(guard, std::move(answer));
    wake(guard);
}

} // namespace resock::hub
