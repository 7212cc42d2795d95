using System.Reflection;
using System.Runtime.Loader;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Packaging;

/// <summary>The repository's tests, read from the test assemblies that were built together with this one.</summary>
internal static class TestCatalogue
{
    private static readonly Assembly Self = typeof(TestCatalogue).Assembly;

    /// <summary>
    /// Returns the tests that run on every machine. Tests that are skipped, or that run only if requested by name, are not included.
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
    /// Loads a test assembly in its own context. Assemblies that it shares with this one, xunit's attributes above all, resolve to the same
    /// types in both.
    /// </summary>
    private static Assembly Load(string project)
    {
        if (project == Self.GetName().Name)
        {
            return Self;
        }

        // The output folder, bin/Debug/net10.0 for example, is the same for all test projects: they are built together.
        var output = Path.GetRelativePath(RepositoryRoot.PathOf("tests", Self.GetName().Name!), AppContext.BaseDirectory);
        var path = RepositoryRoot.PathOf("tests", project, output, $"{project}.dll");
        Assert.True(File.Exists(path), $"{path} is missing: build the whole solution.");
        var resolver = new AssemblyDependencyResolver(path);
        var context = new AssemblyLoadContext(project);
        context.Resolving += (_, name) => resolver.ResolveAssemblyToPath(name) is { } found ? context.LoadFromAssemblyPath(found) : null;
        return context.LoadFromAssemblyPath(path);
    }
}
