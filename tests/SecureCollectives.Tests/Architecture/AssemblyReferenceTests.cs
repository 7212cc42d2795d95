using System.Xml.Linq;

namespace SecureCollectives.Tests.Architecture;

public sealed class AssemblyReferenceTests
{
    private const string BouncyCastle = "BouncyCastle.Cryptography";
    private const string NSecPackage = "NSec.Cryptography";

    public static TheoryData<string> Names => Layers.Names;

    public static TheoryData<string> Programs => Layers.Programs;

    [Theory]
    [MemberData(nameof(Names))]
    public void Project_References_AreThoseOfItsLayer(string name) => Assert.Equal(Layers.References[name], ProjectReferences(name));

    [Theory]
    [MemberData(nameof(Programs))]
    public void Program_References_AreTheLibraryAndWhatProgramsShare(string name) =>
        Assert.Equal(Layers.ProgramReferences[name], ProjectReferences(name));

    [Theory]
    [MemberData(nameof(Names))]
    public void Assembly_References_AreThoseOfItsLayer(string name)
    {
        var references = Layers.Load(name).GetReferencedAssemblies().Select(reference => reference.Name!);

        Assert.Empty(references.Where(reference => reference.StartsWith(Layers.Top, StringComparison.Ordinal))
            .Except(Layers.References[name]));
    }

    /// <summary>The projects below Transport depend on .NET itself, on BouncyCastle for ML-KEM only, and on NSec for AEGIS only.</summary>
    [Theory]
    [InlineData(Layers.Framing)]
    [InlineData(Layers.Security, BouncyCastle, NSecPackage)]
    public void Assembly_BelowTransport_ReferencesNoOtherPackage(string name, params string[] packages)
    {
        var references = Layers.Load(name).GetReferencedAssemblies().Select(reference => reference.Name!);

        Assert.DoesNotContain(references, reference =>
            !reference.StartsWith("System.", StringComparison.Ordinal) && !Layers.References[name].Contains(reference)
                && !packages.Contains(reference));
    }

    [Theory]
    [InlineData(BouncyCastle, "MlKem768", "MlKemRandomness")]
    [InlineData(NSecPackage, "AegisEngine")]
    public void Assembly_Security_UsesPackagesForOnePurposeEach(string package, params string[] expected)
    {
        var users = TypeUse.In(Layers.Load(Layers.Security)).Where(use => use.Used.Assembly.GetName().Name == package)
            .Select(use => use.User.Name).Distinct();

        Assert.Equal(expected, users.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> ProjectReferences(string name) =>
        XDocument.Load(Path.Combine(Layers.FolderOf(name), $"{name}.csproj"))
            .Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value))
            .Order(StringComparer.Ordinal);
}
