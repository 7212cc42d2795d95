using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace SecureCollectives.Package.Tests;

/// <summary>
/// The packages that <c>scripts/pack</c> creates from the build under test, installed as docs/install.md instructs: both tools in a folder,
/// and a new console project with the library's package and its sample program.
/// </summary>
public sealed partial class InstalledPackages : IAsyncLifetime
{
    private const string Library = "SecureCollectives";
    private const string SampleName = "sample";

    private readonly TemporaryDirectory _folder = new();

    /// <summary>The configuration of this test run. The packages contain the build in the same configuration.</summary>
    public static string Configuration { get; } = AppContext.BaseDirectory.Contains(
        $"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";

    /// <summary>Unique to this run, because NuGet caches unpacked packages and must not use those from an earlier run.</summary>
    public string Version { get; } = $"0.1.0-test.{Guid.NewGuid():N}";

    /// <summary>A folder outside the source tree that contains none of its files.</summary>
    public string Folder => _folder.Path;

    /// <summary>The folder that serves as package feed.</summary>
    public string Packages => _folder.Combine("packages");

    /// <summary>The folder of the sample's project, from which all forms of the sample are published.</summary>
    public string Sample => _folder.Combine(SampleName);

    public async ValueTask InitializeAsync()
    {
        await CommandRun.SucceedAsync(Folder, RepositoryRoot.PathOf("scripts", "pack"),
            "--output", "packages", "--no-build", "-c", Configuration, $"-p:PackageVersion={Version}");
        foreach (var tool in new[] { "secure-collectives", "secure-collectives-bench" })
        {
            await CommandRun.SucceedAsync(
                Folder, "dotnet", "tool", "install", tool, "--version", Version, "--tool-path", "tools", "--source", Packages);
        }

        await CommandRun.SucceedAsync(Folder, "dotnet", "new", "console", "--name", SampleName);
        await File.WriteAllTextAsync(_folder.Combine("nuget.config"), await ConfigurationAsync(), TestContext.Current.CancellationToken);
        await CommandRun.SucceedAsync(Sample, "dotnet", "add", "package", Library, "--version", Version);
        await File.WriteAllTextAsync(
            Path.Combine(Sample, "Program.cs"), DocumentedCode.Sample, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        var locals = await CommandRun.SucceedAsync(Folder, "dotnet", "nuget", "locals", "global-packages", "--list");
        var unpacked = Path.Combine(locals.Output.Split(": ", 2)[1].Trim(), Library.ToLowerInvariant(), Version);
        if (Directory.Exists(unpacked))
        {
            Directory.Delete(unpacked, recursive: true);
        }

        _folder.Dispose();
    }

    public string Tool(string name) => _folder.Combine(Path.Combine("tools", name));

    /// <summary>Copies the sample's project and returns the copy's path, so that published forms share no intermediate files.</summary>
    public string CopySample(string name)
    {
        var copy = Directory.CreateDirectory(_folder.Combine(name)).FullName;
        foreach (var file in Directory.GetFiles(Sample))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        return copy;
    }

    /// <summary>Returns the documented nuget.config, with nuget.org replaced by the sources configured on this machine.</summary>
    private async Task<string> ConfigurationAsync()
    {
        var sources = await CommandRun.SucceedAsync(Folder, "dotnet", "nuget", "list", "source");
        var configuration = XDocument.Parse(DocumentedCode.Configuration);
        var mapping = configuration.Descendants("packageSource").Single(source => source.Attribute("key")!.Value == "nuget.org");
        mapping.ReplaceWith(EnabledSource().Matches(sources.Output).Select(match => new XElement(
            "packageSource", new XAttribute("key", match.Groups[1].Value), mapping.Elements())));
        return configuration.ToString();
    }

    [GeneratedRegex(@"^ *\d+\. +(.+) \[Enabled\]", RegexOptions.Multiline)]
    private static partial Regex EnabledSource();
}
