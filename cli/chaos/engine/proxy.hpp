// A TCP proxy that breaks connections, on purpose and repeatably.
//
//     chaos::proxy line(faults, [](const chaos::event& happened) { … });
//     line.start();                      // on a thread of its own
//     connect_to(line.listening_on());
//     line.stop();
//
// Needs neither the rest of the command line nor resock itself.
#pragma once

#include <functional>
#include <memory>
#include <stdexcept>

#include "chaos/engine/event.hpp"
#include "chaos/engine/settings.hpp"

namespace chaos {

// It cannot start; the sentence says what to do.
struct setup_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Called on the proxy's thread, in order; what it takes is added to the delay of every connection.
// It must not throw, and may call proxy::stop() only.
using observer = std::function<void(const event& happened)>;

class proxy {
  public:
    // Resolves `to`, checks the settings, and listens: clients wait from now on. Throws
    // setup_error.
    proxy(const settings& faults, observer told);
    ~proxy(); // stops, and waits for the thread
    proxy(const proxy&) = delete;
    proxy& operator=(const proxy&) = delete;

    // With the port that it got.
    address listening_on() const;

    // On this thread, until stop(), the end of `lifetime`, or until `stop_fd` is readable (-1:
    // none). All connections are closed then. Once only; not after start().
    void run(int stop_fd = -1);
    // On a thread of its own. Once only; not after run().
    void start();
    // Ends run() soon; from any thread, also from the observer.
    void stop();
    // Waits until the thread of start() has ended; not from the observer.
    void join();

    // From any thread once run() or join() has returned; before that from the observer only.
    counts counted() const;

  private:
    class engine;
    std::unique_ptr<engine> engine_;
};

// "127.0.0.1:80", "[::1]:80", "localhost:80".
std::string text_of(const address& shown);

} // namespace chaos
