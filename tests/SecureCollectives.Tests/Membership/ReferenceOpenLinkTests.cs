using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SecureCollectives.Membership;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Membership;

/// <summary>
/// Worker.OpenLink called by an independent implementation: the reference implementation of gRPC, with messages, P-256 and ML-KEM-768 in
/// plain Python.
/// </summary>
public sealed class ReferenceOpenLinkTests
{
    private const string Python = "/usr/bin/python3";
    private const string Missing = "The reference implementation is missing: install Debian's python3-grpcio for /usr/bin/python3.";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);
    private static readonly Lazy<bool> Present = new(Probe);

    [Fact]
    public async Task OpenLink_ByTheReferenceImplementation_IsAnsweredOrRefusedByItsFields()
    {
        Assert.SkipUnless(Present.Value, Missing);
        await using var cluster = new LocalCluster(2);
        var port = cluster.ReservePort();
        var options = cluster.Options(1);
        options.Port = port;
        var jobs = await Task.WhenAll(Task.Run(() => cluster.JoinAsync(cluster.Options(0))), Task.Run(() => cluster.JoinAsync(options)))
            .WaitAsync(Limit);
        using var stop = new CancellationTokenSource();
        var opening = Task.Run(() => jobs[1].OpenCommunicatorAsync("gradients", new CommunicatorOptions(), stop.Token));

        var results = await RunAsync(
            RepositoryRoot.PathOf("proto", "vectors"),
            port.ToString(CultureInfo.InvariantCulture),
            cluster.Options(0).CertificatePath,
            cluster.Options(0).KeyPath,
            cluster.Options(0).AuthorityPath,
            cluster.Pki.Worker(1).ToString(),
            Convert.ToHexString(jobs[1].SessionId.Span),
            new GroupParameters(new CommunicatorOptions(), AutomaticSuite.OfThisMachine).List.ToString());

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["good"] = "OK",
                ["no encapsulation key"] = "INVALID_ARGUMENT",
                ["short encapsulation key"] = "INVALID_ARGUMENT",
                ["long encapsulation key"] = "INVALID_ARGUMENT",
                ["encapsulation key not reduced"] = "INVALID_ARGUMENT",
                ["point off the curve"] = "INVALID_ARGUMENT",
                ["short contribution"] = "INVALID_ARGUMENT",
                ["no positions"] = "INVALID_ARGUMENT",
                ["a position on a first link"] = "INVALID_ARGUMENT",
                ["two positions"] = "INVALID_ARGUMENT",
                ["replacement of nothing"] = "INVALID_ARGUMENT",
                ["replacement of another link"] = "NOT_FOUND",
                ["other session"] = "FAILED_PRECONDITION",
                ["other rank"] = "PERMISSION_DENIED",
            },
            results.EnumerateObject().ToDictionary(result => result.Name, result => result.Value.GetProperty("code").GetString()!));
        var good = results.GetProperty("good");
        Assert.Equal((16, 32, 65, 1088, 1),
            (Length("link_id"), Length("contribution"), Length("public_key"), Length("ciphertext"), Length("positions")));
        Assert.False(opening.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening.WaitAsync(Limit));

        int Length(string field) => good.GetProperty(field).GetInt32();
    }

    private static async Task<JsonElement> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(
            Python, [Path.Combine(AppContext.BaseDirectory, "Membership", "Reference", "open_link.py"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        using var client = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            var error = client.StandardError.ReadToEndAsync(limit.Token);
            var output = await client.StandardOutput.ReadToEndAsync(limit.Token);
            await client.WaitForExitAsync(limit.Token);
            Assert.True(client.ExitCode == 0, await error);
            return JsonDocument.Parse(output).RootElement;
        }
        finally
        {
            client.Kill();
        }
    }

    private static bool Probe()
    {
        if (!File.Exists(Python))
        {
            return false;
        }

        using var probe = Process.Start(new ProcessStartInfo(Python, ["-c", "import grpc"]) { RedirectStandardError = true })!;
        return probe.WaitForExit(Limit) && probe.ExitCode == 0;
    }
}
