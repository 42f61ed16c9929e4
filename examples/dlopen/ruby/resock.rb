# frozen_string_literal: true

# libresock through Fiddle: loaded at run time, nothing to compile. These are the calls that first.rb
# uses, and the packed ones, which handle many messages with one call.

require 'fiddle'
require 'fiddle/cparser'

require_relative 'packed'

module Resock
  ABI_VERSION = 1
  QUEUE_FULL = -6
  TOO_SMALL = -8
  SCOPE_HUB = 1
  SCOPE_LINK = 2

  # A thread that waits inside the library hears no signal, so Ctrl-C waits for at most so long.
  SLICE_MS = 200

  FUNCTIONS = [
    'const char *resock_last_error()',
    'int resock_options_create(unsigned int scope, void *out_options)',
    'int resock_options_set(void *options, const char *name, const char *value, void *out_error)',
    'void resock_options_free(void *options)',
    'int resock_hub_create(void *options, void *out_hub, void *out_error)',
    'int resock_hub_poll_packed(void *hub, unsigned int timeout_ms, size_t capacity, ' \
    'void *out_buffer, void *out_bytes)',
    'void resock_hub_free(void *hub)',
    'int resock_link_open(void *hub, void *options, unsigned long long user, void *out_link, ' \
    'void *out_error)',
    'int resock_link_send(void *link, void *data, size_t size, unsigned int flags, ' \
    'unsigned int ttl_ms, void *out_id)',
    'int resock_link_send_packed(void *link, void *data, size_t size, size_t capacity, ' \
    'void *out_ids, void *out_count)',
    'int resock_link_close(void *link, unsigned int code, void *reason, size_t size)',
    'void resock_link_free(void *link)'
  ].freeze

  # What the library refused: `status`, and its sentence. 0: the library could not be loaded.
  class Error < StandardError
    attr_reader :status

    def initialize(text, status = 0)
      super(text)
      @status = status
    end
  end

  # The library at `path`; without one that of $RESOCK_LIBRARY, else libresock.so.0.
  class Library
    include Fiddle::CParser

    def initialize(path = nil)
      @path = [path, ENV['RESOCK_LIBRARY'], 'libresock.so.0'].find { |each| each && !each.empty? }
      @handle = open(@path)
      check_version(find('unsigned int resock_abi_version()').last.call)
      @functions = FUNCTIONS.to_h { |signature| find(signature) }
    end

    # call(:hub_free, hub): what the function returns.
    def call(name, *arguments)
      @functions.fetch(name).call(*arguments)
    end

    # Likewise, where that is a status.
    def check(name, *arguments)
      status = call(name, *arguments)
      # The text is that of the thread: nothing of Ruby runs on it between the two calls.
      raise Error.new(call(:last_error).to_s, status) unless status.zero?
    end

    def hub(options = {})
      Hub.new(self, options)
    end

    # What the block makes of a set of options, a handle.
    def with_options(scope, values)
      set = Out.new
      check(:options_create, scope, set.pointer)
      values.each { |name, value| check(:options_set, set.value, name.to_s, value.to_s, nil) }
      made = Out.new
      yield set.value, made.pointer
      made.value
    ensure
      call(:options_free, set.value) if @functions
    end

    private

    def open(path)
      Fiddle.dlopen(path)
    rescue Fiddle::DLError => e
      raise Error, "cannot load resock: #{e.message}; install libresock0, or let RESOCK_LIBRARY " \
                   'name the file libresock.so.0'
    end

    # The name without resock_, and the function.
    def find(signature)
      name, result, arguments = parse_signature(signature)
      function = Fiddle::Function.new(@handle.sym(name), arguments, result)
      [name.delete_prefix('resock_').to_sym, function]
    rescue Fiddle::DLError
      raise Error, "#{@path} is not resock of ABI #{ABI_VERSION}: it has no #{name}"
    end

    def check_version(abi)
      return if abi == ABI_VERSION

      raise Error, "#{@path} has ABI #{abi} of resock and this program needs ABI #{ABI_VERSION}: " \
                   'install the resock that it was written for'
    end
  end

  # Room for a number of 64 bits that a function writes.
  class Out
    attr_reader :pointer

    def initialize
      @pointer = Fiddle::Pointer.malloc(8, Fiddle::RUBY_FREE)
      @pointer[0, 8] = [0].pack('Q<')
    end

    def value
      @pointer[0, 8].unpack1('Q<')
    end
  end

  # I/O threads and what they have to tell. One thread at a time polls.
  class Hub
    attr_reader :handle

    def initialize(library, options)
      @library = library
      @out_bytes = Out.new
      grow(65_536)
      @handle = library.with_options(SCOPE_HUB, options) do |set, out_hub|
        library.check(:hub_create, set, out_hub, nil)
      end
    end

    # A link, which starts to connect at once; options: { 'queue.messages' => 100 } ...
    def open(url, options = {}, user: 0)
      Link.new(@library, self, { 'url' => url, **options }, user)
    end

    # The events that came, an array; waits for one, and without a time-out for ever.
    def poll(timeout_s = nil)
      left_ms = timeout_s && (timeout_s * 1000).round
      loop do
        wait_ms = [SLICE_MS, left_ms].compact.min
        records = poll_packed(wait_ms)
        left_ms &&= left_ms - wait_ms
        return Packed.events(records) if !records.empty? || left_ms == 0
      end
    end

    # Aborts its links.
    def free
      @library.call(:hub_free, @handle)
      @handle = 0
    end

    private

    def poll_packed(wait_ms)
      @library.check(:hub_poll_packed, @handle, wait_ms, @buffer.size, @buffer, @out_bytes.pointer)
      @buffer[0, @out_bytes.value]
    rescue Error => e
      raise unless e.status == TOO_SMALL

      grow(@out_bytes.value) # for the next record; nothing was lost
      retry
    end

    def grow(bytes)
      @buffer = Fiddle::Pointer.malloc(bytes, Fiddle::RUBY_FREE) # aligned, as records need it
    end
  end

  # One connection that outlives its sockets. Any thread may use it.
  class Link
    def initialize(library, hub, options, user)
      @library = library
      @handle = library.with_options(SCOPE_LINK, options) do |set, out_link|
        library.check(:link_open, hub.handle, set, user, out_link, nil)
      end
    end

    # Binary strings go as binary, all others as text; the id of the message. Waits for nothing.
    def send(message)
      id = Out.new
      data, flags = Packed.encoded(message)
      @library.check(:link_send, @handle, data, data.bytesize, flags, 0, id.pointer)
      id.value
    end

    # With one call; how many were accepted: not all where the queue is full.
    def send_all(messages)
      count = Out.new
      records = Packed.messages(messages)
      @library.check(:link_send_packed, @handle, records, records.bytesize, 0, nil, count.pointer)
      count.value
    rescue Error => e
      raise unless e.status == QUEUE_FULL

      count.value
    end

    # Once everything is confirmed; CLOSED is its last event.
    def close(code = 1000, reason = '')
      @library.check(:link_close, @handle, code, reason, reason.bytesize)
    end

    # Without close it aborts.
    def free
      @library.call(:link_free, @handle)
      @handle = 0
    end
  end
end
