using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Membership;

/// <summary>
/// An unauthenticated connection that keeps sending a ClientHello in valid one-byte records. The time limit applies to the whole handshake,
/// not to the pauses in it.
/// </summary>
public sealed class TalkativeConnectionTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>
    /// The interval between records: short enough never to be silent, long enough that the message stays incomplete within the limit.
    /// </summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    /// <summary>A handshake record with one byte of content (RFC 8446, section 5.1).</summary>
    private static readonly byte[] OneByteRecord = [0x16, 0x03, 0x01, 0x00, 0x01, 0x00];

    /// <summary>The start of a ClientHello of 16,000 bytes, with TLS 1.2 as its legacy version.</summary>
    private static readonly byte[] ClientHelloStart = [0x01, 0x00, 0x3E, 0x80, 0x03, 0x03];

    [Fact]
    public async Task TlsLanePort_ClientHelloWithoutEnd_IsClosedInTimeAndTheJobGoesOn()
    {
        await using var job = await RunningJob.StartAsync(2, () => new CommunicatorOptions { Protection = Protection.Tls });
        await TalkAsync(job, job.Ports(1).Lanes, "no hello came within 5 s");
    }

    [Fact]
    public async Task ControlPort_ClientHelloWithoutEnd_IsClosedInTimeAndTheJobGoesOn()
    {
        await using var job = await RunningJob.StartAsync(2);
        await TalkAsync(job, job.Ports(1).Control, "did not finish within 5 s");
    }

    private static async Task TalkAsync(RunningJob job, int port, string reason)
    {
        using var rawConnection = await RawConnection.OpenAsync(port);
        var address = rawConnection.Local.ToString();
        using var stop = new CancellationTokenSource();
        var talking = SpeakAsync(rawConnection, stop.Token);
        try
        {
            await rawConnection.ReadToEndAsync(Limit);
        }
        finally
        {
            await stop.CancelAsync();
        }

        Assert.InRange(await talking, 10, int.MaxValue);
        await job.Cluster.Logs.WaitForAsync(
            message => message.Contains(address, StringComparison.Ordinal) && message.Contains(reason, StringComparison.Ordinal));
        await job.ProveUnharmedAsync();
    }

    /// <returns>The number of records sent.</returns>
    private static async Task<int> SpeakAsync(RawConnection rawConnection, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Pace);
        var records = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            byte[] record = [.. OneByteRecord];
            record[^1] = records < ClientHelloStart.Length ? ClientHelloStart[records] : (byte)0;
            await rawConnection.SendAsync(record);
            records++;
            try
            {
                await timer.WaitForNextTickAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        return records;
    }
}
