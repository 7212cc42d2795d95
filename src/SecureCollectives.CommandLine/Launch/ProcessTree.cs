using System.Globalization;

namespace SecureCollectives.CommandLine.Launch;

/// <summary>A process and its descendants, as /proc shows them at one moment.</summary>
internal static class ProcessTree
{
    /// <summary>An index into <see cref="FieldsOf"/>.</summary>
    public const int StateField = 0;

    /// <inheritdoc cref="StateField"/>
    public const int ParentField = 1;

    /// <inheritdoc cref="StateField"/>
    public const int StartTimeField = 19;

    /// <summary>Returns the process itself first, then its children, their children, and so on.</summary>
    public static IReadOnlyList<int> Of(int root)
    {
        var children = Snapshot().ToLookup(static entry => entry.Parent, static entry => entry.Process.Id);
        List<int> tree = [root];
        for (var i = 0; i < tree.Count; i++)
        {
            tree.AddRange(children[tree[i]]);
        }

        return tree;
    }

    /// <summary>Returns the children of a process, including those that have ended and are not reaped yet.</summary>
    public static IEnumerable<ProcessIdentity> ChildrenOf(int parent) =>
        from entry in Snapshot()
        where entry.Parent == parent
        select entry.Process;

    /// <summary>Returns every process that this one can see, with the id of its parent.</summary>
    public static IReadOnlyList<(int Parent, ProcessIdentity Process)> Snapshot() =>
    [
        .. from id in All()
           let fields = FieldsOf(id)
           where fields is not null
           select (int.Parse(fields[ParentField], CultureInfo.InvariantCulture), new ProcessIdentity(id, fields[StartTimeField])),
    ];

    /// <summary>Returns the id of the parent, or null if the process has ended meanwhile.</summary>
    public static int? ParentOf(int processId) =>
        FieldsOf(processId) is { } fields ? int.Parse(fields[ParentField], CultureInfo.InvariantCulture) : null;

    /// <summary>Returns the fields of /proc/PID/stat after the name (proc(5)), or null if the process has ended meanwhile.</summary>
    public static string[]? FieldsOf(int processId)
    {
        try
        {
            // "id (name) state parent ...": the name may hold spaces and parentheses, so parsing starts after the last parenthesis.
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat"));
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static IEnumerable<int> All() => Directory.EnumerateDirectories("/proc")
        .Select(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
        .Where(id => id != 0);
}
