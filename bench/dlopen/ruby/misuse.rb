# frozen_string_literal: true

# misuse.rb: as ../c/misuse.c, through Fiddle; and what is collected while it is used.

require_relative '../../../examples/dlopen/ruby/resock'

def tell(what)
  yield
  puts "#{what}: accepted"
rescue Resock::Error, TypeError => e
  puts "#{what}: #{e.message}"
end

def collect_while_used(hub, link)
  100.times do |number|
    link.send_all(["#{number} #{'x' * 1000}"] * 3)
    events = hub.poll
    hub.poll(0)
    GC.start
    events.each { |event| raise 'lost' if event.kind == Resock::Kind::MESSAGE && event.text.size < 1000 }
  end
end

library = Resock::Library.new
kept = library.hub
freed = library.hub
opened = kept.open('echo:')
link = kept.open('echo:')
of_freed = freed.open('echo:')
collect_while_used(kept, opened)
link.free
freed.free
tell('freed link') { link.send('x') }
tell('link of a freed hub') { of_freed.send('x') }
tell('freed hub') { freed.poll }
tell('freed hub again') { freed.open('echo:') }
tell('reason too long') { opened.close(1000, 'x' * 124) }
[nil, 5, [1]].each { |wrong| tell('wrong type') { opened.send(wrong) } }
