namespace SecureCollectives.Transport.Loops;

/// <summary>The traffic of a lane across all the links that it has had.</summary>
/// <param name="Sent">Bytes of frames made for the lane: headers, payloads and tags.</param>
/// <param name="Received">Bytes of frames that were received completely.</param>
/// <param name="Rekeys">How often either direction's key was replaced by the next one in its chain.</param>
internal readonly record struct LaneTotals(long Sent, long Received, long Rekeys)
{
    public static LaneTotals operator +(LaneTotals one, LaneTotals other) =>
        new(one.Sent + other.Sent, one.Received + other.Received, one.Rekeys + other.Rekeys);

    public static LaneTotals operator -(LaneTotals one, LaneTotals other) =>
        new(one.Sent - other.Sent, one.Received - other.Received, one.Rekeys - other.Rekeys);
}
