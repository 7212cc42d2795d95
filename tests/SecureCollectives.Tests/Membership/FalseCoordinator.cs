using System.Net;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using SecureCollectives.Identity;
using SecureCollectives.Membership;
using SecureCollectives.Membership.Wire;
using SecureCollectives.Rpc;
using SecureCollectives.Security.Admission;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Membership;

/// <summary>Rank 0 of a world of two, with a valid certificate, which serves rank 1 an altered roster.</summary>
internal sealed class FalseCoordinator : IAsyncDisposable
{
    private readonly IdentitySource _identity;
    private readonly RpcHost _host;

    private FalseCoordinator(IdentitySource identity, RpcHost host)
    {
        _identity = identity;
        _host = host;
    }

    /// <param name="cluster">The cluster whose rank 0 it impersonates.</param>
    /// <param name="alter">Alters the correct roster.</param>
    public static async Task<FalseCoordinator> StartAsync(LocalCluster cluster, Action<Roster> alter)
    {
        var options = cluster.Options(0);
        var identity = IdentitySource.Open(
            new IdentityFiles(options.CertificatePath, options.KeyPath, options.AuthorityPath), TimeProvider.System, NullLogger.Instance);
        var own = new RosterMember(
            identity.Worker, new HostPort("127.0.0.1", options.MasterPort), new byte[RosterMember.NonceLength],
                SuiteAnnouncement.Read([1, 2, 3, 4])!);
        var services = new RpcServices().Add(new Service(own, alter));
        var host = await new ControlPlane(identity, NullLoggerFactory.Instance)
            .ServeAsync(new IPEndPoint(IPAddress.Loopback, options.MasterPort), services, new AdmissionLimits(), CancellationToken.None);
        return new FalseCoordinator(identity, host);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _identity.Dispose();
    }

    private sealed class Service(RosterMember own, Action<Roster> alter) : Rendezvous.RendezvousBase
    {
        public override async Task Join(JoinRequest request, IServerStreamWriter<JoinUpdate> responseStream, ServerCallContext context)
        {
            Assert.True(HostPort.TryParse(request.Endpoint, out var endPoint));
            var caller = new RosterMember(
                ControlPlane.Caller(context, own.Id, DateTimeOffset.UtcNow).Worker, endPoint, request.Nonce.Memory,
                SuiteAnnouncement.Read(request.Suites.Span)!)
            { Cores = RosterMember.CoresOf(request.Cores) };
            var roster = Roster.Parser.ParseFrom(JobRoster.Write(JobRoster.FirstEpoch, [own, caller]));
            alter(roster);
            await responseStream.WriteAsync(new JoinUpdate { Roster = roster.ToByteString() });
        }
    }
}
