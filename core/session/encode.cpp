#include "session/encode.hpp"

#include <cassert>
#include <cstring>

#include <boost/endian/conversion.hpp>

namespace resock::session {

namespace {

// The two sinks that a frame is written to: so that its size and its bytes cannot differ.
class counter {
  public:
    void byte(std::uint8_t) { ++size_; }
    void number(std::uint64_t value) { size_ += varint_size(value); }
    void bytes(const void*, std::size_t size) { size_ += size; }
    std::size_t size() const { return size_; }

  private:
    std::size_t size_ = 0;
};

class writer {
  public:
    explicit writer(char* to)
        : at_(to) {}
    void byte(std::uint8_t value) { *at_++ = static_cast<char>(value); }
    void number(std::uint64_t value) { at_ = put_varint(at_, value); }
    void bytes(const void* from, std::size_t size) {
        if (size) std::memcpy(at_, from, size);
        at_ += size;
    }
    char* at() const { return at_; }

  private:
    char* at_;
};

template<class Sink>
void write_first(Sink& sink, frame_type type, int flags) {
    sink.byte(static_cast<std::uint8_t>(static_cast<int>(type) << 4 | flags));
}

template<class Sink>
void write_text(Sink& sink, std::string_view text) {
    sink.bytes(text.data(), text.size());
}

template<class Sink>
void write_seq(Sink& sink, std::uint64_t seq) {
    assert(seq > 0);
    sink.number(seq);
}

template<class Sink>
void write_tlv(Sink& sink, std::uint64_t type, std::optional<std::string_view> value) {
    if (!value) return;
    sink.number(type);
    sink.number(value->size());
    write_text(sink, *value);
}

template<class Sink, class Number>
void write_number_tlv(Sink& sink, std::uint64_t type, std::optional<Number> value) {
    if (!value) return;
    sink.number(type);
    sink.number(varint_size(*value));
    sink.number(*value);
}

template<class Sink>
void write_check_tlv(Sink& sink, std::optional<std::uint32_t> check) {
    if (!check) return;
    unsigned char value[4];
    boost::endian::store_big_u32(value, *check);
    sink.number(7);
    sink.number(sizeof(value));
    sink.bytes(value, sizeof(value));
}

template<class Sink>
void write_tlvs(Sink& sink, const data_frame& frame) {
    write_number_tlv(sink, 1, frame.expires_ms);
    write_tlv(sink, 3, frame.message_id);
}

template<class Sink>
void write_header(Sink& sink, const data_frame& frame) {
    const bool ext = frame.expires_ms || frame.message_id;
    write_first(sink, frame_type::data, frame.fin | frame.text << 1 | ext << 2 | frame.ackme << 3);
    write_seq(sink, frame.seq);
    if (!ext) return;
    counter tlvs;
    write_tlvs(tlvs, frame);
    sink.number(tlvs.size());
    write_tlvs(sink, frame);
}

template<class Sink>
void write_header(Sink& sink, const note_frame& frame) {
    write_first(sink, frame_type::note, frame.text << 1);
}

template<class Sink>
void write(Sink& sink, const data_frame& frame) {
    write_header(sink, frame);
    write_text(sink, frame.payload);
}

template<class Sink>
void write(Sink& sink, const end_frame& frame) {
    assert(frame.reason.size() <= max_text);
    write_first(sink, frame_type::end, 0);
    write_seq(sink, frame.seq);
    sink.number(frame.code);
    write_text(sink, frame.reason);
}

template<class Sink>
void write(Sink& sink, const ack_frame& frame) {
    assert(!frame.done || *frame.done <= frame.recv);
    write_first(sink, frame_type::ack, frame.ping | frame.pong << 1 | frame.done.has_value() << 2);
    sink.number(frame.recv);
    sink.number(frame.window);
    if (frame.done) sink.number(*frame.done);
}

template<class Sink>
void write(Sink& sink, const note_frame& frame) {
    write_header(sink, frame);
    write_text(sink, frame.payload);
}

template<class Sink>
void write(Sink& sink, const hello_frame& frame) {
    write_first(sink, frame_type::hello, 0);
    sink.byte(frame.version);
    sink.bytes(frame.sid.data(), frame.sid.size());
    sink.bytes(frame.secret.data(), frame.secret.size());
    sink.number(frame.born);
    sink.number(frame.epoch);
    sink.number(frame.recv);
    sink.number(frame.acked);
    sink.number(frame.window);
    write_tlv(sink, 1, frame.protocol);
    write_tlv(sink, 2, frame.token);
    write_number_tlv(sink, 3, frame.ttl_s);
    write_number_tlv(sink, 5, frame.max_frame);
    write_check_tlv(sink, frame.check);
    write_number_tlv(sink, 9, frame.heartbeat_ms);
    write_number_tlv(sink, 11, frame.max_message);
    write_number_tlv(sink, 13, frame.ack_level);
}

template<class Sink>
void write(Sink& sink, const welcome_frame& frame) {
    assert(frame.born > 0);
    write_first(sink, frame_type::welcome, frame.resumed);
    sink.number(frame.born);
    sink.number(frame.recv);
    sink.number(frame.window);
    sink.number(frame.max_frame);
    sink.number(frame.max_message);
    sink.number(frame.heartbeat_ms);
    sink.number(frame.ttl_s);
    sink.byte(frame.ack_level);
    write_tlv(sink, 1, frame.url);
    write_number_tlv(sink, 3, frame.tombstone_ttl_s);
    write_check_tlv(sink, frame.check);
}

template<class Sink>
void write(Sink& sink, const reject_frame& frame) {
    assert(frame.retry || frame.retry_ms == 0);
    assert(frame.text.size() <= max_text);
    write_first(sink, frame_type::reject, frame.retry | frame.recv.has_value() << 1);
    sink.number(static_cast<std::uint64_t>(frame.reason));
    if (frame.recv) sink.number(*frame.recv);
    sink.number(frame.retry_ms);
    write_text(sink, frame.text);
}

template<class Sink>
void write(Sink& sink, const goaway_frame& frame) {
    assert(frame.retry_min_ms <= frame.retry_max_ms);
    write_first(sink, frame_type::goaway, frame.finish);
    sink.number(frame.grace_ms);
    sink.number(frame.retry_min_ms);
    sink.number(frame.retry_max_ms);
    write_text(sink, frame.url);
}

template<class Sink>
void write(Sink& sink, const auth_frame& frame) {
    write_first(sink, frame_type::auth, frame.request);
    if (frame.request)
        sink.number(frame.deadline_ms);
    else
        write_text(sink, frame.token);
}

template<class Sink>
void write(Sink& sink, const void_frame& frame) {
    write_first(sink, frame_type::void_, 0);
    write_seq(sink, frame.seq);
}

template<class Frame>
std::size_t counted_header(const Frame& frame) {
    counter sink;
    write_header(sink, frame);
    return sink.size();
}

template<class Frame>
char* written_header(char* to, const Frame& frame) {
    writer sink(to);
    write_header(sink, frame);
    return sink.at();
}

} // namespace

template<class Frame>
std::size_t encoded_size(const Frame& frame) {
    counter sink;
    write(sink, frame);
    return sink.size();
}

template<class Frame>
char* put_frame(char* to, const Frame& frame) {
    writer sink(to);
    write(sink, frame);
    return sink.at();
}

std::size_t header_size(const data_frame& frame) {
    return counted_header(frame);
}
char* put_header(char* to, const data_frame& frame) {
    return written_header(to, frame);
}
std::size_t header_size(const note_frame& frame) {
    return counted_header(frame);
}
char* put_header(char* to, const note_frame& frame) {
    return written_header(to, frame);
}

template std::size_t encoded_size(const data_frame&);
template std::size_t encoded_size(const end_frame&);
template std::size_t encoded_size(const ack_frame&);
template std::size_t encoded_size(const note_frame&);
template std::size_t encoded_size(const hello_frame&);
template std::size_t encoded_size(const welcome_frame&);
template std::size_t encoded_size(const reject_frame&);
template std::size_t encoded_size(const goaway_frame&);
template std::size_t encoded_size(const auth_frame&);
template std::size_t encoded_size(const void_frame&);
template char* put_frame(char*, const data_frame&);
template char* put_frame(char*, const end_frame&);
template char* put_frame(char*, const ack_frame&);
template char* put_frame(char*, const note_frame&);
template char* put_frame(char*, const hello_frame&);
template char* put_frame(char*, const welcome_frame&);
template char* put_frame(char*, const reject_frame&);
template char* put_frame(char*, const goaway_frame&);
template char* put_frame(char*, const auth_frame&);
template char* put_frame(char*, const void_frame&);

} // namespace resock::session
