using System;
using System.Reflection;

namespace Resock.Tests
{
/// <summary>What no public call shows or reaches.</summary>
internal static class Inside
{
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public
        | BindingFlags.NonPublic;

    /// <summary>The value at the end of a path of fields and properties.</summary>
    internal static object Get(object of, string path)
    {
        foreach (string name in path.Split('.'))
        {
            Type type = of.GetType();
            of = type.GetProperty(name, Any)?.GetValue(of) ?? type.GetField(name, Any)?.GetValue(of);
        }
        return of;
    }
}
}
