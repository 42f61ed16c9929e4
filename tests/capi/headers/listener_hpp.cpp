// listener.hpp alone as strict C++17.
#include <resock/listener.hpp>
