using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Grpc.Core;
using SecureCollectives.Framing;
using SecureCollectives.Membership.Wire;
using SecureCollectives.Rpc;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Membership;

/// <summary>
/// Unauthenticated connections to the ports of a running job: the job is unaffected, the connection is closed in time, and the log says
/// why.
/// </summary>
public sealed class UnauthenticatedConnectionTests
{
    /// <summary>Longer than any of the limits under test.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static readonly byte[] ShortGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray();

    private static readonly byte[] LongGet =
        "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: a monitoring system\r\nAccept: */*\r\n\r\n"u8.ToArray();

    public static TheoryData<string, string> AtTheLanePort => new()
    {
        { "short get", "no hello came within 2 s" },
        { "long get", "its hello was refused (Malformed)" },
        { "random bytes", "its hello was refused (Malformed)" },
        { "a megabyte", "its hello was refused (Malformed)" },
        { "silence", "no hello came within 2 s" },
        { "half a hello", "no hello came within 2 s" },
        { "unknown link", "its hello was refused (WrongLink)" },
        { "other version", "its hello was refused (Malformed)" },
        { "end", "ended before its hello" },
    };

    public static TheoryData<string, string> AtTheTlsLanePort => new()
    {
        { "short get", "its TLS handshake failed" },
        { "long get", "its TLS handshake failed" },
        { "random bytes", "its TLS handshake failed" },
        { "a megabyte", "its TLS handshake failed" },
        { "silence", "no hello came within 5 s" },
        { "half a record", "no hello came within 5 s" },
        { "unknown link", "its TLS handshake failed" },
        { "end", "its TLS handshake failed" },
    };

    public static TheoryData<string, string> AtTheControlPort => new()
    {
        { "short get", "The TLS handshake with" },
        { "long get", "The TLS handshake with" },
        { "random bytes", "The TLS handshake with" },
        { "a megabyte", "The TLS handshake with" },
        { "silence", "did not finish within 5 s" },
        { "half a record", "did not finish within 5 s" },
        { "http/2 in plaintext", "The TLS handshake with" },
        { "end", "The TLS handshake with" },
    };

    [Theory]
    [MemberData(nameof(AtTheLanePort))]
    public async Task LanePort_UnauthenticatedConnection_IsClosedAndTheJobGoesOn(string what, string reason)
    {
        await using var job = await RunningJob.StartAsync(2);
        await Task.WhenAll(Enumerable.Range(0, 2)
            .Select(rank => DisturbAsync(job, job.Ports(rank).Lanes, Bytes(what), what == "end", reason)));
    }

    [Theory]
    [MemberData(nameof(AtTheTlsLanePort))]
    public async Task LanePort_UnauthenticatedConnectionWhereLanesAreInsideTls_IsClosedAndTheJobGoesOn(string what, string reason)
    {
        await using var job = await RunningJob.StartAsync(2, () => new CommunicatorOptions { Protection = Protection.Tls });
        await Task.WhenAll(Enumerable.Range(0, 2)
            .Select(rank => DisturbAsync(job, job.Ports(rank).Lanes, Bytes(what), what == "end", reason)));
    }

    [Theory]
    [MemberData(nameof(AtTheControlPort))]
    public async Task ControlPort_UnauthenticatedConnection_IsClosedAndTheJobGoesOn(string what, string reason)
    {
        await using var job = await RunningJob.StartAsync(2);
        await Task.WhenAll(Enumerable.Range(0, 2)
            .Select(rank => DisturbAsync(job, job.Ports(rank).Control, Bytes(what), what == "end", reason)));
    }

    [Fact]
    public async Task ControlPort_ClientWithoutTls_LearnsThatItFailed()
    {
        await using var job = await RunningJob.StartAsync(2);
        var options = new ClientConnectionOptions { Host = "127.0.0.1", Port = job.Ports(1).Control };
        await using var connection = await ClientConnection.ConnectAsync(options, CancellationToken.None);
        var failure = await Assert.ThrowsAsync<ConnectionException>(() => connection.CallAsync(
            calls => new Worker.WorkerClient(calls).OpenLinkAsync(new OpenLinkRequest(), deadline: DateTime.UtcNow + Limit).ResponseAsync,
                CancellationToken.None));
        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
        await job.ProveUnharmedAsync();
    }

    /// <summary>
    /// Silent connections fill all unauthenticated places on both ports: a running job needs none of them, and ranks can still open a
    /// communicator.
    /// </summary>
    [Fact]
    public async Task BothPorts_HundredSilentConnections_TheJobGoesOnAndOpensMore()
    {
        await using var job = await RunningJob.StartAsync(2);
        var rawConnections = new List<RawConnection>();
        try
        {
            foreach (var port in new[] { job.Ports(1).Lanes, job.Ports(1).Control })
            {
                for (var i = 0; i < 100; i++)
                {
                    rawConnections.Add(await RawConnection.OpenAsync(port));
                }
            }

            await job.ProveUnharmedAsync();
            var more = await LocalCluster.OpenAllAsync(job.Jobs, "more", () => new CommunicatorOptions { Lanes = 4 });
            await LocalCluster.RunAsync(more, async member => await member.BarrierAsync());
            await job.ProveUnharmedAsync();
        }
        finally
        {
            rawConnections.ForEach(rawConnection => rawConnection.Dispose());
        }
    }

    private static async Task DisturbAsync(RunningJob job, int port, byte[] bytes, bool end, string reason)
    {
        using var rawConnection = await RawConnection.OpenAsync(port);
        var address = rawConnection.Local.ToString();
        await rawConnection.SendAsync(bytes);
        if (end)
        {
            rawConnection.Dispose();
        }
        else
        {
            var answer = await rawConnection.ReadToEndAsync(Limit);

            // At most a TLS alert, which no other program could mistake for an answer.
            Assert.True(answer.Length is 0 or 7, Encoding.Latin1.GetString(answer));
        }

        // The reason shows which check or time limit ended the connection.
        await job.Cluster.Logs.WaitForAsync(
            message => message.Contains(address, StringComparison.Ordinal) && message.Contains(reason, StringComparison.Ordinal));
        await job.ProveUnharmedAsync();
    }

    private static byte[] Bytes(string what) => what switch
    {
        "short get" => ShortGet,
        "long get" => LongGet,
        "random bytes" => Random(LaneHello.Length),
        "a megabyte" => Random(1 << 20),
        "half a hello" => Hello(LaneHello.Version)[..(LaneHello.Length / 2)],
        "half a record" => [0x16, 0x03, 0x01, 0x02, 0x00, 0x01],
        "unknown link" => Hello(LaneHello.Version),
        "other version" => Hello(LaneHello.Version + 1),
        "http/2 in plaintext" => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray(),
        _ => [],
    };

    private static byte[] Hello(byte version)
    {
        var hello = RandomNumberGenerator.GetBytes(LaneHello.Length);
        LaneHello.WriteSigned(0, RandomNumberGenerator.GetBytes(LaneHello.LinkIdLength), hello);
        hello[4] = version;
        return hello;
    }

    /// <summary>Returns random bytes that cannot be mistaken for a hello's magic or a TLS record, whose type is 0x16.</summary>
    private static byte[] Random(int length)
    {
        var bytes = RandomNumberGenerator.GetBytes(length);
        BinaryPrimitives.WriteUInt32BigEndian(bytes, 0xFFFFFFFF);
        return bytes;
    }
}
