using System.Diagnostics;
using System.IO.Compression;
using System.Xml.Linq;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Packaging;

/// <summary>
/// What <c>dotnet pack</c> makes, one package with everything in it, and what <c>dotnet publish</c> puts beside a program.
/// </summary>
public sealed class PackageTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private static readonly string[] Assemblies =
        ["SecureCollectives", "SecureCollectives.Framing", "SecureCollectives.Rpc", "SecureCollectives.Security",
            "SecureCollectives.Transport"];

    [Fact]
    public async Task Pack_TheLibrary_HoldsAllAssembliesWithTheirDocumentationAndDependsOnNoneOfThem()
    {
        using var directory = new TemporaryDirectory();
        await RunAsync("pack", "SecureCollectives", directory.Path);

        using var package = await ZipFile.OpenReadAsync(
            Assert.Single(Directory.GetFiles(directory.Path)), TestContext.Current.CancellationToken);
        var files = package.Entries.Select(entry => entry.FullName).Where(name => name.StartsWith("lib/", StringComparison.Ordinal));
        Assert.Equal(
            Assemblies.SelectMany(name => new[] { $"lib/net10.0/{name}.dll", $"lib/net10.0/{name}.xml" }).Order(StringComparer.Ordinal),
            files.Order(StringComparer.Ordinal));
        Assert.NotEqual(0, Assert.Single(package.Entries, entry => entry.FullName == "README.md").Length);

        var metadata = Metadata(package);
        Assert.Equal("SecureCollectives", Value(metadata, "id"));
        Assert.Equal("README.md", Value(metadata, "readme"));
        Assert.NotEmpty(Value(metadata, "description"));
        Assert.Equal(["BouncyCastle.Cryptography", "Google.Protobuf", "Grpc.AspNetCore", "Grpc.HealthCheck", "Grpc.Net.Client",
            "NSec.Cryptography", "System.Numerics.Tensors"], Names(metadata, "dependency", "id"));
        Assert.Equal(["Microsoft.AspNetCore.App"], Names(metadata, "frameworkReference", "name"));
    }

    /// <summary>Without it workers of a published program would announce no AEGIS, and nobody would know why they are slow.</summary>
    [Fact]
    public async Task Publish_TheCommandLine_BringsLibsodiumForEveryLinux()
    {
        using var directory = new TemporaryDirectory();
        await RunAsync("publish", "SecureCollectives.Cli", directory.Path);

        Assert.All(
            ["linux-x64", "linux-arm64", "linux-musl-x64", "linux-musl-arm64"],
            platform => Assert.True(File.Exists(directory.Combine($"runtimes/{platform}/native/libsodium.so")), platform));
        Assert.True(File.Exists(directory.Combine("NSec.Cryptography.dll")));
    }

    private static XElement Metadata(ZipArchive package)
    {
        using var stream = package.GetEntry("SecureCollectives.nuspec")!.Open();
        return XDocument.Load(stream).Root!.Elements().Single();
    }

    private static string Value(XElement metadata, string name) =>
        metadata.Elements().Single(element => element.Name.LocalName == name).Value;

    private static IEnumerable<string> Names(XElement metadata, string element, string attribute) =>
        metadata.Descendants().Where(descendant => descendant.Name.LocalName == element)
            .Select(descendant => descendant.Attribute(attribute)!.Value);

    /// <summary>Packs or publishes what was built for this very test run.</summary>
    private static async Task RunAsync(string verb, string project, string output)
    {
        var configuration = AppContext.BaseDirectory.Contains(
            $"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";
        string[] arguments =
            [verb, RepositoryRoot.PathOf("src", project), "--no-build", "-nodeReuse:false", "-c", configuration, "-o", output];
        var start = new ProcessStartInfo(
            Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // The test platform points its children at its own copies of the build engine's files.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(name);
        }

        using var limit = new CancellationTokenSource(Limit);
        using var pack = Process.Start(start)!;
        try
        {
            var error = pack.StandardError.ReadToEndAsync(limit.Token);
            var text = await pack.StandardOutput.ReadToEndAsync(limit.Token) + await error;
            await pack.WaitForExitAsync(limit.Token);
            Assert.True(pack.ExitCode == 0, text);
        }
        finally
        {
            pack.Kill(entireProcessTree: true);
        }
    }
}
