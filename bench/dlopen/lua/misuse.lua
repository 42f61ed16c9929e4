-- misuse.lua: as ../c/misuse.c, through LuaJIT's ffi; and what is collected while it is used.

package.path = (arg[0]:match('^.*/') or './') .. '../../../examples/dlopen/lua/?.lua;' .. package.path
local resock = require('resock')

local function tell(what, ...)
    local done, failure = pcall(...)
    print(what .. ': ' .. (done and 'accepted' or tostring(failure)))
end

local function collect_while_used(hub, link)
    for number = 1, 100 do
        local message = number .. (' '):rep(1000)
        link:send_all({ message, message, message })
        local events = hub:poll()
        collectgarbage()
        for event in events do
            assert(event.kind ~= resock.kind.MESSAGE or #event:data() > 1000)
        end
    end
end

local library = resock.load()
local kept, freed = library:hub(), library:hub()
local opened, link, of_freed = kept:open('echo:'), kept:open('echo:'), freed:open('echo:')
collect_while_used(kept, opened)
link:free()
freed:free()
tell('freed link', link.send, link, 'x')
tell('link of a freed hub', of_freed.send, of_freed, 'x')
tell('freed hub', freed.poll, freed)
tell('freed hub again', freed.open, freed, 'echo:')
tell('reason too long', opened.close, opened, 1000, ('x'):rep(124))
for _, wrong in ipairs({ false, 5, { 1 } }) do tell('wrong type', opened.send, opened, wrong) end
