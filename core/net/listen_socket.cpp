#include "net/listen_socket.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>

#include "base/error.hpp"
#include "net/socket_options.hpp"
#include "net/tcp_error.hpp"

namespace resock::net {

namespace {

constexpr int backlog = 4096; // the system's own limit (net.core.somaxconn) may be lower
constexpr auto pause_when_exhausted = std::chrono::milliseconds(100);

struct raw_address {
    sockaddr_storage storage{};
    socklen_t size = 0;
    int family() const { return storage.ss_family; }
    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
    sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

raw_address raw_of(const listen_address& from) {
    raw_address made;
    if (from.kind == listen_address::kind::unix_socket) {
        auto& to = reinterpret_cast<sockaddr_un&>(made.storage);
        to.sun_family = AF_UNIX;
        std::memcpy(to.sun_path, from.path.c_str(), from.path.size() + 1);
        made.size = sizeof(to);
    } else if (from.host.find(':') != std::string::npos) {
        auto& to = reinterpret_cast<sockaddr_in6&>(made.storage);
        to.sin6_family = AF_INET6;
        to.sin6_port = htons(from.port);
        ::inet_pton(AF_INET6, from.host.c_str(), &to.sin6_addr);
        made.size = sizeof(to);
    } else {
        auto& to = reinterpret_cast<sockaddr_in&>(made.storage);
        to.sin_family = AF_INET;
        to.sin_port = htons(from.port);
        ::inet_pton(AF_INET, from.host.c_str(), &to.sin_addr);
        made.size = sizeof(to);
    }
    return made;
}

std::string remedy(int sys_errno, const listen_address& at) {
    const bool file = at.kind == listen_address::kind::unix_socket;
    switch (sys_errno) {
    case EADDRINUSE:
        return file ? "; another program listens there: stop it or use another path"
                    : "; another program listens there: stop it, or use another port (0 lets the "
                      "system choose)";
    case EACCES:
    case EPERM:
        return file ? "; check who may write in its directory"
                    : "; a port below 1024 needs a privilege: use a higher one";
    case EADDRNOTAVAIL:
        return "; this machine has no such address: use 127.0.0.1, 0.0.0.0 or [::]";
    case EAFNOSUPPORT:
        return "; this machine has no such kind of address";
    case ENOENT:
        return "; its directory does not exist";
    case EMFILE:
    case ENFILE:
        return "; raise the limit of open files";
    default:
        return "";
    }
}

[[noreturn]] void refuse(const listen_address& at) {
    const int sys_errno = errno;
    throw error(status::io, "cannot listen at " + at.shown() + ": " +
                                std::generic_category().message(sys_errno) + remedy(sys_errno, at));
}

// A file that a process left behind when it was killed. One that is in use stays.
void remove_stale(const raw_address& at, const std::string& path) {
    struct stat entry {};
    if (::stat(path.c_str(), &entry) != 0 || !S_ISSOCK(entry.st_mode)) return;
    const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (probe < 0) return;
    const bool refused = ::connect(probe, at.get(), at.size) != 0 && errno == ECONNREFUSED;
    ::close(probe);
    if (refused) ::unlink(path.c_str());
}

// The file that bind() made. It ends before the last descriptor is closed: as long as somebody
// listens, nobody else takes the path. What a person put there instead stays.
class socket_file {
  public:
    explicit socket_file(std::string path)
        : path_(std::move(path)) {
        known_ = ::stat(path_.c_str(), &made_) == 0;
    }
    socket_file(const socket_file&) = delete;
    socket_file& operator=(const socket_file&) = delete;
    ~socket_file() {
        struct stat now {};
        const bool same = known_ && ::stat(path_.c_str(), &now) == 0 &&
                          now.st_dev == made_.st_dev && now.st_ino == made_.st_ino;
        if (same) ::unlink(path_.c_str());
    }

  private:
    const std::string path_;
    struct stat made_ {};
    bool known_ = false;
};

void set_on(int fd, int level, int name) {
    const int on = 1;
    ::setsockopt(fd, level, name, &on, sizeof(on));
}

// What connections are counted by.
std::string counted_as(raw_address from) {
    if (from.family() == AF_INET6) {
        auto& v6 = reinterpret_cast<sockaddr_in6&>(from.storage);
        constexpr std::size_t network = 8;
        if (!IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr))
            std::memset(v6.sin6_addr.s6_addr + network, 0, sizeof(v6.sin6_addr) - network);
    }
    const std::string text = to_text(*from.get());
    return text.substr(0, text.rfind(':'));
}

descriptor open_reserve() {
    return descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC));
}

} // namespace

bound_socket bind_and_listen(const listen_address& wanted, bool shared) {
    bound_socket made{descriptor(), wanted, {}};
    raw_address at = raw_of(wanted);
    const bool file = wanted.kind == listen_address::kind::unix_socket;
    if (file) remove_stale(at, wanted.path);
    made.fd = descriptor(::socket(at.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const int fd = made.fd.get();
    if (fd < 0) refuse(wanted);
    if (!file) {
        set_on(fd, SOL_SOCKET, SO_REUSEADDR);
        if (shared) set_on(fd, SOL_SOCKET, SO_REUSEPORT);
        if (at.family() == AF_INET6) set_on(fd, IPPROTO_IPV6, IPV6_V6ONLY);
    }
    set_link_options(fd); // accepted sockets inherit them
    if (::bind(fd, at.get(), at.size) != 0) refuse(wanted);
    if (file) made.file = std::make_shared<socket_file>(wanted.path);
    if (::listen(fd, backlog) != 0) refuse(wanted);
    if (file) return made;
    at.size = sizeof(at.storage);
    if (::getsockname(fd, at.get(), &at.size) != 0) refuse(wanted);
    made.address.port =
        ntohs(at.family() == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(at.storage).sin6_port
                                      : reinterpret_cast<sockaddr_in&>(at.storage).sin_port);
    return made;
}

bound_socket duplicate(const bound_socket& from) {
    bound_socket made{descriptor(::fcntl(from.fd.get(), F_DUPFD_CLOEXEC, 0)), from.address,
                      from.file};
    if (made.fd.get() < 0) refuse(from.address);
    return made;
}

acceptor::acceptor(boost::asio::io_context& io, bound_socket from,
                   std::shared_ptr<acceptor_events> events)
    : socket_(io, from.fd.get())
    , pause_(io)
    , address_(std::move(from.address))
    , file_(std::move(from.file))
    , events_(events)
    , reserve_(open_reserve()) {
    from.fd.release();
}

acceptor::~acceptor() {
    close();
}

void acceptor::close() {
    if (!socket_.is_open()) return;
    file_.reset(); // before the descriptor
    boost::system::error_code ignored;
    socket_.close(ignored);
    pause_.cancel();
    reserve_ = descriptor();
}

void acceptor::start() {
    wait();
}

void acceptor::wait() {
    if (!socket_.is_open()) return;
    socket_.async_wait(boost::asio::posix::descriptor_base::wait_read,
                       [weak = weak_from_this()](const boost::system::error_code& error) {
                           const auto self = weak.lock();
                           if (self && !error) self->accept_some();
                       });
}

void acceptor::accept_some() {
    for (int i = 0; i < per_turn && socket_.is_open(); ++i)
        if (!accept_one()) return;
    wait();
}

// False where there is nothing more to accept; the next wait has then been arranged.
bool acceptor::accept_one() {
    const auto events = events_.lock();
    if (!events) return false;
    raw_address from;
    from.size = sizeof(from.storage);
    const int fd =
        ::accept4(socket_.native_handle(), from.get(), &from.size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
        accepted_socket made{descriptor(fd), from.family(), {}, {}};
        if (from.family() == AF_UNIX) {
            made.address = address_.shown();
        } else {
            made.address = to_text(*from.get());
            made.ip = counted_as(from);
        }
        events->accepted(std::move(made), address_);
        return true;
    }
    switch (errno) {
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
        return use_reserve(errno);
    case EAGAIN:
        wait();
        return false;
    case EINTR:
    case ECONNABORTED: // the peer has gone already
    case EPROTO:
    case EPERM: // a firewall's doing
        return true;
    default:
        rest();
        return false;
    }
}

// No descriptor is left: with the one kept in reserve the peer is at least told to come later,
// instead of standing in the backlog. The owner gives it back by answering at once.
bool acceptor::use_reserve(int sys_errno) {
    reserve_ = descriptor();
    descriptor fd(
        ::accept4(socket_.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    const bool accepted = fd.get() >= 0;
    if (!accepted && errno == EAGAIN) { // accept4 wants a descriptor even where nobody waits
        reserve_ = open_reserve();
        wait();
        return false;
    }
    if (const auto events = events_.lock()) events->exhausted(std::move(fd), address_, sys_errno);
    reserve_ = open_reserve();
    if (accepted && reserve_.get() >= 0) return true;
    rest();
    return false;
}

void acceptor::rest() {
    pause_.expires_after(pause_when_exhausted);
    pause_.async_wait([weak = weak_from_this()](const boost::system::error_code& cancelled) {
        const auto self = weak.lock();
        if (!self || cancelled || !self->socket_.is_open()) return;
        if (self->reserve_.get() < 0) self->reserve_ = open_reserve(); // for the next time
        self->wait();
    });
}

} // namespace resock::net
