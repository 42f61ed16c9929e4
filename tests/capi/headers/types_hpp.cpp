// types.hpp alone as strict C++17.
#include <resock/types.hpp>
