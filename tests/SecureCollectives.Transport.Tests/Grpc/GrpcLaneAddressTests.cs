using System.Net;
using System.Net.Sockets;
using System.Text;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Tests.Lanes;

namespace SecureCollectives.Transport.Tests.Grpc;

/// <summary>A peer's name has several addresses, and the first of them belongs to another program.</summary>
public sealed class GrpcLaneAddressTests
{
    private static readonly IPAddress Foreign = IPAddress.Parse("127.0.0.2");

    /// <summary>
    /// The program closes the connection, or answers in another protocol: with and without TLS, before and within HTTP/2.
    /// </summary>
    [Theory]
    [InlineData(false, "")]
    [InlineData(false, "HTTP/1.1 400 Bad Request\r\n\r\n")]
    [InlineData(true, "")]
    [InlineData(true, "SSH-2.0-x\r\n")]
    public async Task Connect_FirstAddressIsAnotherProgram_GoesOnToThePeer(bool tls, string answer)
    {
        await using var ends = await GrpcEnds.StartAsync(tls);
        using var listener = new TcpListener(Foreign, ends.Port);
        listener.Start();
        var answering = AnswerAsync(listener, answer);
        ends.Addresses = [Foreign, IPAddress.Loopback];

        using var first = await ends.ConnectAsync(0);
        await answering;
        ends.Addresses = null;
        using var second = await ends.ConnectAsync(1);

        using var link = await ends.Link.Responder.Completion.WaitAsync(LanePump.Limit);
        LanePump.SendAll(first, [1, 2, 3]);
        Assert.Equal([1, 2, 3], LanePump.Receive(link.Lanes[0].Lane, 3));
    }

    [Fact]
    public async Task Connect_NoAddressIsThePeer_FailsWithTheFirst()
    {
        await using var ends = await GrpcEnds.StartAsync(tls: false);
        using var listener = new TcpListener(Foreign, ends.Port);
        listener.Start();
        var answering = AnswerAsync(listener, "HTTP/1.1 400 Bad Request\r\n\r\n");
        ends.Addresses = [Foreign, IPAddress.Parse("127.0.0.4")];

        var failure = await Assert.ThrowsAsync<LaneConnectException>(() => ends.ConnectAsync(0));

        Assert.Contains("something other than gRPC", failure.Message, StringComparison.Ordinal);
        await answering;
    }

    /// <summary>
    /// Accepts one connection. Closes it immediately, or sends the answer to the first bytes and waits until the client has closed.
    /// </summary>
    private static async Task AnswerAsync(TcpListener listener, string answer)
    {
        using var limit = new CancellationTokenSource(LanePump.Limit);
        using var accepted = await listener.AcceptTcpClientAsync(limit.Token);
        if (answer.Length == 0)
        {
            return;
        }

        var stream = accepted.GetStream();
        await stream.ReadExactlyAsync(new byte[1], limit.Token);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), limit.Token);
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
