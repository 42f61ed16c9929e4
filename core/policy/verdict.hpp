// What to do after a connection ended: one pure table (failures.md), one function.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "policy/failure.hpp"

namespace resock::policy {

// verdict.<code or cause> and verdict.strict. Keys are the tokens: "1008", "503", "dns-unknown".
// An override replaces the row and the rules of was_open, strict, the search and the third 1002;
// but `auth` still needs a refresh, `follow` a redirect, and a stop for DNS (a mistyped name) holds
// only until the link has been open, unless strict. Where several keys fit one failure, the cause
// goes before the HTTP status, and this before the close code.
struct verdict_options {
    std::map<std::string, verdict, std::less<>> overrides;
    bool strict = false;
};

// True for a close code 1000–4999, an HTTP status 100–599 but 101, or a token of `cause`.
bool is_verdict_key(std::string_view key);

// What the link knows beside the failure itself.
struct situation {
    bool was_open = false;     // this link has been open at least once
    bool refresh_set = false;  // credentials.when is not never
    bool auth_tried = false;   // credentials were already refreshed in this row of failures
    unsigned doubtful = 0;     // kept messages that were written and not confirmed at the break
    bool can_search = false;   // confirm=pong or heartbeat, so that the search can work
    unsigned protocol_row = 0; // how many 1002 in a row, this one included
    bool can_follow = false;   // a redirect will be followed: one was given and may be taken
    bool in_session = false;   // resock.v1: its close codes have the meaning of protocol §5
};

struct judgement {
    policy::layer layer = layer::local;
    policy::culprit culprit = culprit::us;
    policy::verdict verdict = verdict::backoff;
    // What the code, status or cause means, e.g. "going away: the server is shutting down".
    std::string meaning;
    // What a person can do, "" where nothing is to be done.
    std::string remedy;
};

// Pure. The verdict is final (overrides, strict, was_open, auth and search rules applied); `auth`
// is answered only while asking makes sense (refresh_set and not auth_tried), else stop (or slow
// by the rule for links that have been open). `follow` likewise only with can_follow.
judgement judge(const failure&, const verdict_options&, const situation&);

// True for close codes 1003, 1007 and 1009 sent by the peer: a message of ours may be the culprit.
bool blames_message(const failure&);

} // namespace resock::policy
