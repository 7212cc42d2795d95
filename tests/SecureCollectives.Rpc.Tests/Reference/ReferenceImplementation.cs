using System.Diagnostics;
using System.Text.Json;

namespace SecureCollectives.Rpc.Tests.Reference;

/// <summary>Runs the reference implementation of gRPC: grpcio in the system's Python.</summary>
internal static class ReferenceImplementation
{
    public const string Missing = "The reference implementation is missing: install Debian's python3-grpcio for /usr/bin/python3.";

    private const string Python = "/usr/bin/python3";

    private static readonly Lazy<bool> Present = new(Probe);

    public static bool IsPresent => Present.Value;

    public static Process Start(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo(Python)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Reference", script));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    /// <summary>Runs one scenario of the reference client against a port and returns its last output.</summary>
    public static async Task<JsonElement> CallAsync(int port, string scenario)
    {
        using var client = Start("echo_client.py", port.ToString(System.Globalization.CultureInfo.InvariantCulture), scenario);
        using var limit = new CancellationTokenSource(TestLimits.Wait);
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
        return probe.WaitForExit(TestLimits.Wait) && probe.ExitCode == 0;
    }
}
