using System.Globalization;

namespace SecureCollectives.CommandLine.Launch;

/// <summary>A process with all that it started, as /proc shows them at one moment.</summary>
internal static class ProcessTree
{
    /// <summary>The process itself first, then its children, their children, and so on.</summary>
    public static IReadOnlyList<int> Of(int root)
    {
        var children = Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id != 0)
            .ToLookup(ParentOf);
        var tree = new List<int> { root };
        for (var i = 0; i < tree.Count; i++)
        {
            tree.AddRange(children[tree[i]]);
        }

        return tree;
    }

    /// <summary>The parent's id, or null for a process that has ended meanwhile.</summary>
    public static int? ParentOf(int processId)
    {
        const int ParentField = 1;
        try
        {
            // "id (name) state parent ...": the name may hold spaces and parentheses, so reading starts behind the last one.
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat"));
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return int.Parse(fields[ParentField], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
