using System;
using System.Runtime.InteropServices;
using System.Text;

namespace Resock
{
/// <summary>Texts on their way to and from native code.</summary>
internal static class Texts
{
    /// <summary>Refuses what is no Unicode: half of a surrogate pair.</summary>
    internal static readonly UTF8Encoding Strict = new UTF8Encoding(false, true);

    /// <summary>Bytes that end with NUL; null stays null.</summary>
    internal static byte[] Utf8(string text)
    {
        if (text == null) return null;
        if (text.IndexOf('\0') >= 0) throw new ArgumentException("a text with a NUL character", nameof(text));
        byte[] bytes = new byte[Strict.GetByteCount(text) + 1];
        Strict.GetBytes(text, 0, text.Length, bytes, 0);
        return bytes;
    }

    /// <summary>The same text; throws what Utf8 would.</summary>
    internal static string Checked(string text)
    {
        Utf8(text);
        return text;
    }

    /// <summary>Copies a text that ends with NUL; null stays null.</summary>
    internal static string Of(IntPtr text)
    {
        if (text == IntPtr.Zero) return null;
        int size = 0;
        while (Marshal.ReadByte(text, size) != 0) size++;
        byte[] bytes = new byte[size];
        Marshal.Copy(text, bytes, 0, size);
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>Copies a text that is ours, and frees it.</summary>
    internal static string Take(IntPtr text)
    {
        string copy = Of(text);
        NativePINVOKE.resock_string_free(text);
        return copy;
    }
}
}
