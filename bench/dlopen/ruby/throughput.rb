# frozen_string_literal: true

# throughput.rb URL MESSAGES [NAME=VALUE...]: as ../c/throughput.c, through Fiddle.

require 'json'
require_relative '../../../examples/dlopen/ruby/resock'

SIZE = 64
IN_FLIGHT = 1000

# Where the run stands: messages are numbered, and all that is wanted is the next one.
class Flow
  attr_reader :arrived, :total

  def initialize(count)
    @count = count
    @warm_up = count / 4
    @total = @warm_up + count
    @accepted = @arrived = @wrong = 0
    @begun = now
  end

  def now
    Process.clock_gettime(Process::CLOCK_MONOTONIC)
  end

  def message(number)
    [number].pack('Q<').ljust(SIZE, "\0".b)
  end

  def send(link)
    upto = [@total, @arrived + IN_FLIGHT].min
    return if @accepted >= upto

    @accepted += link.send_all((@accepted...upto).map { |number| message(number) })
  end

  def take(event)
    raise Resock::Error, event.text if event.kind == Resock::Kind::CLOSED
    return unless event.kind == Resock::Kind::MESSAGE

    @wrong += 1 if event.data != message(@arrived)
    @arrived += 1
    @begun = now if @arrived == @warm_up
  end

  def report
    seconds = now - @begun
    { messages: @count, seconds: seconds, messages_per_s: (@count / seconds).round, wrong: @wrong }
  end
end

def run(url, count, options)
  hub = Resock::Library.new.hub
  link = hub.open(url, options)
  flow = Flow.new(count)
  while flow.arrived < flow.total
    flow.send(link)
    hub.poll.each { |event| flow.take(event) }
  end
  puts JSON.generate(flow.report)
ensure
  link&.free
  hub&.free
end

url, count, *settings = ARGV
unless count.to_i.positive? && settings.all? { |each| each.include?('=') }
  warn 'usage: throughput.rb URL MESSAGES [NAME=VALUE...]'
  exit 2
end
begin
  run(url, count.to_i, settings.to_h { |each| each.split('=', 2) })
rescue Resock::Error => e
  abort "throughput: #{e.message}"
end
