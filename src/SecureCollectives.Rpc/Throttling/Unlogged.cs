using System.Globalization;

namespace SecureCollectives.Rpc.Throttling;

/// <summary>
/// The last part of a throttled log message: how many like it were not logged since the one before. Its text is empty for none.
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
