using System.Net;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Membership;

/// <summary>
/// Remembers whom rank 0 refused while it waited: the last refusal of each rank, and the last of anybody who named none. When a rank is
/// missing in the end, the message says why. Nothing is decided by it. Thread-safe.
/// </summary>
/// <param name="self">This worker.</param>
/// <param name="worldSize">Ranks from here on are not remembered.</param>
internal sealed class JoinRefusals(WorkerId self, int worldSize)
{
    private const int MaxNamed = 4;
    private const int MaxWords = 300;

    private readonly Lock _gate = new();
    private readonly Dictionary<int, Refusal> _ranks = [];
    private Refusal? _unknown;

    /// <summary>A certificate was refused in the handshake. Whom it names is a claim, and takes nobody's place who has proved it.</summary>
    public void Add(IPEndPoint remote, CertificateVerdict verdict)
    {
        if (verdict.Worker is { } claimed && claimed.Job == self.Job && claimed.TrustDomain == self.TrustDomain)
        {
            Add(claimed.Rank, remote, $"Its certificate was refused. {verdict.Explanation}", isProved: false);
        }
    }

    /// <summary>A worker was refused that has proved its rank.</summary>
    public void Add(int rank, IPEndPoint remote, string reason) => Add(rank, remote, reason, isProved: true);

    /// <summary>A connection ended before anybody was named.</summary>
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

    /// <summary>Sentences about ranks that are missing, each with a space in front; empty where nobody was refused.</summary>
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
