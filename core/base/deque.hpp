// A deque that holds no memory while it is empty and new: libstdc++'s takes 576 bytes at once, and
// a link has half a dozen.
#pragma once

#include <boost/container/deque.hpp>

namespace resock {

template<class T>
using deque = boost::container::deque<T>;

} // namespace resock
