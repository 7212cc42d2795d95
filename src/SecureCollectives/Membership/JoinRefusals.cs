using System.Net;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Membership;

/// <summary>
/// Records what rank 0 refuses while it waits: the last refusal per rank, and the last of a connection that failed before it named a rank.
/// Used only to explain why ranks are missing; no decision depends on it. Thread-safe.
/// </summary>
/// <param name="self">The identity of this worker.</param>
/// <param name="worldSize">The number of ranks of the job; refusals of higher ranks are not recorded.</param>
internal sealed class JoinRefusals(WorkerId self, int worldSize)
{
    private const int MaxNamed = 4;
    private const int MaxWords = 300;

    private readonly Lock _gate = new();
    private readonly Dictionary<int, Refusal> _ranks = [];
    private Refusal? _unknown;

    /// <summary>
    /// Records a certificate that was refused in the handshake. Its rank is only a claim, so the refusal of a proven rank takes precedence.
    /// </summary>
    public void Add(IPEndPoint remote, CertificateVerdict verdict)
    {
        if (verdict.Worker is { } claimed && claimed.Job == self.Job && claimed.TrustDomain == self.TrustDomain)
        {
            Add(claimed.Rank, remote, $"Its certificate was refused. {verdict.Explanation}", isProved: false);
        }
    }

    /// <summary>Records the refusal of a worker that has proven its rank.</summary>
    public void Add(int rank, IPEndPoint remote, string reason) => Add(rank, remote, reason, isProved: true);

    /// <summary>Records a connection that failed before it named a rank.</summary>
    public void Add(IPEndPoint remote, string reason)
    {
        lock (_gate)
        {
            _unknown = new Refusal(remote.Address, Shortened(reason), false);
        }
    }

    /// <summary>Forgets the refusals of a rank that has joined, and the failed connections from its address.</summary>
    public void Forget(int rank, IPAddress from)
    {
        lock (_gate)
        {
            _ranks.Remove(rank);
            if (_unknown is { } unknown && unknown.Address.Equals(from))
            {
                _unknown = null;
            }
        }
    }

    /// <summary>Returns sentences about missing ranks, each preceded by a space; empty if there were no refusals.</summary>
    public string About(IReadOnlyCollection<int> missing)
    {
        lock (_gate)
        {
            int[] refused = [.. missing.Where(_ranks.ContainsKey)];
            var words = string.Concat(refused.Take(MaxNamed).Select(rank => _ranks[rank] is var last && last.IsProved
                ? $" Rank {rank} was refused, last at {last.Address}: {last.Reason}"
                : $" A connection from {last.Address} that claimed to be rank {rank} was refused: {last.Reason}"));
            return _unknown is { } unknown && refused.Length < missing.Count
                && !_ranks.Values.Any(last => last.Address.Equals(unknown.Address))
                ? $"{words} The last connection that failed before it named a rank came from {unknown.Address}: {unknown.Reason}"
                : words;
        }
    }

    private static string Shortened(string reason) => PrintableText.Of(reason.TrimEnd(), MaxWords);

    private void Add(int rank, IPEndPoint remote, string reason, bool isProved)
    {
        lock (_gate)
        {
            if (rank < worldSize && (isProved || !_ranks.TryGetValue(rank, out var last) || !last.IsProved))
            {
                _ranks[rank] = new Refusal(remote.Address, Shortened(reason), isProved);
            }
        }
    }

    private sealed record Refusal(IPAddress Address, string Reason, bool IsProved);
}
