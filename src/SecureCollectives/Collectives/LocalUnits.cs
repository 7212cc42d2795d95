namespace SecureCollectives.Collectives;

/// <summary>
/// In what the local ring cuts a local shard of a window, and in which order it sends that. A local shard is one shard for each host; a
/// unit is a chunk of one of these shards, or as many whole shards side by side as make up a chunk, so that small buffers do not fall into
/// a frame for every rank.
/// </summary>
/// <remarks>
/// The ring between hosts takes the shards of host h in the order h, h - 1, ..., h + 1 and completes them in the order h + 1, h, ..., h +
/// 2. Units follow it: those before it begin with the first that it takes, those after it end with the last that it completes.
/// </remarks>
/// <param name="host">This rank's host.</param>
/// <param name="hosts">Hosts.</param>
/// <param name="chunks">Chunks of each shard.</param>
/// <param name="shards">Shards of a unit; one where a shard has several chunks.</param>
internal readonly struct LocalUnits(int host, int hosts, long chunks, int shards)
{
    private readonly int _groups = (hosts + shards - 1) / shards;

    /// <summary>Units of a local shard.</summary>
    public long Count => _groups * chunks;

    /// <summary>Chunks of each shard.</summary>
    public long Chunks => chunks;

    /// <summary>What a unit is, before the ring between hosts.</summary>
    public LocalUnit Reducing(long unit) => Get((host / shards) - (int)(unit / chunks), (int)(unit % chunks));

    /// <summary>What a unit is, after the ring between hosts.</summary>
    public LocalUnit Gathering(long unit) => Get(LastGroup - 1 - (int)(unit / chunks), (int)(unit % chunks));

    /// <summary>The unit that holds a chunk of a host's shard, before the ring between hosts.</summary>
    public long ReducingUnit(int shard, int chunk) => (RingNumber.Around((host / shards) - (shard / shards), _groups) * chunks) + chunk;

    /// <summary>
    /// How many of a unit's host's shards the ring between hosts has completed when the last of the unit is: after the first all come one
    /// step after the other.
    /// </summary>
    public int CompletedWith(in LocalUnit unit) =>
        unit.FirstShard / shards == LastGroup ? hosts : RingNumber.Around(host + 1 - unit.FirstShard, hosts) + 1;

    /// <summary>The group of the shard that is completed last.</summary>
    private int LastGroup => RingNumber.Around(host + 2, hosts) / shards;

    private LocalUnit Get(int group, int chunk)
    {
        var first = RingNumber.Around(group, _groups) * shards;
        return new LocalUnit(first, Math.Min(first + shards, hosts) - 1, chunk);
    }
}
