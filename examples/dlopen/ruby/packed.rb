# frozen_string_literal: true

module Resock
  # Kinds of events; there may be others.
  module Kind
    OPEN = 1
    MESSAGE = 2
    CONFIRMED = 3
    FAILED = 4
    DOWN = 5
    WRITABLE = 6
    LOST = 10
    CLOSED = 11
    LOG = 12
  end

  # Something that happened. `id`: CONFIRMED: the last message; FAILED: the first.
  class Event
    attr_reader :kind, :flags, :link_id, :user, :id

    def initialize(record)
      @record = record
      _, @kind, @flags, @link_id, @user, @id = record.unpack('L<S<S<Q<Q<Q<')
    end

    # CONFIRMED: how far its messages have come, resock_level.
    def level
      number(32)
    end

    # FAILED: the last message.
    def last_id
      @record.byteslice(32, 8).unpack1('Q<')
    end

    # FAILED: resock_reason.
    def reason
      number(40)
    end

    # MESSAGE: the message; DOWN, CLOSED: why; LOG, LOST: what happened; else empty.
    def data
      case @kind
      when Kind::MESSAGE
        @record.byteslice(40, number(36))
      when Kind::DOWN, Kind::CLOSED # behind close_reason, detail and host
        @record.byteslice(136 + number(120) + number(124) + number(128), number(132))
      when Kind::LOST, Kind::LOG
        @record.byteslice(48, number(44))
      else
        ''.b
      end
    end

    def text
      data.force_encoding(Encoding::UTF_8)
    end

    private

    def number(at)
      @record.byteslice(at, 4).unpack1('L<')
    end
  end

  # Packed records, many events or messages with one call: the end of resock.h describes them.
  module Packed
    TEXT = 1

    module_function

    def events(records)
      events = []
      at = 0
      while at < records.bytesize
        size = records.byteslice(at, 4).unpack1('L<')
        events << Event.new(records.byteslice(at, size))
        at += size
      end
      events
    end

    # The bytes and the flags of a message.
    def encoded(message)
      raise TypeError, "a message is a String, not #{message.class}" unless message.is_a?(String)
      return [message, 0] if message.encoding == Encoding::BINARY

      [message.encode(Encoding::UTF_8), TEXT]
    end

    def messages(messages)
      messages.each_with_object(''.b) do |message, records|
        data, flags = encoded(message)
        size = (16 + data.bytesize + 7) / 8 * 8
        records << [size, flags, 0, data.bytesize].pack('L<4') << data.b
        records << "\0".b * (size - 16 - data.bytesize)
      end
    end
  end
end
