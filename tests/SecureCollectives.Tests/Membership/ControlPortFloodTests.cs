using System.Buffers.Binary;
using SecureCollectives.Security.Admission;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Membership;

/// <summary>Clients that send to the control port endlessly before the handshake is complete.</summary>
public sealed class ControlPortFloodTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Sends the first record of a ClientHello that announces 128 KiB: it is well-formed, and OpenSSL would accept all of it.
    /// </summary>
    [Fact]
    public async Task Handshake_MoreThan16KiB_IsClosed()
    {
        const int Announced = 128 << 10;
        await using var job = await RunningJob.StartAsync(2);
        using var rawConnection = await RawConnection.OpenAsync(job.Ports(1).Control);
        var record = new byte[5 + ReceiveAllowance.BeforeHandshake];
        record[0] = 0x16;
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(1), 0x0301);
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(3), ReceiveAllowance.BeforeHandshake);
        BinaryPrimitives.WriteUInt32BigEndian(record.AsSpan(5), (1 << 24) | Announced);

        await rawConnection.SendAsync(record);

        await rawConnection.ReadToEndAsync(Limit);
        await job.Cluster.Logs.WaitForAsync(message =>
            message.Contains($"{rawConnection.Local}", StringComparison.Ordinal)
            && message.Contains(
                $"more than {ReceiveAllowance.BeforeHandshake} bytes arrived before its handshake was complete", StringComparison.Ordinal));
        await job.ProveUnharmedAsync();
    }
}
