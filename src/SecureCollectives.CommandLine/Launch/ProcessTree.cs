using System.Globalization;

namespace SecureCollectives.CommandLine.Launch;

/// <summary>Processes, their parents and descendants, as /proc shows them at one moment.</summary>
internal static class ProcessTree
{
    /// <summary>An index into <see cref="FieldsOf"/>.</summary>
    public const int StateField = 0;

    /// <inheritdoc cref="StateField"/>
    public const int ParentField = 1;

    /// <inheritdoc cref="StateField"/>
    public const int StartTimeField = 19;

    /// <inheritdoc cref="StateField"/>
    public const int MemoryField = 20;

    /// <inheritdoc cref="StateField"/>
    public const int CodeEndField = 24;

    /// <inheritdoc cref="StateField"/>
    public const int EnvironmentStartField = 47;

    /// <inheritdoc cref="StateField"/>
    public const int EnvironmentEndField = 48;

    /// <summary>Returns the children of the processes, their children, and so on, without the processes themselves.</summary>
    public static IReadOnlyList<ProcessIdentity> DescendantsOf(IEnumerable<int> roots, IReadOnlyList<ProcessEntry> snapshot)
    {
        var children = snapshot.ToLookup(static entry => entry.Parent, static entry => entry.Process);
        HashSet<int> seen = [.. roots];
        var parents = new Queue<int>(seen);
        List<ProcessIdentity> descendants = [];
        while (parents.TryDequeue(out var parent))
        {
            foreach (var child in children[parent].Where(child => seen.Add(child.Id)))
            {
                descendants.Add(child);
                parents.Enqueue(child.Id);
            }
        }

        return descendants;
    }

    /// <summary>Returns the children of a process, including those that have ended but have not been reaped.</summary>
    public static IEnumerable<ProcessIdentity> ChildrenOf(int parent) =>
        from entry in Snapshot()
        where entry.Parent == parent
        select entry.Process;

    /// <summary>Returns every process that this one can see.</summary>
    public static IReadOnlyList<ProcessEntry> Snapshot() =>
    [
        .. from id in All()
           let fields = FieldsOf(id)
           where fields is not null
           select new ProcessEntry(int.Parse(fields[ParentField], CultureInfo.InvariantCulture),
               new ProcessIdentity(id, fields[StartTimeField]), fields[MemoryField] != "0"),
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
