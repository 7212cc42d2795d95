using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using SecureCollectives.Framing;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Tests.Lanes;

namespace SecureCollectives.Transport.Tests.Grpc;

/// <summary>
/// An independent gRPC library (grpcio, in the system's Python) takes part in a link as proto/README.md specifies, up to a lane that
/// carries bytes.
/// </summary>
public sealed class ReferenceTests
{
    private const int Bytes = 100_000;

    private const string Python = "/usr/bin/python3";

    private static readonly Lazy<bool> Present = new(Probe);

    [Fact]
    public async Task Attach_ByTheReferenceImplementation_IsConfirmedAndCarriesBytesBothWays()
    {
        Assert.SkipUnless(Present.Value, "The reference implementation is missing: install Debian's python3-grpcio for /usr/bin/python3.");
        await using var ends = await GrpcEnds.StartAsync(tls: false);
        var hello = ends.Link.Hello(0);
        using var client = Start("lane_client.py", ends.Port.ToString(CultureInfo.InvariantCulture), Convert.ToHexString(hello),
            Bytes.ToString(CultureInfo.InvariantCulture));
        using var limit = new CancellationTokenSource(GrpcEnds.Limit);
        try
        {
            var answer = await client.StandardOutput.ReadLineAsync(limit.Token);
            if (answer is null)
            {
                Assert.Fail(await client.StandardError.ReadToEndAsync(limit.Token));
            }

            Assert.Equal(HelloStatus.Ok, ends.Link.Initiator.VerifyAnswer(0, hello, Convert.FromHexString(answer)));

            using var other = await ends.ConnectAsync(1);
            using var link = await ends.Link.Responder.Completion.WaitAsync(LanePump.Limit);
            var lane = link.Lanes[0].Lane;
            var bytes = RandomNumberGenerator.GetBytes(Bytes);
            LanePump.SendAll(lane, bytes);
            Assert.Equal(bytes, LanePump.Receive(lane, bytes.Length));
            Assert.Equal(LaneOutcome.Ended, LanePump.ReceiveEnd(lane, out _));
            lane.EndSending();
            Assert.Equal("OK", await client.StandardOutput.ReadLineAsync(limit.Token));
        }
        finally
        {
            client.Kill();
        }
    }

    [Fact]
    public async Task Attach_AtTheReferenceImplementation_IsConfirmedAndCarriesBytesBothWays()
    {
        Assert.SkipUnless(Present.Value, "The reference implementation is missing: install Debian's python3-grpcio for /usr/bin/python3.");
        await using var ends = await GrpcEnds.StartAsync(tls: false);
        using var acceptor = Start("lane_server.py");
        using var limit = new CancellationTokenSource(GrpcEnds.Limit);
        try
        {
            var port = await acceptor.StandardOutput.ReadLineAsync(limit.Token)
                ?? throw new EndOfStreamException(await acceptor.StandardError.ReadToEndAsync(limit.Token));
            var connecting = ends.ConnectAsync(0, acceptor: ends.Acceptor with { Port = int.Parse(port, CultureInfo.InvariantCulture) });
            var hello = Convert.FromHexString((await acceptor.StandardOutput.ReadLineAsync(limit.Token))!);
            var answer = new byte[LaneHello.AnswerLength];
            Assert.Equal(HelloStatus.Ok, ends.Link.Responder.Verify(hello, default, answer, out _));
            await acceptor.StandardInput.WriteLineAsync(Convert.ToHexString(answer).AsMemory(), limit.Token);
            await acceptor.StandardInput.FlushAsync(limit.Token);
            using var lane = await connecting;

            var bytes = RandomNumberGenerator.GetBytes(Bytes);
            LanePump.SendAll(lane, bytes);
            Assert.Equal(bytes, LanePump.Receive(lane, bytes.Length));
            lane.EndSending();
            Assert.Equal(LaneOutcome.Ended, LanePump.ReceiveEnd(lane, out _));
        }
        finally
        {
            acceptor.Kill();
        }
    }

    private static Process Start(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            Python)
        { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Grpc", "Reference", script));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    private static bool Probe()
    {
        if (!File.Exists(Python))
        {
            return false;
        }

        using var probe = Process.Start(new ProcessStartInfo(Python, ["-c", "import grpc"]) { RedirectStandardError = true })!;
        return probe.WaitForExit(GrpcEnds.Limit) && probe.ExitCode == 0;
    }
}
