using System.Diagnostics.CodeAnalysis;
using SecureCollectives.Rpc;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Membership;

/// <summary>
/// Admits only workers of this job to the control endpoint, and limits the connections of each of them, which bounds the memory that each
/// can make this worker hold.
/// </summary>
/// <param name="self">The identity of this worker.</param>
internal sealed class MemberConnections(WorkerId self) : IPeerGate
{
    /// <summary>
    /// A worker needs one connection for each link that it is opening, that is, one for each communicator, since it opens a communicator's
    /// links to a peer one at a time. <see cref="LinkExpectations.MaxWaitingPerPeer"/> of them may wait, and more are refused with a
    /// reason; the rest is for short calls.
    /// </summary>
    public const int MaxPerWorker = LinkExpectations.MaxWaitingPerPeer + 32;

    private readonly Lock _gate = new();
    private readonly Dictionary<WorkerId, int> _counts = [];

    public bool TryEnter(RpcConnection connection, [NotNullWhen(false)] out string? refusal)
    {
        // The handshake has verified the certificate.
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
