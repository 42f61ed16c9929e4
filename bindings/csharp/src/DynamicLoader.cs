using System;
using System.Runtime.InteropServices;

namespace Resock
{
/// <summary>
/// dlopen itself: DllImport alone cannot name a path at run time, and tells of failures less than
/// dlerror does. What was loaded here by its full path is what DllImport then finds by its name.
/// </summary>
internal static class DynamicLoader
{
    private const int Now = 2;
    private const int Global = 0x100;

    // With glibc 2.34 and later it is in libc, which this name leads to as well.
    [DllImport("libdl.so.2")]
    private static extern IntPtr dlopen(byte[] path, int flags);

    [DllImport("libdl.so.2")]
    private static extern IntPtr dlsym(IntPtr library, byte[] name);

    [DllImport("libdl.so.2")]
    private static extern IntPtr dlerror();

    /// <summary>Zero with the reason in error where it cannot be loaded. Stays loaded.</summary>
    internal static IntPtr Open(string path, out string error)
    {
        try
        {
            IntPtr library = dlopen(Texts.Utf8(path), Now | Global);
            error = library == IntPtr.Zero ? Texts.Of(dlerror()) : null;
            return library;
        }
        catch (DllNotFoundException)
        {
            error = "this system has no libdl.so.2: resock runs on 64-bit Linux with glibc";
            return IntPtr.Zero;
        }
    }

    internal static IntPtr Symbol(IntPtr library, string name)
    {
        return dlsym(library, Texts.Utf8(name));
    }
}
}
