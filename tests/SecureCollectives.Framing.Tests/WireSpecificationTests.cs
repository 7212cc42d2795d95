using System.Text.RegularExpressions;
using SecureCollectives.Testing;

namespace SecureCollectives.Framing.Tests;

/// <summary>Compares the diagrams and codes in the code with those of proto/README.md.</summary>
public sealed partial class WireSpecificationTests
{
    private static readonly string Specification = File.ReadAllText(RepositoryRoot.PathOf("proto", "README.md"));

    [Theory]
    [InlineData("FrameFormat.cs")]
    [InlineData("OperationDescriptor.cs")]
    [InlineData("AbortMessage.cs")]
    [InlineData("LaneHello.cs")]
    public void Diagram_InTheCode_EqualsTheSpecifications(string file)
    {
        var source = File.ReadAllText(RepositoryRoot.PathOf("src", "SecureCollectives.Framing", file));
        var diagram = string.Concat(DiagramLine().Matches(source).Select(static line => line.Groups[1].Value + "\n"));

        Assert.StartsWith(" 0 ", diagram, StringComparison.Ordinal);
        Assert.Contains("```\n" + diagram + "```", Specification, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("frame kind", typeof(FrameKind))]
    [InlineData("phase", typeof(FramePhase))]
    [InlineData("collective", typeof(CollectiveCode))]
    [InlineData("element", typeof(ElementCode))]
    [InlineData("operator", typeof(OperatorCode))]
    [InlineData("algorithm", typeof(AlgorithmCode))]
    [InlineData("abort reason", typeof(AbortReason))]
    public void Codes_InTheCode_EqualTheSpecifications(string field, Type codes)
    {
        var row = Regex.Match(Specification, $@"^\| {field} \| (.*) \|$", RegexOptions.Multiline).Groups[1].Value;

        Assert.Equal(
            Enum.GetValuesAsUnderlyingType(codes).Cast<byte>().Select(static code => (int)code),
            Code().Matches(row).Select(static code => int.Parse(code.Value)));
    }

    [GeneratedRegex(@"^/// ((?: 0 |[+|]).*)$", RegexOptions.Multiline)]
    private static partial Regex DiagramLine();

    [GeneratedRegex(@"(?<=^|, )\d+(?= )")]
    private static partial Regex Code();
}
