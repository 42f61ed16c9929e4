using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;

namespace Resock
{
/// <summary>
/// The native library: libresock.so.0 and, linked to it, libresock_csharp.so. They are looked for beside
/// this assembly, then in runtimes/linux-x64/native (or -arm64) below it, then where the system looks.
/// The environment variable RESOCK_LIBRARY, or <see cref="UsePath"/>, names another libresock.
/// </summary>
public static class ResockLibrary
{
    /// <summary>The environment variable: a libresock, or a folder that has one.</summary>
    public const string Variable = "RESOCK_LIBRARY";
    private const string Main = "libresock.so.0";
    private const string Wrapper = "libresock_csharp.so";

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate uint VersionFunction();

    private static readonly object gate = new object();
    private static string named;
    private static bool tried;
    private static LibraryException failure;

    /// <summary>Uses this libresock, or the one in this folder; before anything else is called.</summary>
    /// <exception cref="InvalidOperationException">One was loaded already.</exception>
    public static void UsePath(string path)
    {
        if (path == null) throw new ArgumentNullException(nameof(path));
        lock (gate)
        {
            if (tried)
            {
                throw new InvalidOperationException("a libresock was loaded already: call UsePath before "
                    + "anything else of Resock");
            }
            named = path;
        }
    }

    /// <summary>The version of the library, "0.1.0".</summary>
    public static string Version
    {
        get
        {
            EnsureLoaded();
            return Native.resock_version();
        }
    }

    /// <summary>The file that was loaded.</summary>
    public static string Path
    {
        get
        {
            EnsureLoaded();
            return Native.resock_library_path();
        }
    }

    /// <summary>The library and what it is built of, as JSON.</summary>
    public static string VersionJson()
    {
        EnsureLoaded();
        Native.resock_version_json(out string json);
        return json;
    }

    /// <summary>What a close code, HTTP status, error or cause means, as JSON; null: everything.</summary>
    public static string Explain(string what)
    {
        EnsureLoaded();
        Native.resock_explain(what, out string json);
        return json;
    }

    /// <summary>Throws each time with the same reason where there is no library.</summary>
    internal static void EnsureLoaded()
    {
        lock (gate)
        {
            if (!tried)
            {
                tried = true;
                failure = Attempt();
            }
            if (failure != null) throw new LibraryException(failure.Message);
        }
    }

    private static LibraryException Attempt()
    {
        try
        {
            if (IntPtr.Size != 8 || !BitConverter.IsLittleEndian)
            {
                throw new LibraryException("resock needs a 64-bit little-endian process; this one is not");
            }
            string variable = Environment.GetEnvironmentVariable(Variable);
            if (named != null) LoadNamed(named, "UsePath(\"" + named + "\")");
            else if (!string.IsNullOrEmpty(variable)) LoadNamed(variable, Variable + "=" + variable);
            LoadWrapper();
            Check();
            return null;
        }
        catch (LibraryException found)
        {
            return found;
        }
        catch (Exception unexpected) when (unexpected is DllNotFoundException
            || unexpected is EntryPointNotFoundException || unexpected is BadImageFormatException)
        {
            return new LibraryException("the native library was not loaded: " + unexpected.Message
                + "; see " + Variable);
        }
    }

    private static void LoadNamed(string path, string who)
    {
        string file = System.IO.Path.GetFullPath(Directory.Exists(path)
            ? System.IO.Path.Combine(path, Main) : path);
        if (!File.Exists(file))
        {
            throw new LibraryException(who + ": there is no file " + file
                + "; name libresock.so or the folder that has " + Main);
        }
        IntPtr library = DynamicLoader.Open(file, out string error);
        if (library == IntPtr.Zero) throw new LibraryException(who + ": cannot be loaded: " + error);
        IntPtr version = DynamicLoader.Symbol(library, "resock_abi_version");
        if (version == IntPtr.Zero)
        {
            throw new LibraryException(who + ": " + file + " is not a libresock, it has no "
                + "resock_abi_version");
        }
        uint loaded = Marshal.GetDelegateForFunctionPointer<VersionFunction>(version)();
        if (loaded != Abi.Version) throw WrongVersion(file, loaded);
    }

    private static LibraryException WrongVersion(string file, uint loaded)
    {
        return new LibraryException("the library " + file + " has ABI version " + loaded
            + ", this binding needs " + Abi.Version + ": use a libresock and a Resock of the same release");
    }

    private static IEnumerable<string> Places()
    {
        string processor = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64";
        string packaged = System.IO.Path.Combine("runtimes", "linux-" + processor, "native");
        // A host may run a copy of the assembly from somewhere else (shadow copies).
        string beside = System.IO.Path.GetDirectoryName(typeof(ResockLibrary).Assembly.Location);
        string[] folders = { beside, AppDomain.CurrentDomain.BaseDirectory };
        foreach (string folder in folders.Where(each => !string.IsNullOrEmpty(each)).Distinct())
        {
            yield return System.IO.Path.Combine(folder, Wrapper);
            yield return System.IO.Path.Combine(folder, packaged, Wrapper);
        }
    }

    private static void LoadWrapper()
    {
        string found = Places().FirstOrDefault(File.Exists);
        if (DynamicLoader.Open(found ?? Wrapper, out string error) != IntPtr.Zero) return;
        throw new LibraryException("the native half of this binding cannot be loaded: " + error
            + (found == null ? "; looked for it as " + string.Join(", ", Places()) : "")
            + "; it needs " + Main + " beside it, or named by " + Variable);
    }

    private static void Check()
    {
        uint loaded = Native.resock_abi_version();
        uint wanted = Native.resock_binding_abi_version();
        if (loaded != wanted) throw WrongVersion(Native.resock_library_path(), loaded);
        if (wanted == Abi.Version) return;
        throw new LibraryException(Wrapper + " is for ABI version " + wanted + ", this assembly for "
            + Abi.Version + ": use both of the same release");
    }
}
}
