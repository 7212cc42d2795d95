using System.Text.RegularExpressions;

namespace SecureCollectives.Bench.Compare;

/// <summary>Builds the peers' programs in bench/peers with make, which skips those that are up to date.</summary>
/// <param name="source">The directory with the Makefile.</param>
/// <param name="searchPath">The value of PATH.</param>
internal sealed partial class PeerBuild(string source, string? searchPath)
{
    public const string OutputFolder = "bin";

    private const string Makefile = "Makefile";

    /// <summary>Building all programs takes about half a minute on a slow core.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Looks for bench/peers in each starting point and its parent directories. Returns null if none of them contains it.
    /// </summary>
    public static string? FindSource(params IEnumerable<string> startingPoints)
    {
        foreach (var start in startingPoints)
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                var candidate = Path.Combine(folder.FullName, "bench", "peers");
                if (IsSource(candidate))
                {
                    return candidate;
                }
            }
        }

        return null;
    }

    public static bool IsSource(string folder) => File.Exists(Path.Combine(folder, Makefile));

    /// <returns>The program's path, or the reason why there is none.</returns>
    public async Task<(string? Program, MissingPeer? Missing)> BuildAsync(Peer peer, CancellationToken cancellationToken)
    {
        var missing = peer.Tools.Where(tool => Find(tool) is null).ToArray();
        if (missing.Length > 0)
        {
            return (null, new MissingPeer(peer, $"{string.Join(", ", missing)} {(missing.Length == 1 ? "is" : "are")} not on PATH"));
        }

        try
        {
            var make = await ToolRun.RunAsync(
                Find("make")!, ["--directory", source, $"OUT={OutputFolder}", peer.Target], Limit, cancellationToken).ConfigureAwait(false);
            return make.ExitCode == 0
                ? (Path.Combine(source, OutputFolder, peer.Target), null)
                : (null, new MissingPeer(peer, $"its program did not build ({FirstError(make)})"));
        }
        catch (ContenderFailedException e)
        {
            return (null, new MissingPeer(peer, e.Message));
        }
    }

    /// <summary>The compiler's first error says what is missing; the following ones repeat it.</summary>
    private static string FirstError(ToolRun make) =>
        make.Errors.Split('\n').FirstOrDefault(line => ErrorLine().IsMatch(line))?.Trim() ?? make.Complaint();

    private string? Find(string tool) => (searchPath ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, tool))
        .FirstOrDefault(File.Exists);

    [GeneratedRegex(@"error: |cannot find ")]
    private static partial Regex ErrorLine();
}
