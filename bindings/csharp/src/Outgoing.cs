using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Resock
{
/// <summary>Messages on their way into the library's queue, which may have to wait for room there.</summary>
internal sealed unsafe class Outgoing
{
    private const int Chunk = 64 * 1024;
    /// <summary>Above it a copy into a record costs more than a call.</summary>
    private const int Large = 16 * 1024;
    private const int Header = 16;

    [ThreadStatic] private static byte[] records;

    private readonly IList<ArraySegment<byte>> messages;
    private readonly uint flags;
    private readonly uint ttlMs;

    internal Outgoing(IList<ArraySegment<byte>> messages, uint flags, uint ttlMs)
    {
        this.messages = messages;
        this.flags = flags;
        this.ttlMs = ttlMs;
    }

    internal TaskCompletionSource<Receipt> Source { get; private set; }
    internal Timer Timer { get; set; }
    internal int Accepted { get; private set; }
    /// <summary>Of those that were accepted; null: none were yet.</summary>
    internal Receipt Receipt { get; set; }
    internal bool IsKept => (flags & (uint)resock_send_flag.RESOCK_SEND_UNKEPT) == 0;

    internal void StartWaiting()
    {
        Source = LinkCore.Later<Receipt>();
    }

    /// <summary>Gives what is left to the library, up to the first that it refuses.</summary>
    internal int GoOn(ulong link, ref long lastId)
    {
        int status = 0;
        while (status == 0 && Accepted < messages.Count)
        {
            status = messages.Count - Accepted == 1 || messages[Accepted].Count > Large
                ? SendOne(link, ref lastId) : SendRecords(link, ref lastId);
        }
        return status;
    }

    private int SendOne(ulong link, ref long lastId)
    {
        int status = Send(link, messages[Accepted], flags, ttlMs, ref lastId);
        if (status == 0) Accepted++;
        return status;
    }

    /// <summary>
    /// Through the generated P/Invoke, without the generated method around it: a full queue is no
    /// exception here. All arguments are plain numbers, so nothing is marshalled.
    /// </summary>
    internal static int Send(ulong link, ArraySegment<byte> data, uint flags, uint ttlMs, ref long lastId)
    {
        fixed (byte* at = data.Array)
        {
            int status = NativePINVOKE.resock_link_send_pinned(link, (IntPtr)(at + data.Offset),
                (UIntPtr)(uint)data.Count, flags, ttlMs, out ulong id);
            if (status == 0) lastId = (long)id;
            return status;
        }
    }

    /// <summary>Many with one call, as packed records.</summary>
    private int SendRecords(ulong link, ref long lastId)
    {
        if (records == null) records = new byte[Chunk];
        int size = 0;
        for (int i = Accepted; i < messages.Count && messages[i].Count <= Large; i++)
        {
            int record = (Header + messages[i].Count + 7) & ~7;
            if (size + record > Chunk) break;
            Write(size, record, messages[i]);
            size += record;
        }
        int status = NativePINVOKE.resock_link_send_packed(link, records, (UIntPtr)(uint)size, UIntPtr.Zero,
            IntPtr.Zero, out UIntPtr count);
        Accepted += (int)count;
        lastId += (int)count;
        return status;
    }

    private void Write(int offset, int record, ArraySegment<byte> message)
    {
        fixed (byte* at = &records[offset])
        {
            ((uint*)at)[0] = (uint)record;
            ((uint*)at)[1] = flags;
            ((uint*)at)[2] = ttlMs;
            ((uint*)at)[3] = (uint)message.Count;
        }
        if (message.Count > 0)
        {
            Buffer.BlockCopy(message.Array, message.Offset, records, offset + Header, message.Count);
        }
    }
}
}
