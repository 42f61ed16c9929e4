// resock.hpp alone as strict C++17.
#include <resock/resock.hpp>
