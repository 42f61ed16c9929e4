using System;
using System.Reflection;

namespace Resock.Tests
{
/// <summary>What no public call shows or reaches.</summary>
internal static class Inside
{
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public
        | BindingFlags.NonPublic;

    /// <summary>An object of a class of the binding.</summary>
    internal static object New(string name, params object[] arguments)
    {
        Type type = typeof(Link).Assembly.GetType("Resock." + name);
        return Activator.CreateInstance(type, Any, null, arguments, null);
    }

    internal static object Call(object of, string name, params object[] arguments)
    {
        return of.GetType().GetMethod(name, Any).Invoke(of, arguments);
    }

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
