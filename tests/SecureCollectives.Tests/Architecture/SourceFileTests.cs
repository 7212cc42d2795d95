using System.Text.RegularExpressions;

namespace SecureCollectives.Tests.Architecture;

public sealed partial class SourceFileTests
{
    private const int MaxLines = 300;

    /// <summary>The limit that .editorconfig declares; dotnet format does not enforce it.</summary>
    private const int MaxColumns = 140;

    public static TheoryData<string> Names => Layers.Names;

    public static TheoryData<string> Projects => [.. Layers.References.Keys, .. Layers.ProgramReferences.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Files_All_HaveAtMostTheMaximumNumberOfLines(string project)
    {
        var files = Layers.SourceFiles(project).ToArray();

        Assert.NotEmpty(files);
        Assert.DoesNotContain(files.Select(file => (Path.GetFileName(file), Lines: File.ReadLines(file).Count())),
            file => file.Lines > MaxLines);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Lines_All_FitTheWidth(string project) =>
        Assert.DoesNotContain(Layers.SourceFiles(project)
            .SelectMany(file => File.ReadLines(file).Select((line, i) => (Path.GetFileName(file), i + 1, line.Length))),
            line => line.Length > MaxColumns);

    [Theory]
    [MemberData(nameof(Projects))]
    public void Files_All_HaveSpecificNames(string project) =>
        Assert.DoesNotContain(Layers.SourceFiles(project).Select(Path.GetFileNameWithoutExtension), file => DrawerName().IsMatch(file!));

    [Theory]
    [MemberData(nameof(Names))]
    public void Types_All_HaveAFileOfTheirName(string project)
    {
        // A type Loop may be in Loop.cs, and a second concern of it in Loop.Drive.cs.
        var files = Layers.SourceFiles(project).Select(file => Path.GetFileName(file).Split('.')[0]).ToHashSet();
        var types = Layers.WrittenTypes(project).Select(type => type.Name.Split('`')[0]).ToHashSet();

        Assert.NotEmpty(types);
        Assert.DoesNotContain(types, type => !files.Contains(type) || DrawerName().IsMatch(type));
    }

    /// <summary>Matches catch-all names, which do not say what a type or file contains.</summary>
    [GeneratedRegex("(Utils?|Utilit(y|ies)|Helpers?|Common|Misc)($|[.])")]
    private static partial Regex DrawerName();
}
