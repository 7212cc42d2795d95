using System.Globalization;

namespace SecureCollectives.Rpc.Throttling;

/// <summary>
/// The end of a throttled log message: the number of similar events suppressed since the previous message. Empty text for none.
/// </summary>
internal readonly record struct Unlogged(long Count)
{
    public override string ToString() => Count switch
    {
        0 => string.Empty,
        1 => " (1 more like it was not logged)",
        _ => string.Create(CultureInfo.InvariantCulture, $" ({Count} more like it were not logged)"),
    };
}
