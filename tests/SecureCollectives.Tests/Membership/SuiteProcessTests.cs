using System.Diagnostics;
using System.Text.Json.Nodes;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Membership;

/// <summary>Processes that lack a requirement of AEGIS, in a job with a process that meets all of them.</summary>
public sealed class SuiteProcessTests
{
    private const string Worker = "testing-worker";

    private static readonly string[] Work = ["suite", nameof(Protection.Aead)];

    [Fact]
    public async Task Open_ProcessThatMayNotUseAesInstructions_AllUseAesAndItSaysWhy()
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, Worker), Work);
        start.Environment["DOTNET_EnableAES"] = "0";

        await AssertForcesAesAsync(start, "this processor has no AES instructions");
    }

    [Fact]
    public async Task Open_ProcessWithoutTheNativeLibrary_AllUseAesAndItSaysWhy()
    {
        using var directory = new TemporaryDirectory();
        DeployWithoutLibsodium(directory);
        var start = new ProcessStartInfo(
            Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", "..", "dotnet"),
                ["exec", directory.Combine($"{Worker}.dll"), .. Work]);

        await AssertForcesAesAsync(start, "libsodium cannot be used (Unable to load shared library 'libsodium'");
    }

    private static async Task AssertForcesAesAsync(ProcessStartInfo start, string reason)
    {
        Assert.SkipWhen(LocalSuites.Installed.Reason(SuiteCode.Aegis128L) is not null,
            $"{LocalSuites.Installed.Reason(SuiteCode.Aegis128L)}.");
        await using var cluster = new LocalCluster(2);
        using var worker = new WorkerProcess(cluster.Options(1), start);
        var job = await cluster.JoinAsync(cluster.Options(0));

        var group = await job.OpenCommunicatorAsync("suite", new CommunicatorOptions());
        int[] sum = [job.Rank];
        await group.AllReduceAsync<int>(sum, ReduceOp.Sum);

        Assert.Equal((SuiteCode.Aes256Gcm, 1), (group.Suite, sum[0]));
        Assert.StartsWith($"without Aegis128L: {reason}", await worker.ReadLineAsync());
        Assert.StartsWith($"without Aegis256: {reason}", await worker.ReadLineAsync());
        Assert.Matches("^sealed Aes256Gcm .* 1$", await worker.ReadLineAsync());
        await job.DisposeAsync();
        Assert.Equal(0, await worker.ExitAsync());
    }

    /// <summary>
    /// Deploys the worker with its libraries and the file through which .NET finds them, but without libsodium's native library.
    /// </summary>
    private static void DeployWithoutLibsodium(TemporaryDirectory directory)
    {
        const string List = $"{Worker}.deps.json";
        foreach (var file in Directory.GetFiles(AppContext.BaseDirectory).Select(static path => Path.GetFileName(path)).Except([List]))
        {
            // .NET resolves symbolic links and searches next to the worker's real file, so that file is copied.
            if (file.StartsWith(Worker, StringComparison.Ordinal))
            {
                File.Copy(Path.Combine(AppContext.BaseDirectory, file), directory.Combine(file));
            }
            else
            {
                File.CreateSymbolicLink(directory.Combine(file), Path.Combine(AppContext.BaseDirectory, file));
            }
        }

        var list = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, List)))!;
        foreach (var (_, libraries) in list["targets"]!.AsObject())
        {
            var name = Assert.Single(
                libraries!.AsObject(), static library => library.Key.StartsWith("libsodium/", StringComparison.Ordinal)).Key;
            Assert.True(libraries[name]!.AsObject().Remove("runtimeTargets"));
        }

        File.WriteAllText(directory.Combine(List), list.ToJsonString());
    }
}
