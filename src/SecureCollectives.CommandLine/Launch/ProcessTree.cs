using System.Globalization;

namespace SecureCollectives.CommandLine.Launch;

/// <summary>A process with all that it started, as /proc shows them at one moment.</summary>
internal static class ProcessTree
{
    /// <summary>Places in <see cref="FieldsOf"/>.</summary>
    public const int StateField = 0;

    /// <inheritdoc cref="StateField"/>
    public const int ParentField = 1;

    /// <inheritdoc cref="StateField"/>
    public const int StartTimeField = 19;

    /// <summary>Returns the process itself first, then its children, their children, and so on.</summary>
    public static IReadOnlyList<int> Of(int root) => Of([root]);

    /// <summary>Returns the processes themselves first, then their children, the children of these, and so on.</summary>
    public static IReadOnlyList<int> Of(IEnumerable<int> roots)
    {
        var children = ByParent();
        var tree = roots.ToList();
        for (var i = 0; i < tree.Count; i++)
        {
            tree.AddRange(children[tree[i]]);
        }

        return tree;
    }

    /// <summary>Returns the children of a process, including those that have ended and are not reaped yet.</summary>
    public static IEnumerable<int> ChildrenOf(int parent) => ByParent()[parent];

    /// <summary>Returns every process that this one can see.</summary>
    public static IEnumerable<int> All() => Directory.EnumerateDirectories("/proc")
        .Select(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
        .Where(id => id != 0);

    /// <summary>The parent's id, or null for a process that has ended meanwhile.</summary>
    public static int? ParentOf(int processId) =>
        FieldsOf(processId) is { } fields ? int.Parse(fields[ParentField], CultureInfo.InvariantCulture) : null;

    /// <summary>What /proc/PID/stat says behind the name, by proc(5); null for a process that has ended meanwhile.</summary>
    public static string[]? FieldsOf(int processId)
    {
        try
        {
            // "id (name) state parent ...": the name may hold spaces and parentheses, so reading starts behind the last one.
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat"));
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static ILookup<int?, int> ByParent() => All().ToLookup(ParentOf);
}
