#include "help.hpp"

#include <resock/resock.hpp>

namespace cli {

const char* const main_footer =
    R"(`resock connect --help` has the options, examples and exit codes.)";

const char* const connect_footer =
    R"(Each line of standard input is sent as a text message and kept until the server's endpoint has
confirmed it; after a break it is sent again. Messages that arrive are written as lines, a binary
one as "base64:" and its bytes in base64. With the end of input (Ctrl-D) and everything confirmed
the link is closed. Ctrl-C closes, too; a second one quits at once.

Confirmed means: read by the server's WebSocket endpoint (behind a gateway: the gateway's). It does
not mean that an application has processed it.

Examples:
  resock connect wss://example.org/chat
  resock connect wss://example.org/log < app.log
  journalctl -fo json | resock connect wss://example.org/log --set queue.bytes=256MiB
  resock connect wss://example.org/feed --stay < /dev/null > feed.txt
  echo '{"ask":"time"}' | resock connect wss://example.org/rpc --wait 2s
  resock connect wss://example.org/up --binary --chunk 64KiB < image.iso
  resock connect wss://example.org/ --header "Authorization: Bearer $TOKEN" --events --json
  resock connect wss://example.org/ --set heartbeat.interval=5s --set reconnect.attempts=20
  resock connect echo: < file

Exit codes:
  0    all input was sent and confirmed, and the link was closed normally
  1    something was not confirmed, or the link ended before the input did
  2    wrong usage: an option, a value or the URL
  3    never connected: it was stopped before a first connection was open
  4    standard input cannot be sent (a line that is not UTF-8, or too long); the rest is confirmed
  130  Ctrl-C (128 + number of the signal; 143: SIGTERM))";

std::string version_text() {
    return std::string("resock ") + resock_version() + "\nABI " +
           std::to_string(resock_abi_version()) + "\n";
}

} // namespace cli
