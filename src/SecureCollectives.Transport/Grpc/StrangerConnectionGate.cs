using System.Diagnostics;
using System.Net;
using SecureCollectives.Rpc;
using SecureCollectives.Security.Admission;

namespace SecureCollectives.Transport.Grpc;

/// <summary>Puts the connections of a gRPC server through a <see cref="StrangerGate"/>.</summary>
internal sealed class StrangerConnectionGate(StrangerLimits limits) : IConnectionGate
{
    private readonly StrangerGate _gate = new(limits);

    public IAdmission? Admit(IPEndPoint remote, Action abort) =>
        _gate.TryEnter(remote.Address, Stopwatch.GetElapsedTime(0), abort) is { } stranger ? new Admission(stranger) : null;

    private sealed class Admission(Stranger stranger) : IAdmission
    {
        /// <summary>Where its place was taken a moment before, its connection is being aborted already.</summary>
        public void Authenticated() => stranger.Authenticated();

        public void Left() => stranger.Dispose();
    }
}
