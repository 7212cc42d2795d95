namespace SecureCollectives.Tests.Architecture;

public sealed class VisibilityTests
{
    public static TheoryData<string> Names => Layers.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void PublicTypes_OfAnAssembly_AreInTheTopNamespaceOrNowhere(string name)
    {
        var types = Layers.Load(name).GetExportedTypes();

        Assert.Equal(name == Layers.Top, types.Length > 0);
        Assert.All(types, type => Assert.Equal(Layers.Top, type.Namespace));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Classes_All_AreSealedOrAbstract(string name) =>
        Assert.DoesNotContain(Layers.WrittenTypes(name), type => type.IsClass && !type.IsSealed && !type.IsAbstract);
}
