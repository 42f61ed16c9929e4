# frozen_string_literal: true

# cycles.rb N: as ../c/cycles.c, through Fiddle.

require_relative '../../../examples/dlopen/ruby/resock'

def follow(hub, link)
  loop do
    hub.poll.each do |event|
      link.close if event.kind == Resock::Kind::MESSAGE
      return if event.kind == Resock::Kind::CLOSED
    end
  end
end

def cycle(library)
  hub = library.hub
  link = hub.open('echo:')
  link.send('hello')
  follow(hub, link)
  link.free
  hub.free
end

library = Resock::Library.new
2.times do
  ARGV[0].to_i.times { cycle(library) }
  $stdout.puts('ready')
  $stdout.flush
  $stdin.gets
end
