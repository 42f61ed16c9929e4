package org.resock;

import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Reads what was polled, and hands it to whom it is about. */
final class EventReader {
    private static final Level[] LEVELS = {Level.DEBUG, Level.ERROR, Level.WARNING, Level.INFO};

    private final HubCore hub;
    private EventRecord record;
    private ByteBuffer buffer;
    /** Messages of one link in a row. */
    private List<Message> row = new ArrayList<>();
    private LinkCore last;
    private long lastLinkId;

    EventReader(HubCore hub) {
        this.hub = hub;
    }

    void read(ByteBuffer records, int bytes) {
        if (records != buffer) record = new EventRecord(buffer = records);
        for (int at = 0; at < bytes; at += record.size()) {
            record.moveTo(at);
            readOne();
        }
        deliverRow();
        last = null; // may be freed meanwhile
    }

    private void readOne() {
        LinkCore link = link();
        try {
            if (record.kind() == Constants.EVENT_MESSAGE) {
                if (link != null) {
                    row.add(new Message(link, record));
                }
                return;
            }
            deliverRow();
            if (link != null && isOfItsLink()) link.event(record.kind(), record);
            else hubEvent();
        } catch (Throwable thrown) {
            if (link != null) link.fail(thrown);
            else HubCore.LOGGER.log(Level.ERROR, "an event was lost", thrown);
        }
    }

    private LinkCore link() {
        long id = record.linkId();
        if (last != null && id == lastLinkId) return last;
        deliverRow();
        last = id == 0 ? null : hub.link(record.user(), id);
        lastLinkId = id;
        return last;
    }

    private boolean isOfItsLink() {
        int kind = record.kind();
        return kind != Constants.EVENT_REQUEST && kind != Constants.EVENT_ACCEPTED
                && kind != Constants.EVENT_LOG;
    }

    private void hubEvent() {
        switch (record.kind()) {
            case Constants.EVENT_LOG: log(); break;
            case Constants.EVENT_REQUEST: request(); break;
            case Constants.EVENT_ACCEPTED: accepted(); break;
            case Constants.EVENT_CLOSED: listenerClosed(); break;
            default: break; // of a link that was freed, or of a later release
        }
    }

    private void deliverRow() {
        if (row.isEmpty()) return;
        List<Message> messages = row;
        row = new ArrayList<>(Math.min(64, messages.size()));
        LinkCore link = last;
        try {
            link.arrived(messages);
        } catch (Throwable thrown) {
            link.fail(thrown);
        }
    }

    private void log() {
        int level = record.intAt(40);
        HubCore.LOGGER.log(level >= 0 && level < LEVELS.length ? LEVELS[level] : Level.DEBUG,
                record.texts(44, 1)[0]);
    }

    private void request() {
        ListenerCore listener = hub.listener(record.longAt(32));
        if (listener != null) listener.request(new Request(listener, record, last));
    }

    private void accepted() {
        long handle = record.longAt(40);
        ListenerCore listener = hub.listener(record.longAt(32));
        if (listener != null && handle != 0) listener.accepted(record.linkId(), handle);
        else if (handle != 0) Native.resock_link_free(handle);
        last = null; // it is known from now on
    }

    private void listenerClosed() {
        if (record.linkId() != 0) return;
        ListenerCore listener = hub.listener(record.id());
        if (listener != null) listener.finish();
    }
}
