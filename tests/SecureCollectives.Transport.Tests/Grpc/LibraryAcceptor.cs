using System.Net;
using Google.Protobuf;
using Grpc.Core;
using Securecollectives.V1;
using SecureCollectives.Rpc;
using SecureCollectives.Transport.Tests.Lanes;

namespace SecureCollectives.Transport.Tests.Grpc;

/// <summary>
/// The lane service implemented with Grpc.AspNetCore: a peer that answers the first message, and ends the call with a status when the next
/// one arrives.
/// </summary>
/// <param name="status">The status.</param>
/// <param name="answer">The answer to the first message; null to end the call immediately.</param>
internal sealed class LibraryAcceptor(StatusCode status, byte[]? answer) : Securecollectives.V1.Lanes.LanesBase
{
    public static Task<RpcHost> StartAsync(StatusCode status, byte[]? answer = null) => RpcHost.StartAsync(new RpcHostOptions
    {
        Listeners = [new RpcListener(new IPEndPoint(IPAddress.Loopback, 0))],
        Services = new RpcServices().Add(new LibraryAcceptor(status, answer)),
        StopGrace = TimeSpan.Zero,
    });

    public override async Task Attach(
        IAsyncStreamReader<LaneBytes> requestStream, IServerStreamWriter<LaneBytes> responseStream, ServerCallContext context)
    {
        Assert.True(await requestStream.MoveNext(context.CancellationToken).WaitAsync(LanePump.Limit));
        if (answer is not null)
        {
            await responseStream.WriteAsync(new LaneBytes { Data = ByteString.CopyFrom(answer) }, context.CancellationToken);
            Assert.True(await requestStream.MoveNext(context.CancellationToken).WaitAsync(LanePump.Limit));
        }

        throw new RpcException(new Status(status, "not here"));
    }
}
