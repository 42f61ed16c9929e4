-- cycles.lua N: as ../c/cycles.c, through LuaJIT's ffi.

package.path = (arg[0]:match('^.*/') or './') .. '../../../examples/dlopen/lua/?.lua;' .. package.path
local resock = require('resock')
local kind = resock.kind

local function follow(hub, link)
    while true do
        for event in hub:poll() do
            if event.kind == kind.MESSAGE then link:close() end
            if event.kind == kind.CLOSED then return end
        end
    end
end

local function cycle(library)
    local hub = library:hub()
    local link = hub:open('echo:')
    link:send('hello')
    follow(hub, link)
    link:free()
    hub:free()
end

local library = resock.load()
for _ = 1, 2 do
    for _ = 1, tonumber(arg[1]) do cycle(library) end
    print('ready')
    io.stdout:flush()
    io.stdin:read()
end
