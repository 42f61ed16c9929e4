// resock.h alone as strict C++17.
#include <resock/resock.h>
