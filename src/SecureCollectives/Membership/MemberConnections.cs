using System.Diagnostics.CodeAnalysis;
using SecureCollectives.Rpc;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Membership;

/// <summary>
/// Lets workers of this job alone use the control endpoint, and each of them a bounded number of connections: what each can make this
/// worker hold is bounded with them.
/// </summary>
/// <param name="self">This worker.</param>
internal sealed class MemberConnections(WorkerId self) : IPeerGate
{
    /// <summary>
    /// A worker has one connection for each link that it is opening: as many as it opens communicators at once, since it opens one link at
    /// a time in each. So many may wait, and are told when they are more (<see cref="LinkExpectations.MaxWaitingPerPeer"/>); there is room
    /// for some that come and go.
    /// </summary>
    public const int MaxPerWorker = LinkExpectations.MaxWaitingPerPeer + 32;

    private readonly Lock _gate = new();
    private readonly Dictionary<WorkerId, int> _counts = [];

    public bool TryEnter(RpcConnection connection, [NotNullWhen(false)] out string? refusal)
    {
        // The handshake has judged the certificate.
        var worker = PeerIdentity.Of(connection.PeerCertificate!, self.Map).Worker;
        if (worker.Job != self.Job || worker.TrustDomain != self.TrustDomain)
        {
            refusal = $"{worker} is not of job '{self.Job}'.";
            return false;
        }

        lock (_gate)
        {
            var count = _counts.GetValueOrDefault(worker);
            if (count >= MaxPerWorker)
            {
                refusal = $"rank {worker.Rank} has {MaxPerWorker} connections already.";
                return false;
            }

            _counts[worker] = count + 1;
        }

        refusal = null;
        return true;
    }

    public void Left(RpcConnection connection)
    {
        var worker = PeerIdentity.Of(connection.PeerCertificate!, self.Map).Worker;
        lock (_gate)
        {
            if (--_counts[worker] == 0)
            {
                _counts.Remove(worker);
            }
        }
    }
}
