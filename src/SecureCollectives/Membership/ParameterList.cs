using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Membership;

/// <summary>
/// Parameters on which all ranks must agree, as text with one "name=value" per line in a fixed order. Without this check, a setting that
/// differs on one rank could hang a job or alter its results. The text is compared as a whole; on a mismatch, both values of each differing
/// parameter are reported.
/// </summary>
internal sealed class ParameterList
{
    /// <summary>The maximum length of a peer's text, in characters.</summary>
    private const int MaxLength = 2048;

    /// <summary>
    /// Parameters whose defaults depend on other parameters. If those differ as well, only they are reported, since they explain the
    /// difference.
    /// </summary>
    private static readonly Dictionary<string, string[]> Follows = new()
    {
        ["suite"] = ["protection"],
        ["chunk-bytes"] = ["protection"],
    };

    private readonly string _text;

    public ParameterList(params (string Name, object Value)[] parameters) =>
        _text = string.Concat(parameters.Select(
            parameter => string.Create(CultureInfo.InvariantCulture, $"{parameter.Name}={parameter.Value}\n")));

    /// <summary>SHA-256 of the text.</summary>
    public byte[] Hash() => SHA256.HashData(Encoding.UTF8.GetBytes(_text));

    public override string ToString() => _text;

    /// <summary>Describes the differences from a peer's list.</summary>
    /// <param name="theirs">The peer's text, which is not trusted.</param>
    /// <param name="peer">The peer's name in the description.</param>
    /// <param name="self">This side's name in the description.</param>
    /// <returns>The description; null if the lists are equal.</returns>
    public string? Difference(string theirs, string peer, string self)
    {
        if (theirs == _text)
        {
            return null;
        }

        if (theirs.Length > MaxLength)
        {
            return $"{peer} sent {theirs.Length} characters of parameters";
        }

        var mine = Lines(_text);
        var other = Lines(theirs);
        var differing = mine.Keys.Union(other.Keys).Where(name => mine.GetValueOrDefault(name) != other.GetValueOrDefault(name)).ToArray();
        var differences = differing
            .Where(name => !Follows.GetValueOrDefault(name, []).Any(differing.Contains))
            .Select(name => $"{PrintableText.Of(name)} is {Value(other, name)} at {peer} and {Value(mine, name)} at {self}");
        return string.Join("; ", differences) is { Length: > 0 } text ? text : $"{peer} lists its parameters in another order";
    }

    /// <summary>Returns whether a peer's list, which is not trusted, has a different value for one parameter.</summary>
    public bool Differs(string theirs, string name) => theirs.Length <= MaxLength
        && Lines(_text).GetValueOrDefault(name) != Lines(theirs).GetValueOrDefault(name);

    private static Dictionary<string, string> Lines(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('=', 2))
            .GroupBy(parts => parts[0])
            .ToDictionary(group => group.Key, group => group.Last().ElementAtOrDefault(1) ?? string.Empty);

    private static string Value(Dictionary<string, string> lines, string name) =>
        lines.TryGetValue(name, out var value) ? PrintableText.Of(value) : "not set";
}
