using System.Globalization;

namespace SecureCollectives.Launchers;

/// <summary>
/// Reads environment variables. Problems are collected instead of thrown, so that a user sees all of them at once. An empty variable counts
/// as unset.
/// </summary>
/// <param name="read">Returns the value of a variable; null if it is not set.</param>
internal sealed class EnvironmentReader(Func<string, string?> read)
{
    private const string ServiceLinkPrefix = "tcp://";

    private readonly List<string> _problems = [];
    private readonly HashSet<string> _reported = new(StringComparer.Ordinal);

    /// <summary>The problems in the order found, without duplicates.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>The variables that the problems are about.</summary>
    public IReadOnlySet<string> Reported => _reported;

    /// <summary>Adds a problem, unless it has been added already.</summary>
    /// <param name="problem">A clause without a full stop: what is wrong, and what to set.</param>
    /// <param name="names">The variables that the problem is about.</param>
    public void Report(string problem, params ReadOnlySpan<string> names)
    {
        if (!_problems.Contains(problem))
        {
            _problems.Add(problem);
        }

        foreach (var name in names)
        {
            _reported.Add(name);
        }
    }

    public bool Has(string name) => Text(name) is not null;

    public string? Text(string name) => read(name) is { Length: > 0 } value ? value : null;

    /// <returns>Null if the variable is not set or malformed.</returns>
    public int? Number(string name) => Number(name, 0, int.MaxValue, "a whole number");

    /// <inheritdoc cref="Number(string)"/>
    public int? Count(string name) => Number(name, 1, int.MaxValue, "a whole number from 1 up");

    /// <inheritdoc cref="Number(string)"/>
    public int? Port(string name) => Text(name) is { } text && text.StartsWith(ServiceLinkPrefix, StringComparison.Ordinal)
        ? Malform<int>(name, text, "a port, 1 to 65535. Kubernetes sets such a value for a Service: "
            + "set enableServiceLinks to false in the pod's specification")
        : Number(name, 1, 65535, "a port, 1 to 65535");

    /// <summary>Returns whether the variable is 1. A malformed value is reported and never switches anything on.</summary>
    public bool Switch(string name) => Choice(name, "0 or 1", ("0", false), ("1", true)) ?? false;

    /// <summary>Reads a variable that must have one of a set of values.</summary>
    /// <param name="name">The variable.</param>
    /// <param name="wanted">A description of the permitted values, for the error message.</param>
    /// <param name="values">The permitted values and their meanings.</param>
    /// <returns>Null if the variable is not set or malformed.</returns>
    public T? Choice<T>(string name, string wanted, params ReadOnlySpan<(string Text, T Value)> values)
        where T : struct
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        foreach (var value in values)
        {
            if (value.Text == text)
            {
                return value.Value;
            }
        }

        return Malform<T>(name, text, wanted);
    }

    private int? Number(string name, int min, int max, string wanted) => Text(name) switch
    {
        null => null,
        { } text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            => number,
        { } text => Malform<int>(name, text, wanted),
    };

    private T? Malform<T>(string name, string text, string wanted)
        where T : struct
    {
        Report($"{name} is '{text}'; it should be {wanted}", name);
        return null;
    }
}
