// event.hpp alone as strict C++17.
#include <resock/event.hpp>
