using System;
using System.Collections.Generic;

namespace Resock
{
/// <summary>Reads what was polled, and hands it to whom it is about.</summary>
internal sealed unsafe class EventReader
{
    private readonly HubCore hub;
    /// <summary>Messages of one link in a row.</summary>
    private readonly List<Message> row = new List<Message>();
    private LinkCore last;
    private ulong lastId;

    internal EventReader(HubCore hub)
    {
        this.hub = hub;
    }

    internal void Read(IntPtr records, int bytes)
    {
        byte* at = (byte*)records;
        byte* end = at + bytes;
        while (at < end)
        {
            var record = new EventRecord(at);
            at += record.Size;
            ReadOne(record);
        }
        DeliverRow();
        last = null; // may be freed meanwhile
    }

    private void ReadOne(EventRecord record)
    {
        LinkCore link = FindLink(record);
        try
        {
            if (record.Kind == resock_kind.RESOCK_EVENT_MESSAGE)
            {
                if (link != null) row.Add(new Message(link, record));
                return;
            }
            DeliverRow();
            if (link != null && IsOfItsLink(record.Kind)) link.Event(record);
            else HubEvent(record);
        }
        catch (Exception thrown)
        {
            if (link != null) link.Fail(thrown);
            else ResockLog.Write(LogLevel.Error, "an event was lost", thrown);
        }
    }

    private LinkCore FindLink(EventRecord record)
    {
        ulong id = record.LinkId;
        if (last != null && id == lastId) return last;
        DeliverRow();
        // What ACCEPTED is about is not known yet.
        last = id == 0 || record.Kind == resock_kind.RESOCK_EVENT_ACCEPTED ? null : hub.FindLink(id);
        lastId = id;
        return last;
    }

    private static bool IsOfItsLink(resock_kind kind)
    {
        return kind != resock_kind.RESOCK_EVENT_REQUEST && kind != resock_kind.RESOCK_EVENT_LOG
            && kind != resock_kind.RESOCK_EVENT_ACCEPTED;
    }

    private void HubEvent(EventRecord record)
    {
        switch (record.Kind)
        {
        case resock_kind.RESOCK_EVENT_LOG:
            ResockLog.Write((LogLevel)record.Int(40), record.Texts(44, 1)[0]);
            break;
        case resock_kind.RESOCK_EVENT_REQUEST:
            hub.FindListener((ulong)record.Long(32))?.Requested(record, last);
            break;
        case resock_kind.RESOCK_EVENT_ACCEPTED:
            Accepted(record);
            break;
        case resock_kind.RESOCK_EVENT_CLOSED:
            if (record.LinkId == 0) hub.FindListener((ulong)record.Id)?.Finish();
            break;
        }
    }

    private void Accepted(EventRecord record)
    {
        ulong handle = (ulong)record.Long(40);
        if (handle == 0) return;
        ListenerCore listener = hub.FindListener((ulong)record.Long(32));
        if (listener != null) listener.Accepted(record.LinkId, handle);
        else NativePINVOKE.resock_link_free(handle);
    }

    private void DeliverRow()
    {
        if (row.Count == 0) return;
        try
        {
            last.Inbox.Add(row);
        }
        catch (Exception thrown)
        {
            last.Fail(thrown);
        }
        row.Clear();
    }
}
}
