using System.Net;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Membership;

/// <summary>
/// Records what rank 0 refuses while it waits, and which ranks leave at once: the last event per rank, and the last connection that failed
/// before it named a rank.
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
        if (verdict.Worker is { } claimed && IsOfThisJob(claimed))
        {
            Add(claimed.Rank, remote, $"Its certificate was refused. {verdict.Explanation}", RefusalKind.Claimed);
        }
    }

    /// <summary>
    /// Records that a worker ended its connection right after the handshake. It has not been refused, so refusals take precedence.
    /// </summary>
    public void AddDeparture(WorkerId worker, IPEndPoint remote)
    {
        if (IsOfThisJob(worker))
        {
            Add(worker.Rank, remote, "It may have refused this worker's certificate; see its log.", RefusalKind.Departed);
        }
    }

    /// <summary>Records the refusal of a worker that has proven its rank.</summary>
    public void Add(int rank, IPEndPoint remote, string reason) => Add(rank, remote, reason, RefusalKind.Proved);

    /// <summary>Records a connection that failed before it named a rank.</summary>
    public void Add(IPEndPoint remote, string reason)
    {
        lock (_gate)
        {
            _unknown = new Refusal(remote.Address, Shortened(reason), RefusalKind.Claimed);
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
            var words = string.Concat(refused.Take(MaxNamed).Select(rank => Describe(rank, _ranks[rank])));
            return _unknown is { } unknown && refused.Length < missing.Count
                && !_ranks.Values.Any(last => last.Address.Equals(unknown.Address))
                ? $"{words} The last connection that failed before it named a rank came from {unknown.Address}: {unknown.Reason}"
                : words;
        }
    }

    private static string Describe(int rank, Refusal last) => last.Kind switch
    {
        RefusalKind.Proved => $" Rank {rank} was refused, last at {last.Address}: {last.Reason}",
        RefusalKind.Departed => $" Rank {rank} connected from {last.Address} and left at once. {last.Reason}",
        _ => $" A connection from {last.Address} that claimed to be rank {rank} was refused: {last.Reason}",
    };

    private static string Shortened(string reason) => PrintableText.Of(reason.TrimEnd(), MaxWords);

    private bool IsOfThisJob(WorkerId worker) => worker.Job == self.Job && worker.TrustDomain == self.TrustDomain;

    private void Add(int rank, IPEndPoint remote, string reason, RefusalKind kind)
    {
        lock (_gate)
        {
            if (rank < worldSize && (!_ranks.TryGetValue(rank, out var last) || kind >= last.Kind))
            {
                _ranks[rank] = new Refusal(remote.Address, Shortened(reason), kind);
            }
        }
    }

    /// <summary>In ascending order of what a record says about the rank.</summary>
    private enum RefusalKind
    {
        /// <summary>Only the refused certificate named the rank.</summary>
        Claimed,

        /// <summary>The rank proved its identity and left.</summary>
        Departed,

        /// <summary>The rank proved its identity and was refused.</summary>
        Proved,
    }

    private sealed record Refusal(IPAddress Address, string Reason, RefusalKind Kind);
}
