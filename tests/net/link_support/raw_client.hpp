// The client's end of a connection as bytes, for what no well-behaved client does. No call waits:
// a test asks again until there is what it waits for, and may drive a hub without threads between.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace resock::test {

// A masked frame (RFC 6455 §5.2).
std::string frame_bytes(unsigned opcode, std::string_view payload, bool fin = true);

class raw_client {
  public:
    // "ws://127.0.0.1:PORT", "ws://[::1]:PORT" or "unix:PATH". Throws where nobody listens. `from`:
    // the IPv4 address that it comes from, where the system shall not choose.
    explicit raw_client(const std::string& address, const std::string& from = {});
    ~raw_client();
    raw_client(const raw_client&) = delete;
    raw_client& operator=(const raw_client&) = delete;

    // As much as the socket takes now; 0 also once the other end is gone.
    std::size_t send_some(std::string_view bytes);
    // Likewise; whether that was everything.
    bool send(std::string_view bytes) { return send_some(bytes) == bytes.size(); }
    // A WebSocket opening with `fields` ("Name: value\r\n" each) beside those it needs.
    void open(std::string_view target = "/chat", std::string_view fields = {});
    bool frame(unsigned opcode, std::string_view payload, bool fin = true) {
        return send(frame_bytes(opcode, payload, fin));
    }
    // What came so far.
    const std::string& received();
    bool has_header() { return received().find("\r\n\r\n") != std::string::npos; }
    int status() { return has_header() ? std::stoi(received_.substr(9, 3)) : 0; }
    // Behind the header: frames, or the answer's body.
    std::string rest();
    // Of the Close frame behind the header, 0 where none came.
    unsigned close_code();
    // A pong for each ping that came since the last call; returns how many.
    unsigned answer_pings();
    // Of its own end, "127.0.0.1:PORT": as the listener names it. IPv4 only, else empty.
    const std::string& own_address() const { return own_address_; }
    // The other end has closed, in order or not.
    bool ended();
    void close();

  private:
    template<class See>
    void each_frame(See see);

    int fd_ = -1;
    std::string own_address_;
    std::string received_;
    bool ended_ = false;
    unsigned answered_ = 0; // pings
};

} // namespace resock::test
