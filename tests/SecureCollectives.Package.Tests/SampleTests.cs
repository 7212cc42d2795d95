using System.Runtime.Intrinsics.X86;
using ArmAes = System.Runtime.Intrinsics.Arm.Aes;

namespace SecureCollectives.Package.Tests;

/// <summary>
/// The sample in the package's README, in a project that references only the package, in every form in which programs are published.
/// </summary>
[Collection(nameof(InstalledPackagesGroup))]
public sealed class SampleTests(InstalledPackages packages)
{
    private const int Workers = 4;

    [Fact]
    public void Readme_Program_IsThePackageReadmesSample() =>
        Assert.All(
            DocumentedCode.Blocks("csharp", "README.md")
                .Where(block => block.StartsWith("using SecureCollectives;", StringComparison.Ordinal)),
            block => Assert.Equal(DocumentedCode.Sample, block));

    [Fact]
    public async Task Sample_Built_RunsOnFourWorkers()
    {
        AssertNoWarning(await CommandRun.SucceedAsync(packages.Sample, "dotnet", "build"));

        await AssertRunsAsync(Path.Combine(packages.Sample, "bin", "Debug", "net10.0"));
    }

    [Fact]
    public async Task Sample_PublishedTrimmed_RunsOnFourWorkers()
    {
        var project = packages.CopySample("trimmed");
        AssertNoWarning(await CommandRun.SucceedAsync(project, "dotnet", "publish", "--use-current-runtime", "--self-contained",
            "-p:PublishTrimmed=true", "-o", "published"));

        await AssertRunsAsync(Path.Combine(project, "published"));
    }

    [Fact]
    public async Task Sample_PublishedAsNativeCode_RunsOnFourWorkers()
    {
        Assert.SkipUnless(IsOnPath("clang") || IsOnPath("gcc"), "No linker: install Debian's gcc and libc6-dev, or clang.");

        var project = packages.CopySample("native");
        AssertNoWarning(await CommandRun.SucceedAsync(
            project, "dotnet", "publish", "--use-current-runtime", "-p:PublishAot=true", "-o", "published"));

        Assert.False(File.Exists(Path.Combine(project, "published", "SecureCollectives.dll")), "The published program is not native code.");
        await AssertRunsAsync(Path.Combine(project, "published"));
    }

    /// <summary>Asserts that the trim and AOT analyzers issued no warnings, which users of the package would see as well.</summary>
    private static void AssertNoWarning(CommandRun run) => Assert.DoesNotContain(": warning ", run.Output, StringComparison.Ordinal);

    private static bool IsOnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));

    private async Task AssertRunsAsync(string folder)
    {
        using var loaded = new TemporaryDirectory();
        // Makes the dynamic linker log the libraries that it loads, in one file per process.
        var linker = new Dictionary<string, string> { ["LD_DEBUG"] = "files", ["LD_DEBUG_OUTPUT"] = loaded.Combine("of") };
        var run = await CommandRun.RunAsync(packages.Folder, linker, packages.Tool("secure-collectives"),
            "launch", "--workers", $"{Workers}", "--", Path.Combine(folder, "sample"));

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Equal(
            Enumerable.Range(0, Workers).Select(rank => $"[{rank}] rank {rank} of {Workers}: average 1.5, gathered 0 1 2 3, sum 6"),
            run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));

        // libsodium provides AEGIS if the processor has the instructions for it. Without the library, the workers would silently agree on
        // another suite.
        if ((Aes.IsSupported && Avx.IsSupported) || ArmAes.IsSupported)
        {
            var users = Directory.GetFiles(loaded.Path)
                .Count(file => File.ReadLines(file).Any(line => line.Contains($"calling init: {folder}/", StringComparison.Ordinal)
                    && line.Contains("libsodium", StringComparison.Ordinal)));
            Assert.Equal(Workers, users);
        }
    }
}
