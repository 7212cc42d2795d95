using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using Grpc.Core;
using SecureCollectives.Framing;
using SecureCollectives.Rpc;
using SecureCollectives.Security.Identity;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Transport.Grpc;

/// <summary>Connects gRPC lanes, each over an HTTP/2 connection of its own. Thread-safe.</summary>
/// <param name="tls">Creates the options of the TLS handshake; null for lanes without TLS of their own.</param>
/// <param name="resolve">Finds the addresses of a peer's host, in the order in which they are tried.</param>
internal sealed class GrpcLaneConnector(TlsOptionsFactory? tls, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
{
    private const int MaxWords = 1000;

    private static readonly SslApplicationProtocol[] Protocols = [SslApplicationProtocol.Http2];

    /// <summary>
    /// Connects to the first address that answers as the peer. A name can have several addresses, of which some may be unreachable and some
    /// may belong to others.
    /// </summary>
    /// <param name="acceptor">The endpoint to connect to, and the peer that must answer there.</param>
    /// <param name="keys">The keys of the link; not owned.</param>
    /// <param name="number">The number of the lane in its link.</param>
    /// <param name="cancellationToken">Cancels the attempt, which closes the connection.</param>
    /// <returns>The lane and its connection; the caller owns both and must close the connection after the lane.</returns>
    /// <exception cref="LaneConnectException">There was no connection, or the acceptor did not authenticate in time.</exception>
    public async Task<(GrpcLane Lane, ClientConnection Connection)> ConnectAsync(
        LaneAcceptor acceptor, LinkKeys keys, ushort number, CancellationToken cancellationToken)
    {
        var addresses = new UntriedAddresses(resolve);
        LaneConnectException? failure = null;
        while (true)
        {
            try
            {
                return await TryAsync(acceptor, addresses, keys, number, cancellationToken).ConfigureAwait(false);
            }
            catch (LaneConnectException exception)
            {
                failure ??= exception;
                if (addresses.IsEmpty)
                {
                    throw failure;
                }
            }
        }
    }

    /// <summary>Connects to one of the addresses; on failure, takes it off them, or all if none could be connected.</summary>
    private async Task<(GrpcLane Lane, ClientConnection Connection)> TryAsync(
        LaneAcceptor acceptor, UntriedAddresses addresses, LinkKeys keys, ushort number, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ClientConnection? connection = null;
        try
        {
            // The connector has a time limit of its own, which grows with the number of addresses.
            connection = await ClientConnection.ConnectAsync(Options(acceptor, addresses), cancellationToken).ConfigureAwait(false);
            limit.CancelAfter(GrpcLaneSettings.ConnectTimeout);
            var hello = new byte[LaneHello.Length];
            keys.WriteHello(number, hello);
            var first = new byte[LaneMessageFormat.MaxHeaderLength + hello.Length];
            var header = LaneMessageFormat.WriteHeader(first, hello.Length);
            hello.CopyTo(first.AsSpan(header));
            var call = await ConnectedLaneCall.OpenAsync(connection, first.AsMemory(0, header + hello.Length), limit.Token)
                .ConfigureAwait(false);
            return (await ConfirmAsync(new GrpcLane(call), acceptor, keys, number, hello, limit.Token).ConfigureAwait(false), connection);
        }
        catch (Exception exception)
        {
            addresses.Remove(connection?.Peer.Remote.Address);
            if (connection is not null)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
            }

            switch (exception)
            {
                case OperationCanceledException when !cancellationToken.IsCancellationRequested:
                    throw new LaneConnectException($"A lane to {Name(acceptor)} was not confirmed within "
                        + $"{GrpcLaneSettings.ConnectTimeout.TotalSeconds:0.#} s.", exception);
                case RpcException call:
                    throw new LaneConnectException(
                        $"A lane to {Name(acceptor)} could not be opened. {PrintableText.Of(call.Status.Detail, MaxWords)}", exception);
                default:
                    throw;
            }
        }
    }

    private static async Task<GrpcLane> ConfirmAsync(
        GrpcLane lane, LaneAcceptor acceptor, LinkKeys keys, ushort number, byte[] hello, CancellationToken cancellationToken)
    {
        try
        {
            var answer = new byte[LaneHello.AnswerLength];
            if (!await lane.ReceiveAsync(answer, cancellationToken).ConfigureAwait(false))
            {
                throw new LaneConnectException(
                    $"A lane to {Name(acceptor)} was closed before it was confirmed; the acceptor's log says why.");
            }

            return keys.VerifyAnswer(number, hello, answer) == HelloStatus.Ok
                ? lane
                : throw new LaneConnectException(
                    $"The process at {Name(acceptor)} does not hold the keys of this link: it is not the peer.");
        }
        catch
        {
            lane.Abort();
            lane.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Refuses a certificate other than the one in the link's transcript, such as a renewed one. The TLS handshake has already verified
    /// that it belongs to the expected worker.
    /// </summary>
    private static string? RefuseOtherLeaf(RpcConnection connection, LaneAcceptor acceptor) =>
        connection.PeerCertificate is { } leaf
            && SHA256.HashData(leaf.RawDataMemory.Span).AsSpan().SequenceEqual(acceptor.Peer.LeafHash.Span)
            ? null
            : "the peer presented a different certificate than the one that opened the link; it may just have been renewed.";

    private static string Name(LaneAcceptor acceptor) => $"{acceptor.Host}:{acceptor.Port}";

    private ClientConnectionOptions Options(LaneAcceptor acceptor, UntriedAddresses addresses) => new()
    {
        Host = acceptor.Host,
        Port = acceptor.Port,
        Resolve = addresses.ResolveAsync,
        ConnectTimeout = GrpcLaneSettings.ConnectTimeout,
        TlsLimit = () => new TlsReceiveLimit(),
        StreamWindow = GrpcLaneSettings.Window,
        KeepAlivePingDelay = GrpcLaneSettings.PingDelay,
        KeepAlivePingTimeout = GrpcLaneSettings.PingTimeout,
        Refuse = connection => RefuseOtherLeaf(connection, acceptor),
        Tls = tls is null
            ? null
            : (handshake, _) =>
                ValueTask.FromResult(tls.ForClient(Protocols, acceptor.Peer.Worker, verdict => handshake.Refusal = verdict.Explanation)),
    };
}
