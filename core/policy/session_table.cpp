#include "policy/session_table.hpp"

#include <array>

namespace resock::policy {

namespace {

using l = layer;
using c = culprit;
using v = verdict;
using r = rule;

constexpr const char* report_it =
    "report it with the close reason, which names the rule, and the log";
constexpr const char* check_store =
    "look whether a store was restored from a backup or copied; what was in doubt is in the events";

// clang-format off
constexpr auto close_codes = std::to_array<session_row>({
    {4400, {l::session, c::us, v::backoff, r::plain,
      "protocol error of the session: a frame against the rules of resock.v1", report_it},
      "resumes; the same error twice at the same position gives the session up"},
    {4401, {l::session, c::us, v::auth, r::plain,
      "the authentication has expired", "let the application hand over a fresh token"},
      "resumes with a new token; without one it stops and keeps the session"},
    {4403, {l::session, c::us, v::stop, r::plain,
      "forbidden: this identity may not use the session",
      "use the identity that opened the session, or have the right granted at the server"},
      "stops and keeps the session; the application decides"},
    {4404, {l::session, c::peer, v::backoff, r::plain,
      "the session is gone; a REJECT says why", "",
      "look at the reason of the REJECT"},
      "acts on the REJECT before it, not on this code; without one it connects again, to get it"},
    {4408, {l::session, c::network, v::now, r::plain,
      "silence: nothing was heard from the other end in time", "",
      "if it comes often, check the line and what idles connections out"},
      "resumes"},
    {4409, {l::session, c::us, v::stop, r::plain,
      "superseded: a newer connection has taken over the session",
      "find the second program that uses this session, and end one of the two"},
      "stops and never reconnects by itself; on a connection that was replaced already it is ignored"},
    {4429, {l::session, c::peer, v::backoff, r::plain,
      "a limit was reached before the server read the HELLO",
      "connect less often or raise the limit of the server"},
      "connects again after a growing random interval"},
    {4500, {l::session, c::peer, v::backoff, r::plain,
      "internal error of the end that closes", "", "look into the log of that end"},
      "resumes after a growing random interval"},
    {4503, {l::session, c::peer, v::backoff, r::plain,
      "the server is draining, or asks to come back later", "", "nothing: it passes by itself"},
      "resumes, after the time that the server has named"},
});

constexpr auto rejects = std::to_array<session_row>({
    {1, {l::session, c::peer, v::stop, r::plain,
      "unknown session: the server has never had it or has forgotten it",
      "let the server keep sessions longer or in a durable store"},
      "the session is lost, or ended cleanly where both ends had ended it"},
    {2, {l::session, c::us, v::stop, r::plain,
      "forbidden: the identity or the secret of the session does not fit",
      "use the identity that opened the session"},
      "stops and keeps the session; the application decides"},
    {3, {l::session, c::us, v::stop, r::plain,
      "stale epoch: a newer connection of this session was there already",
      "find the second program that uses this session, and end one of the two"},
      "stops and keeps the session; the application decides"},
    {4, {l::session, c::us, v::stop, r::plain,
      "state mismatch: what both ends remember does not fit together", check_store},
      "the session is lost"},
    {5, {l::session, c::peer, v::stop, r::plain,
      "ended: the other end has ended the session", "", "nothing: open a new session to go on"},
      "ended cleanly where our end was received; else the session is lost"},
    {6, {l::session, c::network, v::stop, r::plain,
      "expired: we were away for longer than the server keeps a session",
      "raise the time that the server keeps sessions"},
      "ended cleanly where our end was received; else the session is lost"},
    {7, {l::session, c::peer, v::stop, r::plain,
      "unsupported: the server does not know this version or a feature that we need",
      "update the server, or ask for fewer features"},
      "the session is lost"},
    {8, {l::session, c::peer, v::backoff, r::plain,
      "overloaded, or a limit was reached", "give the server more room or raise its limit"},
      "connects again after the time that the server has named; without one the session is lost"},
    {9, {l::session, c::peer, v::backoff, r::plain,
      "the former owner of the session is still busy", "", "nothing: it passes by itself"},
      "connects again after the time that the server has named"},
    {11, {l::session, c::us, v::auth, r::plain,
      "authentication is needed", "let the application hand over a token"},
      "connects again with a new token; without one it stops and keeps the session"},
});
// clang-format on

} // namespace

std::span<const session_row> session_close_codes() {
    return close_codes;
}

std::span<const session_row> session_rejects() {
    return rejects;
}

} // namespace resock::policy
