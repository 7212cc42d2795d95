using SecureCollectives.Bench.Parameters;
using SecureCollectives.Bench.Results;

namespace SecureCollectives.Bench.Compare;

/// <summary>Ours in the table, by what the bench's rows say of them.</summary>
internal static class OwnContenders
{
    public const string AllReduce = "allreduce";
    public const string AllReduceAsync = "allreduce-async";
    public const string AllGather = "allgather";

    /// <summary>The library's choice of congestion control and, beside it, none: what it is without what it sets per socket.</summary>
    private static readonly (string Name, string Key, string Title)[] Congestions = [("auto", "", ""), (Names.SystemCongestion, "-untuned", ", untuned")];

    private static readonly (bool Async, string Key, string Title)[] Forms = [(false, "", ""), (true, "-async", ", async")];

    private static readonly (string Protection, bool Async, string Congestion, Contender Contender)[] Entries =
    [
        .. from form in Forms
           from congestion in Congestions
           from protection in new[] { Names.Plaintext, Names.Aead }
           select (protection, form.Async, congestion.Name, new Contender(
               $"ours-{protection}{form.Key}{congestion.Key}", $"SecureCollectives, {protection}{form.Title}{congestion.Title}", IsPeer: false)),
    ];

    public static IReadOnlyList<Contender> All { get; } = [.. Entries.Select(entry => entry.Contender)];

    public static IEnumerable<string> Protections => Entries.Select(entry => entry.Protection).Distinct();

    public static IReadOnlyList<string> Congestion { get; } = [.. Congestions.Select(congestion => congestion.Name)];

    public static Contender Of(ResultRow row) => Entries.First(entry =>
        (entry.Protection, entry.Async, entry.Congestion) == (row.Protection, row.Collective == AllReduceAsync, row.Congestion)).Contender;

    /// <summary>The collective that the row compares in: the async form stands beside the synchronous one.</summary>
    public static string CollectiveOf(ResultRow row) => row.Collective == AllGather ? CompareCell.AllGather : CompareCell.AllReduce;
}
