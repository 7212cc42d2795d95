using System.IO.Compression;
using System.Xml.Linq;

namespace SecureCollectives.Package.Tests;

/// <summary>
/// The output of <c>scripts/pack</c>: one package of the library that includes all its assemblies, its symbols, and two tools. Also the
/// files that <c>dotnet publish</c> puts beside a program.
/// </summary>
[Collection(nameof(InstalledPackagesGroup))]
public sealed class PackageTests(InstalledPackages packages)
{
    private const string Library = "SecureCollectives";

    private static readonly string[] Assemblies =
        ["SecureCollectives", "SecureCollectives.Framing", "SecureCollectives.Rpc", "SecureCollectives.Security",
            "SecureCollectives.Transport"];

    /// <summary>The platforms that AEGIS supports.</summary>
    private static readonly string[] Platforms = ["linux-x64", "linux-arm64", "linux-musl-x64", "linux-musl-arm64"];

    [Fact]
    public void Pack_All_CreatesTheLibraryWithItsSymbolsAndTheTools() =>
        Assert.Equal(
            [
                $"SecureCollectives.{packages.Version}.nupkg", $"SecureCollectives.{packages.Version}.snupkg",
                $"secure-collectives-bench.{packages.Version}.nupkg", $"secure-collectives.{packages.Version}.nupkg",
            ],
            Directory.GetFiles(packages.Packages).Select(Path.GetFileName).Order(StringComparer.Ordinal));

    [Fact]
    public void Pack_Library_ContainsAllAssembliesWithDocumentationAndDependsOnNone()
    {
        using var package = Open(Library);
        Assert.Equal(
            Assemblies.SelectMany(name => new[] { $"lib/net10.0/{name}.dll", $"lib/net10.0/{name}.xml" }).Order(StringComparer.Ordinal),
            FilesUnder(package, "lib/"));

        var metadata = Metadata(package, Library);
        Assert.Equal("SecureCollectives", Value(metadata, "id"));
        Assert.Equal(["BouncyCastle.Cryptography", "Google.Protobuf", "Grpc.AspNetCore", "Grpc.HealthCheck", "Grpc.Net.Client",
            "NSec.Cryptography", "System.Numerics.Tensors"], Names(metadata, "dependency", "id"));
        Assert.Equal(["Microsoft.AspNetCore.App"], Names(metadata, "frameworkReference", "name"));
    }

    [Fact]
    public void Pack_Library_HasTheSymbolsOfAllAssemblies()
    {
        using var symbols = Open(Library, "snupkg");

        Assert.Equal(
            Assemblies.Select(name => $"lib/net10.0/{name}.pdb").Order(StringComparer.Ordinal), FilesUnder(symbols, "lib/"));
    }

    [Theory]
    [InlineData(Library)]
    [InlineData("secure-collectives")]
    [InlineData("secure-collectives-bench")]
    public void Pack_EachPackage_HasCompleteMetadata(string id)
    {
        using var package = Open(id);
        var metadata = Metadata(package, id);

        Assert.Equal(packages.Version, Value(metadata, "version"));
        Assert.Equal("Apache-2.0", Value(metadata, "license"));
        Assert.NotEmpty(Value(metadata, "description"));
        Assert.NotEmpty(Value(metadata, "tags"));
        Assert.NotEqual(0, package.GetEntry(Value(metadata, "readme"))!.Length);
        Assert.NotEqual(0, package.GetEntry(Value(metadata, "icon"))!.Length);
    }

    [Theory]
    [InlineData("secure-collectives")]
    [InlineData("secure-collectives-bench")]
    public void Pack_Tool_NamesItsCommandAndContainsLibsodiumForEveryLinux(string id)
    {
        const string Root = "tools/net10.0/any/";
        using var package = Open(id);
        using var settings = package.GetEntry($"{Root}DotnetToolSettings.xml")!.Open();
        var command = XDocument.Load(settings).Descendants("Command").Single();

        Assert.Equal(id, command.Attribute("Name")!.Value);
        Assert.Equal($"{id}.dll", command.Attribute("EntryPoint")!.Value);
        Assert.NotNull(package.GetEntry($"{Root}{id}.dll"));
        // A tool does not need the library's documentation.
        Assert.DoesNotContain(FilesUnder(package, Root), file => file.EndsWith(".xml", StringComparison.Ordinal)
            && !file.EndsWith("DotnetToolSettings.xml", StringComparison.Ordinal));
        Assert.All(Platforms, platform => Assert.NotNull(package.GetEntry($"{Root}runtimes/{platform}/native/libsodium.so")));
        Assert.All(FilesUnder(package, $"{Root}runtimes/"), file => Assert.StartsWith($"{Root}runtimes/linux-", file));
    }

    /// <summary>Without libsodium, a published program's workers would offer no AEGIS and would be slow for no visible reason.</summary>
    [Fact]
    public async Task Publish_CommandLine_ContainsLibsodiumForEveryLinux()
    {
        using var directory = new TemporaryDirectory();
        await CommandRun.SucceedAsync(packages.Folder, "dotnet", "publish", RepositoryRoot.PathOf("src", "SecureCollectives.Cli"),
            "--no-build", "-c", InstalledPackages.Configuration, "-o", directory.Path);

        Assert.All(
            Platforms, platform => Assert.True(File.Exists(directory.Combine($"runtimes/{platform}/native/libsodium.so")), platform));
        Assert.True(File.Exists(directory.Combine("NSec.Cryptography.dll")));
    }

    private static string[] FilesUnder(ZipArchive package, string folder) =>
    [
        .. package.Entries.Select(entry => entry.FullName).Where(name => name.StartsWith(folder, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    private static XElement Metadata(ZipArchive package, string id)
    {
        using var stream = package.GetEntry($"{id}.nuspec")!.Open();
        return XDocument.Load(stream).Root!.Elements().Single();
    }

    private static string Value(XElement metadata, string name) =>
        metadata.Elements().Single(element => element.Name.LocalName == name).Value;

    private static IEnumerable<string> Names(XElement metadata, string element, string attribute) =>
        metadata.Descendants().Where(descendant => descendant.Name.LocalName == element)
            .Select(descendant => descendant.Attribute(attribute)!.Value);

    private ZipArchive Open(string id, string extension = "nupkg") =>
        ZipFile.OpenRead(Path.Combine(packages.Packages, $"{id}.{packages.Version}.{extension}"));
}
