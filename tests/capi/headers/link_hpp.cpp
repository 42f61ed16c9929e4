// link.hpp alone as strict C++17.
#include <resock/link.hpp>
