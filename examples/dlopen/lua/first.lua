-- Sends "hello" and prints what comes back: `luajit first.lua [URL [LIBRARY]]`, URL "echo:" if not
-- given, LIBRARY $RESOCK_LIBRARY or libresock.so.0. LuaJIT 2.1, nothing else.

package.path = (arg[0]:match('^.*/') or './') .. '?.lua;' .. package.path
local resock = require('resock')
local kind = resock.kind

local function follow(hub, link)
    while true do
        for event in hub:poll() do
            if event.kind == kind.MESSAGE then
                print('arrived: ' .. event:data())
                link:close() -- waits until everything is confirmed
            elseif event.kind == kind.DOWN or event.kind == kind.LOG then
                io.stderr:write(event:data(), '\n') -- connects again by itself
            elseif event.kind == kind.CLOSED then
                return
            end
        end
    end
end

local function run(url, path)
    local hub = resock.load(path):hub()
    local link = hub:open(url)
    link:send('hello') -- kept until it is confirmed, sent again after a break
    follow(hub, link)
    link:free()
    hub:free()
end

local done, failure = pcall(run, arg[1] or 'echo:', arg[2])
if not done then
    io.stderr:write('first: ', tostring(failure), '\n')
    os.exit(1)
end
