using System;
using System.Runtime.InteropServices;
using System.Text;

namespace Resock
{
/// <summary>One packed record of the end of resock.h, in the buffer that it was polled into.</summary>
internal readonly unsafe struct EventRecord
{
    private readonly byte* at;

    internal EventRecord(byte* at)
    {
        this.at = at;
    }

    internal int Size => *(int*)at;
    internal resock_kind Kind => (resock_kind)(*(ushort*)(at + 4));
    internal int Flags => *(ushort*)(at + 6);
    internal ulong LinkId => *(ulong*)(at + 8);
    internal long Id => Long(24);

    internal int Int(int offset)
    {
        return *(int*)(at + offset);
    }

    internal long Long(int offset)
    {
        return *(long*)(at + offset);
    }

    /// <summary>0 means none.</summary>
    internal int? IntOrNull(int offset)
    {
        int value = Int(offset);
        return value == 0 ? (int?)null : value;
    }

    /// <summary>RESOCK_UNKNOWN, which is -1 here, means none.</summary>
    internal long? LongOrNull(int offset)
    {
        long value = Long(offset);
        return value == -1 ? (long?)null : value;
    }

    internal TimeSpan? TimeOrNull(int offset, long ticksPerUnit)
    {
        long? value = LongOrNull(offset);
        return value == null ? (TimeSpan?)null : TimeSpan.FromTicks(value.Value * ticksPerUnit);
    }

    /// <summary>The bytes of a MESSAGE.</summary>
    internal byte[] Message()
    {
        return Bytes(40, Int(36));
    }

    /// <summary>Of a MESSAGE: where the session stands behind it; null: the application does not keep it.</summary>
    internal byte[] Position()
    {
        int size = Int(32);
        return size == 0 ? null : Bytes(40 + Int(36), size);
    }

    private byte[] Bytes(int offset, int size)
    {
        if (size == 0) return Array.Empty<byte>();
        byte[] copy = new byte[size];
        Marshal.Copy((IntPtr)(at + offset), copy, 0, size);
        return copy;
    }

    /// <summary>The strings whose lengths begin at `offset`, as bytes.</summary>
    internal byte[][] Strings(int offset, int count)
    {
        byte[][] all = new byte[count][];
        int next = (offset + 4 * count + 7) & ~7;
        for (int i = 0; i < count; i++)
        {
            all[i] = Bytes(next, Int(offset + 4 * i));
            next += all[i].Length;
        }
        return all;
    }

    internal string[] Texts(int offset, int count)
    {
        return Array.ConvertAll(Strings(offset, count), Encoding.UTF8.GetString);
    }
}
}
