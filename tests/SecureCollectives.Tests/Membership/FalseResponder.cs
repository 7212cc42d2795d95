using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using SecureCollectives.Framing;
using SecureCollectives.Identity;
using SecureCollectives.Membership;
using SecureCollectives.Membership.Wire;
using SecureCollectives.Rpc;
using SecureCollectives.Security.Admission;
using SecureCollectives.Security.Keys;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Membership;

/// <summary>Rank 1 of a world of two, with a certificate as good as any, whose answers to OpenLink are spoiled.</summary>
internal sealed class FalseResponder : IAsyncDisposable
{
    private readonly IdentitySource _identity;
    private readonly RpcServer _server;

    private FalseResponder(IdentitySource identity, RpcServer server)
    {
        _identity = identity;
        _server = server;
    }

    /// <summary>Joins the job.</summary>
    /// <param name="cluster">The job.</param>
    /// <param name="spoil">What happens to a reply as it should be.</param>
    public static async Task<FalseResponder> JoinAsync(LocalCluster cluster, Action<OpenLinkReply> spoil)
    {
        var options = cluster.Options(1);
        var identity = IdentitySource.Open(new IdentityFiles(options.CertificatePath, options.KeyPath, options.AuthorityPath), TimeProvider.System, NullLogger.Instance);
        var control = new ControlPlane(identity, NullLoggerFactory.Instance);
        var methods = new RpcMethodTable().AddUnary(ControlMethods.OpenLink, (request, _) => Task.FromResult(Answer(request, spoil)));
        var server = await control.ServeAsync(new IPEndPoint(IPAddress.Loopback, 0), methods, new StrangerLimits(), CancellationToken.None);
        var self = new RosterMember(
            identity.Worker, new HostPort("127.0.0.1", server.EndPoints[0].Port), RandomNumberGenerator.GetBytes(RosterMember.NonceLength));
        var parameters = new ParameterList(("protocol", LinkTranscript.ProtocolVersion), ("world-size", cluster.Size));
        var client = new RendezvousClient(
            control, new HostPort(options.MasterAddress, options.MasterPort), options.JoinTimeout, TimeProvider.System, NullLogger.Instance);
        await client.JoinAsync(self, options.RunId, parameters, CancellationToken.None);
        return new FalseResponder(identity, server);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _identity.Dispose();
    }

    private static OpenLinkReply Answer(OpenLinkRequest request, Action<OpenLinkReply> spoil)
    {
        using var offer = OfferMessage.TryRead(request, out var read) ? read : throw new InvalidOperationException("The worker's own offer is malformed.");
        using var agreement = ResponderAgreement.Create(offer);
        var reply = AnswerMessage.Create(RandomNumberGenerator.GetBytes(LaneHello.LinkIdLength), agreement.Answer, new HostPort("127.0.0.1", 1));
        spoil(reply);
        return reply;
    }
}
