using SecureCollectives.Bench.Parameters;
using SecureCollectives.Bench.Results;

namespace SecureCollectives.Bench.Compare;

/// <summary>Ours in the table, by what the bench's rows say of them.</summary>
internal static class OwnContenders
{
    public const string AllReduce = "allreduce";
    public const string AllReduceAsync = "allreduce-async";
    public const string AllGather = "allgather";

    private static readonly (string Protection, bool Async, Contender Contender)[] Entries =
    [
        (Names.Plaintext, false, new Contender("ours-plaintext", "SecureCollectives, plaintext", IsPeer: false)),
        (Names.Aead, false, new Contender("ours-aead", "SecureCollectives, aead", IsPeer: false)),
        (Names.Plaintext, true, new Contender("ours-plaintext-async", "SecureCollectives, plaintext, async", IsPeer: false)),
        (Names.Aead, true, new Contender("ours-aead-async", "SecureCollectives, aead, async", IsPeer: false)),
    ];

    public static IReadOnlyList<Contender> All { get; } = [.. Entries.Select(entry => entry.Contender)];

    public static IEnumerable<string> Protections => Entries.Select(entry => entry.Protection).Distinct();

    public static Contender Of(ResultRow row) =>
        Entries.First(entry => entry.Protection == row.Protection && entry.Async == (row.Collective == AllReduceAsync)).Contender;

    /// <summary>The collective that the row compares in: the async form stands beside the synchronous one.</summary>
    public static string CollectiveOf(ResultRow row) => row.Collective == AllGather ? CompareCell.AllGather : CompareCell.AllReduce;
}
