#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "frame.hpp"
#include "poller.hpp"
#include "target.hpp"

namespace bench {

class link;

// How a connection ended.
struct ending {
    int status = 0;     // of the answer to the opening; 0: none came
    int close_code = 0; // of the server's Close frame; 0: none came
    int error = 0;      // errno of the socket; 0: the server closed it in order
    bool broke_protocol = false;
};

class link_user {
  public:
    // TCP is connected. A well-behaved user sends the opening request.
    virtual void on_connected(link& of) = 0;
    virtual void on_open(link& of) = 0;
    virtual void on_message(link& of, std::string_view payload) = 0;
    // The descriptor is closed already; the link may be begun again.
    virtual void on_ended(link& of, const ending& how) = 0;

  protected:
    ~link_user() = default;
};

enum class manners {
    good, // reads at once and answers Ping and Close
    bad   // reads when told to, or before the connection's end; answers nothing
};

// One client connection on the poller's thread.
class link final : watcher {
  public:
    enum class phase { ended, connecting, upgrading, open, closing };

    link(poller& by, link_user& user, const target& to, std::uint32_t index,
         manners how = manners::good);
    ~link();
    link(const link&) = delete;
    link& operator=(const link&) = delete;

    // Returns 0 or the errno of a socket that could not be had.
    int begin(const sources& from);
    void request_opening();
    // Masks and sends; what the socket does not take waits. False: too much waits already.
    bool send(opcode code, std::string_view payload);
    // Gives bytes as they are to the socket; returns how many it took.
    std::size_t write_raw(std::string_view bytes);
    // What there is, with manners::bad.
    void read_now();
    void close_orderly();
    // Closes the descriptor at once, without on_ended.
    void drop();

    std::uint32_t index() const { return index_; }
    phase at() const { return phase_; }
    bool ended() const { return phase_ == phase::ended; }
    int close_code() const { return how_ended_.close_code; }
    std::uint64_t bytes_taken() const { return bytes_taken_; }

  private:
    void on_ready(std::uint32_t events) override;
    bool finish_connecting();
    void read_all(bool to_its_end);
    void take(std::string_view bytes);
    void take_answer(std::string_view& bytes);
    void take_one(const frame& next);
    void flush();
    void end(int error);

    poller& poller_;
    link_user& user_;
    const target& target_;
    std::uint32_t index_;
    manners manners_;
    phase phase_ = phase::ended;
    int fd_ = -1;
    std::uint32_t connections_ = 0; // a user may begin the next one inside a call of ours
    std::uint32_t mask_state_;
    ending how_ended_;
    std::string partial_; // received, of a frame or head that is not yet whole
    std::string waiting_; // to be sent
    std::uint64_t bytes_taken_ = 0;
};

} // namespace bench
