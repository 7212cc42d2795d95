namespace SecureCollectives.Collectives;

/// <summary>
/// Divides a window's local shard into units for the local ring, and orders them. A local shard is one shard per host. A unit is a chunk of
/// one of these shards, or as many adjacent whole shards as fit into a chunk, so that small buffers are not split into a frame per rank.
/// </summary>
/// <remarks>
/// The ring between hosts starts with the shards of host h in the order h, h - 1, ..., h + 1 and completes them in the order h + 1, h, ...,
/// h + 2. Units follow this order: the units of the reduce-scatter begin with the first shard that it takes, those of the all-gather end
/// with the last shard that it completes.
/// </remarks>
/// <param name="host">The number of this rank's host, 0 to <paramref name="hosts"/> - 1.</param>
/// <param name="hosts">The number of hosts, at least two.</param>
/// <param name="chunks">The number of chunks per shard.</param>
/// <param name="shards">The number of shards per unit; 1 if a shard has several chunks.</param>
internal readonly struct LocalUnits(int host, int hosts, long chunks, int shards)
{
    private readonly int _groups = (hosts + shards - 1) / shards;

    /// <summary>The number of units in a local shard.</summary>
    public long Count => _groups * chunks;

    /// <summary>The number of chunks per shard.</summary>
    public long Chunks => chunks;

    /// <summary>Returns a unit of the reduce-scatter, before the ring between hosts.</summary>
    public LocalUnit Reducing(long unit) => Get((host / shards) - (int)(unit / chunks), (int)(unit % chunks));

    /// <summary>Returns a unit of the all-gather, after the ring between hosts.</summary>
    public LocalUnit Gathering(long unit) => Get(LastGroup - 1 - (int)(unit / chunks), (int)(unit % chunks));

    /// <summary>Returns the index, in the reduce-scatter, of the unit that contains a chunk of a host's shard.</summary>
    public long ReducingUnit(int shard, int chunk) => (RingNumber.Around((host / shards) - (shard / shards), _groups) * chunks) + chunk;

    /// <summary>
    /// Returns how many shards the ring between hosts has completed when it has completed the last shard of a unit. After the first, it
    /// completes one shard per step.
    /// </summary>
    public int CompletedWith(in LocalUnit unit) =>
        unit.FirstShard / shards == LastGroup ? hosts : RingNumber.Around(host + 1 - unit.FirstShard, hosts) + 1;

    /// <summary>The group that contains the shard that is completed last.</summary>
    private int LastGroup => RingNumber.Around(host + 2, hosts) / shards;

    private LocalUnit Get(int group, int chunk)
    {
        var first = RingNumber.Around(group, _groups) * shards;
        return new LocalUnit(first, Math.Min(first + shards, hosts) - 1, chunk);
    }
}
