# frozen_string_literal: true

# Sends "hello" and prints what comes back: `ruby first.rb [URL [LIBRARY]]`, URL "echo:" if not given,
# LIBRARY $RESOCK_LIBRARY or libresock.so.0. Ruby 3.1 or later with Fiddle, nothing else.

require_relative 'resock'

def run(url, path)
  hub = Resock::Library.new(path).hub
  link = hub.open(url)

  link.send('hello') # kept until it is confirmed, sent again after a break

  loop do
    hub.poll.each do |event|
      case event.kind
      when Resock::Kind::MESSAGE
        puts "arrived: #{event.text}"
        link.close # waits until everything is confirmed
      when Resock::Kind::DOWN, Resock::Kind::LOG # connects again by itself
        warn event.text
      when Resock::Kind::CLOSED
        return
      end
    end
  end
ensure
  link&.free
  hub&.free
end

begin
  run(ARGV[0] || 'echo:', ARGV[1])
rescue Resock::Error => e
  abort "first: #{e.message}"
end
