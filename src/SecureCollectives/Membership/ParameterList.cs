using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Membership;

/// <summary>
/// Values that all ranks must agree on, as text of one "name=value" a line in a fixed order. Compared as a whole; on difference both values
/// of each parameter that differs are named. A setting that differs on one rank only would otherwise hang a job or alter its results.
/// </summary>
internal sealed class ParameterList
{
    /// <summary>Longest text taken from a peer.</summary>
    private const int MaxLength = 2048;

    /// <summary>
    /// Parameters whose values follow from others where users leave them open: a difference in what they follow from explains theirs.
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

    /// <summary>What differs from a peer's list, in words; null where nothing does.</summary>
    /// <param name="theirs">The peer's text, not trusted.</param>
    /// <param name="peer">Names the peer.</param>
    /// <param name="self">Names this side.</param>
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

    /// <summary>Whether a peer's list, which is not trusted, has another value of one parameter.</summary>
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
