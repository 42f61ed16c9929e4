-- throughput.lua URL MESSAGES [NAME=VALUE...]: as ../c/throughput.c, through LuaJIT's ffi.

local here = arg[0]:match('^.*/') or './'
package.path = here .. '../../../examples/dlopen/lua/?.lua;' .. package.path
local ffi = require('ffi')
local resock = require('resock')

local SIZE, IN_FLIGHT, CLOCK_MONOTONIC = 64, 1000, 1
ffi.cdef([[
struct bench_time { int64_t s, ns; };
int clock_gettime(int clock, struct bench_time *out_time);
]])

local function now_s()
    local time = ffi.new('struct bench_time')
    ffi.C.clock_gettime(CLOCK_MONOTONIC, time)
    return tonumber(time.s) + tonumber(time.ns) / 1e9
end

local function message(number)
    return ('%-' .. SIZE .. 'd'):format(number)
end

local Flow = {}
Flow.__index = Flow

-- Where the run stands: messages are numbered, and all that is wanted is the next one.
local function new_flow(count)
    local warm_up = math.floor(count / 4)
    return setmetatable({ count = count, warm_up = warm_up, total = warm_up + count, accepted = 0,
        arrived = 0, wrong = 0, begun = now_s() }, Flow)
end

function Flow:send(link)
    local batch = {}
    local upto = math.min(self.total, self.arrived + IN_FLIGHT)
    for number = self.accepted, upto - 1 do batch[#batch + 1] = message(number) end
    if #batch > 0 then self.accepted = self.accepted + link:send_all(batch) end
end

function Flow:take(event)
    if event.kind == resock.kind.CLOSED then error(event:data(), 0) end
    if event.kind ~= resock.kind.MESSAGE then return end
    if event:data() ~= message(self.arrived) then self.wrong = self.wrong + 1 end
    self.arrived = self.arrived + 1
    if self.arrived == self.warm_up then self.begun = now_s() end
end

local function run(url, count, options)
    local hub = resock.load():hub()
    local link = hub:open(url, options)
    local flow = new_flow(count)
    while flow.arrived < flow.total do
        flow:send(link)
        for event in hub:poll() do flow:take(event) end
    end
    local seconds = now_s() - flow.begun
    print(('{"messages": %d, "seconds": %.6f, "messages_per_s": %.0f, "wrong": %d}'):format(
        count, seconds, count / seconds, flow.wrong))
    link:free()
    hub:free()
end

local count, options = tonumber(arg[2]), {}
local usable = count and count >= 1
for index = 3, #arg do
    local name, value = arg[index]:match('^([^=]+)=(.*)$')
    usable = usable and name
    if name then options[name] = value end
end
if not usable then
    io.stderr:write('usage: throughput.lua URL MESSAGES [NAME=VALUE...]\n')
    os.exit(2)
end
local done, failure = pcall(run, arg[1], count, options)
if not done then
    io.stderr:write('throughput: ', tostring(failure), '\n')
    os.exit(1)
end
