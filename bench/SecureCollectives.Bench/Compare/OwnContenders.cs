using SecureCollectives.Bench.Parameters;
using SecureCollectives.Bench.Results;

namespace SecureCollectives.Bench.Compare;

/// <summary>Maps the bench's rows to our contenders in the table.</summary>
internal static class OwnContenders
{
    public const string AllReduceAsync = "allreduce-async";

    private static readonly (string Transport, string Protection, bool Async, bool Untuned, Contender Contender)[] Entries =
    [
        .. from async in new[] { false, true }
           from transport in new[] { Names.Memory, Names.Tcp }
           from untuned in transport == Names.Tcp && !async ? new[] { false, true } : [false]
           from protection in new[] { Names.Plaintext, Names.Aead }
           select (transport, protection, async, untuned, new Contender(
               $"ours-{transport}-{protection}{(async ? "-async" : "")}{(untuned ? "-untuned" : "")}",
               $"ours, {protection}{(async ? ", async" : "")}{(untuned ? ", untuned" : "")}",
               transport,
               IsPeer: false)),
    ];

    public static IReadOnlyList<Contender> All { get; } = [.. Entries.Select(entry => entry.Contender)];

    public static IReadOnlyList<string> Transports { get; } = [.. Entries.Select(entry => entry.Transport).Distinct()];

    public static IReadOnlyList<string> Protections { get; } = [.. Entries.Select(entry => entry.Protection).Distinct()];

    public static Contender Of(ResultRow row) => Entries.Single(entry =>
        (entry.Transport, entry.Protection, entry.Async, entry.Untuned)
        == (row.Transport, row.Protection, row.Collective == AllReduceAsync, row.Congestion == Names.SystemCongestion)).Contender;

    /// <summary>Returns the collective under which a row is listed: asynchronous rows appear beside synchronous ones.</summary>
    public static string CollectiveOf(ResultRow row) => row.Collective == AllReduceAsync ? ComparedCollective.AllReduce : row.Collective;
}
