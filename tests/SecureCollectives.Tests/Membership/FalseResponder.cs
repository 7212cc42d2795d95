using System.Net;
using System.Security.Cryptography;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using SecureCollectives.Framing;
using SecureCollectives.Identity;
using SecureCollectives.Membership;
using SecureCollectives.Membership.Wire;
using SecureCollectives.Rpc;
using SecureCollectives.Security.Admission;
using SecureCollectives.Security.Keys;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Tests.Membership;

/// <summary>Rank 1 of a world of two, with a valid certificate, whose answers to OpenLink are falsified.</summary>
internal sealed class FalseResponder : IAsyncDisposable
{
    private readonly IdentitySource _identity;
    private readonly RpcHost _host;

    private FalseResponder(IdentitySource identity, RpcHost host)
    {
        _identity = identity;
        _host = host;
    }

    /// <summary>Joins the job as rank 1.</summary>
    /// <param name="cluster">The cluster whose rank 1 it impersonates.</param>
    /// <param name="spoil">Falsifies the correct reply.</param>
    /// <param name="suites">The suites to announce; null for those of this machine.</param>
    public static async Task<FalseResponder> JoinAsync(LocalCluster cluster, Action<OpenLinkReply> spoil, SuiteAnnouncement? suites = null)
    {
        var options = cluster.Options(1);
        var identity = IdentitySource.Open(
            new IdentityFiles(options.CertificatePath, options.KeyPath, options.AuthorityPath), TimeProvider.System, NullLogger.Instance);
        var control = new ControlPlane(identity, NullLoggerFactory.Instance);
        var services = new RpcServices().Add(new Service(spoil));
        var host = await control.ServeAsync(new IPEndPoint(IPAddress.Loopback, 0), services, new AdmissionLimits(), CancellationToken.None);
        var self = new RosterMember(
            identity.Worker, new HostPort("127.0.0.1", host.EndPoints[0].Port), RandomNumberGenerator.GetBytes(RosterMember.NonceLength),
                suites ?? AutomaticSuite.Announcement);
        var parameters = new ParameterList(("protocol", LinkTranscript.ProtocolVersion), ("world-size", cluster.Size));
        using var limit = new JoinLimit(options.JoinTimeout, TimeProvider.System, CancellationToken.None);
        await using var client = new RendezvousClient(
            control, new HostPort(options.MasterAddress, options.MasterPort), options.WorldSize, limit, NullLogger.Instance);
        await client.JoinAsync(self, options.RunId, parameters);
        return new FalseResponder(identity, host);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _identity.Dispose();
    }

    private static OpenLinkReply Answer(OpenLinkRequest request, Action<OpenLinkReply> spoil)
    {
        using var offer = OfferMessage.TryRead(request, out var read)
            ? read : throw new InvalidOperationException("The worker's own offer is malformed.");
        using var agreement = ResponderAgreement.Create(offer);
        var reply = AnswerMessage.Create(RandomNumberGenerator.GetBytes(LaneHello.LinkIdLength), agreement.Answer,
            new LanePlace(new HostPort("127.0.0.1", 1), string.Empty), LinkPositions.None(1));
        spoil(reply);
        return reply;
    }

    private sealed class Service(Action<OpenLinkReply> spoil) : Worker.WorkerBase
    {
        public override Task<OpenLinkReply> OpenLink(OpenLinkRequest request, ServerCallContext context) =>
            Task.FromResult(Answer(request, spoil));
    }
}
