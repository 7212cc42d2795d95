using System.Reflection;
using System.Runtime.Loader;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Packaging;

/// <summary>Every test of the repository, as the compiler left it in the test assemblies built beside this one.</summary>
internal static class TestCatalogue
{
    private static readonly Assembly Self = typeof(TestCatalogue).Assembly;

    /// <summary>
    /// The tests that run, whatever the machine: not those with a reason to skip them, and not those that only run when asked for by name.
    /// </summary>
    public static (string Class, string Method)[] Running() =>
    [
        .. from project in Directory.EnumerateDirectories(RepositoryRoot.PathOf("tests"), "*.Tests")
           from type in Load(Path.GetFileName(project)).GetTypes()
           from method in type.GetMethods()
           where method.GetCustomAttribute<FactAttribute>() is { Explicit: false, Skip: null }
           select (type.Name, method.Name),
    ];

    /// <summary>
    /// In a context of its own; what it has in common with this assembly, xunit's attributes above all, is the same in both.
    /// </summary>
    private static Assembly Load(string project)
    {
        if (project == Self.GetName().Name)
        {
            return Self;
        }

        // tests/SecureCollectives.Tests/bin/Debug/net10.0, and the same for its siblings: all are built together.
        var output = Path.GetRelativePath(RepositoryRoot.PathOf("tests", Self.GetName().Name!), AppContext.BaseDirectory);
        var path = RepositoryRoot.PathOf("tests", project, output, $"{project}.dll");
        Assert.True(File.Exists(path), $"{path} is missing: build the whole solution.");
        var resolver = new AssemblyDependencyResolver(path);
        var context = new AssemblyLoadContext(project);
        context.Resolving += (_, name) => resolver.ResolveAssemblyToPath(name) is { } found ? context.LoadFromAssemblyPath(found) : null;
        return context.LoadFromAssemblyPath(path);
    }
}
