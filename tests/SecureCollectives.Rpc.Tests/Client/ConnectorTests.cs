using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using SecureCollectives.Security.Identity;
using SecureCollectives.Testing;

namespace SecureCollectives.Rpc.Tests.Client;

/// <summary>A name with several addresses, some of which accept connections but are not the peer.</summary>
public sealed class ConnectorTests : IDisposable
{
    private const string Late = "(the TLS handshake did not finish in time|there was no answer in time)";
    private const string Refusal = "refused by the test";

    private static readonly IPAddress FirstAddress = IPAddress.Parse("127.0.0.2");
    private static readonly IPAddress SecondAddress = IPAddress.Parse("127.0.0.3");
    private static readonly IPAddress RefusingAddress = IPAddress.Parse("127.0.0.4");

    private readonly TestPki _pki = new();
    private readonly TestPki _foreign = new();

    /// <summary>Listens at the first address, on the port that the whole test uses.</summary>
    private readonly TcpListener _first = new(FirstAddress, 0);

    public ConnectorTests() => _first.Start();

    private int Port => ((IPEndPoint)_first.LocalEndpoint).Port;

    [Fact]
    public async Task ConnectAsync_FirstAddressClosesTheConnection_GoesOnToTheSecond()
    {
        var first = AnswerAsync([]);
        await using var server = await StartAsync(SecondAddress, _pki, rank: 1);

        await using var connection = await ConnectAsync(FirstAddress, SecondAddress);

        Assert.Equal(new IPEndPoint(SecondAddress, Port), connection.Peer.Remote);
        await connection.SayAsync("x");
        await first;
    }

    [Fact]
    public async Task ConnectAsync_FirstAddressSpeaksNoTls_GoesOnToTheSecond()
    {
        var first = AnswerAsync("SSH-2.0-x\r\n"u8.ToArray());
        await using var server = await StartAsync(SecondAddress, _pki, rank: 1);

        await using var connection = await ConnectAsync(FirstAddress, SecondAddress);

        Assert.Equal(new IPEndPoint(SecondAddress, Port), connection.Peer.Remote);
        await first;
    }

    /// <summary>The first address is another worker of the job: its certificate is valid, but is not the peer's.</summary>
    [Fact]
    public async Task ConnectAsync_FirstAddressIsAnotherWorker_GoesOnToTheSecond()
    {
        var port = Port;
        _first.Stop();
        await using var other = await StartAsync(FirstAddress, _pki, rank: 2, port);
        await using var server = await StartAsync(SecondAddress, _pki, rank: 1, port);

        await using var connection = await ConnectAsync(port, Tls(), TimeSpan.FromSeconds(30), FirstAddress, SecondAddress);

        Assert.Equal(new IPEndPoint(SecondAddress, port), connection.Peer.Remote);
        await connection.SayAsync("x");
        Assert.Null(other.Echo.LastConnection);
    }

    /// <summary>
    /// The first address accepts the connection but sends nothing. It gets half of the time, and the second address gets the rest.
    /// </summary>
    [Fact]
    public async Task ConnectAsync_FirstAddressIsSilentInTls_GoesOnToTheSecondWithinTheLimit()
    {
        await using var server = await StartAsync(SecondAddress, _pki, rank: 1);

        await using var connection = await ConnectAsync(Port, Tls(), TimeSpan.FromSeconds(8), FirstAddress, SecondAddress);

        Assert.Equal(new IPEndPoint(SecondAddress, Port), connection.Peer.Remote);
        Assert.True(_first.Pending(), "The first address was not tried.");
    }

    /// <summary>
    /// Nothing listens at the last address yet, so the peer may still start. The attempt as a whole therefore counts as refused.
    /// </summary>
    [Fact]
    public async Task ConnectAsync_NoAddressAnswersAsThePeer_NamesWhatEachAnswered()
    {
        var first = AnswerAsync("SSH-2.0-x\r\n"u8.ToArray());
        await using var foreign = await StartAsync(SecondAddress, _foreign, rank: 1);

        var failure = await Assert.ThrowsAsync<ConnectionException>(() => ConnectAsync(FirstAddress, SecondAddress, RefusingAddress));

        Assert.Equal(ConnectionFailure.Refused, failure.Failure);
        Assert.StartsWith($"several.test:{Port} refused the connection: nothing is listening there (yet).", failure.Message);
        Assert.Contains($"Tried: {FirstAddress} (the TLS handshake failed: ", failure.Message);
        Assert.Contains($"), {SecondAddress} (the TLS handshake failed: {Refusal}), ", failure.Message);
        Assert.EndsWith($"{RefusingAddress} (Connection refused).", failure.Message);
        await first;
    }

    /// <summary>The host at the first address may be the peer and too busy to answer, so the refusal at the second says little.</summary>
    [Fact]
    public async Task ConnectAsync_OneAddressClosesAndOneRefuses_ClosedByPeer()
    {
        var first = AnswerAsync([]);

        var failure = await Assert.ThrowsAsync<ConnectionException>(() => ConnectAsync(FirstAddress, RefusingAddress));

        Assert.Equal(ConnectionFailure.ClosedByPeer, failure.Failure);
        await first;
    }

    [Fact]
    public async Task ConnectAsync_AllAddressesSilentInTls_TimedOutWithinTheLimit()
    {
        var failure = await Assert.ThrowsAsync<ConnectionException>(
            () => ConnectAsync(Port, Tls(), TimeSpan.FromMilliseconds(250), FirstAddress, FirstAddress));

        Assert.Equal(ConnectionFailure.TimedOut, failure.Failure);
        Assert.StartsWith($"Connecting to several.test:{Port} took longer than 0.5 s.", failure.Message);

        // On a busy machine, the time limit may expire before the connection is established.
        Assert.Matches($@"Tried: {FirstAddress} \({Late}\), {FirstAddress} \({Late}\)\.$", failure.Message);
    }

    [Fact]
    public async Task ConnectAsync_CancelledWhileTheFirstIsSilent_Throws()
    {
        using var stop = new CancellationTokenSource();
        var connecting = ClientConnection.ConnectAsync(
            Options(Port, Tls(), TimeSpan.FromMinutes(10), FirstAddress, SecondAddress), stop.Token);
        using var accepted = await _first.AcceptSocketAsync().WaitAsync(TestLimits.Wait);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.WaitAsync(TestLimits.Wait));
    }

    public void Dispose()
    {
        _first.Dispose();
        _pki.Dispose();
        _foreign.Dispose();
    }

    private Task<ClientConnection> ConnectAsync(params IPAddress[] addresses) =>
        ConnectAsync(Port, Tls(), TimeSpan.FromSeconds(30), addresses);

    private static Task<ClientConnection> ConnectAsync(
        int port,
        Func<RpcHandshake, CancellationToken, ValueTask<SslClientAuthenticationOptions>> tls,
        TimeSpan limit,
        params IPAddress[] addresses) =>
        ClientConnection.ConnectAsync(Options(port, tls, limit, addresses), CancellationToken.None);

    private static ClientConnectionOptions Options(
        int port,
        Func<RpcHandshake, CancellationToken, ValueTask<SslClientAuthenticationOptions>> tls,
        TimeSpan limit,
        params IPAddress[] addresses) => new()
        {
            Host = "several.test",
            Port = port,
            Resolve = (_, _) => Task.FromResult(addresses),
            Tls = tls,
            ConnectTimeout = limit,
        };

    /// <summary>The options of rank 0, which expects rank 1.</summary>
    private Func<RpcHandshake, CancellationToken, ValueTask<SslClientAuthenticationOptions>> Tls()
    {
        var own = _pki.CreateIdentity(0);
        return (handshake, _) => ValueTask.FromResult(new TlsOptionsFactory(() => own, () => _pki.Now).ForClient(
            [], _pki.Worker(1), _ => handshake.Refusal = Refusal));
    }

    private Task<TestServer> StartAsync(IPAddress address, TestPki pki, int rank, int? port = null)
    {
        var own = pki.CreateIdentity(rank);
        return TestServer.StartAsync(_ => new RpcListener(new IPEndPoint(address, port ?? Port))
        {
            Tls = (handshake, _) => ValueTask.FromResult(new TlsOptionsFactory(() => own, () => pki.Now).ForServer(
                [], expected: null, _ => handshake.Refusal = Refusal)),
        });
    }

    /// <summary>
    /// Accepts one connection at the first address. Closes it immediately if the answer is empty. Otherwise sends the answer to the first
    /// byte and waits until the client closes.
    /// </summary>
    private async Task AnswerAsync(byte[] answer)
    {
        using var limit = new CancellationTokenSource(TestLimits.Wait);
        using var accepted = await _first.AcceptTcpClientAsync(limit.Token);
        if (answer.Length == 0)
        {
            return;
        }

        var stream = accepted.GetStream();
        await stream.ReadExactlyAsync(new byte[1], limit.Token);
        await stream.WriteAsync(answer, limit.Token);
        try
        {
            await stream.CopyToAsync(Stream.Null, limit.Token);
        }
        catch (IOException)
        {
            // The client has already closed.
        }
    }
}
