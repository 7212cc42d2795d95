using System.Diagnostics.CodeAnalysis;
using SecureCollectives.Rpc;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Membership;

/// <summary>
/// Admits only this job's workers to the control endpoint, and limits the number of connections from each, to bound the memory that any of
/// them can consume here.
/// </summary>
/// <param name="self">This worker's identity.</param>
internal sealed class MemberConnections(WorkerId self) : IPeerGate
{
    /// <summary>
    /// A worker opens a communicator's links to a peer one at a time, so it needs one connection for each communicator that it is opening.
    /// Up to <see cref="LinkExpectations.MaxWaitingPerPeer"/> of its calls may wait; further ones are refused with a reason. The remaining
    /// connections are for short calls.
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
